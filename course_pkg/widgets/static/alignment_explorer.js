// AlignmentExplorer: touch a written word to see which words were read for it, or the other way.

const STYLE = `
.wordrow { display: flex; flex-wrap: wrap; gap: .3rem }
.word { display: flex; flex-direction: column; align-items: center; min-width: 2.6rem; padding: .25rem .45rem; line-height: 1.25;
  background: color-mix(in srgb, var(--output-tint-3) var(--share, 0%), var(--surface)) }
.word small { font-size: .72rem; color: var(--ink) }
.word[aria-pressed=true] { outline: 2.5px solid var(--ink); font-weight: 700 }
.panel { margin-top: .9rem; container-type: inline-size }
.alignment { border-spacing: 2px; position: relative }
.alignment thead th { vertical-align: bottom; padding-bottom: .25rem }
.alignment thead span { writing-mode: vertical-rl; transform: rotate(180deg); font-size: .85rem; line-height: 1 }
.alignment tbody th { font-size: .85rem }
.alignment i { --side: min(1.55rem, (100cqw - 5.6rem) / var(--columns) - 2px); position: relative; display: block; width: var(--side); height: var(--side); border: 1px solid var(--line); border-radius: 3px;
  background: color-mix(in srgb, var(--output) var(--share, 0%), var(--surface)) }
.alignment td[data-touched] i { border-color: var(--ink) }
.alignment .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
`;

/** The weights of one written word over the words read, or of one read word over those written. */
const sharesOf = (weights, side, word) => (side === "written" ? weights[word] : weights.map((row) => row[word]));

/** Places with the largest shares first; of equal ones the first. Shares below `least` are left out. */
function ranked(shares, least = 50, most = 3) {
  return shares
    .map((share, at) => [share, at])
    .filter(([share]) => share >= least)
    .sort(([a, i], [b, j]) => b - a || i - j)
    .slice(0, most)
    .map(([, at]) => at);
}

/** For each written word the word that was read most for it. */
const mostRead = (weights) => weights.map((row) => row.indexOf(Math.max(...row)));

/** Pairs of written words whose most-read words stand in the opposite order. */
function crossings(weights) {
  const places = mostRead(weights);
  return places.reduce((sum, place, i) => sum + places.slice(i + 1).filter((later) => later < place).length, 0);
}

const percent = (share) => `${Math.round(share / 10)} %`;
const shownWord = (word) => (word === "<end>" ? "end" : word === "<unknown>" ? "unknown" : word);

/** The sentence under the figure. */
function alignmentText({ source, words, weights }, side, word) {
  const [mine, others] = side === "written" ? [words, source] : [source, words];
  const shares = sharesOf(weights, side, word);
  const places = ranked(shares);
  const list = places.map((at) => `${shownWord(others[at])} ${percent(shares[at])}`).join(", ");
  if (side === "written") return [`${shownWord(mine[word])}`, places.length ? ` was written looking at ${list}.` : " was written looking a little at every word."];
  return [`${shownWord(mine[word])}`, places.length ? ` was looked at for ${list}.` : " was hardly looked at for any word."];
}

/** A row of words to be touched; arrow keys walk along it. */
class WordRow {
  constructor(label, onTouch) {
    this.touch = new TouchGrid((_, column) => onTouch(column));
    this.element = h("div", { class: "wordrow", role: "group", "aria-label": label });
  }

  show(words) {
    this.touch.reset();
    this.buttons = words.map((word, column) => {
      const cell = this.touch.add(0, column, word);
      cell.className = "word";
      cell.removeAttribute("data-role");
      cell.replaceChildren(h("span", {}, shownWord(word)), h("small", {}));
      return cell;
    });
    this.element.replaceChildren(...this.buttons);
    this.touch.select(0, 0);
  }

  /** Tint by shares; null clears the tint. The touched word is the pressed one. */
  paint(shares, chosen) {
    this.buttons.forEach((cell, at) => {
      const share = shares ? shares[at] : 0;
      cell.style.setProperty("--share", `${share / 10}%`);
      setText(cell.lastChild, shares ? percent(share) : "\u00a0");
      setAttribute(cell, "aria-pressed", String(at === chosen));
    });
  }
}

/** Rows: words written; columns: words read; the darker, the larger the share. */
function drawMap(table, { source, words, weights }) {
  const head = h("tr", {}, h("td"), ...source.map((word) => h("th", { scope: "col" }, h("span", {}, shownWord(word)))));
  const rows = words.map((word, r) =>
    h("tr", {}, h("th", { scope: "row" }, shownWord(word)), ...weights[r].map((share) => h("td", {}, h("i", { style: `--share:${share / 10}%`, title: percent(share) }, h("span", { class: "hidden" }, percent(share)))))),
  );
  table.style.setProperty("--columns", source.length); // so that the last one is whole on a phone
  table.replaceChildren(h("caption", { class: "hidden" }, "Weights: a row for each written word"), h("thead", {}, head), h("tbody", {}, ...rows));
}

function markMap(table, side, word) {
  table.querySelectorAll("tbody tr").forEach((row, r) =>
    row.querySelectorAll("td").forEach((cell, c) => setAttribute(cell, "data-touched", (side === "written" ? r : c) === word ? "yes" : null)),
  );
}

function render({ model, el }) {
  const sentences = model.get("sentences");
  const current = () => sentences[model.get("sentence")];

  function choose(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
    draw();
  }

  const { select, element: field } = selectField("Sentence", sentences.map(({ source }) => source.slice(0, -1).join(" ")), (index) =>
    choose({ word: 0, side: "written", sentence: index }),
  );
  const read = new WordRow("Words read", (word) => choose({ side: "read", word }));
  const written = new WordRow("Words written", (word) => choose({ side: "written", word }));
  const table = h("table", { class: "alignment" });
  const sum = h("p", { class: "sum", role: "status", "data-role": "sum" });
  const crossed = h("p", { class: "formula", "data-role": "crossings" });
  let shown = null;

  function draw() {
    const index = model.get("sentence");
    if (shown !== index) {
      shown = index;
      select.value = index;
      read.show(current().source);
      written.show(current().words);
      drawMap(table, current());
      const count = crossings(current().weights);
      setText(crossed, `Pairs of words that changed places: ${count}.`);
    }
    const [side, word] = [model.get("side"), model.get("word")];
    const shares = sharesOf(current().weights, side, word);
    read.paint(side === "written" ? shares : null, side === "read" ? word : -1);
    written.paint(side === "read" ? shares : null, side === "written" ? word : -1);
    (side === "read" ? read : written).touch.select(0, word);
    markMap(table, side, word);
    const [subject, rest] = alignmentText(current(), side, word);
    sum.replaceChildren(h("b", {}, subject), rest);
  }

  const map = { element: table, label: "Map of the weights" };
  const release = mount(el, model.get("title"), h("style", {}, STYLE), h("div", { class: "fields", style: "--field:100%" }, field), panel("German, read", read.element), panel("English, written", written.element), sum, panel("All weights: more colour is more", scrollPlain(map)), crossed);
  const events = ["change:sentence", "change:side", "change:word"];
  for (const event of events) model.on(event, draw);
  draw();
  return () => {
    for (const event of events) model.off(event, draw);
    release();
  };
}

defineElement("course-alignment-explorer", render);

export { alignmentText, crossings, mostRead, ranked, sharesOf };
export default { render };
