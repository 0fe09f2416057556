// Filterbank: a window of Gaussian filters on a photograph, what it reads, what that writes back.

const REACH = 8; // standard deviations outside the picture beyond which a filter sees nothing

/** Where the filters along one axis look; `shifted` is the popular mistake. */
const filterMeans = (centre, stride, patchSize, shifted) =>
  range(patchSize).map((i) => centre + (i - (patchSize - 1) / 2 - (shifted ? 1 : 0)) * stride);

/** Rows of weights over the pixels, one for each filter; a row adds up to 1, or is zero outside. */
function filterWeights(centre, stride, sigma, patchSize, size, shifted = false) {
  return filterMeans(centre, stride, patchSize, shifted).map((mean) => {
    if (Math.max(-mean, mean - size) > REACH * sigma) return range(size).map(() => 0);
    const squared = range(size).map((a) => (a + 0.5 - mean) ** 2);
    const least = Math.min(...squared);
    const raw = squared.map((each) => Math.exp(-(each - least) / (2 * sigma * sigma)));
    const total = raw.reduce((sum, each) => sum + each, 0);
    return raw.map((each) => each / total);
  });
}

const product = (a, b) => a.map((row) => b[0].map((_, c) => row.reduce((sum, value, k) => sum + value * b[k][c], 0)));
const transposed = (rows) => rows[0].map((_, c) => rows.map((row) => row[c]));

/** What is read through the window, and what writing it back gives. */
function seenAndWritten(picture, rows, columns, intensity) {
  const patch = product(product(rows, picture), transposed(columns)).map((row) => row.map((value) => value * intensity));
  const quiet = patch.map((row) => row.map((value) => value / intensity));
  return { patch, written: product(product(transposed(rows), quiet), columns) };
}

/** What the window does, in words. */
function describeWindow({ xs, ys, rows, columns, patchSize }) {
  const tenth = (value) => formatNumber(Math.round(value * 10) / 10);
  const blind = rows.filter((row) => row.every((value) => value === 0)).length * patchSize;
  const blindColumns = columns.filter((row) => row.every((value) => value === 0)).length;
  const lost = blind + blindColumns * (patchSize - blind / patchSize);
  const where = `The filters look from x ${tenth(xs[0])} to ${tenth(xs.at(-1))} and from y ${tenth(ys[0])} to ${tenth(ys.at(-1))}.`;
  return lost ? `${where} ${lost} of ${patchSize * patchSize} cells lie outside and see nothing.` : `${where} All ${patchSize * patchSize} cells see something.`;
}

const SVG = "http://www.w3.org/2000/svg";

function svgElement(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** A labelled number with decimals; `numberField` has whole ones. */
function decimalField(form, label, key, [min, max], step) {
  const input = h("input", { type: "number", id: nextId("field"), min, max, step, inputmode: "decimal", "data-name": key });
  watchInput(form, input, [key], label, { min, max }, (draft) => draft[key], (value) => ({ [key]: value }));
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input);
}

function render({ model, el }) {
  const keys = ["centre_x", "centre_y", "stride", "variance", "intensity", "patch_size", "shifted"];
  const original = Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  const limits = model.get("limits");
  const photo = model.get("photo");
  const pixels = unpackPhoto(photo);
  const form = new Form({ model, keys, draw: () => draw() });

  const fields = h(
    "div",
    { class: "fields" },
    decimalField(form, "Centre x", "centre_x", limits.centre_x, 1),
    decimalField(form, "Centre y", "centre_y", limits.centre_y, 1),
    decimalField(form, "Stride", "stride", limits.stride, 0.5),
    decimalField(form, "Variance", "variance", limits.variance, 0.5),
    decimalField(form, "Intensity", "intensity", limits.intensity, 0.1),
    traitField(form, "Cells a side", "patch_size", { min: limits.patch_size[0], max: limits.patch_size[1] }),
  );
  const origins = ["right", "shifted"];
  const origin = selectField("Count the cells", ["as the paper means it", "from 0 with the formula for 1"], (index) => form.change({ shifted: index === 1 }));
  const again = button("Original values", () => form.change({ ...original }));
  const tools = h("div", { class: "bar spaced" }, origin.element, again);

  const picture = h("canvas", { role: "img", "data-role": "photo" });
  const marks = svgElement("svg", { viewBox: `0 0 ${photo.width} ${photo.height}`, "aria-hidden": "true", style: "position:absolute;inset:0;width:100%;height:100%" });
  const framed = h("div", { style: "position:relative" }, picture, marks);
  const patchCanvas = h("canvas", { role: "img", "data-role": "patch" });
  const writtenCanvas = h("canvas", { role: "img", "data-role": "written" });
  const patchCaption = h("figcaption");
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });

  function drawMarks(xs, ys, sigma) {
    const radius = Math.max(0.35, Math.min(sigma, 4));
    marks.replaceChildren(
      ...ys.flatMap((cy) => xs.map((cx) => svgElement("circle", { cx, cy, r: radius, fill: "none", stroke: "#ffd54a", "stroke-width": 0.35 }))),
    );
  }

  function draw() {
    const [x, y, stride, variance, intensity, patchSize, shifted] = keys.map((key) => model.get(key));
    origin.select.value = origins.indexOf(shifted ? "shifted" : "right");
    const sigma = Math.sqrt(variance);
    const [xs, ys] = [x, y].map((centre) => filterMeans(centre, stride, patchSize, shifted));
    const rows = filterWeights(y, stride, sigma, patchSize, photo.height, shifted);
    const columns = filterWeights(x, stride, sigma, patchSize, photo.width, shifted);
    const { patch, written } = seenAndWritten(pixels, rows, columns, intensity);
    drawMarks(xs, ys, sigma);
    paintGrey(patchCanvas, patch);
    paintGrey(writtenCanvas, written);
    const text = describeWindow({ xs, ys, rows, columns, patchSize });
    setText(patchCaption, `What it reads: ${patchSize} × ${patchSize} cells`);
    setAttribute(patchCanvas, "aria-label", `${photo.alt}, read through the window, ${patchSize} by ${patchSize} cells. ${text}`);
    setAttribute(writtenCanvas, "aria-label", `${photo.alt}, written back from ${patchSize} by ${patchSize} cells`);
    setText(sum, text);
  }

  paintGrey(picture, pixels);
  setAttribute(picture, "aria-label", `${photo.alt}, ${photo.width} by ${photo.height} pixels, a ring at every filter`);
  const photos = h(
    "div",
    { class: "photos" },
    h("figure", {}, framed, h("figcaption", {}, "The photograph, a ring at every filter")),
    h("figure", {}, patchCanvas, patchCaption),
    h("figure", {}, writtenCanvas, h("figcaption", {}, "Written back through the same window")),
  );
  const release = mount(el, model.get("title"), fields, tools, form.message, photos, sum);
  draw();
  return () => {
    form.release();
    release();
  };
}

defineElement("course-filterbank", render);

export { describeWindow, filterMeans, filterWeights, seenAndWritten };
export default { render };
