// What every widget stands on: a model without a kernel, elements, numbers as text, the theme.
// Python joins this file, the files that a widget names, and the style sheet (`CSS`) into one
// source. No imports, no access to the page outside functions, every `export` at the end of a
// file: so the same text runs as a module in a notebook, as a plain script in a built page, and
// under node.

/** The part of anywidget's model that the widgets use, for a page without a kernel. */
class LocalModel {
  constructor(state) {
    this.state = { ...state };
    this.handlers = {};
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    if (sameJson(this.state[name], value)) return;
    this.state[name] = value;
    for (const handler of this.handlers[`change:${name}`] ?? []) handler();
  }

  on(event, handler) {
    (this.handlers[event] ??= []).push(handler);
  }

  off(event, handler) {
    this.handlers[event] = (this.handlers[event] ?? []).filter((other) => handler && other !== handler);
  }

  save_changes() {}
}

const sameJson = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** An id that no other widget on the page has. Each anywidget imports its own copy of this file,
 *  so a counter in the module would start again: the page itself has to count. */
function nextId(stem) {
  globalThis.courseWidgetCount = (globalThis.courseWidgetCount ?? 0) + 1;
  return `course-${stem}-${globalThis.courseWidgetCount}`;
}

/** An element with attributes; a `true` attribute is bare, `false`, null and undefined are left out. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Write only what differs: an untouched cell costs the browser no layout. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

const MINUS = "\u2212";

/** A number as a reader writes it: at most four decimals, a real minus sign, no "-0". */
function formatNumber(value) {
  const rounded = Math.round(value * 1e4) / 1e4;
  return String(rounded === 0 ? 0 : rounded).replace("-", MINUS);
}

/** The same inside a product: 2 × (−1). */
const formatFactor = (value) => (value < 0 ? `(${formatNumber(value)})` : formatNumber(value));

/** "1 × 3 + 2 × 1 = 5" from pairs of factors. */
function formatSum(pairs) {
  const total = pairs.reduce((sum, [a, b]) => sum + a * b, 0);
  return `${pairs.map(([a, b]) => `${formatFactor(a)} × ${formatFactor(b)}`).join(" + ")} = ${formatNumber(total)}`;
}

const range = (count) => Array.from({ length: count }, (_, index) => index);

/** Dark or light: what the host says of itself, or else what colour its text has. */
function themeOf(host) {
  const { documentElement: html, body } = document;
  const said = [
    html.dataset.theme, // the book
    html.getAttribute("theme"), // Colab
    body.dataset.jpThemeLight && (body.dataset.jpThemeLight === "true" ? "light" : "dark"), // JupyterLab
    body.dataset.vscodeThemeKind, // VS Code
  ];
  for (const name of said) {
    const found = /dark|light/.exec(name ?? "");
    if (found) return found[0];
  }
  const [red, green, blue] = (getComputedStyle(host).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 140 ? "dark" : "light";
}

function followTheme(host, root) {
  const apply = () => setAttribute(root, "data-theme", themeOf(host));
  const observer = new MutationObserver(apply);
  const options = { attributes: true, attributeFilter: ["class", "style", "theme", "data-theme", "data-jp-theme-light", "data-vscode-theme-kind"] };
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", apply);
  requestAnimationFrame(apply); // a notebook adds the host to the page after render()
  apply();
  return () => {
    observer.disconnect();
    system.removeEventListener("change", apply);
  };
}

/** Show `children` under `title` inside a shadow root, where the page's styles and ids do not
 *  reach. The custom element hosts it itself: its static fallback, which the parser may add later,
 *  has no slot and stays hidden. Returns a function that lets go of the page. */
function mount(el, title, ...children) {
  let host = el;
  if (!el.localName.includes("-")) {
    host = h("div");
    el.replaceChildren(host);
  }
  const root = h("section", { class: "widget", role: "group", "aria-label": title }, h("p", { class: "title" }, title), ...children);
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  shadow.replaceChildren(h("style", {}, CSS), root);
  return followTheme(host, root);
}

/** The custom element that draws a widget in a page without a kernel. */
function defineElement(tag, render) {
  if (typeof customElements === "undefined" || customElements.get(tag)) return;
  customElements.define(
    tag,
    class extends HTMLElement {
      connectedCallback() {
        this.model ??= new LocalModel(JSON.parse(this.getAttribute("state")));
        this.release = render({ model: this.model, el: this });
      }

      disconnectedCallback() {
        this.release?.();
      }
    },
  );
}

export { LocalModel, formatFactor, formatNumber, formatSum, nextId, range, sameJson };
