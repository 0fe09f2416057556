// Crops of a box: the arithmetic of the RoI explorer. Boxes are in cells of the map.

/** A half goes up, as in C for numbers from 0 on. */
const roundHalfUp = (value) => Math.floor(value + 0.5);

const clampTo = (value, low, high) => Math.min(Math.max(value, low), high);

/** First cell, and one after the last, of each bin of RoI pooling along an axis. */
function cellsRead(start, end, bins, cells) {
  const [first, last] = [roundHalfUp(start), roundHalfUp(end)];
  const size = Math.max(last - first + 1, 1);
  return range(bins).map((k) => [
    clampTo(first + Math.floor((k * size) / bins), 0, cells),
    clampTo(first + Math.ceil(((k + 1) * size) / bins), 0, cells),
  ]);
}

/** Places of samples at even distances inside a box, along an axis. */
const samplePlaces = (start, end, count) => range(count).map((i) => start + ((i + 0.5) * (end - start)) / count);

/** How much of each cell a sample takes. */
function sampleWeights(method, place, cells) {
  let at = place - 0.5;
  if (method === "align") {
    if (at < -1 || at > cells) return range(cells).map(() => 0);
    at = clampTo(at, 0, cells - 1);
  }
  return range(cells).map((cell) => Math.max(0, 1 - Math.abs(at - cell)));
}

/** Weights of the cells for each bin: the mean over its samples. */
function binWeights(method, start, end, bins, samples, cells) {
  const each = method === "align" ? samples : 1;
  const rows = samplePlaces(start, end, bins * each).map((place) => sampleWeights(method, place, cells));
  return range(bins).map((bin) => range(cells).map((cell) => range(each).reduce((sum, s) => sum + rows[bin * each + s][cell], 0) / each));
}

/** Places of the released warp's samples in each bin: the box has whole cells, cell j its centre at j. */
function releasedPlaces(start, end, bins) {
  const [first, last] = [roundHalfUp(start), roundHalfUp(end)];
  const size = Math.max(last - first, 0);
  const steps = Math.ceil(size / bins);
  return range(bins).map((bin) => range(steps + 1).map((k) => first + ((bin + k / Math.max(steps, 1)) * size) / bins));
}

/** The largest of the samples in a bin, or 0 where none is on the map. */
function largestSample(features, ys, xs) {
  const [h, w] = [features.length, features[0].length];
  let best = -Infinity;
  for (const y of ys)
    for (const x of xs) {
      if (y < -0.5 || y > h - 0.5 || x < -0.5 || x > w - 0.5) continue;
      const rows = sampleWeights("warp", clampTo(y, 0, h - 1) + 0.5, h);
      const columns = sampleWeights("warp", clampTo(x, 0, w - 1) + 0.5, w);
      best = Math.max(best, rows.reduce((sum, a, r) => sum + columns.reduce((part, b, c) => part + a * b * features[r][c], 0), 0));
    }
  return best === -Infinity ? 0 : best;
}

/** The crop: rows of bins. */
function cropOfBox(method, features, [x0, y0, x1, y1], bins, samples) {
  const [h, w] = [features.length, features[0].length];
  if (method === "pool") {
    const columns = cellsRead(x0, x1, bins, w);
    return cellsRead(y0, y1, bins, h).map(([top, bottom]) =>
      columns.map(([left, right]) => {
        const read = features.slice(top, bottom).flatMap((row) => row.slice(left, right));
        return read.length ? Math.max(...read) : 0;
      }),
    );
  }
  if (method === "released") {
    const columns = releasedPlaces(x0, x1, bins);
    return releasedPlaces(y0, y1, bins).map((ys) => columns.map((xs) => largestSample(features, ys, xs)));
  }
  const rows = binWeights(method, y0, y1, bins, samples, h);
  const columns = binWeights(method, x0, x1, bins, samples, w);
  return rows.map((row) => columns.map((column) => row.reduce((sum, a, r) => sum + column.reduce((part, b, c) => part + a * b * features[r][c], 0), 0)));
}

/** What is wrong with a box, in one sentence, or null. */
function roiProblem({ left, top, right, bottom }) {
  if (right <= left) return { message: `The box is empty: its right edge (${right}) must lie right of its left edge (${left}).`, keys: ["left", "right"] };
  if (bottom <= top) return { message: `The box is empty: its bottom edge (${bottom}) must lie below its top edge (${top}).`, keys: ["top", "bottom"] };
  return null;
}

/** Share of the area that two boxes have in common. */
function boxIou([a0, b0, a1, b1], [c0, d0, c1, d1]) {
  const shared = Math.max(0, Math.min(a1, c1) - Math.max(a0, c0)) * Math.max(0, Math.min(b1, d1) - Math.max(b0, d0));
  return shared / ((a1 - a0) * (b1 - b0) + (c1 - c0) * (d1 - d0) - shared);
}
