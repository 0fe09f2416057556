// UpsamplingFamily: one input, every way of making it larger side by side.

/** 2×2 max pooling with stride 2: the largest values and where they stood (the first of equals). */
function maxPool(input) {
  const values = grid(input.length / 2, input[0].length / 2);
  const positions = values.map((row, r) =>
    row.map((_, c) => {
      let best = [2 * r, 2 * c];
      for (const at of [[2 * r, 2 * c + 1], [2 * r + 1, 2 * c], [2 * r + 1, 2 * c + 1]]) if (input[at[0]][at[1]] > input[best[0]][best[1]]) best = at;
      values[r][c] = input[best[0]][best[1]];
      return best;
    }),
  );
  return { values, positions };
}

/** Where output position `t` of a 2× bilinear upsampling reads an axis of length n
 *  (align_corners=False): pairs of source index and weight. */
function bilinearReads(t, n) {
  const at = Math.max((t + 0.5) / 2 - 0.5, 0);
  const low = Math.floor(at);
  const share = at - low;
  const reads = [[low, 1 - share], [Math.min(low + 1, n - 1), share]];
  return reads[0][0] === reads[1][0] ? [[low, 1]] : reads.filter(([, weight]) => weight > 0);
}

/** Every method says which pooled cells make output cell (r, c), and with which weight:
 *  [source row, source column, weight]. */
const METHODS = {
  nearest: { name: "Nearest", note: "Repeat each value.", terms: (_, r, c) => [[r >> 1, c >> 1, 1]] },
  bed_of_nails: { name: "Bed of nails", note: "Value top left, zeros elsewhere.", terms: (_, r, c) => (r % 2 || c % 2 ? [] : [[r >> 1, c >> 1, 1]]) },
  max_unpool: {
    name: "Max unpooling",
    note: "Back to the remembered place.",
    terms: ({ positions }, r, c) => {
      const [top, left] = positions[r >> 1][c >> 1];
      return top === r && left === c ? [[r >> 1, c >> 1, 1]] : [];
    },
  },
  bilinear: {
    name: "Bilinear",
    note: "Blend the nearest four (align_corners=False).",
    terms: ({ pooled }, r, c) =>
      bilinearReads(r, pooled.length).flatMap(([i, a]) => bilinearReads(c, pooled[0].length).map(([j, b]) => [i, j, a * b])),
  },
  conv_transpose: {
    name: "Transposed convolution",
    note: "Stamp the kernel: stride 2, padding 1, output padding 1.",
    terms: ({ stamping, axes }, r, c) => termsAt(stamping, r + 1, c + 1, Infinity, axes).map((term) => [term.r, term.c, term.w]),
  },
  pixel_shuffle: {
    name: "Sub-pixel (pixel shuffle)",
    note: "Four channels, each a weight × the pooled grid, interleaved.",
    terms: ({ weights }, r, c) => [[r >> 1, c >> 1, weights[2 * (r % 2) + (c % 2)]]],
  },
};

/** What the methods need, from the editable values. */
function prepare({ input, kernel, channel_weights: weights }) {
  const { values: pooled, positions } = maxPool(input);
  const stamping = { input: pooled, kernel, stride: 2, padding: 1, output_padding: 1, dilation: 1 };
  return { pooled, positions, weights, stamping, axes: axesOf(stamping) };
}

function upsample(method, state) {
  const { pooled } = state;
  return grid(2 * pooled.length, 2 * pooled[0].length, (r, c) =>
    METHODS[method].terms(state, r, c).reduce((sum, [i, j, weight]) => sum + weight * pooled[i][j], 0),
  );
}

/** One method: its output as touchable cells, tinted by the pooled cell they come from. */
class MethodCard {
  constructor(method, onTouch, ...controls) {
    Object.assign(this, { method, ...METHODS[method] });
    this.touch = new TouchGrid((row, column) => onTouch(method, row, column));
    this.cells = h("div", { class: "cells", role: "group", "aria-label": this.name, "data-method": method });
    this.element = h("div", { class: "card" }, h("p", { class: "caption" }, this.name), scroll(this.cells), h("p", { class: "note" }, this.note), ...controls);
  }

  draw(state, at) {
    const values = upsample(this.method, state);
    const columns = state.pooled[0].length;
    const sources = state.pooled.length * columns;
    if (!this.touch.buttons.length) {
      this.cells.style.gridTemplateColumns = `repeat(${values[0].length}, auto)`;
      this.cells.replaceChildren(...values.flatMap((row, r) => row.map((_, c) => this.touch.add(r, c, cellName(this.name, r, c)))));
    }
    values.forEach((row, r) =>
      row.forEach((value, c) => {
        const cell = this.touch.buttons[r][c];
        const terms = this.terms(state, r, c);
        setAttribute(cell, "class", terms.length === 1 ? "cell weight" : terms.length ? "cell" : "cell blank");
        setAttribute(cell, "style", terms.length === 1 ? `--hue:${hueOf(terms[0][0] * columns + terms[0][1], sources)}` : null);
        this.touch.set(r, c, value);
      }),
    );
    this.touch.select(...at);
  }
}

function render({ model, el }) {
  const keys = ["input", "kernel", "channel_weights"];
  const limits = model.get("limits");
  const initial = Object.fromEntries(keys.map((key) => [key, structuredClone(model.get(key))]));
  let touched = ["max_unpool", 1, 1];
  const form = new Form({ model, keys, draw: () => draw() });
  const input = new ValueGrid(form, { key: "input", label: "Input", kind: "plain", limit: limits.value });
  const kernel = new ValueGrid(form, { key: "kernel", label: "Kernel", limit: limits.value });
  const weights = new ValueGrid(form, { key: "channel_weights", label: "Channel weights", kind: "kernel", limit: limits.value });
  const pooled = new PlainGrid("plain", "Pooled");
  const onTouch = (...next) => {
    if (sameJson(touched, next)) return;
    touched = next;
    draw();
  };
  const controls = { conv_transpose: panel("Kernel", kernel.element), pixel_shuffle: panel("Channel weights", weights.element) };
  const cards = Object.keys(METHODS).map((method) => new MethodCard(method, onTouch, ...(controls[method] ? [controls[method]] : [])));
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });
  const original = button("Original values", () => {
    form.faults.clear();
    form.change(structuredClone(initial));
  });

  function draw() {
    const state = prepare(Object.fromEntries(keys.map((key) => [key, model.get(key)])));
    const [method, row, column] = touched;
    const columns = state.pooled[0].length;
    pooled.show(state.pooled, () => "weight");
    pooled.cells.flat().forEach((cell, index) => setAttribute(cell, "style", `--hue:${hueOf(index, state.pooled.length * columns)}`));
    input.mark(state.positions.flat().map(([r, c]) => [r, c, ""]));
    input.slots.flat().forEach((slot) => setAttribute(slot, "class", "slot"));
    state.positions.flat().forEach(([r, c], index) => {
      setAttribute(input.slots[r][c], "class", "slot tinted");
      setAttribute(input.slots[r][c], "style", `--hue:${hueOf(index, state.positions.flat().length)}`);
    });
    for (const card of cards) card.draw(state, [row, column]);
    const terms = METHODS[method].terms(state, row, column);
    pooled.mark(terms.map(([r, c]) => [r, c, ""]));
    const name = `${cellName(METHODS[method].name, row, column)}`;
    const text = terms.length ? ` = ${formatSum(terms.map(([r, c, weight]) => [weight, state.pooled[r][c]]))}` : " = 0: nothing is put there.";
    sum.replaceChildren(h("b", {}, name), text);
  }

  const top = h(
    "div",
    { class: "panels" },
    panel("Input", scroll(input.element), h("p", { class: "note" }, "Outlined: the largest of each 2 × 2 window.")),
    panel("Pooled", pooled.element, h("p", { class: "note" }, "What every method starts from.")),
  );
  const release = mount(el, model.get("title"), top, form.message, h("div", { class: "cards" }, ...cards.map(({ element }) => element)), sum, h("div", { class: "bar" }, original));
  draw();
  return () => {
    form.release();
    release();
  };
}

defineElement("course-upsampling-family", render);

export { METHODS, maxPool, prepare, upsample };
export default { render };
