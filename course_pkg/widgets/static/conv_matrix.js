// ConvMatrix: the convolution written as a matrix X, its transpose, and what both do to vectors.

/** Output sizes of the convolution along [rows, columns]; a single row has a neutral vertical axis. */
function convAxes({ kernel, x, stride, padding, dilation }) {
  const oneRow = !Array.isArray(x[0]);
  const sizes = [[asGrid(x).length, asGrid(kernel).length], [asGrid(x)[0].length, asGrid(kernel)[0].length]];
  return sizes.map(([n, k], axis) => {
    const neutral = oneRow && axis === 0;
    const [s, p, d] = neutral ? [1, 0, 1] : [stride, padding, dilation];
    return { n, k, stride: s, padding: p, dilation: d, reach: d * (k - 1) + 1, length: Math.floor((n + 2 * p - d * (k - 1) - 1) / s) + 1 };
  });
}

/** X with the index of the kernel weight in every place, -1 for a zero. */
function weightIndices(settings) {
  const [rows, columns] = convAxes(settings);
  const along = (axis, out, at) => {
    const j = (at + axis.padding - out * axis.stride) / axis.dilation;
    return Number.isInteger(j) && j >= 0 && j < axis.k ? j : -1;
  };
  return grid(rows.length * columns.length, rows.n * columns.n, (output, input) => {
    const i = along(rows, Math.floor(output / columns.length), Math.floor(input / columns.n));
    const j = along(columns, output % columns.length, input % columns.n);
    return i < 0 || j < 0 ? -1 : i * columns.k + j;
  });
}

const transpose = (matrix) => matrix[0].map((_, column) => matrix.map((row) => row[column]));

/** The matrix of `indices` with these weights, times a vector. */
const multiply = (indices, weights, vector) =>
  indices.map((row) => row.reduce((sum, index, at) => (index < 0 ? sum : sum + weights[index] * vector[at]), 0));

/** X x, y and Xᵀ y; without a y of its own, y is X x. */
function products(settings) {
  const indices = weightIndices(settings);
  const weights = settings.kernel.flat();
  const forward = multiply(indices, weights, settings.x.flat());
  const y = settings.y ?? forward;
  return { indices, forward, y, transposed: multiply(transpose(indices), weights, y) };
}

function convMatrixProblem(settings, mostRows) {
  const axes = convAxes(settings);
  const short = axes.find((axis) => axis.length < 1);
  if (short) {
    const message =
      `The kernel reaches over ${short.reach} cells, but input and padding together have only ${short.n + 2 * short.padding}. ` +
      `Use a larger input, more padding, or a smaller kernel or dilation.`;
    return { message, keys: ["kernel_size", "dilation"] };
  }
  const rows = axes[0].length * axes[1].length;
  if (rows <= mostRows) return null;
  return { message: `X would have ${rows} rows; at most ${mostRows} fit here. Use a larger stride, less padding or a smaller input.`, keys: ["padding"] };
}

const alphabet = "abcdefghijklmnopqrstuvwxyz";
const weightLetters = (count) => [...(count <= 3 ? "xyz".slice(0, count) : alphabet.slice(-count))];

/** "ay + bz": a row of the matrix times named cells; cells named 0 are left out. */
function symbolicSum(row, letters, names) {
  const terms = row.flatMap((index, at) => (index < 0 || names[at] === "0" ? [] : [names[at] + letters[index]]));
  return terms.join(" + ") || "0";
}

/** A matrix as a table of coloured, labelled weights. Pointing at a row touches it. */
class MatrixTable {
  constructor(name, onTouch) {
    Object.assign(this, { name, onTouch });
    this.table = h("table");
    this.element = h("div", { class: "bracket" }, this.table);
  }

  draw({ indices, texts, row, column }) {
    const shape = JSON.stringify(indices);
    if (shape !== this.shape) {
      this.shape = shape;
      const cell = (index) => h("span", index < 0 ? { class: "cell zero" } : { class: "cell weight", style: `--hue:${hueOf(index, texts.length)}` }, "0");
      this.cells = indices.map((line) => line.map((index) => h("td", {}, cell(index))));
      const lines = this.cells.map((cells, r) => {
        const line = h("tr", {}, ...cells);
        onHover(line, () => this.onTouch(r));
        line.addEventListener("click", () => this.onTouch(r));
        return line;
      });
      this.table.replaceChildren(h("tbody", {}, ...lines));
      setAttribute(this.table, "aria-label", `${this.name}, ${indices.length} rows and ${indices[0].length} columns`);
    }
    this.cells.forEach((cells, r) =>
      cells.forEach((td, c) => {
        if (indices[r][c] >= 0) setText(td.firstChild, texts[indices[r][c]]);
        setAttribute(td, "data-touched", (r === row || c === column) && indices[r][c] >= 0);
      }),
    );
  }
}

/** A column of results that can be touched, with the sum of letters beside each. */
class ResultColumn {
  constructor(name, onTouch) {
    this.name = name;
    this.touch = new TouchGrid((row) => onTouch(row));
    this.element = h("div", { class: "cells sums", role: "group", "aria-label": name });
    this.element.style.gridTemplateColumns = "auto auto";
  }

  draw(values, symbols, touched) {
    if (values.length !== this.sums?.length) {
      this.touch.reset();
      this.sums = values.map(() => h("i", { class: "letter" }));
      this.element.replaceChildren(...values.flatMap((_, row) => [this.touch.add(row, 0, `${this.name} ${row + 1}`), this.sums[row]]));
    }
    values.forEach((value, row) => {
      this.touch.set(row, 0, value);
      setText(this.sums[row], symbols ? `= ${symbols[row]}` : "");
    });
    this.touch.select(touched ?? 0, 0);
    if (touched === null) setAttribute(this.touch.buttons[0][0], "aria-pressed", "false");
  }
}

export { convAxes, convMatrixProblem, multiply, products, transpose, weightIndices };
