// Checkerboard: how many stamps cover each output cell, and what that does to a photograph.

/** Stamps on every output position of n input cells: kernel k, stride s, no padding. */
const overlapCounts = (n, k, s) =>
  range((n - 1) * s + k).map((t) => range(n).filter((i) => t >= i * s && t < i * s + k).length);

/** Stamps on an inner position of each phase 0 … s-1: what repeats when the input is long. */
const phaseSums = (weights, s) => range(s).map((phase) => weights.reduce((sum, w, j) => (j % s === phase ? sum + w : sum), 0));

/** The kernel along one axis, "equal" or "triangle", scaled to keep the mean brightness. */
function stampWeights(shape, k, s) {
  const raw = range(k).map((j) => (shape === "triangle" ? 1 - Math.abs(j - (k - 1) / 2) / ((k + 1) / 2) : 1));
  const total = raw.reduce((sum, w) => sum + w, 0);
  return raw.map((w) => (w * s) / total);
}

/** Rows of pixels stamped along the row. */
function stampRows(rows, weights, s) {
  return rows.map((row) => {
    const out = new Float64Array((row.length - 1) * s + weights.length);
    for (let i = 0; i < row.length; i++) for (let j = 0; j < weights.length; j++) out[i * s + j] += row[i] * weights[j];
    return out;
  });
}

const turn = (rows) => Array.from(rows[0], (_, c) => Float64Array.from(rows, (row) => row[c]));

/** A photograph (rows of 0 … 255) through the transposed convolution, which is separable. */
const stampPhoto = (rows, weights, s) => turn(stampRows(turn(stampRows(rows, weights, s)), weights, s));

const percent = (value) => `${formatNumber(Math.round(value * 100))} %`;

/** What the settings do, in two sentences. */
function verdict(k, s, sums) {
  const counts = phaseSums(range(k).map(() => 1), s);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const [darkest, brightest] = [Math.min(...sums) ** 2, Math.max(...sums) ** 2];
  const even = brightest - darkest < 1e-9;
  const first =
    k < s
      ? `The kernel (${k}) is shorter than the stride (${s}): some cells get no stamp at all.`
      : fewest === most
        ? `The stride (${s}) divides the kernel size (${k}): every inner cell gets ${most === 1 ? "1 stamp" : `${most} stamps`} along an axis, ${most * most} in a picture.`
        : `The stride (${s}) does not divide the kernel size (${k}): inner cells get ${fewest} or ${most} stamps along an axis, ${fewest * fewest} to ${most * most} in a picture.`;
  const second = even ? "Brightness is even." : `Brightness swings between ${percent(darkest)} and ${percent(brightest)}: the checkerboard.`;
  return `${first} ${second}`;
}

function render({ model, el }) {
  const keys = ["kernel_size", "stride", "weights"];
  const limits = model.get("limits");
  const photo = model.get("photo");
  const pixels = unpackPhoto(photo);
  const form = new Form({ model, keys, draw: () => draw() });

  const shapes = ["equal", "triangle"];
  const weights = selectField("Kernel values", ["all equal", "a triangle"], (index) => form.change({ weights: shapes[index] }));
  const fields = h(
    "div",
    { class: "fields" },
    traitField(form, "Kernel size", "kernel_size", { min: 1, max: limits.kernel_size }),
    traitField(form, "Stride", "stride", { min: 1, max: limits.stride }),
    weights.element,
  );
  const bars = h("div", { class: "bars", role: "img", "data-role": "counts-1d" });
  const cells = h("div", { class: "cells tiny", role: "img", "data-role": "counts-2d" });
  const canvas = h("canvas", { role: "img" });
  const original = h("canvas", { role: "img", "aria-label": `${photo.alt}, ${photo.width} by ${photo.height} pixels` });
  const caption = h("figcaption");
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });

  function drawBars(counts) {
    if (bars.children.length !== counts.length)
      bars.replaceChildren(...counts.map(() => h("span", { class: "barcell" }, h("span"), h("span", { class: "fill" }))));
    counts.forEach((count, t) => {
      const [number, fill] = bars.children[t].children;
      setText(number, String(count));
      const height = `${count * 1.1}em`;
      if (fill.style.height !== height) fill.style.height = height;
    });
    setAttribute(bars, "aria-label", `Stamps on each output cell in one dimension: ${counts.join(" ")}`);
  }

  function drawCells(counts) {
    if (cells.children.length !== counts.length ** 2) {
      cells.style.gridTemplateColumns = `repeat(${counts.length}, minmax(0, 1.35rem))`;
      cells.replaceChildren(...range(counts.length ** 2).map(() => h("span", { class: "cell" })));
    }
    const most = Math.max(...counts) ** 2;
    counts.forEach((a, r) =>
      counts.forEach((b, c) => {
        const cell = cells.children[r * counts.length + c];
        setText(cell, String(a * b));
        setAttribute(cell, "style", `--share:${Math.round((70 * a * b) / most)}%`);
      }),
    );
    setAttribute(cells, "aria-label", `Stamps on each output cell in two dimensions, row by row: ${counts.map((a) => counts.map((b) => a * b).join(" ")).join("; ")}`);
  }

  function draw() {
    const [k, s, shape] = keys.map((key) => model.get(key));
    weights.select.value = shapes.indexOf(shape);
    drawBars(overlapCounts(limits.row, k, s));
    drawCells(overlapCounts(limits.grid, k, s));
    const along = stampWeights(shape, k, s);
    const stamped = stampPhoto(pixels, along, s);
    paintGrey(canvas, stamped);
    const text = verdict(k, s, phaseSums(along, s));
    setText(caption, `Stamped with kernel ${k}, stride ${s}: ${stamped[0].length} × ${stamped.length} pixels`);
    setAttribute(canvas, "aria-label", `${photo.alt}, stamped with kernel ${k} and stride ${s}. ${text}`);
    setText(sum, text);
  }

  paintGrey(original, pixels);
  const figures = h(
    "div",
    { class: "panels" },
    panel(`Stamps on each cell, ${limits.row} inputs in a row`, bars),
    panel(`The same in a picture, ${limits.grid} × ${limits.grid} inputs`, cells),
  );
  const photos = h(
    "div",
    { class: "photos" },
    h("figure", {}, original, h("figcaption", {}, `${photo.alt}: ${photo.width} × ${photo.height} pixels`)),
    h("figure", {}, canvas, caption),
  );
  const release = mount(el, model.get("title"), fields, form.message, figures, photos, sum);
  draw();
  return () => {
    form.release();
    release();
  };
}

defineElement("course-checkerboard", render);

export { overlapCounts, phaseSums, stampPhoto, stampWeights };
export default { render };
