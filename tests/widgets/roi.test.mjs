// Run by test_widget_roi.py: the RoI explorer's crops against torchvision's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const folder = process.env.WIDGET_CASES;
const cases = JSON.parse(readFileSync(join(folder, "cases.json")));
const roi = await import(join(folder, "roi_explorer.mjs"));

test(`${cases.crops.length} crops equal torchvision's`, () => {
  assert.ok(cases.crops.length >= 300);
  for (const { settings, crop } of cases.crops) {
    const { method, features, box, bins, samples } = settings;
    const mine = roi.cropOfBox(method, features, box, bins, samples);
    mine.forEach((row, r) => row.forEach((value, c) => assert.ok(Math.abs(value - crop[r][c]) < 1e-9, JSON.stringify(settings))));
  }
});

test("boxes that cannot be get the sentence that Python gives", () => {
  assert.ok(cases.problems.filter(({ message }) => message).length > 20);
  for (const { settings, message } of cases.problems) assert.equal(roi.roiProblem(settings)?.message ?? null, message);
});

test("a press takes the near edges along, or the whole box, or nothing", () => {
  const box = { left: 20, top: 30, right: 80, bottom: 90 };
  assert.deepEqual(roi.edgesAt(21, 60, box, 6), ["left"]);
  assert.deepEqual(roi.edgesAt(79, 88, box, 6), ["right", "bottom"]);
  assert.deepEqual(roi.edgesAt(50, 60, box, 6), ["left", "top", "right", "bottom"]);
  assert.deepEqual(roi.edgesAt(20, 120, box, 6), []);
});

test("a drag keeps whole pixels, stays in the picture and never empties the box", () => {
  const box = { left: 20, top: 30, right: 80, bottom: 90 };
  assert.deepEqual(roi.dragged(box, ["left"], 3.4, 99, 128), { ...box, left: 23 });
  assert.deepEqual(roi.dragged(box, ["left", "top"], 500, -500, 128), { ...box, left: 79, top: 0 });
  assert.deepEqual(roi.dragged(box, ["left", "top", "right", "bottom"], 500, -7.6, 128), { left: 68, top: 22, right: 128, bottom: 82 });
});

test("the verdict says what pooling really reads", () => {
  const said = roi.roiVerdict("pool", [21 / 16, 21 / 16, 58 / 16, 58 / 16], 4, 1, 16, 8);
  assert.match(said, /pixels 16 to 80 across and 16 to 80 down: IoU with your box 0\.33/);
  assert.match(roi.roiVerdict("align", [0, 0, 1, 1], 1, 2, 16, 8), /averages 4 samples/);
  assert.match(roi.roiVerdict("warp", [0, 0, 1, 1], 1, 1, 16, 8), /the edges can learn/);
  assert.match(roi.roiVerdict("released", [21 / 16, 21 / 16, 58 / 16, 58 / 16], 4, 1, 16, 8), /pixels 24 to 72 across/);
});
