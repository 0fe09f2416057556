// Run by test_widget_filterbank.py: filters, readings and writings against torch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const folder = process.env.WIDGET_CASES;
const cases = JSON.parse(readFileSync(join(folder, "cases.json")));
const { describeWindow, filterMeans, filterWeights, seenAndWritten } = await import(join(folder, "filterbank.mjs"));

const close = (rows, expected) =>
  rows.forEach((row, r) => row.forEach((value, c) => assert.ok(Math.abs(value - expected[r][c]) <= 1e-9 * (1 + Math.abs(expected[r][c])), `${value} is not ${expected[r][c]}`)));

test(`filters of ${cases.length} windows equal torch's`, () => {
  assert.ok(cases.length >= 60);
  for (const { x, y, stride, sigma, patchSize, shifted, rows, columns } of cases) {
    close(filterWeights(y, stride, sigma, patchSize, rows[0].length, shifted), rows);
    close(filterWeights(x, stride, sigma, patchSize, columns[0].length, shifted), columns);
  }
});

test("what is read and what is written back equal torch's", () => {
  for (const { picture, rows, columns, intensity, patch, written } of cases) {
    const found = seenAndWritten(picture, rows, columns, intensity);
    close(found.patch, patch);
    close(found.written, written);
  }
});

test("the sentence counts the cells that see nothing", () => {
  const said = (x, y) => {
    const [xs, ys] = [x, y].map((centre) => filterMeans(centre, 2, 2, false));
    const [columns, rows] = [x, y].map((centre) => filterWeights(centre, 2, 0.1, 2, 6));
    return describeWindow({ xs, ys, rows, columns, patchSize: 2 });
  };
  assert.equal(said(3, 3), "The filters look from x 2 to 4 and from y 2 to 4. All 4 cells see something.");
  assert.match(said(-0.5, 3), /from x −1\.5 to 0\.5 .* 2 of 4 cells lie outside/);
  assert.match(said(-0.5, -0.5), /3 of 4 cells lie outside/);
  assert.match(said(-50, -50), /4 of 4 cells lie outside/);
});
