// Cells that show numbers, and cells that can be touched: pointed at, clicked, or reached by Tab
// and then by the arrow keys.

/** Run when a mouse moves on an element, and not when the page scrolls under a resting one: that
 *  would take the touched cell away from the keyboard. */
function onHover(element, touch) {
  element.addEventListener("pointermove", (event) => event.pointerType === "mouse" && touch());
}

/** Arrow keys walk through a grid of buttons of which one at a time is in the Tab order. */
class TouchGrid {
  /** `onTouch(row, column)` runs when a cell is touched, also the same one again. */
  constructor(onTouch) {
    this.onTouch = onTouch;
    this.buttons = []; // rows of buttons; a hole where a cell cannot be touched
    this.at = [0, 0];
  }

  reset() {
    this.buttons = [];
  }

  /** A new touchable cell. `describe` names it before its number, for those who do not see it. */
  add(row, column, describe) {
    const cell = h("button", { type: "button", class: "cell", tabindex: -1, "data-role": "output", "aria-pressed": "false" });
    cell.describe = describe;
    cell.addEventListener("focus", () => this.onTouch(row, column));
    cell.addEventListener("click", () => this.onTouch(row, column));
    onHover(cell, () => this.onTouch(row, column));
    cell.addEventListener("keydown", (event) => this.walk(event, row, column));
    (this.buttons[row] ??= [])[column] = cell;
    return cell;
  }

  walk(event, row, column) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const target = step && this.buttons[row + step[0]]?.[column + step[1]];
    if (!step) return;
    event.preventDefault();
    target?.focus();
  }

  /** Show (row, column) as the touched cell; the nearest one that exists. */
  select(row, column) {
    const before = this.buttons[this.at[0]]?.[this.at[1]];
    const cell = this.buttons[row]?.[column];
    if (before && before !== cell) {
      setAttribute(before, "aria-pressed", "false");
      before.tabIndex = -1;
    }
    this.at = [row, column];
    if (!cell) return;
    setAttribute(cell, "aria-pressed", "true");
    cell.tabIndex = 0;
  }

  set(row, column, value) {
    const cell = this.buttons[row]?.[column];
    const text = formatNumber(value);
    if (!cell || cell.textContent === text) return;
    cell.textContent = text;
    cell.setAttribute("aria-label", `${cell.describe}: ${text}`);
  }
}

/** Hues as far apart as the number of things to tell apart allows. */
const hueOf = (index, count) => Math.round((index * 360) / Math.max(count, 3) + 205) % 360;

const cellName = (kind, row, column, oneRow) =>
  oneRow ? `${kind} ${column + 1}` : `${kind}, row ${row + 1}, column ${column + 1}`;

/** A grid of plain cells, kept as `cells[row][column]`. `kind` colours it: input, kernel. */
class PlainGrid {
  constructor(kind, label) {
    this.element = h("div", { class: `cells of-${kind}`, role: "img", "aria-label": label });
    this.label = label;
    this.cells = [];
  }

  /** Show numbers; `classes(row, column)` adds class names. */
  show(rows, classes = () => "") {
    const shape = `${rows.length},${rows[0].length}`;
    if (shape !== this.shape) {
      this.shape = shape;
      this.element.style.gridTemplateColumns = `repeat(${rows[0].length}, auto)`;
      this.cells = rows.map((row) => row.map(() => h("span", { class: "cell" })));
      this.element.replaceChildren(...this.cells.flat());
    }
    rows.forEach((row, r) =>
      row.forEach((value, c) => {
        setText(this.cells[r][c], formatNumber(value));
        setAttribute(this.cells[r][c], "class", `cell ${classes(r, c)}`.trim());
      }),
    );
    setAttribute(this.element, "aria-label", `${this.label}: ${rows.map((row) => row.map(formatNumber).join(" ")).join("; ")}`);
  }

  mark(marks) {
    const badges = new Map(marks.map(([r, c, badge]) => [`${r},${c}`, badge]));
    this.cells.forEach((row, r) =>
      row.forEach((cell, c) => {
        const badge = badges.get(`${r},${c}`);
        setAttribute(cell, "data-marked", badge === undefined ? null : "yes");
        setAttribute(cell, "data-badge", badge ?? null);
      }),
    );
  }
}

/** Buttons that take a reader through `count()` steps: back, play and pause, step, all, none. */
class Player {
  constructor({ count, draw, noun }) {
    Object.assign(this, { count, draw });
    this.step = count();
    this.timer = null;
    this.play = button("Play", () => (this.timer ? this.pause() : this.start()));
    this.back = button("Back", () => this.go(this.step - 1));
    this.forward = button("Step", () => this.go(this.step >= this.count() ? 1 : this.step + 1));
    this.none = button("Reset", () => this.go(0));
    this.all = button("Show all", () => this.go(this.count()));
    this.element = h("div", { class: "bar", role: "group", "aria-label": noun }, this.play, this.back, this.forward, this.none, this.all);
  }

  get whole() {
    return this.step >= this.count();
  }

  go(step, playing = false) {
    if (!playing) this.pause();
    this.step = Math.max(0, Math.min(step, this.count()));
    this.draw();
  }

  start() {
    if (this.whole) this.go(0);
    this.timer = setInterval(() => {
      this.go(this.step + 1, true);
      if (this.whole) this.pause();
    }, 900);
    setText(this.play, "Pause");
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    setText(this.play, "Play");
  }

  /** The number of steps may have changed: a whole picture stays whole. */
  follow(wasWhole) {
    if (wasWhole || this.step > this.count()) this.step = this.count();
    this.back.disabled = this.step === 0;
    this.none.disabled = this.step === 0;
    this.all.disabled = this.whole;
  }
}
