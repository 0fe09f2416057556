// Run by test_widget_patch_cost.py: the patch widget's counts against torch's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const folder = process.env.WIDGET_CASES;
const cases = JSON.parse(readFileSync(join(folder, "cases.json")));
const cost = await import(join(folder, "patch_cost.mjs"));

test(`passes and multiplications of ${cases.costs.length} settings equal torch's`, () => {
  assert.ok(cases.costs.length >= 60);
  for (const { settings, costs, reads, classes } of cases.costs) {
    assert.deepEqual(cost.patchCosts(settings, classes), costs);
    assert.deepEqual(cost.timesRead(settings), reads);
  }
});

test("settings that cannot be get the sentence that Python gives", () => {
  assert.ok(cases.problems.filter(({ message }) => message).length > 20);
  for (const { settings, message } of cases.problems) assert.equal(cost.patchCostProblem(settings)?.message ?? null, message);
});

test("amounts are written as Python writes them", () => {
  for (const { value, text } of cases.amounts) assert.equal(cost.amount(value), text);
});

test("the verdict says which way is dearer, and why", () => {
  const said = (settings) => {
    const costs = cost.patchCosts(settings, 12);
    return cost.costVerdict(settings, costs, Math.max(...cost.timesRead(settings)) ** 2);
  };
  const settings = { image_size: 64, patch_size: 33, step: 1, channels: 16 };
  assert.match(said(settings), /^The loop multiplies [\d,]+ times as often: .* 1,089 patches\.$/);
  assert.match(said({ ...settings, step: 40 }), /^The dense pass .* do not overlap at all/);
  assert.match(said({ ...settings, step: 64 }), /^One patch/);
  assert.match(said({ ...settings, patch_size: 3 }), /^Both multiply equally often/);
});
