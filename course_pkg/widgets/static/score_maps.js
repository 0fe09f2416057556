// Score maps: unpack them, enlarge them bilinearly, sum them, and take the best class.

/** { shape: [k, h, w], scale, values } to { shape, scores }; two bytes a score, low byte first. */
function decodeMap({ shape, scale, values }) {
  const bytes = Uint8Array.from(atob(values), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return { shape, scores: Float64Array.from({ length: bytes.length / 2 }, (_, at) => view.getInt16(2 * at, true) * scale) };
}

/** For every pixel along an axis the two cells that it mixes, and the share of the second. */
const blends = (cells, stride, pixels) =>
  range(pixels).map((t) => {
    const at = Math.min(Math.max((t + 0.5) / stride - 0.5, 0), cells - 1);
    const low = Math.floor(at);
    return [low, Math.min(low + 1, cells - 1), at - low];
  });

/** Add a small map, enlarged bilinearly, to `total` (k × height × width scores in a row). */
function addEnlarged(total, { shape: [k, h, w], scores }, stride, height, width) {
  const [rows, columns] = [blends(h, stride, height), blends(w, stride, width)];
  for (let c = 0; c < k; c++)
    rows.forEach(([top, bottom, down], r) => {
      const [above, below] = [(c * h + top) * w, (c * h + bottom) * w];
      const out = (c * height + r) * width;
      columns.forEach(([left, right, along], x) => {
        const first = scores[above + left] * (1 - along) + scores[above + right] * along;
        const second = scores[below + left] * (1 - along) + scores[below + right] * along;
        total[out + x] += first * (1 - down) + second * down;
      });
    });
}

/** The class with the largest score at every pixel; of equal ones the first. */
function argmaxLabels(total, k, pixels) {
  const labels = new Uint8Array(pixels);
  for (let at = 0; at < pixels; at++) {
    let best = 0;
    for (let c = 1; c < k; c++) if (total[c * pixels + at] > total[best * pixels + at]) best = c;
    labels[at] = best;
  }
  return labels;
}

/** Labels from the sum of the chosen maps. */
function predictLabels(maps, chosen, stride, height, width) {
  const k = maps[0].shape[0];
  const total = new Float64Array(k * height * width);
  maps.forEach((map, at) => chosen[at] && addEnlarged(total, map, stride, height, width));
  return argmaxLabels(total, k, height * width);
}

/** Which pixels have another label at most `distance` pixels away, diagonals included. */
function nearBorders(labels, height, width, distance) {
  const inside = (value, most) => Math.min(Math.max(value, 0), most - 1);
  return labels.map((label, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    for (let r = inside(row - distance, height); r <= inside(row + distance, height); r++)
      for (let c = inside(column - distance, width); c <= inside(column + distance, width); c++) if (labels[r * width + c] !== label) return 1;
    return 0;
  });
}

/** Share of right pixels among those that `counts` says yes to; 255 in the truth never counts. */
function shareRight(labels, truth, counts = () => true) {
  let [right, all] = [0, 0];
  truth.forEach((label, at) => {
    if (label === 255 || !counts(at)) return;
    all += 1;
    right += label === labels[at] ? 1 : 0;
  });
  return all ? right / all : 0;
}
