// Run by test_widget_attention.py: the attention grid's numbers against torch's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const folder = process.env.WIDGET_CASES;
const cases = JSON.parse(readFileSync(join(folder, "cases.json")));
const grid = await import(join(folder, "attention_grid.mjs"));
const close = (mine, theirs) => assert.ok(Math.abs(mine - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs)), `${mine} is not ${theirs}`);

test(`weights of ${cases.grids.length} grids equal torch's softmax`, () => {
  assert.ok(cases.grids.length >= 40);
  for (const { scores, temperature, weights } of cases.grids) {
    const mine = grid.attentionWeights(scores, temperature);
    mine.forEach((weight, i) => close(weight, weights[i]));
  }
});

test("the mixture and the entropy equal the package's", () => {
  for (const { weights, values, mixture, entropy } of cases.grids) {
    grid.mixture(weights, values).forEach((part, at) => close(part, mixture[at]));
    close(grid.spread(weights), entropy);
  }
});

test("cells are drawn as torch.searchsorted finds them", () => {
  for (const { weights, uniforms, drawn } of cases.grids)
    assert.deepEqual(uniforms.map((uniform) => grid.drawnCell(weights, uniform)), drawn);
  assert.equal(grid.drawnCell([0.25, 0.75], 0.9999999), 1);
  assert.equal(grid.drawnCell([0.1, 0.2], 0.99), 1); // a sum a hair below 1
});

test("the stream of numbers is mulberry32's", () => {
  for (const { seed, numbers } of cases.streams) assert.deepEqual(grid.uniforms(seed, numbers.length), numbers);
});
