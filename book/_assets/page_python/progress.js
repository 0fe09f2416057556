// How far the reader has come: counts, marks in the page's contents, and the files to take along.

import { element } from "./card.js";
import { notebook } from "./notebook.js";

function save(name, type, text) {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// What needs more than numpy cannot be solved here, so it does not count here either.
function counted(tasks, answers) {
  const own = tasks.filter((task) => !task.needs);
  return `${own.filter((task) => answers.read(task.id)?.solved).length} of ${own.length}`;
}

// A line with the count and the buttons; chapter is {title, slug, setup} or null for the whole book.
export function mountBar(place, tasks, chapter, answers) {
  const bar = element("section", "pp-files");
  bar.setAttribute("aria-label", "Your answers");
  const count = element("p", "pp-count");
  const said = element("p", "pp-status");
  said.setAttribute("role", "status");
  const warning = element("p", "pp-warning");
  warning.setAttribute("role", "alert");
  warning.hidden = true;
  const buttons = element("div", "pp-bar");
  buttons.setAttribute("role", "group");
  buttons.setAttribute("aria-label", "Your answers as files");

  function button(text, action) {
    const made = element("button", "pp-button", text);
    made.type = "button";
    made.addEventListener("click", action);
    buttons.append(made);
  }

  if (chapter) {
    button("Download as notebook", () => {
      save(
        `${chapter.slug}-exercises.ipynb`,
        "application/x-ipynb+json",
        notebook(chapter, tasks, answers.all()),
      );
      said.textContent = "A notebook with your answers, ready to be handed in.";
    });
  }
  button("Export", () => {
    save("answers.json", "application/json", answers.exported());
    said.textContent = "All your answers of the whole book, in one file.";
  });
  const file = element("input");
  file.type = "file";
  file.accept = ".json,application/json";
  file.hidden = true;
  file.addEventListener("change", async () => {
    try {
      said.textContent = answers.imported(await file.files[0].text());
    } catch (problem) {
      said.textContent = problem.message;
    }
    file.value = "";
  });
  button("Import", () => file.click());
  buttons.append(file);
  bar.append(count, buttons, said, warning);
  place.append(bar);

  function renew() {
    const where = chapter ? "of this chapter's exercises" : "exercises";
    count.textContent = `${counted(tasks, answers)} ${where} solved.`;
    warning.hidden = !answers.problem;
    if (warning.textContent !== answers.problem) warning.textContent = answers.problem;
  }
  renew();
  answers.listen(renew);
}

function badge(parent) {
  let made = parent.querySelector(":scope > .pp-badge");
  if (!made) parent.append((made = element("span", "pp-badge")));
  return made;
}

// Marks beside the links of the page's contents that lead to these exercises.
export function markContents(tasks, answers) {
  const found = new Map();
  const link = (id) =>
    id ? document.querySelector(`.bd-sidebar-secondary a[href="#${CSS.escape(id)}"]`) : null;
  for (const task of tasks) {
    const section = document
      .querySelector(`[data-exercise="${CSS.escape(task.id)}"]`)
      ?.closest("section[id]:not(.pp)");
    const own = link(section?.id);
    if (own) found.set(task.id, own);
    const whole = link(section?.parentElement?.closest("section[id]")?.id);
    if (whole) found.set("", whole);
  }
  function renew() {
    for (const task of tasks) {
      if (!found.has(task.id)) continue;
      badge(found.get(task.id)).textContent = answers.read(task.id)?.solved ? " ✓ solved" : "";
    }
    if (found.has("")) {
      badge(found.get("")).textContent = ` ${counted(tasks, answers)}`;
    }
  }
  renew();
  answers.listen(renew);
}

// Marks in the tables of the page that lists all exercises, and a count at each chapter's name.
export function markTables(tasks, answers) {
  const SAID = { wrong: "not yet right", raised: "raised an error", not_attempted: "" };
  const rows = [];
  for (const table of document.querySelectorAll("table.exercises-table")) {
    const own = [];
    for (const cell of table.querySelectorAll("tbody tr > td:first-child")) {
      const task = tasks.find((each) => each.id === cell.textContent.trim());
      if (task) own.push({ task, place: cell.querySelector("p") ?? cell });
    }
    const before = (table.closest(".wide, .pst-scrollable-table-container") ?? table)
      .previousElementSibling;
    rows.push({ own, title: before?.tagName === "P" ? before : null });
  }
  function renew() {
    for (const { own, title } of rows) {
      for (const { task, place } of own) {
        const record = answers.read(task.id);
        badge(place).textContent = record?.solved ? " ✓ solved" : ` ${SAID[record?.outcome] ?? ""}`;
      }
      const each = own.map(({ task }) => task);
      if (title) badge(title).textContent = ` ${counted(each, answers)}`;
    }
  }
  renew();
  answers.listen(renew);
}
