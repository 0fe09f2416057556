// ReceptiveField: a list of layers to edit, the field of one cell of the last, and the cost.

const NUMBERS = [
  ["Kernel", "kernel_size"],
  ["Stride", "stride"],
  ["Dilation", "dilation"],
  ["Channels", "channels"],
];
const RESULTS = ["sees", "step", "cells", "multiplications"];
const HEADINGS = ["Layer", "Kind", ...NUMBERS.map(([label]) => label), "Sees", "Step", "Cells", "Multiplications", "Remove"];

/** The table: one row a layer. Rows are built anew only when a layer comes, goes or changes kind. */
class LayerTable {
  constructor(form, limits) {
    Object.assign(this, { form, limits });
    this.body = h("tbody");
    const head = h("thead", {}, h("tr", {}, ...HEADINGS.map((text) => h("th", { scope: "col" }, text))));
    this.element = h("table", { class: "stack", "aria-label": "Layers, first to last" }, head, this.body);
    form.fields.push({ input: this.element, keys: [], refresh: () => this.refresh() });
    this.refresh();
  }

  get layers() {
    return this.form.draft.layers;
  }

  refresh() {
    const shape = this.layers.map(([, , , channels]) => (channels ? "c" : "p")).join("");
    if (shape !== this.shape) this.build(shape);
  }

  build(shape) {
    this.shape = shape;
    const mine = new Set(this.body.querySelectorAll("input"));
    this.form.fields = this.form.fields.filter(({ input }) => !mine.has(input));
    this.results = [];
    this.body.replaceChildren(...this.layers.map((_, index) => this.row(index)));
  }

  row(index) {
    const number = index + 1;
    const isPool = this.layers[index][3] === 0;
    const kind = h("select", { "aria-label": `Kind of layer ${number}` }, h("option", { value: "conv" }, "conv"), h("option", { value: "pool" }, "pool"));
    kind.value = isPool ? "pool" : "conv";
    kind.addEventListener("change", () => {
      this.replace(index, kind.value === "pool" ? [2, 2, 1, 0] : [3, 1, 1, this.channelsBefore(index)]);
      this.body.querySelectorAll("select")[index].focus();
    });
    const cells = NUMBERS.map(([label, name], at) => h("td", {}, isPool && at > 1 ? "–" : this.input(index, at, label, name)));
    const results = RESULTS.map((name) => h("td", { "data-role": name }));
    this.results.push(results);
    const remove = button("×", () => this.remove(index));
    setAttribute(remove, "aria-label", `Remove layer ${number}`);
    return h("tr", {}, h("th", { scope: "row" }, String(number)), h("td", {}, kind), ...cells, ...results, h("td", {}, remove));
  }

  input(index, at, label, name) {
    const input = h("input", { type: "number", step: 1, min: 1, max: this.limits[name], inputmode: "numeric", "aria-label": `${label} of layer ${index + 1}` });
    const set = (value) => ({ layers: this.layers.map((layer, other) => (other === index ? layer.with(at, value) : layer)) });
    watchInput(this.form, input, ["layers"], `${label} of layer ${index + 1}`, { min: 1, max: this.limits[name], whole: true }, () => this.layers[index]?.[at], set);
    return input;
  }

  channelsBefore = (index) => this.layers.slice(0, index).findLast(([, , , channels]) => channels)?.[3] ?? 32;

  replace(index, ...layers) {
    this.form.change({ layers: this.layers.toSpliced(index, 1, ...layers) });
  }

  remove(index) {
    if (this.layers.length === 1) return;
    this.replace(index);
    const buttons = this.body.querySelectorAll("button");
    buttons[Math.min(index, buttons.length - 1)].focus();
  }

  add() {
    if (this.layers.length >= this.limits.layers) return;
    const last = this.layers.length;
    this.form.change({ layers: [...this.layers, [3, 1, 1, this.channelsBefore(last)]] });
  }

  show(costs) {
    this.refresh();
    costs.forEach(({ field, step, cells, multiplications }, index) => {
      const texts = [field, step, `${cells} × ${cells}`, multiplications ? formatLarge(multiplications) : "0"];
      texts.forEach((text, at) => setText(this.results[index][at], String(text)));
    });
    this.body.querySelectorAll("button").forEach((each) => (each.disabled = costs.length === 1));
  }
}

/** Squares around one centre: the picture, and what a cell of every layer sees of it. */
function drawSquares(view, costs, imageSize) {
  const whole = Math.max(imageSize, costs.at(-1).field);
  const square = (pixels, name) => h("span", { class: name, style: `width:${(100 * pixels) / whole}%;height:${(100 * pixels) / whole}%` });
  view.replaceChildren(
    square(imageSize, "picture"),
    ...costs.slice(0, -1).map(({ field }) => square(field, "layer")),
    square(costs.at(-1).field, "seen"),
  );
}

/** How often every pixel is looked at, as a filled outline above the picture's extent. */
function drawProfile(view, profile, imageSize) {
  const whole = Math.max(imageSize, profile.length);
  const left = (whole - profile.length) / 2;
  const outline = Array.from(profile, (share, at) => `V${(100 - 96 * share).toFixed(2)}H${left + at + 1}`).join("");
  const start = (whole - imageSize) / 2;
  view.innerHTML =
    `<svg viewBox="0 0 ${whole} 106" preserveAspectRatio="none" aria-hidden="true">` +
    `<path class="paths" d="M${left} 100${outline}V100Z"/><path class="extent" d="M${start} 103H${start + imageSize}"/></svg>`;
}

function render({ model, el }) {
  const keys = ["layers", "image_size"];
  const limits = model.get("limits");
  const starts = model.get("starts");
  const problem = ({ layers, image_size: size }) => {
    const message = stackProblem(layers, size);
    return message && { message, keys };
  };
  const form = new Form({ model, keys, problem, draw: () => draw() });
  const table = new LayerTable(form, limits);
  const names = Object.keys(starts);
  const start = selectField("Start from", ["your own stack", ...names], (index) => {
    if (!index) return;
    form.faults.clear();
    form.change({ layers: structuredClone(starts[names[index - 1]]) });
  });
  const [low, high] = limits.image_size;
  const fields = h("div", { class: "fields", style: "--field:11rem" }, start.element, traitField(form, "Picture, pixels a side", "image_size", { min: low, max: high }));
  const add = button("Add a layer", () => table.add());
  const squares = h("div", { class: "squares", role: "img", "data-role": "squares" });
  const profile = h("div", { class: "profile", role: "img", "data-role": "profile" });
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });

  function draw() {
    const [layers, size] = keys.map((key) => model.get(key));
    const costs = stackCosts(layers, size);
    table.show(costs);
    add.disabled = layers.length >= limits.layers;
    start.select.value = names.findIndex((name) => sameJson(starts[name], layers)) + 1;
    const { field, step, cells } = costs.at(-1);
    const paths = pathProfile(layers);
    const holes = paths.filter((share) => share === 0).length;
    drawSquares(squares, costs, size);
    drawProfile(profile, paths, size);
    setAttribute(squares, "aria-label", `A picture of ${size} pixels a side, and in its middle the ${field} pixels a side that one cell of the last layer sees`);
    const half = paths.filter((share) => share >= 0.5).length;
    setAttribute(profile, "aria-label", `Paths from each of ${field} pixels to the cell: ${half} pixels have at least half as many as the one with the most, ${holes} have none`);
    const multiplications = costs.reduce((total, cost) => total + cost.multiplications, 0);
    const bytes = 4 * costs.reduce((total, cost) => total + cost.numbers, 0);
    const beyond = field > size ? ` That is more than the picture: the rest is padding.` : "";
    const missing = holes ? ` ${holes} of the ${field} pixels in a row are holes that it never looks at.` : "";
    sum.replaceChildren(
      h("b", {}, `One cell sees ${field} × ${field} pixels`),
      `, and its neighbour looks ${step} ${step === 1 ? "pixel" : "pixels"} further; ${cells} × ${cells} cells are left.${beyond}${missing} The stack takes `,
      h("b", {}, `${formatLarge(multiplications)} multiplications`),
      ` and keeps ${formatLarge(bytes, "B")} of outputs for one picture.`,
    );
  }

  const figures = h(
    "div",
    { class: "panels" },
    panel("The field in the picture", squares),
    h("div", { class: "panel grow" }, h("p", { class: "caption" }, "Paths from each pixel to the cell"), profile, h("p", { class: "note" }, "The line below is the picture, from side to side.")),
  );
  const release = mount(el, model.get("title"), fields, form.message, h("div", { class: "stage" }, scroll(table.element)), h("div", { class: "bar" }, add), figures, sum);
  draw();
  return () => {
    form.release();
    release();
  };
}

defineElement("course-receptive-field", render);

export { formatLarge, pathProfile, stackCosts, stackProblem };
export default { render };
