// Run by test_widget_javascript.py: the widgets' own modules against numbers from torch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const folder = process.env.WIDGET_CASES;
const cases = JSON.parse(readFileSync(join(folder, "cases.json")));
const load = (name) => import(join(folder, `${name}.mjs`));
const close = 1e-9;

/** The largest difference of two nested lists of the same shape. */
function distance(a, b) {
  if (typeof a === "number") return Math.abs(a - b);
  assert.equal(a.length, b.length);
  return Math.max(0, ...Array.from(a, (item, index) => distance(item, b[index])));
}

const rows = (values) => (Array.isArray(values[0]) ? values : [values]);
const keep = (value, worst) => {
  assert.ok(value <= close, `difference ${value}`);
  return Math.max(worst, value);
};

const conv = await load("transposed_conv");
for (const dims of [1, 2]) {
  const chosen = cases.conv_transpose.filter(({ kernel }) => (Array.isArray(kernel[0]) ? 2 : 1) === dims);
  test(`transposed convolution equals torch in ${dims}-D, ${chosen.length} cases, by stamps and by zeros`, () => {
    assert.ok(chosen.length >= 250);
    for (const each of chosen) {
      assert.equal(conv.transposedConvProblem(each), null);
      keep(distance(conv.convTranspose(each), rows(each.output)), 0);
      keep(distance(conv.convTransposeByZeros(each), rows(each.output)), 0);
    }
  });
}

test("the terms shown for a cell add up to it, and a size is torch's", () => {
  for (const each of cases.conv_transpose) {
    const axes = conv.axesOf(each);
    assert.deepEqual(axes.map(({ length }) => length), [rows(each.output).length, rows(each.output)[0].length]);
    rows(each.output).forEach((row, r) =>
      row.forEach((value, c) => {
        const terms = conv.termsAt(each, r + axes[0].padding, c + axes[1].padding);
        keep(Math.abs(terms.reduce((sum, { x, w }) => sum + x * w, 0) - value), 0);
      }),
    );
  }
});

test("impossible settings get the sentence that Python gives", () => {
  assert.ok(cases.problems.length > 20);
  for (const { settings, message } of cases.problems) assert.equal(conv.transposedConvProblem(settings)?.message ?? null, message);
});

const matrix = await load("conv_matrix");
test(`X, X x and the transpose equal torch, ${cases.conv_matrix.length} cases`, () => {
  for (const each of cases.conv_matrix) {
    const weights = each.kernel.flat();
    const { indices, forward, transposed } = matrix.products(each);
    keep(distance(indices.map((row) => row.map((index) => (index < 0 ? 0 : weights[index]))), each.matrix), 0);
    keep(distance(forward, each.forward), 0);
    keep(distance(transposed, each.transposed), 0);
  }
});

test("matrices that cannot be get the sentence that Python gives", () => {
  assert.ok(cases.matrix_problems.some(({ message }) => message));
  for (const { settings, message } of cases.matrix_problems) assert.equal(matrix.convMatrixProblem(settings, 16)?.message ?? null, message);
});

const family = await load("upsampling_family");
test(`six ways of upsampling equal torch, ${cases.upsampling.length} cases`, () => {
  for (const each of cases.upsampling) {
    const state = family.prepare(each);
    assert.deepEqual(Object.keys(family.METHODS).sort(), Object.keys(each.outputs).sort());
    for (const [method, output] of Object.entries(each.outputs)) keep(distance(family.upsample(method, state), output), 0);
  }
});

const board = await load("checkerboard");
test("overlap counts and the stamped photograph equal torch", () => {
  for (const { n, kernel_size: k, stride, counts, photo, shape, weights, stamped } of cases.checkerboard) {
    assert.deepEqual(board.overlapCounts(n, k, stride), counts);
    keep(distance(board.stampWeights(shape, k, stride), weights), 0);
    keep(distance(board.stampPhoto(photo, weights, stride), stamped), 0);
  }
});

test("frames are ordered with the last setting fastest", async () => {
  const { frameIndex } = await load("frames");
  assert.equal(frameIndex([{ values: [1, 2] }, { values: [1, 2, 3] }], [1, 2]), 5);
  assert.equal(frameIndex([{ values: [1, 2] }, { values: [1, 2, 3] }], [1, 0]), 3);
});

test("numbers are written for readers", () => {
  assert.deepEqual([-0.25, 3, -1e-9, 1 / 3].map(conv.formatNumber), ["\u22120.25", "3", "0", "0.3333"]);
  assert.equal(conv.formatSum([[1, 3], [2, -1]]), "1 × 3 + 2 × (\u22121) = 1");
});

test("typed text is a number in range, or a sentence", () => {
  const limits = { min: 1, max: 4, whole: true };
  assert.deepEqual(conv.readNumber("3", "Stride", limits), { value: 3 });
  for (const text of ["", " ", "abc", "1.5", "0", "5", "1e999", "NaN"])
    assert.deepEqual(conv.readNumber(text, "Stride", limits), { fault: "Stride: type a whole number from 1 to 4." });
});

test("a model without a kernel tells of changes only", () => {
  const model = new conv.LocalModel({ a: [1] });
  let told = 0;
  const handler = () => (told += 1);
  model.on("change:a", handler);
  model.set("a", [1]);
  assert.equal(told, 0);
  model.set("a", [2]);
  assert.equal(told, 1);
  model.off("change:a", handler);
  model.set("a", [3]);
  assert.equal(told, 1);
});
