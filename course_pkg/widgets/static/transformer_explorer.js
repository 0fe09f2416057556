// TransformerExplorer: theta or handles, the grid over the source, the output, one pixel's reads.

const CORNERS = ["Upper left corner", "Upper right corner", "Lower left corner", "Lower right corner"];
const handleNames = (kind) => (kind === "tps" ? range(16).map((k) => `Point ${Math.floor(k / 4) + 1}, ${(k % 4) + 1}`) : CORNERS);
const identityTheta = (kind) => (kind === "tps" ? controlPoints().map((place) => place.map((at) => Math.round(at * 1e6) / 1e6)) : [[1, 0, 0], [0, 1, 0], [0, 0, 1]].slice(0, kind === "affine" ? 2 : 3));

const turned = (degrees, scale) => {
  const [cos, sin] = [Math.cos, Math.sin].map((f) => Math.round(1e4 * scale * f((degrees * Math.PI) / 180)) / 1e4);
  return [[cos, -sin, 0], [sin, cos, 0]];
};
const bent = (amount) => controlPoints().map(([x, y]) => [Math.round(1e4 * (x + amount * Math.cos((y * Math.PI) / 2))) / 1e4, Math.round(1e4 * y) / 1e4]);

const STARTS = {
  affine: {
    Identity: identityTheta("affine"),
    "Half the numbers: twice as large": [[0.5, 0, 0], [0, 0.5, 0]],
    "Twice the numbers: half as large": [[2, 0, 0], [0, 2, 0]],
    "A quarter turn": turned(90, 1),
    "Turned by 30 degrees, shrunk": turned(30, 1.25),
    Mirror: [[-1, 0, 0], [0, 1, 0]],
    "One step to the right": [[1, 0, 0.5], [0, 1, 0]],
    Shear: [[1, 0.5, 0], [0, 1, 0]],
  },
  projective: {
    Identity: identityTheta("projective"),
    "Seen from the left": [[1, 0, 0], [0, 1, 0], [0.4, 0, 1]],
    "Seen from below": [[1, 0, 0], [0, 1, 0], [0, -0.5, 1]],
    "Beyond the horizon": [[1, 0, 0], [0, 1, 0], [1.5, 0, 1]],
  },
  tps: { Identity: identityTheta("tps"), Bent: bent(0.3), "Bent the other way": bent(-0.3) },
};

function render({ model, el }) {
  const kinds = ["affine", "projective", "tps"];
  const keys = ["kind", ...kinds, "output_size", "align_corners"];
  const limits = model.get("limits");
  const photo = model.get("photo");
  const pixels = unpackPhoto(photo);
  const initial = structuredClone(Object.fromEntries(keys.map((key) => [key, model.get(key)])));
  const chosen = { row: 0, column: 0 };
  const form = new Form({ model, keys, draw: () => draw() });

  const kindField = selectField("Transformation", ["affine, 6 numbers", "projective, 8 numbers", "thin plate, 16 points"], (index) => {
    form.faults.clear();
    form.change({ kind: kinds[index] });
  });
  const start = selectField("Start from", ["your own"], (index) => {
    const kind = form.draft.kind;
    if (index) form.change({ [kind]: structuredClone(Object.values(STARTS[kind])[index - 1]) });
  });
  const corners = selectField("align_corners", ["False", "True"], (index) => form.change({ align_corners: index === 1 }));
  const [smallest, largest] = limits.output_size;
  const fields = h(
    "div",
    { class: "fields", style: "--field:9.5rem" },
    kindField.element,
    start.element,
    traitField(form, "Output, pixels a side", "output_size", { min: smallest, max: largest }),
    corners.element,
  );
  const thetas = kinds.map((kind) => {
    const grid = new ValueGrid(form, { key: kind, label: `theta (${kind})`, kind: "kernel", limit: limits.theta });
    return h("div", { class: "panel", "data-kind": kind }, h("p", { class: "caption" }, kind === "tps" ? "θ: where each of the 16 points is read (x, y)" : "θ, from target to source"), kind === "tps" ? h("div", { style: "max-height:14rem;overflow:auto", tabindex: 0, role: "group", "aria-label": "Places of 16 points" }, grid.element) : grid.element);
  });

  const stage = new Stage({
    pixels,
    alt: `${photo.alt}, ${photo.width} by ${photo.height} pixels`,
    names: handleNames,
    onMove: (index, place) => {
      const kind = form.draft.kind;
      const places = handlesNow().map((old, other) => (other === index ? place.map((at) => Math.round(1e4 * at) / 1e4) : old));
      const theta = thetaFromHandles(kind, places)?.map((row) => row.map((value) => Math.round(1e4 * value) / 1e4));
      if (theta?.flat().every((value) => Math.abs(value) <= limits.theta)) {
        form.faults.clear();
        form.change({ [kind]: theta });
      }
    },
  });
  const output = h("canvas", { role: "img", "data-role": "output", style: "cursor:crosshair" });
  output.addEventListener("click", ({ offsetX, offsetY }) => {
    const size = model.get("output_size");
    const at = (offset, whole) => Math.min(Math.max(Math.floor((offset / whole) * size), 0), size - 1);
    pick(at(offsetY, output.clientHeight), at(offsetX, output.clientWidth));
  });
  const mark = h("span", { "aria-hidden": "true", style: "position:absolute;border:2px solid #00d0ff;pointer-events:none" });
  const pickers = ["row", "column"].map((axis) =>
    numberField(form, {
      label: `Output ${axis}`,
      keys: [],
      min: 1,
      max: largest,
      get: () => chosen[axis] + 1,
      set: (value) => {
        chosen[axis] = Math.min(value, form.draft.output_size) - 1;
        return {};
      },
    }),
  );
  const list = h("tbody", { "data-role": "reads" });
  const heads = ["row", "column", "weight", "brightness"].map((text) => h("th", { scope: "col", style: "padding:0 .5em" }, text));
  const table = h("table", { "aria-label": "Source pixels that the chosen output pixel reads" }, h("thead", {}, h("tr", {}, ...heads)), list);
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });
  const original = button("Original values", () => {
    form.faults.clear();
    Object.assign(chosen, { row: 0, column: 0 });
    form.change(structuredClone(initial));
  });

  const handlesNow = () => handlePlaces(form.draft.kind).map(transformOf(form.draft.kind, form.draft[form.draft.kind]));

  function pick(row, column) {
    Object.assign(chosen, { row, column });
    form.settle();
  }

  function draw() {
    const [kind, size, align] = ["kind", "output_size", "align_corners"].map((key) => model.get(key));
    const theta = model.get(kind);
    for (const axis of ["row", "column"]) chosen[axis] = Math.min(chosen[axis], size - 1);
    const grid = sourceGrid(kind, theta, size, align);
    const values = grid.map((row) => row.map((place) => readBilinear(pixels, place, align)));
    kindField.select.value = kinds.indexOf(kind);
    corners.select.value = align ? 1 : 0;
    thetas.forEach((each) => (each.hidden = each.dataset.kind !== kind));
    const names = ["your own", ...Object.keys(STARTS[kind])];
    if (start.select.dataset.kind !== kind) {
      start.select.replaceChildren(...names.map((text, index) => h("option", { value: index }, text)));
      start.select.dataset.kind = kind;
    }
    start.select.value = Object.values(STARTS[kind]).findIndex((each) => sameJson(each, theta)) + 1;

    const place = grid[chosen.row][chosen.column];
    const reads = pixelsRead(place, photo.height, photo.width, align).filter(({ weight }) => weight > 1e-9);
    const inside = reads.filter((each) => each.inside);
    stage.draw({ kind, grid, places: handlesNow(), align, chosen: { ...chosen, pixels: inside } });
    paintGrey(output, values);
    Object.assign(mark.style, { left: `${(100 * chosen.column) / size}%`, top: `${(100 * chosen.row) / size}%`, width: `${100 / size}%`, height: `${100 / size}%` });
    setAttribute(output, "aria-label", `${photo.alt}, read at ${size} by ${size} places`);
    list.replaceChildren(
      ...inside.map(({ row, column, weight }) =>
        h("tr", {}, ...[row + 1, column + 1, weight, pixels[row][column]].map((value) => h("td", { style: "padding:0 .5em;text-align:right" }, formatNumber(value)))),
      ),
    );
    const from = `Output pixel (row ${chosen.row + 1}, column ${chosen.column + 1}) is read at x ${formatNumber(place[0])}, y ${formatNumber(place[1])}`;
    const value = formatNumber(values[chosen.row][chosen.column]);
    if (!inside.length) setText(sum, `${from}: outside the source, where there are zeros.`);
    else sum.replaceChildren(`${from}: `, h("b", {}, `${formatSum(inside.map(({ row, column, weight }) => [weight, pixels[row][column]])).split(" = ")[0]} = ${value}`));
  }

  const figures = h(
    "div",
    { class: "panels" },
    h("div", { class: "panel", style: "flex:1 1 16rem" }, h("p", { class: "caption" }, "Source, with the places that are read"), stage.element, h("p", { class: "note" }, "Drag a handle, or move it with the arrow keys.")),
    h("div", { class: "panel", style: "flex:0 1 12rem" }, h("p", { class: "caption" }, "Output"), h("div", { style: "position:relative;width:12rem;max-width:100%" }, output, mark), h("p", { class: "note" }, "Press a pixel to see what it reads.")),
    h("div", { class: "panel" }, h("p", { class: "caption" }, "What that pixel reads"), h("div", { class: "fields", style: "--field:6.6rem" }, ...pickers), scroll(table)),
  );
  const release = mount(el, model.get("title"), fields, form.message, h("div", { class: "panels" }, ...thetas), figures, sum, h("div", { class: "bar" }, original));
  draw();
  return () => {
    form.release();
    release();
  };
}

defineElement("course-transformer-explorer", render);

export { handlePlaces, pixelsRead, readBilinear, solveLinear, sourceGrid, thetaFromHandles, transformOf };
export default { render };
