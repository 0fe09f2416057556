// The source picture with the grid laid over it, and handles that can be dragged.

const REACH = 1.6; // the stage shows places from -1.6 to 1.6
const percent = (place) => `${(((place + REACH) / (2 * REACH)) * 100).toFixed(3)}%`;
const withinReach = (place) => Math.min(Math.max(place, -REACH), REACH);

const svg = (tag, attributes) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

class Stage {
  /** `onMove(index, [x, y])` is called while a handle is dragged or pushed with the arrow keys. */
  constructor({ pixels, alt, names, onMove }) {
    Object.assign(this, { pixels, names, onMove });
    this.canvas = h("canvas", { role: "img", "aria-label": alt, "data-role": "source", style: "position:absolute" });
    paintGrey(this.canvas, pixels);
    this.overlay = svg("svg", { viewBox: `${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}`, "aria-hidden": "true", style: "position:absolute;inset:0;width:100%;height:100%" });
    this.lines = svg("path", { fill: "none", stroke: "#ffb000", "stroke-width": 0.012, "data-role": "lines" });
    this.dots = svg("g", { fill: "#ffb000", "data-role": "dots" });
    this.reads = svg("g", { fill: "none", stroke: "#00d0ff", "stroke-width": 0.02 });
    this.overlay.append(this.lines, this.dots, this.reads);
    this.handles = h("div", { role: "group", "aria-label": "Handles", style: "position:absolute;inset:0" });
    this.element = h("div", { style: "position:relative;width:min(20rem,100%);aspect-ratio:1;background:var(--hatch);overflow:hidden;border-radius:4px;touch-action:none" }, this.canvas, this.overlay, this.handles);
  }

  /** As many handles as the kind has. */
  build(kind) {
    if (this.kind === kind) return;
    this.kind = kind;
    this.handles.replaceChildren(...handlePlaces(kind).map((_, index) => this.handle(index)));
  }

  handle(index) {
    const style = "position:absolute;width:1.5rem;height:1.5rem;min-height:0;padding:0;border-radius:50%;transform:translate(-50%,-50%);touch-action:none;background:#ffb000;border:2px solid #1c2127;cursor:grab";
    const element = h("button", { type: "button", style, "data-role": "handle" });
    if (this.kind === "tps") Object.assign(element.style, { width: "1rem", height: "1rem" });
    const follow = (event) => {
      const box = this.element.getBoundingClientRect();
      const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      this.onMove(index, place.map((share) => withinReach((2 * share - 1) * REACH)));
    };
    element.addEventListener("pointerdown", (event) => {
      element.setPointerCapture(event.pointerId);
      element.focus();
      event.preventDefault();
    });
    element.addEventListener("pointermove", (event) => element.hasPointerCapture(event.pointerId) && follow(event));
    element.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      this.onMove(index, this.places[index].map((at, axis) => withinReach(at + 0.05 * step[axis])));
    });
    return element;
  }

  draw({ kind, grid, places, align, chosen }) {
    this.build(kind);
    this.places = places;
    const [height, width] = [this.pixels.length, this.pixels[0].length];
    // With corners pinned, -1 and 1 are centres of pixels: the picture reaches half a pixel further.
    const [half, tall] = [width, height].map((size) => (align && size > 1 ? size / (size - 1) : 1));
    Object.assign(this.canvas.style, { left: percent(-half), top: percent(-tall), width: `${(100 * half) / REACH}%`, height: `${(100 * tall) / REACH}%` });
    const size = grid.length;
    const shown = grid.map((row) => row.map((place) => place.map((at) => Math.min(Math.max(at, -9), 9).toFixed(4))));
    const walk = (points) => `M${points.map((point) => point.join(" ")).join("L")}`;
    this.lines.setAttribute("d", [...shown, ...range(size).map((c) => shown.map((row) => row[c]))].map(walk).join(""));
    if (this.dots.children.length !== size * size) this.dots.replaceChildren(...range(size * size).map(() => svg("circle", { r: 0.3 / size })));
    shown.flat().forEach(([x, y], at) => {
      const dot = this.dots.children[at];
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
    });
    const [w, t] = [(2 * half) / width, (2 * tall) / height];
    const squares = chosen.pixels.map(({ row, column }) => svg("rect", { x: column * w - half, y: row * t - tall, width: w, height: t }));
    const [x, y] = shown[chosen.row][chosen.column];
    this.reads.replaceChildren(...squares, svg("circle", { cx: x, cy: y, r: 0.035, fill: "#00d0ff" }));
    [...this.handles.children].forEach((element, index) => {
      const [left, top] = places[index].map((at) => percent(withinReach(at)));
      Object.assign(element.style, { left, top });
      setAttribute(element, "aria-label", `${this.names(kind)[index]}, read at x ${formatNumber(places[index][0])}, y ${formatNumber(places[index][1])}`);
    });
  }
}
