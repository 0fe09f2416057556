// SkipExplorer: heads to switch on and off, and the labels that their summed scores give.

const FAINT = [226, 229, 233];

function paintLabels(canvas, labels, colourOf, height, width) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  labels.forEach((label, at) => {
    const [red, green, blue] = colourOf(label, at);
    pixels[at] = 0xff000000 | (blue << 16) | (green << 8) | red;
  });
  context.putImageData(image, 0, 0);
}

/** "sky 40 %, grass 30 %": what a label map is made of, most first. */
function composition(labels, classes) {
  const counts = classes.map(() => 0);
  let known = 0;
  for (const label of labels) if (label < classes.length) [counts[label], known] = [counts[label] + 1, known + 1];
  return counts
    .map((count, index) => [count, classes[index].name])
    .filter(([count]) => count)
    .sort(([a], [b]) => b - a)
    .map(([count, name]) => `${name} ${Math.round((100 * count) / known)} %`)
    .join(", ");
}

/** Several of a few: check boxes that look like a row of tabs. */
function switches(label, names, onChange) {
  const boxes = names.map((name, index) => {
    const input = h("input", { type: "checkbox", "data-head": index });
    input.addEventListener("change", () => onChange(index, input.checked));
    return { input, element: h("label", {}, input, name) };
  });
  const element = h("fieldset", { class: "choice" }, h("legend", {}, label), ...boxes.map((box) => box.element));
  return { element, show: (chosen) => boxes.forEach(({ input }, index) => (input.checked = chosen[index])) };
}

function figure(drawing, caption) {
  return h("figure", {}, drawing, h("figcaption", {}, caption));
}

const asPercent = (share) => `${formatNumber(Math.round(share * 1000) / 10)} %`;

function render({ model, el }) {
  const names = model.get("names");
  const classes = model.get("classes");
  const { src, truth: encoded, height, width, alt } = model.get("picture");
  const [maps, stride, near] = [model.get("maps").map(decodeMap), model.get("stride"), model.get("near")];
  const truth = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const close = nearBorders(truth, height, width, near);
  const colour = (label) => classes[label]?.colour ?? [255, 255, 255];

  const heads = switches("Heads that are summed", names, (index, on) => {
    model.set("heads", model.get("heads").map((old, other) => (other === index ? on : old)));
    model.save_changes();
    draw();
  });
  const canvas = (role) => h("canvas", { role: "img", "data-role": role });
  const [truthCanvas, prediction, mistakes] = ["truth", "prediction", "mistakes"].map(canvas);
  const photo = h("img", { src, alt, style: "width:100%;image-rendering:pixelated" });
  const legend = h("ul", { class: "legend", "aria-label": "Colours" });
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });

  function draw() {
    const chosen = model.get("heads");
    heads.show(chosen);
    const labels = predictLabels(maps, chosen, stride, height, width);
    paintLabels(prediction, labels, colour, height, width);
    const wrong = (at) => truth[at] !== 255 && truth[at] !== labels[at];
    paintLabels(mistakes, labels, (label, at) => (wrong(at) ? colour(label) : FAINT), height, width);
    setAttribute(prediction, "aria-label", `Labels from the summed scores: ${composition(labels, classes)}`);
    const right = shareRight(labels, truth);
    setAttribute(mistakes, "aria-label", `Wrong pixels in the colour of the wrong label: ${asPercent(1 - right)} of all`);
    const seen = new Set([...truth, ...labels]);
    legend.replaceChildren(
      ...classes.flatMap(({ name, colour: rgb }, index) => (seen.has(index) ? [h("li", {}, h("span", { class: "swatch", style: `background:rgb(${rgb})` }), name)] : [])),
    );
    const summed = names.filter((_, index) => chosen[index]);
    const what = summed.length ? summed.join(" + ") : "No head: every score is 0, and the first class wins everywhere";
    const border = shareRight(labels, truth, (at) => close[at]);
    sum.replaceChildren(h("b", {}, what), `. Right: ${asPercent(right)} of all pixels, ${asPercent(border)} of those within ${near} pixels of a border.`);
  }

  paintLabels(truthCanvas, truth, colour, height, width);
  setAttribute(truthCanvas, "aria-label", `True labels: ${composition(truth, classes)}`);
  const photos = h(
    "div",
    { class: "photos" },
    figure(photo, "The picture"),
    figure(truthCanvas, "The truth"),
    figure(prediction, "The largest sum wins"),
    figure(mistakes, "Only what is wrong"),
  );
  const release = mount(el, model.get("title"), heads.element, photos, legend, sum);
  model.on("change:heads", draw);
  draw();
  return () => {
    model.off("change:heads", draw);
    release();
  };
}

defineElement("course-skip-explorer", render);

export { argmaxLabels, composition, decodeMap, nearBorders, predictLabels, shareRight };
export default { render };
