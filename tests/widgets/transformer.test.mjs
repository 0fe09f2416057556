// The explorer's grids, reads and handles against numbers from torch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const folder = process.env.WIDGET_CASES;
const cases = JSON.parse(readFileSync(`${folder}/cases.json`));
const { handlePlaces, pixelsRead, readBilinear, solveLinear, sourceGrid, thetaFromHandles, transformOf } = await import(pathToFileURL(`${folder}/transformer.mjs`));

const near = (got, expected, tolerance = 1e-6) => {
  const [a, b] = [got.flat(3), expected.flat(3)];
  assert.equal(a.length, b.length);
  a.forEach((value, at) => assert.ok(Math.abs(value - b[at]) <= tolerance * Math.max(1, Math.abs(b[at])), `${value} is not ${b[at]}`));
};

test("grids are torch's", () => {
  assert.ok(cases.length >= 150);
  for (const { kind, theta, size, align, grid } of cases) near(sourceGrid(kind, theta, size, align), grid);
});

test("what is read is torch's", () => {
  for (const { grid, align, image, output } of cases) near(grid.map((row) => row.map((place) => readBilinear(image, place, align))), output);
});

test("weights add up to one and name the pixels", () => {
  for (const { grid, align, image, output } of cases) {
    const reads = pixelsRead(grid[0][0], image.length, image[0].length, align);
    assert.equal(reads.length, 4);
    near([reads.reduce((sum, { weight }) => sum + weight, 0)], [1]);
    const inside = reads.filter((each) => each.inside);
    near([inside.reduce((sum, { row, column, weight }) => sum + weight * image[row][column], 0)], [output[0][0]]);
  }
});

test("handles give theta back", () => {
  for (const { kind, theta } of cases) {
    const places = handlePlaces(kind).map(transformOf(kind, theta));
    if (kind === "projective" && handlePlaces(kind).some(([x, y]) => theta[2][0] * x + theta[2][1] * y + 1 < 0.05)) continue;
    near(thetaFromHandles(kind, places), theta, 1e-5);
  }
});

test("three corners on a line have no homography", () => {
  assert.equal(solveLinear([[1, 2], [2, 4]], [[1], [2]]), null);
  assert.equal(thetaFromHandles("projective", [[0, 0], [0, 0], [0, 0], [1, 1]]), null);
});
