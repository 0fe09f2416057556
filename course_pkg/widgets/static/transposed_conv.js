// TransposedConv: type numbers, watch every stamp, touch an output cell to see what made it.

const STAMPS = "stamps";
const ZEROS = "zeros";

function render({ model, el }) {
  const keys = ["input", "kernel", "stride", "padding", "output_padding", "dilation"];
  const initial = Object.fromEntries(keys.map((key) => [key, structuredClone(model.get(key))]));
  const twoD = Array.isArray(initial.input[0]);
  const limits = model.get("limits");
  const current = () => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  let mode = STAMPS;
  let at = null; // the touched output cell
  let wasWhole = true;

  const numbers = h("span", { "data-role": "size" });
  const rule = `Output size = (input ${MINUS} 1)·stride ${MINUS} 2·padding + dilation·(kernel ${MINUS} 1) + output padding + 1`;
  const formula = h("p", { class: "formula" }, rule, numbers);
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });
  const progress = h("span", { class: "note", role: "status", "data-role": "progress" });
  const onTouch = (row, column) => {
    if (sameJson(at, [row, column])) return;
    at = [row, column];
    draw();
  };
  const views = { [STAMPS]: twoD ? new StampCanvas(onTouch) : new StampRows(onTouch), [ZEROS]: new ZerosView(onTouch) };
  views[STAMPS].element.classList.add("stage");

  const form = new Form({ model, keys, problem: transposedConvProblem, draw: () => draw(true) });
  const axesNow = () => axesOf(current());
  const count = () => {
    const [rows, columns] = axesNow();
    return mode === STAMPS ? rows.n * columns.n : rows.length * columns.length;
  };
  const followWindow = () => {
    const columns = axesNow()[1].length;
    if (mode === ZEROS && player.step && !player.whole) at = [Math.floor((player.step - 1) / columns), (player.step - 1) % columns];
    draw();
  };
  const player = new Player({ count, noun: "Step through", draw: followWindow });

  const input = new ValueGrid(form, { key: "input", label: "Input", limit: limits.value });
  const kernel = new ValueGrid(form, { key: "kernel", label: "Kernel", limit: limits.value });
  const fields = h(
    "div",
    { class: "fields", style: twoD ? "--field:min(9.6rem, calc(50% - .4rem))" : null },
    traitField(form, "Stride", "stride", { min: 1, max: limits.stride }),
    traitField(form, "Padding", "padding", { min: 0, max: limits.padding }),
    traitField(form, "Output padding", "output_padding", { min: 0, max: limits.output_padding }),
    traitField(form, "Dilation", "dilation", { min: 1, max: limits.dilation }),
    ...sizeFields(form, "kernel", "Kernel", { min: 1, max: limits.kernel, fill: 1 }),
    ...sizeFields(form, "input", "Input", { min: 1, max: limits.input, fill: 1 }),
  );
  const editors = h("div", { class: "panels" }, panel("Input", scroll(input.element)), panel("Kernel", scroll(kernel.element)));
  const modes = choice("Seen as", [[STAMPS, "Stamps"], [ZEROS, "Zeros inserted"]], mode, (value) => {
    mode = value;
    player.pause();
    player.step = count();
    draw();
  });
  const original = button("Original values", () => {
    form.faults.clear();
    form.change(structuredClone(initial));
  });
  original.classList.add("apart");
  player.element.append(progress, original);
  modes.classList.add("bar");

  /** The cell that starts touched: the first with the most stamps on it, where adding up shows. */
  function busiest(settings, axes) {
    let best = [0, 0];
    let most = -1;
    for (let r = 0; r < axes[0].length; r++)
      for (let c = 0; c < axes[1].length; c++) {
        const found = termsAt(settings, r + axes[0].padding, c + axes[1].padding, Infinity, axes).length;
        if (found > most) [best, most] = [[r, c], found];
      }
    return best;
  }

  function showSum(name, terms, wait) {
    if (wait) return sum.replaceChildren(h("b", {}, `${name}`), " is not computed yet: press Step.");
    if (!terms.length) return sum.replaceChildren(h("b", {}, `${name} = 0`), ": no stamp has reached it.");
    const text = formatSum(terms.map(({ x, w }) => [x, w]));
    const from = mode === ZEROS ? "the window × the flipped kernel" : `input value × kernel weight${terms.length > 1 ? ", pairs A, B, … above" : ""}`;
    sum.replaceChildren(h("b", {}, `${name} = `), text, " ", h("span", { class: "from" }, `(${from})`));
  }

  function draw(changed = false) {
    const settings = current();
    const axes = axesOf(settings);
    if (!at || at[0] >= axes[0].length || at[1] >= axes[1].length) at = busiest(settings, axes);
    if (changed) player.follow(wasWhole);
    const frame = { settings, axes, stamps: player.step, at };
    for (const [name, view] of Object.entries(views)) view.element.hidden = name !== mode;
    const seen = views[mode].draw(frame);
    const stamped = termsAt(settings, at[0] + axes[0].padding, at[1] + axes[1].padding, mode === STAMPS ? player.step : Infinity, axes);
    const badge = (index) => (stamped.length > 1 ? String.fromCharCode(65 + index) : "");
    input.mark(stamped.map(({ r, c }, index) => [r, c, badge(index)]));
    kernel.mark(stamped.map(({ kr, kc }, index) => [kr, kc, badge(index)]));
    const order = at[0] * axes[1].length + at[1];
    showSum(cellName("Output", ...at, !twoD), seen ?? stamped, mode === ZEROS && order >= player.step);
    player.follow(false);
    wasWhole = player.whole;
    setText(progress, `${mode === STAMPS ? "Stamp" : "Window"} ${player.step} of ${count()}`);
    const parts = (twoD ? axes : axes.slice(1)).map((axis, index) => {
      const name = twoD ? `${["height", "width"][index]} ` : "";
      return h("span", {}, h("br"), `${name}= ${sizeTerms(axis)} = `, h("b", {}, String(axis.length)));
    });
    if (numbers.textContent !== parts.map((part) => part.textContent).join("")) numbers.replaceChildren(...parts);
  }

  const release = mount(el, model.get("title"), fields, form.message, editors, modes, player.element, h("div", { class: "stage" }, ...Object.values(views).map(({ element }) => element)), sum, formula);
  draw();
  return () => {
    player.pause();
    form.release();
    release();
  };
}

defineElement("course-transposed-conv", render);

export default { render };
