// RoIExplorer: a box over a feature map, and what pool, align and both warps read of it.

const EDGES = ["left", "top", "right", "bottom"];
const METHODS = [
  ["pool", "RoI pool"],
  ["align", "RoI align"],
  ["warp", "RoI warp"],
  ["released", "Warp as released"],
];
const SVG = "http://www.w3.org/2000/svg";

function svgNode(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Which edges a press at (x, y) takes along: near ones, or all of them inside the box. */
function edgesAt(x, y, { left, top, right, bottom }, reach) {
  const near = [
    ["left", x - left],
    ["right", x - right],
    ["top", y - top],
    ["bottom", y - bottom],
  ].filter(([, distance]) => Math.abs(distance) <= reach).map(([name]) => name);
  const across = x >= left - reach && x <= right + reach;
  const down = y >= top - reach && y <= bottom + reach;
  if (!across || !down) return [];
  return near.length ? near : EDGES;
}

/** The box after a drag by (dx, dy): whole pixels, inside the picture, never empty. */
function dragged(start, taken, dx, dy, pixels) {
  const box = { ...start };
  if (taken.length === 4) {
    const x = clampTo(Math.round(dx), -start.left, pixels - start.right);
    const y = clampTo(Math.round(dy), -start.top, pixels - start.bottom);
    return { left: start.left + x, right: start.right + x, top: start.top + y, bottom: start.bottom + y };
  }
  if (taken.includes("left")) box.left = clampTo(Math.round(start.left + dx), 0, start.right - 1);
  if (taken.includes("right")) box.right = clampTo(Math.round(start.right + dx), start.left + 1, pixels);
  if (taken.includes("top")) box.top = clampTo(Math.round(start.top + dy), 0, start.bottom - 1);
  if (taken.includes("bottom")) box.bottom = clampTo(Math.round(start.bottom + dy), start.top + 1, pixels);
  return box;
}

/** What the method does with this box, in words. */
function roiVerdict(method, box, bins, samples, stride, cells) {
  if (method === "pool") {
    const across = cellsRead(box[0], box[2], bins, cells);
    const down = cellsRead(box[1], box[3], bins, cells);
    const read = [across[0][0], down[0][0], across.at(-1)[1], down.at(-1)[1]];
    const [x0, y0, x1, y1] = read.map((edge) => edge * stride);
    const iou = boxIou(box, read);
    return `RoI pool reads whole cells, pixels ${x0} to ${x1} across and ${y0} to ${y1} down: IoU with your box ${iou.toFixed(2)}. Each bin keeps its maximum; bins may share cells.`;
  }
  if (method === "align") return `RoI align averages ${samples * samples} ${samples === 1 ? "sample" : "samples"} in each bin, each mixed from the four cells around it: IoU with your box 1.00. Its kernel sends no gradient to the edges.`;
  if (method === "released") {
    const [x0, y0, x1, y1] = box.map((edge) => (roundHalfUp(edge) + 0.5) * stride);
    return `RoI warp as released rounds the edges to whole cells and reads from the centre of one cell to that of another, pixels ${x0} to ${x1} across and ${y0} to ${y1} down. Each bin keeps its largest sample. Move an edge: the crop stays, and then jumps.`;
  }
  return "RoI warp reads one sample in the middle of each bin: IoU with your box 1.00. The samples move with the edges, and so the edges can learn.";
}

function drawMap(svg, features, stride) {
  const most = Math.max(1, ...features.flat().map(Math.abs));
  features.forEach((row, r) =>
    row.forEach((value, c) => {
      const [x, y] = [c * stride, r * stride];
      const share = Math.round((70 * Math.abs(value)) / most);
      svg.append(
        svgNode("rect", { x, y, width: stride, height: stride, style: `fill:color-mix(in srgb, var(--input-tint) ${share}%, var(--surface));stroke:var(--line);stroke-width:.5` }),
        svgNode("text", { x: x + stride / 2, y: y + stride / 2 + 2.2, "text-anchor": "middle", style: "font-size:6px;fill:var(--muted)" }, formatNumber(value)),
      );
    }),
  );
}

/** The bins or samples of the method, over the map. */
function drawReading(layer, method, box, bins, samples, stride, cells) {
  const parts = [];
  if (method === "pool") {
    for (const [top, bottom] of cellsRead(box[1], box[3], bins, cells))
      for (const [left, right] of cellsRead(box[0], box[2], bins, cells))
        parts.push(svgNode("rect", { x: left * stride + 1, y: top * stride + 1, width: Math.max((right - left) * stride - 2, 0), height: Math.max((bottom - top) * stride - 2, 0), style: "fill:color-mix(in srgb, var(--output-tint-3) 30%, transparent);stroke:var(--output);stroke-width:.8" }));
  } else {
    const released = method === "released";
    const [x0, y0, x1, y1] = box.map((edge) => (released ? roundHalfUp(edge) + 0.5 : edge) * stride);
    const line = (a, b, c, d) => parts.push(svgNode("line", { x1: a, y1: b, x2: c, y2: d, style: "stroke:var(--output);stroke-width:.7" }));
    for (const k of range(bins + 1)) {
      const share = k / bins;
      line(x0 + share * (x1 - x0), y0, x0 + share * (x1 - x0), y1);
      line(x0, y0 + share * (y1 - y0), x1, y0 + share * (y1 - y0));
    }
    const each = method === "align" ? samples : 1;
    const pixels = (places) => places.flat().map((place) => (place + 0.5) * stride);
    const ys = released ? pixels(releasedPlaces(box[1], box[3], bins)) : samplePlaces(y0, y1, bins * each);
    const xs = released ? pixels(releasedPlaces(box[0], box[2], bins)) : samplePlaces(x0, x1, bins * each);
    for (const y of ys)
      for (const x of xs) parts.push(svgNode("circle", { cx: x, cy: y, r: 1.6, style: "fill:var(--output);stroke:var(--surface);stroke-width:.5" }));
  }
  layer.replaceChildren(...parts);
}

function render({ model, el }) {
  const keys = [...EDGES, "bins", "samples", "method"];
  const { pixels, stride, bins: mostBins, samples: mostSamples } = model.get("limits");
  const features = model.get("features");
  const cells = features.length;
  const original = Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  const form = new Form({ model, keys, problem: roiProblem, draw: () => draw() });

  const names = ["Left", "Top", "Right", "Bottom"];
  const edges = EDGES.map((key, i) => traitField(form, names[i], key, { min: 0, max: pixels }));
  const bins = traitField(form, "Bins a side", "bins", { min: 1, max: mostBins });
  const samples = traitField(form, "Samples a side", "samples", { min: 1, max: mostSamples });
  const ways = choice("Read by", METHODS, original.method, (method) => form.change({ method }));
  const reset = button("Original values", () => {
    form.faults.clear();
    form.change(structuredClone(original));
  });

  const svg = svgNode("svg", { viewBox: `-2 -2 ${pixels + 4} ${pixels + 4}`, role: "img", "data-role": "map", style: "display:block;width:min(24rem,100%);touch-action:none;cursor:move" });
  drawMap(svg, features, stride);
  const reading = svgNode("g", {});
  const frame = svgNode("rect", { style: "fill:none;stroke:var(--kernel);stroke-width:1.6" });
  const knobs = range(4).map(() => svgNode("circle", { r: 3, style: "fill:var(--kernel)" }));
  svg.append(reading, frame, ...knobs);
  const crop = new PlainGrid("output", "The crop");
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });

  let drag = null;
  const place = (event) => {
    const view = svg.getBoundingClientRect();
    const scale = (pixels + 4) / view.width;
    return [(event.clientX - view.left) * scale - 2, (event.clientY - view.top) * scale - 2];
  };
  svg.addEventListener("pointerdown", (event) => {
    const [x, y] = place(event);
    const start = Object.fromEntries(EDGES.map((key) => [key, model.get(key)]));
    const taken = edgesAt(x, y, start, 6);
    if (!taken.length) return;
    drag = { x, y, start, taken };
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = place(event);
    form.faults.clear();
    form.change(dragged(drag.start, drag.taken, x - drag.x, y - drag.y, pixels));
  });
  for (const event of ["pointerup", "pointercancel"]) svg.addEventListener(event, () => (drag = null));

  function draw() {
    const [left, top, right, bottom, count, each, method] = keys.map((key) => model.get(key));
    const box = [left, top, right, bottom].map((edge) => edge / stride);
    for (const radio of ways.querySelectorAll("input")) radio.checked = radio.value === method;
    samples.hidden = method !== "align";
    drawReading(reading, method, box, count, each, stride, cells);
    for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) setAttribute(frame, name, value);
    [[left, top], [right, top], [left, bottom], [right, bottom]].forEach(([x, y], i) => {
      setAttribute(knobs[i], "cx", x);
      setAttribute(knobs[i], "cy", y);
    });
    crop.show(cropOfBox(method, features, box, count, each));
    const text = roiVerdict(method, box, count, each, stride, cells);
    setAttribute(svg, "aria-label", `A map of ${cells} by ${cells} cells, ${stride} pixels each, and a box from ${left}, ${top} to ${right}, ${bottom}. ${text}`);
    setText(sum, text);
  }

  const fields = h("div", { class: "fields" }, ...edges, bins, samples);
  const figures = h("div", { class: "panels" }, panel("Drag the box, or an edge of it", svg), panel("The crop", crop.element));
  const release = mount(el, model.get("title"), h("div", { class: "bar" }, ways), fields, form.message, figures, sum, h("div", { class: "bar" }, reset));
  draw();
  return () => {
    form.release();
    release();
  };
}

defineElement("course-roi-explorer", render);

export { cellsRead, cropOfBox, dragged, edgesAt, roiProblem, roiVerdict };
export default { render };
