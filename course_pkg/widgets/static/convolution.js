// The arithmetic of transposed convolution. One dimension is treated as a grid with a single row
// and a vertical axis at which nothing happens.

/** A row of numbers as a grid with one row; a grid as it is. */
const asGrid = (x) => (Array.isArray(x[0]) ? x : [x]);

const grid = (rows, columns, value = () => 0) => range(rows).map((r) => range(columns).map((c) => value(r, c)));

/** Sizes along [rows, columns] of `{ input, kernel, stride, padding, output_padding, dilation }`.
 *  `length` is torch's output size; `full` is what the stamps cover before padding crops it. */
function axesOf(settings) {
  const input = asGrid(settings.input);
  const kernel = asGrid(settings.kernel);
  const oneRow = !Array.isArray(settings.input[0]);
  return [[input.length, kernel.length], [input[0].length, kernel[0].length]].map(([n, k], axis) => {
    const neutral = oneRow && axis === 0;
    const stride = neutral ? 1 : settings.stride;
    const padding = neutral ? 0 : settings.padding;
    const outputPadding = neutral ? 0 : settings.output_padding;
    const dilation = neutral ? 1 : settings.dilation;
    const full = (n - 1) * stride + dilation * (k - 1) + 1;
    return { n, k, stride, padding, outputPadding, dilation, full, length: full - 2 * padding + outputPadding };
  });
}

/** Where the stamp of input cell `at` begins on the uncropped canvas of an axis. */
const stampStart = (axis, at) => at * axis.stride;

/** The pairs (input cell, kernel weight) of one axis that land on canvas position `t`. */
function landings(axis, t) {
  const pairs = [];
  for (let i = 0; i < axis.n; i++) {
    const j = (t - stampStart(axis, i)) / axis.dilation;
    if (Number.isInteger(j) && j >= 0 && j < axis.k) pairs.push([i, j]);
  }
  return pairs;
}

/** What lands on canvas cell (top, left): input cell, kernel weight and their values, in the order
 *  of the stamps. `stamps` counts how many input cells have been stamped so far. */
function termsAt(settings, top, left, stamps = Infinity, axes = axesOf(settings)) {
  const input = asGrid(settings.input);
  const kernel = asGrid(settings.kernel);
  const terms = [];
  for (const [r, kr] of landings(axes[0], top))
    for (const [c, kc] of landings(axes[1], left))
      if (r * axes[1].n + c < stamps) terms.push({ r, c, kr, kc, x: input[r][c], w: kernel[kr][kc] });
  return terms;
}

/** The transposed convolution by stamping: `kernel` times every input value, overlaps added. */
function convTranspose(settings) {
  const axes = axesOf(settings);
  const [rows, columns] = axes;
  if (rows.length < 1 || columns.length < 1) return [];
  return grid(rows.length, columns.length, (r, c) =>
    termsAt(settings, r + rows.padding, c + columns.padding, Infinity, axes).reduce((sum, { x, w }) => sum + x * w, 0),
  );
}

/** The input with stride - 1 zeros between its values and the frame that an ordinary convolution
 *  needs: dilation * (k - 1) - padding zeros before (fewer than none: it is cropped). */
function insertZeros(settings) {
  const axes = axesOf(settings);
  const input = asGrid(settings.input);
  const source = (axis, t) => {
    const at = t - (axis.dilation * (axis.k - 1) - axis.padding);
    if (at < 0 || at > (axis.n - 1) * axis.stride) return "frame";
    return at % axis.stride ? "between" : at / axis.stride;
  };
  const [rows, columns] = axes.map((axis) => range(axis.length + axis.dilation * (axis.k - 1)).map((t) => source(axis, t)));
  const kinds = rows.map((r) => columns.map((c) => (r === "frame" || c === "frame" ? "frame" : r === "between" || c === "between" ? "between" : [r, c])));
  return { kinds, values: kinds.map((row) => row.map((kind) => (Array.isArray(kind) ? input[kind[0]][kind[1]] : 0))) };
}

const flip = (kernel) => asGrid(kernel).map((row) => [...row].reverse()).reverse();

/** The ordinary convolution of deep learning (no flip, stride 1) on a grid. */
function convolve(values, kernel, [rowDilation, columnDilation]) {
  const rows = values.length - rowDilation * (kernel.length - 1);
  const columns = values[0].length - columnDilation * (kernel[0].length - 1);
  return grid(rows, columns, (r, c) =>
    kernel.reduce((sum, row, i) => row.reduce((part, w, j) => part + w * values[r + i * rowDilation][c + j * columnDilation], sum), 0),
  );
}

/** The same output by inserting zeros and convolving with the flipped kernel. */
function convTransposeByZeros(settings) {
  const axes = axesOf(settings);
  return convolve(insertZeros(settings).values, flip(settings.kernel), axes.map((axis) => axis.dilation));
}

/** "(2 − 1)·2 − 2·0 + 1·(3 − 1) + 0 + 1" */
const sizeTerms = ({ n, k, stride, padding, outputPadding, dilation }) =>
  `(${n} ${MINUS} 1)·${stride} ${MINUS} 2·${padding} + ${dilation}·(${k} ${MINUS} 1) + ${outputPadding} + 1`;

/** Why torch would refuse these settings: `{ message, keys }`, or null. */
function transposedConvProblem(settings) {
  const { stride, dilation, output_padding: outputPadding } = settings;
  const most = Math.max(stride, dilation) - 1;
  if (outputPadding > most) {
    const message =
      `Output padding ${outputPadding} is too large: it must be smaller than the stride (${stride}) or the dilation (${dilation}). ` +
      `Use at most ${most}, or a larger stride.`;
    return { message, keys: ["output_padding"] };
  }
  const empty = axesOf(settings).find((axis) => axis.length < 1);
  if (!empty) return null;
  const message =
    `Padding ${settings.padding} crops everything away: the output size would be ${sizeTerms(empty)} = ${formatNumber(empty.length)}. ` +
    `Use less padding, or a larger input, kernel or stride.`;
  return { message, keys: ["padding"] };
}

/** The grid cut or extended to a new size; new cells hold `fill`. A row stays a row. */
function resize(values, rows, columns, fill) {
  const old = asGrid(values);
  const next = grid(rows, columns, (r, c) => old[r]?.[c] ?? fill);
  return Array.isArray(values[0]) ? next : next[0];
}

/** One size field for each axis that data with one or two dimensions has. */
function sizeFields(form, key, label, { min, max, fill }) {
  const two = Array.isArray(form.draft[key][0]);
  const sizes = (draft) => [asGrid(draft[key]).length, asGrid(draft[key])[0].length];
  return (two ? [0, 1] : [1]).map((axis) =>
    numberField(form, {
      label: two ? `${label} ${axis ? "columns" : "rows"}` : `${label} size`,
      name: `${key}_${two && !axis ? "rows" : "columns"}`,
      keys: [`${key}_size`],
      min,
      max,
      get: (draft) => sizes(draft)[axis],
      set: (value) => {
        const size = sizes(form.draft);
        size[axis] = value;
        return { [key]: resize(form.draft[key], size[0], size[1], fill) };
      },
    }),
  );
}

export { axesOf, convTranspose, convTransposeByZeros, insertZeros, resize, termsAt, transposedConvProblem };
