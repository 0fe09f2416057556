// The view of ConvMatrix: X times x, and Xᵀ times y, with everything that a touched row uses.

const NOTES = { kernel: [1, 2, 3], x: [0, 1, 2, 3, 4, 0], letters: ["0", "a", "b", "c", "d", "0"], padding: 0, dilation: 1 };
const PRESETS = [
  ["Stride 1: X is 4 × 6", { ...NOTES, stride: 1, y: [1, 2, 3, 4] }],
  ["Stride 2: X is 2 × 6", { ...NOTES, stride: 2, y: [1, 2] }],
  ["Padding 1: X is 4 × 4", { ...NOTES, stride: 1, padding: 1, x: [1, 2, 3, 4], letters: [], y: [1, 2, 3, 4] }],
];

const subscript = (number) => [...String(number)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join("");

function render({ model, el }) {
  const keys = ["kernel", "x", "y", "stride", "padding", "dilation", "letters"];
  const limits = model.get("limits");
  const initial = Object.fromEntries(keys.map((key) => [key, structuredClone(model.get(key))]));
  const twoD = Array.isArray(initial.kernel[0]);
  const current = () => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  let touched = { transposed: false, row: 0 };
  let named = true;

  const form = new Form({
    model,
    keys,
    problem: (draft) => {
      const problem = convMatrixProblem(draft, limits.rows);
      if (!problem) fit(draft);
      return problem;
    },
    draw: () => draw(),
  });

  /** Keep names and y as long as the axes they belong to. */
  function fit(draft) {
    if (draft.letters.length && draft.letters.length !== draft.x.flat().length) draft.letters = [];
    const rows = convAxes(draft).reduce((product, axis) => product * axis.length, 1);
    if (draft.y && draft.y.length !== rows) draft.y = range(rows).map((at) => draft.y[at] ?? at + 1);
  }

  const inputNames = (draft = form.draft) => (draft.letters.length ? draft.letters : [...alphabet.slice(0, draft.x.flat().length)]);
  const outputNames = (settings, count) => range(count).map((at) => (settings.y ? alphabet[at] : `b${subscript(at + 1)}`));

  const touch = (transposed) => (row) => {
    if (touched.transposed === transposed && touched.row === row) return;
    touched = { transposed, row };
    draw();
  };
  const kernel = new ValueGrid(form, { key: "kernel", label: "Kernel", limit: limits.value });
  const x = new ValueGrid(form, { key: "x", label: "Input", kind: "input", limit: limits.value, column: true, letters: inputNames });
  const y = new ValueGrid(form, { key: "y", label: "Vector", kind: "input", limit: limits.value, column: true, letters: () => [...alphabet.slice(0, form.draft.y?.length ?? 1)] });
  const given = new PlainGrid("input", "The vector X x");
  const forward = { matrix: new MatrixTable("X", touch(false)), result: new ResultColumn("X times input", touch(false)) };
  const backward = { matrix: new MatrixTable("X transposed", touch(true)), result: new ResultColumn("X transposed times vector", touch(true)) };
  const captions = [h("p", { class: "caption" }), h("p", { class: "caption" })];
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });
  const operator = (text) => h("span", { class: "operator", "aria-hidden": "true" }, text);
  const equation = (side, ...vectors) =>
    scroll(h("div", { class: "equation" }, side.matrix.element, operator("·"), ...vectors.map((vector) => h("div", { class: "bracket" }, vector.element)), h("div", { class: "result" }, operator("="), h("div", { class: "bracket" }, side.result.element))));
  const left = equation(forward, x);
  const right = equation(backward, y, given);

  const presets = selectField("Start from", ["this page's values", ...PRESETS.map(([label]) => label)], (index) => {
    form.faults.clear();
    form.change(structuredClone(index ? PRESETS[index - 1][1] : initial));
  });
  presets.element.classList.add("wide");
  presets.element.hidden = twoD;
  const fields = h(
    "div",
    { class: "fields", style: "--field:5.6rem" },
    presets.element,
    traitField(form, "Stride", "stride", { min: 1, max: limits.stride }),
    traitField(form, "Padding", "padding", { min: 0, max: limits.padding }),
    traitField(form, "Dilation", "dilation", { min: 1, max: limits.dilation }),
    ...sizeFields(form, "kernel", "Kernel", { min: 1, max: limits.kernel, fill: 1 }),
    ...sizeFields(form, "x", "Input", { min: 1, max: limits.input, fill: 1 }),
  );
  const labels = choice("Weights as", [["letters", "Letters"], ["numbers", "Numbers"]], "letters", (value) => {
    named = value === "letters";
    draw();
  });
  const spread = choice("Xᵀ spreads", [["own", "your vector"], ["result", "the result X x"]], initial.y ? "own" : "result", (value) => {
    form.change({ y: value === "own" ? products(current()).forward : null });
  });
  const showSpread = () => {
    for (const radio of spread.querySelectorAll("input")) radio.checked = radio.value === (model.get("y") ? "own" : "result");
  };

  function draw() {
    const settings = current();
    const { indices, forward: b, y: vector, transposed } = products(settings);
    const weights = settings.kernel.flat();
    const letters = weightLetters(weights.length);
    const texts = named ? letters : weights.map(formatNumber);
    const flipped = transpose(indices);
    const lines = touched.transposed ? flipped : indices;
    touched.row = Math.min(touched.row, lines.length - 1);
    const [row, column] = touched.transposed ? [null, touched.row] : [touched.row, null];
    const xNames = inputNames(settings);
    const yNames = outputNames(settings, vector.length);
    forward.matrix.draw({ indices, texts, row, column });
    backward.matrix.draw({ indices: flipped, texts, row: column, column: row });
    forward.result.draw(b, named && indices.map((line) => symbolicSum(line, letters, xNames)), row);
    backward.result.draw(transposed, named && flipped.map((line) => symbolicSum(line, letters, yNames)), column);
    y.element.parentElement.hidden = !settings.y;
    given.element.parentElement.hidden = Boolean(settings.y);
    if (!settings.y) given.show(vector.map((value) => [value]));
    showSpread();

    const used = lines[touched.row].flatMap((index, at) => (index < 0 ? [] : [{ index, at }]));
    const source = touched.transposed ? vector : settings.x.flat();
    const marks = used.map(({ at }) => [at, 0, ""]);
    x.mark(touched.transposed ? [] : marks);
    y.mark(touched.transposed && settings.y ? marks : []);
    given.mark(touched.transposed && !settings.y ? marks : []);
    kernel.mark(used.map(({ index }) => [Math.floor(index / asGrid(settings.kernel)[0].length), index % asGrid(settings.kernel)[0].length, ""]));
    kernel.slots.flat().forEach((slot, index) => {
      setAttribute(slot, "class", "slot tinted");
      setAttribute(slot, "style", `--hue:${hueOf(index, weights.length)}`);
      setAttribute(slot, "data-letter", letters[index]);
    });
    const name = `Row ${touched.row + 1} of ${touched.transposed ? "Xᵀ" : "X"}`;
    const text = used.length ? formatSum(used.map(({ index, at }) => [weights[index], source[at]])) : "0";
    const label = used.length ? "" : ": all zeros, so the result is ";
    sum.replaceChildren(h("b", {}, name + (label ? "" : ": ")), label + text);
    setText(captions[0], `X is ${indices.length} × ${indices[0].length}: every row picks up`);
    setText(captions[1], `Xᵀ is ${flipped.length} × ${flipped[0].length}: every column puts down`);
  }

  const figures = h("div", { class: "panels" }, h("div", { class: "panel" }, captions[0], left), h("div", { class: "panel" }, captions[1], right));
  const release = mount(el, model.get("title"), fields, form.message, h("div", { class: "bar spaced" }, labels, spread), h("div", { class: "panels" }, panel("Kernel", kernel.element)), figures, sum);
  draw();
  return () => {
    form.release();
    release();
  };
}

defineElement("course-conv-matrix", render);

export default { render };
