// Where a page has exercises, make them live. Python itself comes at the first press, not before.

import { answerBook } from "./answers.js";
import { mountExercise } from "./exercise.js";
import { markContents, markTables, mountBar } from "./progress.js";
import { pagePython } from "./python.js";

const folder = document.currentScript.src.replace(/[^/]*$/, "");

function mountLater(place, mount) {
  const fold = place.closest("details");
  if (!fold || fold.open) return mount();
  fold.addEventListener("toggle", mount, { once: true });
}

function begin() {
  const data = JSON.parse(document.getElementById("page-python-data").textContent);
  const { book, tasks, chapters, packs, address } = data;
  const python = pagePython({ folder, packs, address });
  const answers = answerBook(book);
  const shared = { python, answers };

  for (const place of document.querySelectorAll("[data-exercise]")) {
    const task = tasks.find((each) => each.id === place.dataset.exercise);
    mountLater(place, () => mountExercise(place, task, shared));
  }
  for (const place of document.querySelectorAll("[data-scratch]")) {
    mountExercise(place, data.scratch, shared);
  }
  for (const place of document.querySelectorAll("[data-answers]")) {
    const number = place.dataset.answers;
    const own = tasks.filter((task) => !number || task.chapter === Number(number));
    mountBar(place, own, number ? chapters[number] : null, answers);
  }
  markContents(tasks, answers);
  markTables(tasks, answers);
  document.documentElement.classList.add("pp-on");
  globalThis.coursePagePython = shared;
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
