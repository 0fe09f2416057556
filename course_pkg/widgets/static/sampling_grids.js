// Grids and bilinear reading: from theta to places in the source, and from places to pixels.
// Coordinates are [x, y] from -1 to 1, from target to source.

/** Places of an axis's own pixel centres. */
const pixelCentres = (size, align) => range(size).map((t) => (align ? (size > 1 ? (2 * t) / (size - 1) - 1 : 0) : (2 * t + 1) / size - 1));

/** The regular 4 × 4 points that hold a spline, row by row. */
const controlPoints = () => pixelCentres(4, true).flatMap((y) => pixelCentres(4, true).map((x) => [x, y]));

/** Solve A x = b for several right sides at once: rows of b become rows of x. */
function solveLinear(matrix, right) {
  const rows = matrix.map((row, r) => [...row, ...right[r]]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[best][c])) best = r;
    if (Math.abs(rows[best][c]) < 1e-9) return null;
    [rows[c], rows[best]] = [rows[best], rows[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      if (factor) for (let k = c; k < rows[r].length; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, r) => row.slice(n).map((value) => value / row[r]));
}

const bump = ([x, y], [u, v]) => {
  const squared = (x - u) ** 2 + (y - v) ** 2;
  return squared > 0 ? squared * Math.log(squared) : 0;
};

/** A function that maps a target place to a source place. */
function transformOf(kind, theta) {
  if (kind === "tps") {
    const control = controlPoints();
    const moved = theta.map(([x, y], k) => [x - control[k][0], y - control[k][1]]);
    const system = [
      ...control.map((p) => [...control.map((q) => bump(p, q)), 1, ...p]),
      ...range(3).map((axis) => [...control.map((p) => [1, ...p][axis]), 0, 0, 0]),
    ];
    const weights = solveLinear(system, [...moved, [0, 0], [0, 0], [0, 0]]);
    return (place) => {
      const basis = [...control.map((q) => bump(place, q)), 1, ...place];
      return place.map((at, axis) => at + basis.reduce((sum, value, k) => sum + value * weights[k][axis], 0));
    };
  }
  return ([x, y]) => {
    const [u, v, depth = 1] = theta.map(([a, b, c]) => a * x + b * y + c);
    // at the horizon and behind it there is only padding
    return kind === "affine" ? [u, v] : [u / Math.max(depth, 1e-6), v / Math.max(depth, 1e-6)];
  };
}

/** Source places of a square output, row by row. */
function sourceGrid(kind, theta, size, align) {
  const along = pixelCentres(size, align);
  const transform = transformOf(kind, theta);
  return along.map((y) => along.map((x) => transform([x, y])));
}

const toPixels = (place, size, align) => (align ? ((place + 1) / 2) * (size - 1) : ((place + 1) * size - 1) / 2);

/** The four pixels that a place mixes: [{ row, column, weight, inside }], weights adding up to 1. */
function pixelsRead([x, y], height, width, align) {
  const [px, py] = [toPixels(x, width, align), toPixels(y, height, align)];
  const [left, top] = [Math.floor(px), Math.floor(py)];
  return [0, 1].flatMap((dy) =>
    [0, 1].map((dx) => {
      const [row, column] = [top + dy, left + dx];
      const weight = (1 - Math.abs(px - column)) * (1 - Math.abs(py - row));
      return { row, column, weight, inside: row >= 0 && row < height && column >= 0 && column < width };
    }),
  );
}

/** The value at a place, zeros outside. `image` holds rows of numbers. */
const readBilinear = (image, place, align) =>
  pixelsRead(place, image.length, image[0].length, align).reduce((sum, { row, column, weight, inside }) => sum + (inside ? weight * image[row][column] : 0), 0);

/** Where the handles of a kind sit in the target. */
function handlePlaces(kind) {
  if (kind === "tps") return controlPoints();
  const corners = [[-1, -1], [1, -1], [-1, 1], [1, 1]];
  return kind === "affine" ? corners.slice(0, 3) : corners;
}

/** Theta for handles that are read at these source places, or null if there is none. */
function thetaFromHandles(kind, places) {
  if (kind === "tps") return places;
  const target = handlePlaces(kind);
  if (kind === "affine") {
    const solved = solveLinear(target.map(([x, y]) => [x, y, 1]), places);
    return [0, 1].map((axis) => solved.map((row) => row[axis]));
  }
  const system = target.flatMap(([x, y], k) => {
    const [u, v] = places[k];
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y],
      [0, 0, 0, x, y, 1, -v * x, -v * y],
    ];
  });
  const solved = solveLinear(system, places.flatMap(([u, v]) => [[u], [v]]));
  if (!solved) return null;
  const [a, b, c, d, e, f, g, i] = solved.flat();
  return [[a, b, c], [d, e, f], [g, i, 1]];
}
