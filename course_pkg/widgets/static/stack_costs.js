// What a stack of layers sees and costs; a layer is [kernel, stride, dilation, channels], and
// channels 0 make it a max pool.

/** One entry a layer: field, step, cells, multiplications, numbers (see stack_costs.py). */
function stackCosts(layers, imageSize) {
  let [field, step, cells, channels] = [1, 1, imageSize, 3];
  return layers.map(([kernel, stride, dilation, width]) => {
    const reach = dilation * (kernel - 1);
    field += reach * step;
    step *= stride;
    cells = Math.floor((cells + 2 * Math.floor(reach / 2) - reach - 1) / stride) + 1;
    const multiplications = kernel ** 2 * channels * width * cells ** 2;
    channels = width || channels;
    return { field, step, cells, multiplications, numbers: channels * cells ** 2 };
  });
}

const WIDEST = 4000;

/** Why a stack cannot be drawn, in Python's words, or null. */
function stackProblem(layers, imageSize) {
  let before = imageSize;
  for (const [index, { cells, field }] of stackCosts(layers, imageSize).entries()) {
    const [kernel, , dilation] = layers[index];
    if (cells < 1)
      return `Layer ${index + 1} has a window of ${dilation * (kernel - 1) + 1} cells, but the map before it has only ${before}. Use a larger picture, a smaller kernel or smaller strides.`;
    if (field > WIDEST) return `Layer ${index + 1} would see ${field} pixels; at most ${WIDEST} can be drawn. Use smaller kernels or strides.`;
    before = cells;
  }
  return null;
}

/** Paths from every pixel of the field to the cell, along one axis; the largest is 1. */
function pathProfile(layers) {
  let [profile, step] = [Float64Array.of(1), 1];
  for (const [kernel, stride, dilation] of layers) {
    const wider = new Float64Array(profile.length + (kernel - 1) * dilation * step);
    for (let tap = 0; tap < kernel; tap++) profile.forEach((share, at) => (wider[tap * dilation * step + at] += share));
    const most = wider.reduce((a, b) => Math.max(a, b));
    profile = wider.map((share) => share / most);
    step *= stride;
  }
  return profile;
}

/** Three digits and a prefix: 15.3 G, 60.3 MB. */
function formatLarge(value, unit = "") {
  const prefixes = ["", "k", "M", "G", "T", "P"];
  let at = 0;
  while (value >= 999.5 && at < prefixes.length - 1) [value, at] = [value / 1000, at + 1];
  return `${Number(value.toPrecision(3))} ${prefixes[at]}${unit}`.trim();
}
