// Run by test_widget_fcn_javascript.py: receptive fields and skips against numbers from torch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const folder = process.env.WIDGET_CASES;
const cases = JSON.parse(readFileSync(join(folder, "cases.json")));
const load = (name) => import(join(folder, `${name}.mjs`));
const close = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

const field = await load("receptive_field");
test(`field, step, cells and cost of ${cases.stacks.length} stacks equal torch's`, () => {
  assert.ok(cases.stacks.length >= 60);
  for (const { layers, image_size: size, rows } of cases.stacks) assert.deepEqual(field.stackCosts(layers, size), rows);
});

test("paths equal the gradient of a stack of equal weights", () => {
  for (const { layers, paths } of cases.stacks) {
    const profile = field.pathProfile(layers);
    assert.equal(profile.length, paths.length);
    paths.forEach((share, at) => close(profile[at], share));
  }
});

test("stacks that cannot be get the sentence that Python gives", () => {
  assert.ok(cases.stack_problems.filter(({ message }) => message).length > 20);
  for (const { layers, image_size: size, message } of cases.stack_problems) assert.equal(field.stackProblem(layers, size), message);
});

test("large numbers are written with three digits", () => {
  const written = [[0], [999], [999.6], [1234567], [15346630656], [60300000, "B"], [12, "B"]].map((each) => field.formatLarge(...each));
  assert.deepEqual(written, ["0", "999", "1 k", "1.23 M", "15.3 G", "60.3 MB", "12 B"]);
});

const skips = await load("skip_explorer");
test("summed and enlarged scores give torch's labels", () => {
  assert.ok(cases.skips.length >= 8);
  for (const { maps, chosen, stride, size, allowed } of cases.skips) {
    const labels = skips.predictLabels(maps.map(skips.decodeMap), chosen, stride, ...size);
    labels.forEach((label, at) => assert.ok(allowed[label][at], `pixel ${at} became ${label}`));
  }
});

test("shares of right pixels, near borders and anywhere, equal torch's", () => {
  for (const { truth, labels, size, distance, near, right, right_near: rightNear } of cases.shares) {
    const [known, guessed] = [Uint8Array.from(truth), Uint8Array.from(labels)];
    const found = skips.nearBorders(known, ...size, distance);
    assert.deepEqual(Array.from(found), near);
    close(skips.shareRight(guessed, known), right);
    close(skips.shareRight(guessed, known, (at) => found[at]), rightNear);
  }
});

test("a tie goes to the first class, and a picture is put into words", () => {
  assert.deepEqual(Array.from(skips.argmaxLabels(Float64Array.of(1, 2, 1, 3), 2, 2)), [0, 1]);
  const classes = [{ name: "sky" }, { name: "road" }];
  assert.equal(skips.composition([1, 1, 1, 0, 255], classes), "road 75 %, sky 25 %");
});
