// Numbers that a reader types. A form keeps what was typed last and hands it to the model only
// when the whole setting is possible, so that no picture is ever drawn from half an edit.

/** What a typed text says: `{ value }`, or `{ fault }`, one sentence for the reader. */
function readNumber(text, label, { min, max, whole = false }) {
  const value = text.trim() === "" ? NaN : Number(text);
  const good = Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value));
  if (good) return { value };
  const kind = whole ? "a whole number" : "a number";
  return { fault: `${label}: type ${kind} from ${formatNumber(min)} to ${formatNumber(max)}.` };
}

class Form {
  /** `problem(draft)` gives null, or `{ message, keys }` for settings that cannot be together. */
  constructor({ model, keys, problem = () => null, draw }) {
    Object.assign(this, { model, keys, problem, draw });
    this.message = h("p", { class: "message", role: "alert", id: nextId("message"), "data-role": "message" });
    this.faults = new Map(); // input → sentence
    this.fields = []; // { input, keys, refresh }
    this.draft = {};
    this.busy = false;
    this.listeners = keys.map((key) => [`change:${key}`, () => this.busy || this.readModel()]);
    for (const [event, listener] of this.listeners) model.on(event, listener);
    for (const key of keys) this.draft[key] = model.get(key);
  }

  /** Python changed a trait: show it, and forget half-typed entries. */
  readModel() {
    for (const key of this.keys) this.draft[key] = this.model.get(key);
    this.faults.clear();
    this.settle();
  }

  fault(input, sentence) {
    this.faults.set(input, sentence);
    this.settle();
  }

  change(changes, input) {
    this.faults.delete(input);
    Object.assign(this.draft, changes);
    this.settle();
  }

  settle() {
    const problem = this.problem(this.draft);
    if (!problem) this.commit();
    for (const field of this.fields) field.refresh();
    for (const input of this.faults.keys()) if (!input.isConnected) this.faults.delete(input);
    for (const { input, keys } of this.fields) {
      const bad = this.faults.has(input) || Boolean(problem?.keys.some((key) => keys.includes(key)));
      setAttribute(input, "aria-invalid", bad ? "true" : null);
      setAttribute(input, "aria-describedby", bad ? this.message.id : null);
    }
    setText(this.message, [...this.faults.values()][0] ?? problem?.message ?? "");
  }

  commit() {
    this.busy = true;
    const changed = this.keys.filter((key) => !sameJson(this.model.get(key), this.draft[key]));
    for (const key of changed) this.model.set(key, this.draft[key]);
    if (changed.length) this.model.save_changes();
    this.busy = false;
    this.draw();
  }

  release() {
    for (const [event, listener] of this.listeners) this.model.off(event, listener);
  }
}

function watchInput(form, input, keys, label, limits, get, set) {
  input.addEventListener("input", () => {
    const { value, fault } = readNumber(input.value, label, limits);
    if (fault) form.fault(input, fault);
    else form.change(set(value), input);
  });
  const refresh = () => {
    if (form.faults.has(input)) return;
    const value = get(form.draft);
    // "2." and "2" are the same number: leave what is being typed alone
    if (input.value.trim() === "" || Number(input.value) !== value) input.value = value;
  };
  refresh();
  form.fields.push({ input, keys, refresh });
}

/** A labelled whole number. `get(draft)` reads it, `set(value)` gives the changes it makes. */
function numberField(form, { label, name, keys, min, max, get, set }) {
  const input = h("input", { type: "number", id: nextId("field"), min, max, step: 1, inputmode: "numeric", "data-name": name ?? label });
  watchInput(form, input, keys, label, { min, max, whole: true }, get, set);
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input);
}

/** The number field of one trait that is a whole number. */
const traitField = (form, label, key, { min, max }) =>
  numberField(form, { label, name: key, keys: [key], min, max, get: (draft) => draft[key], set: (value) => ({ [key]: value }) });

/** An editable row or grid of numbers, or all of it as one `column`. Cells are updated in place;
 *  only a new size builds new ones. `letters()` names the cells of a column; a cell named "0" is a
 *  zero that cannot be changed. */
class ValueGrid {
  constructor(form, { key, label, kind = key, limit, column = false, letters = () => [] }) {
    Object.assign(this, { form, key, label, limit, column, letters });
    this.element = h("div", { class: `cells of-${kind}`, role: "group", "aria-label": label });
    this.slots = [];
    form.fields.push({ input: this.element, keys: [], refresh: () => this.refresh() });
    this.refresh();
  }

  get rows() {
    const rows = asGrid(this.form.draft[this.key] ?? [0]);
    return this.column ? rows.flat().map((number) => [number]) : rows;
  }

  refresh() {
    const shape = JSON.stringify([this.rows.length, this.rows[0].length, this.letters()]);
    if (shape !== this.shape) this.build(shape);
  }

  build(shape) {
    this.shape = shape;
    const mine = new Set(this.slots.flat().map((slot) => slot.firstChild));
    this.form.fields = this.form.fields.filter(({ input }) => !mine.has(input));
    const letters = this.letters();
    this.element.style.gridTemplateColumns = `repeat(${this.rows[0].length + (letters.length ? 1 : 0)}, auto)`;
    this.slots = this.rows.map((row, r) => row.map((value, c) => h("span", { class: "slot" }, this.cell(value, r, c))));
    this.element.replaceChildren(...this.slots.flatMap((row, r) => (letters.length ? [h("i", { class: "letter" }, letters[r]), ...row] : row)));
  }

  cell(value, r, c) {
    if (this.letters()[r] === "0") return h("span", { class: "cell cut" }, formatNumber(value));
    const flat = this.column || this.rows.length === 1;
    const label = flat ? `${this.label} value ${this.column ? r + 1 : c + 1}` : `${this.label} row ${r + 1} column ${c + 1}`;
    const input = h("input", { type: "number", step: "any", "aria-label": label });
    const limits = { min: -this.limit, max: this.limit };
    const set = (number) => {
      const next = structuredClone(this.form.draft[this.key]);
      const cells = asGrid(next);
      if (this.column) cells[Math.floor(r / cells[0].length)][r % cells[0].length] = number;
      else cells[r][c] = number;
      return { [this.key]: next };
    };
    watchInput(this.form, input, [], label, limits, () => this.rows[r]?.[c], set);
    return input;
  }

  /** Point at cells: `marks` holds [row, column, badge]. */
  mark(marks) {
    const badges = new Map(marks.map(([r, c, badge]) => [`${r},${c}`, badge]));
    this.slots.forEach((row, r) =>
      row.forEach((slot, c) => {
        const badge = badges.get(`${r},${c}`);
        setAttribute(slot, "data-marked", badge === undefined ? null : "yes");
        setAttribute(slot, "data-badge", badge ?? null);
      }),
    );
  }
}

/** One of a few: radio buttons that look like a row of tabs. */
function choice(label, options, chosen, onChange) {
  const name = nextId("choice");
  const box = h("fieldset", { class: "choice" }, h("legend", {}, label));
  for (const [value, text] of options) {
    const radio = h("input", { type: "radio", name, value });
    radio.checked = value === chosen;
    radio.addEventListener("change", () => onChange(value));
    box.append(h("label", {}, radio, text));
  }
  return box;
}

/** One of many. */
function selectField(label, options, onChange) {
  const select = h("select", { id: nextId("select") });
  options.forEach((text, index) => select.append(h("option", { value: index }, text)));
  select.addEventListener("change", () => onChange(Number(select.value)));
  return { select, element: h("div", { class: "field" }, h("label", { for: select.id }, label), select) };
}

function button(label, onClick) {
  const element = h("button", { type: "button" }, label);
  element.addEventListener("click", onClick);
  return element;
}

const panel = (caption, ...children) => h("div", { class: "panel" }, h("p", { class: "caption" }, caption), ...children);
const scroll = (...children) => h("div", { class: "scroll" }, ...children);

/** A scrolling box without controls in it: the keyboard can reach it while there is more to see. */
function scrollPlain(grid) {
  const box = scroll(grid.element);
  const observer = new ResizeObserver(() => {
    const more = box.scrollWidth > box.clientWidth;
    setAttribute(box, "tabindex", more ? 0 : null);
    setAttribute(box, "role", more ? "group" : null);
    setAttribute(box, "aria-label", more ? grid.label : null);
  });
  observer.observe(box);
  observer.observe(grid.element);
  return box;
}

export { Form, readNumber };
