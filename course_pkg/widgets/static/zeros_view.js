// The same output without stamps: zeros go between and around the input, and an ordinary
// convolution with the flipped kernel slides over it.

class ZerosView {
  constructor(onTouch) {
    this.touch = new TouchGrid(onTouch);
    this.spread = new PlainGrid("input", "Input with zeros inserted");
    this.kernel = new PlainGrid("kernel", "Flipped kernel");
    this.output = h("div", { class: "cells", role: "group", "aria-label": "Output" });
    this.element = h(
      "div",
      { class: "panels" },
      panel("Input with zeros inserted", scrollPlain(this.spread)),
      panel("Flipped kernel", scrollPlain(this.kernel)),
      panel("Output", scroll(this.output)),
    );
  }

  build([rows, columns], oneRow) {
    this.touch.reset();
    const cells = grid(rows.length, columns.length, (r, c) => this.touch.add(r, c, cellName("Output", r, c, oneRow)));
    this.output.style.gridTemplateColumns = `repeat(${columns.length}, auto)`;
    this.output.replaceChildren(...cells.flat());
  }

  /** The cells under the window whose output is `at`, with the flipped kernel's weights. */
  static window(settings, axes, [row, column]) {
    const { values } = insertZeros(settings);
    return flip(settings.kernel).flatMap((weights, i) =>
      weights.map((w, j) => {
        const r = row + i * axes[0].dilation;
        const c = column + j * axes[1].dilation;
        return { r, c, kr: i, kc: j, x: values[r][c], w };
      }),
    );
  }

  draw({ settings, axes, stamps: steps, at }) {
    const oneRow = !Array.isArray(settings.input[0]);
    const shape = JSON.stringify([axes, oneRow]);
    if (shape !== this.shape) this.build(axes, oneRow);
    this.shape = shape;
    const { kinds, values } = insertZeros(settings);
    this.spread.show(values, (r, c) => (Array.isArray(kinds[r][c]) ? "" : kinds[r][c] === "frame" ? "cut" : "blank"));
    this.kernel.show(flip(settings.kernel));
    convTransposeByZeros(settings).forEach((row, r) =>
      row.forEach((value, c) => {
        const done = r * axes[1].length + c < steps;
        const cell = this.touch.buttons[r][c];
        showCount(cell, done ? 1 : 0);
        if (done) this.touch.set(r, c, value);
        else setText(cell, "");
      }),
    );
    const terms = ZerosView.window(settings, axes, at);
    this.spread.mark(terms.map(({ r, c }) => [r, c, ""]));
    this.touch.select(...at);
    return terms;
  }
}
