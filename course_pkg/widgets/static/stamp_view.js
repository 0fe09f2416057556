// Transposed convolution seen as stamping. In one dimension every stamp has its own row and the
// output stands below, as in a written addition; in two, stamps go down on one canvas.

/** Canvas positions of an axis: the stamps and, after them, what output padding adds. */
const canvasSize = (axis) => Math.max(axis.full, axis.padding + axis.length);
const isCut = (axis, t) => t < axis.padding || t >= axis.padding + axis.length;

/** How strongly a cell is tinted: the number of stamps on it, three or more alike. */
const showCount = (cell, count) => setAttribute(cell, "data-count", count ? Math.min(count, 3) : null);
const sumOf = (terms) => terms.reduce((sum, { x, w }) => sum + x * w, 0);

class StampRows {
  constructor(onTouch) {
    this.touch = new TouchGrid(onTouch);
    this.table = h("table", { "aria-label": "Every stamp in a row of its own, and their sum" });
    this.element = scroll(this.table);
  }

  build(axis) {
    this.touch.reset();
    const columns = range(canvasSize(axis));
    const outputName = (t) => (isCut(axis, t) ? "cut" : String(t - axis.padding + 1));
    const head = h("tr", {}, h("th", { scope: "col" }, "output cell"), ...columns.map((t) => h("th", { scope: "col" }, outputName(t))));
    this.stamps = range(axis.n).map((i) => {
      const first = stampStart(axis, i);
      const product = (t) => (t - first) % axis.dilation === 0 && t >= first && (t - first) / axis.dilation < axis.k;
      const cells = columns.map((t) => h("td", {}, h("span", { class: product(t) ? "cell product" : "cell empty" })));
      const name = h("th", { scope: "row" });
      return { row: h("tr", {}, name, ...cells), name, cells };
    });
    this.total = columns.map((t) =>
      isCut(axis, t) ? h("span", { class: "cell cut" }) : this.touch.add(0, t - axis.padding, `Output ${t - axis.padding + 1}`),
    );
    const foot = h("tr", { class: "total" }, h("th", { scope: "row" }, "sum"), ...this.total.map((cell) => h("td", {}, cell)));
    this.table.replaceChildren(h("thead", {}, head), h("tbody", {}, ...this.stamps.map(({ row }) => row)), h("tfoot", {}, foot));
  }

  draw({ settings, axes, stamps, at }) {
    const axis = axes[1];
    const shape = JSON.stringify(axis);
    if (shape !== this.shape) this.build(axis);
    this.shape = shape;
    this.stamps.forEach(({ row, name, cells }, i) => {
      setText(name, `${formatNumber(settings.input[i])} × kernel`);
      setAttribute(row, "class", i >= stamps ? "later" : i === stamps - 1 && stamps < axis.n ? "now" : null);
      cells.forEach((td, t) => {
        const j = (t - stampStart(axis, i)) / axis.dilation;
        if (settings.kernel[j] !== undefined) setText(td.firstChild, formatNumber(settings.input[i] * settings.kernel[j]));
        setAttribute(td, "data-touched", t === at[1] + axis.padding && settings.kernel[j] !== undefined);
      });
    });
    this.total.forEach((cell, t) => {
      const terms = termsAt(settings, 0, t, stamps, axes);
      showCount(cell, isCut(axis, t) ? 0 : terms.length);
      if (isCut(axis, t)) setText(cell, formatNumber(sumOf(terms)));
      else this.touch.set(0, t - axis.padding, sumOf(terms));
    });
    this.touch.select(...at);
  }
}

class StampCanvas {
  constructor(onTouch) {
    this.touch = new TouchGrid(onTouch);
    this.canvas = h("div", { class: "cells", role: "group", "aria-label": "Output" });
    this.product = new PlainGrid("kernel", "This stamp");
    this.productCaption = h("p", { class: "caption" });
    this.productPanel = h("div", { class: "panel" }, this.productCaption, this.product.element);
    this.element = h("div", { class: "panels" }, panel("Output", scroll(this.canvas)), this.productPanel);
  }

  build(axes) {
    this.touch.reset();
    const [rows, columns] = axes;
    this.cells = grid(canvasSize(rows), canvasSize(columns), (r, c) =>
      isCut(rows, r) || isCut(columns, c)
        ? h("span", { class: "cell cut" })
        : this.touch.add(r - rows.padding, c - columns.padding, cellName("Output", r - rows.padding, c - columns.padding)),
    );
    this.canvas.style.gridTemplateColumns = `repeat(${canvasSize(columns)}, auto)`;
    this.canvas.replaceChildren(...this.cells.flat());
  }

  draw({ settings, axes, stamps, at }) {
    const [rows, columns] = axes;
    const shape = JSON.stringify(axes);
    if (shape !== this.shape) this.build(axes);
    this.shape = shape;
    const whole = stamps >= rows.n * columns.n;
    const last = whole ? -1 : stamps - 1;
    this.cells.forEach((row, r) =>
      row.forEach((cell, c) => {
        const terms = termsAt(settings, r, c, stamps, axes);
        const cut = isCut(rows, r) || isCut(columns, c);
        showCount(cell, cut ? 0 : terms.length);
        setAttribute(cell, "data-stamp", last >= 0 && terms.some((term) => term.r * columns.n + term.c === last));
        if (cut) setText(cell, formatNumber(sumOf(terms)));
        else this.touch.set(r - rows.padding, c - columns.padding, sumOf(terms));
      }),
    );
    this.productPanel.hidden = last < 0;
    if (last >= 0) {
      const value = settings.input[Math.floor(last / columns.n)][last % columns.n];
      setText(this.productCaption, `This stamp: ${formatFactor(value)} × kernel`);
      this.product.show(settings.kernel.map((row) => row.map((w) => value * w)));
    }
    this.touch.select(...at);
  }
}
