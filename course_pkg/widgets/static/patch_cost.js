// PatchCost: the work of the patch loop beside that of one dense pass.

/** What the settings do, in two sentences. */
function costVerdict({ patch_size: patch, step }, { passes, loop, dense }, most) {
  const ratio = loop / dense;
  if (passes === 1) return "One patch, one pass: both do the same.";
  if (ratio > 1.005) {
    const overlap = most > 1 ? `pixels in the middle are read by ${amount(most)} patches` : "patches share their borders only";
    return `The loop multiplies ${amount(ratio)} times as often: ${overlap}.`;
  }
  if (ratio > 0.995) return "Both multiply equally often: the first layer alone has nothing to share.";
  const apart = step >= patch ? "do not overlap at all" : "overlap little";
  return `The dense pass multiplies ${amount(1 / ratio)} times as often: at steps of ${step} patches of ${patch} ${apart}, and it also answers for the pixels in between, which nobody asked for.`;
}

/** The counts as brightness, darkest where a pixel is read most often. */
function paintReads(canvas, counts) {
  const size = counts.length;
  if (canvas.width !== size) Object.assign(canvas, { width: size, height: size });
  const context = canvas.getContext("2d");
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  const most = Math.max(...counts) ** 2;
  counts.forEach((a, r) =>
    counts.forEach((b, c) => {
      const level = Math.round(235 * (1 - (a * b) / most));
      pixels[r * size + c] = 0xff000000 | (Math.round(120 + level / 2) << 16) | (level << 8) | level;
    }),
  );
  context.putImageData(image, 0, 0);
}

function render({ model, el }) {
  const keys = ["image_size", "patch_size", "step", "channels"];
  const limits = model.get("limits");
  const initial = Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  const form = new Form({ model, keys, problem: patchCostProblem, draw: () => draw() });
  const labels = { image_size: "Picture", patch_size: "Patch", step: "Step", channels: "Channels" };
  const fields = h(
    "div",
    { class: "fields" },
    ...keys.map((key) => traitField(form, labels[key], key, { min: limits[key][0], max: limits[key][1] })),
  );
  const original = button("Original values", () => {
    form.faults.clear();
    form.change({ ...initial });
  });

  const cell = (role) => h("td", { "data-role": role });
  const rowOf = (name, ...cells) => h("tr", {}, h("th", { scope: "row" }, name), ...cells);
  const heads = ["patch loop", "dense pass"].map((name) => h("th", { scope: "col" }, name));
  const [passes, one, wholeOne, loop, dense] = ["passes", "one-pass", "dense-pass", "loop", "dense"].map(cell);
  const table = h(
    "table",
    { "aria-label": "Work of both ways" },
    h("thead", {}, h("tr", {}, h("td"), ...heads)),
    h("tbody", {}, rowOf("forward passes", passes, h("td", {}, "1")), rowOf("multiplications a pass", one, wholeOne), rowOf("multiplications in all", loop, dense)),
  );
  for (const each of table.querySelectorAll("td")) each.style.padding = "0 .6em";
  const bars = ["patch loop", "dense pass"].map((name) => {
    const fill = h("span", { style: "display:block;height:1em;min-width:2px;background:var(--output-tint-3);border-right:2px solid var(--ink)" });
    return { fill, element: h("div", { style: "margin:.3rem 0" }, h("span", { class: "note" }, name), fill) };
  });
  const work = h("div", { role: "img", style: "min-width:12rem" }, ...bars.map(({ element }) => element));
  const canvas = h("canvas", { role: "img" });
  const caption = h("p", { class: "note" });
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });

  function draw() {
    const settings = Object.fromEntries(keys.map((key) => [key, model.get(key)]));
    const costs = patchCosts(settings, limits.classes);
    const counts = timesRead(settings);
    const most = Math.max(...counts) ** 2;
    setText(passes, amount(costs.passes));
    setText(one, amount(costs.one_pass));
    setText(wholeOne, amount(costs.dense));
    setText(loop, amount(costs.loop));
    setText(dense, amount(costs.dense));
    const largest = Math.max(costs.loop, costs.dense);
    [costs.loop, costs.dense].forEach((cost, at) => {
      const width = `${((100 * cost) / largest).toFixed(3)}%`;
      if (bars[at].fill.style.width !== width) bars[at].fill.style.width = width;
    });
    setAttribute(work, "aria-label", `Multiplications: patch loop ${amount(costs.loop)}, dense pass ${amount(costs.dense)}`);
    paintReads(canvas, counts);
    const reads = `Each pixel is read by up to ${amount(most)} ${most === 1 ? "patch" : "patches"}`;
    setAttribute(canvas, "aria-label", `${reads}, pixels near the border by fewer`);
    setText(caption, `${reads}; the darker, the more. ${costs.region} × ${costs.region} pixels with the mirrored border.`);
    setText(sum, costVerdict(settings, costs, most));
  }

  const figures = h(
    "div",
    { class: "panels" },
    panel("Work", scroll(table), work),
    h("div", { class: "panel", style: "width:13rem" }, h("p", { class: "caption" }, "How often a pixel is read"), canvas, caption),
  );
  const release = mount(el, model.get("title"), fields, form.message, figures, sum, h("div", { class: "bar" }, original));
  draw();
  return () => {
    form.release();
    release();
  };
}

defineElement("course-patch-cost", render);

export { costVerdict };
export default { render };
