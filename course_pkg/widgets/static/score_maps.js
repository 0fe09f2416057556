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
    return { low, high: Math.min(low + 1, cells - 1), share: at - low };
  });

/** Enlarge k small maps bilinearly: k × height × width scores in a row. */
function enlarge({ shape: [k, h, w], scores }, stride, height, width) {
  const large = new Float64Array(k * height * width);
  const columns = blends(w, stride, width);
  // Plain loops, nothing unpacked a pixel: this runs at every touch, and took thrice the time.
  blends(h, stride, height).forEach((row, r) => {
    for (let c = 0; c < k; c++) {
      const [above, below, out] = [(c * h + row.low) * w, (c * h + row.high) * w, (c * height + r) * width];
      for (let x = 0; x < width; x++) {
        const { low, high, share } = columns[x];
        const first = scores[above + low] * (1 - share) + scores[above + high] * share;
        const second = scores[below + low] * (1 - share) + scores[below + high] * share;
        large[out + x] = first * (1 - row.share) + second * row.share;
      }
    }
  });
  return large;
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

/** Labels from the sum of the chosen maps, all of one shape: summed small, since enlarging is linear. */
function predictLabels(maps, chosen, stride, height, width) {
  const { shape } = maps[0];
  const scores = new Float64Array(maps[0].scores.length);
  maps.forEach((map, at) => chosen[at] && map.scores.forEach((score, cell) => (scores[cell] += score)));
  return argmaxLabels(enlarge({ shape, scores }, stride, height, width), shape[0], height * width);
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
