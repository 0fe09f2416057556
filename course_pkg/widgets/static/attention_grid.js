// AttentionGrid: scores of nine cells, the weights that a softmax makes of them, and two ways to read.

/** Weights that add up to 1; shifting all scores changes nothing, so the largest becomes 0. */
function attentionWeights(scores, temperature) {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp((score - most) / temperature));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** The mean of what the cells hold, under the weights. */
const mixture = (weights, values) => values[0].map((_, at) => weights.reduce((sum, weight, i) => sum + weight * values[i][at], 0));

/** Numbers in [0, 1) that look random and are the same every time (mulberry32). */
function uniforms(seed, count) {
  let state = seed >>> 0;
  return range(count).map(() => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  });
}

/** The cell that a number in [0, 1) falls on when the weights are laid end to end. */
function drawnCell(weights, uniform) {
  let sum = 0;
  for (let cell = 0; cell < weights.length; cell += 1) {
    sum += weights[cell];
    if (uniform < sum) return cell;
  }
  return weights.length - 1; // rounding left the sum a hair below 1
}

/** Spread of the weights in nats. */
const spread = (weights) => -weights.reduce((sum, weight) => sum + (weight > 0 ? weight * Math.log(weight) : 0), 0);

const asColour = (value) => `rgb(${value.map((part) => Math.round(part)).join(" ")})`;
const asText = (value) => value.map((part) => String(Math.round(part))).join(", ");

function slider(label, { min, max, step }, onInput) {
  const input = h("input", { type: "range", min, max, step, "aria-label": label, style: "width:100%;min-height:1.6rem;padding:0" });
  input.addEventListener("input", () => onInput(Number(input.value)));
  return input;
}

function render({ model, el }) {
  const values = model.get("values");
  const { score, temperature: heat, looks: most } = model.get("limits");
  const side = Math.sqrt(values.length);
  const initial = Object.fromEntries(["scores", "temperature", "looks"].map((key) => [key, model.get(key)]));
  const place = (i) => `row ${Math.floor(i / side) + 1} column ${(i % side) + 1}`;
  const change = (changes) => {
    for (const [key, value] of Object.entries(changes)) model.set(key, value);
    model.save_changes();
    draw();
  };

  const cells = values.map((value, i) => {
    const fill = h("span", { style: `display:block;background:${asColour(value)};border:1px solid var(--control);border-radius:3px` });
    const box = h("span", { style: "display:flex;align-items:center;justify-content:center;height:3.6rem", "aria-hidden": "true" }, fill);
    const weight = h("span", { "data-role": "weight" });
    const number = h("span", { class: "note", style: "margin:0", "data-role": "score" });
    const input = slider(`Score of ${place(i)}`, score, (typed) =>
      change({ scores: model.get("scores").map((old, other) => (other === i ? typed : old)), looks: 0 }),
    );
    const text = h("span", { style: "display:flex;justify-content:space-between;align-items:baseline;gap:.3rem" }, weight, number);
    return { fill, weight, number, input, element: h("div", { style: "min-width:0" }, box, text, input) };
  });
  const grid = h(
    "div",
    { role: "group", "aria-label": "Cells", style: `display:grid;grid-template-columns:repeat(${side}, minmax(0, 6.4rem));gap:.5rem .8rem` },
    ...cells.map(({ element }) => element),
  );

  const heatInput = slider("Temperature", heat, (typed) => change({ temperature: typed, looks: 0 }));
  const heatText = h("span", { "data-role": "temperature" });
  const heatField = h("p", { class: "note", style: "max-width:21rem" }, "Temperature ", heatText, heatInput);

  const swatchOf = (name, role) => {
    const swatch = h("span", { style: "display:block;width:3.6rem;height:2.4rem;border:1px solid var(--control);border-radius:4px", "aria-hidden": "true" });
    const text = h("span", { "data-role": role });
    return { swatch, text, element: h("div", { style: "margin:0 0 .6rem" }, h("p", { class: "caption" }, name), swatch, text) };
  };
  const soft = swatchOf("Soft: the mean of all cells", "soft");
  const hard = swatchOf("Hard: the cell looked at last", "hard");
  const mean = swatchOf("Mean of all looks so far", "mean");
  const look = (count) => button(count === 1 ? "Look once" : `Look ${count} times`, () => change({ looks: Math.min(most, model.get("looks") + count) }));
  const forget = button("Forget the looks", () => change({ looks: 0 }));
  const original = button("Original values", () => change({ ...initial }));
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });

  function draw() {
    const scores = model.get("scores");
    const temperature = model.get("temperature");
    const count = model.get("looks");
    const weights = attentionWeights(scores, temperature);
    cells.forEach(({ fill, weight, number, input }, i) => {
      const length = `${(0.3 + 3.2 * Math.sqrt(weights[i])).toFixed(3)}rem`;
      Object.assign(fill.style, { width: length, height: length });
      setText(weight, formatNumber(weights[i]));
      setText(number, formatNumber(scores[i]));
      if (Number(input.value) !== scores[i]) input.value = scores[i];
      setAttribute(input, "aria-valuetext", `${formatNumber(scores[i])}, weight ${formatNumber(weights[i])}`);
    });
    if (Number(heatInput.value) !== temperature) heatInput.value = temperature;
    setText(heatText, formatNumber(temperature));
    const blend = mixture(weights, values);
    soft.swatch.style.background = asColour(blend);
    setText(soft.text, asText(blend));
    const drawn = uniforms(model.get("seed"), count).map((uniform) => drawnCell(weights, uniform));
    const last = drawn[drawn.length - 1];
    hard.swatch.style.background = count ? asColour(values[last]) : "none";
    setText(hard.text, count ? `${asText(values[last])} (${place(last)})` : "not looked yet");
    const shares = values.map((_, i) => drawn.filter((cell) => cell === i).length / Math.max(count, 1));
    const seen = mixture(shares, values);
    mean.swatch.style.background = count ? asColour(seen) : "none";
    setText(mean.text, count ? asText(seen) : "not looked yet");
    const off = Math.sqrt(seen.reduce((total, part, at) => total + (part - blend[at]) ** 2, 0));
    const looks = count ? ` After ${count} ${count === 1 ? "look" : "looks"} their mean is ${Math.round(off)} away from the soft colour.` : "";
    setText(sum, `Entropy of the weights ${formatNumber(spread(weights))} of at most ${formatNumber(Math.log(weights.length))}.${looks}`);
  }

  const release = mount(
    el,
    model.get("title"),
    h("div", { class: "panels" }, panel("Left the weight (and the area), right the score: slide it", grid, heatField), h("div", { class: "panel" }, soft.element, hard.element, mean.element)),
    sum,
    h("div", { class: "bar" }, look(1), look(20), forget, original),
  );
  const watched = ["scores", "temperature", "looks"].map((key) => `change:${key}`);
  for (const event of watched) model.on(event, draw);
  draw();
  return () => {
    for (const event of watched) model.off(event, draw);
    release();
  };
}

defineElement("course-attention-grid", render);

export { attentionWeights, drawnCell, mixture, spread, uniforms };
export default { render };
