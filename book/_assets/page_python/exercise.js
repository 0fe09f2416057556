// One exercise under its stub: an editor, the buttons, and what came of the last press.

import { drawCard, drawPicture, element } from "./card.js";
import { makeEditor, showCode } from "./editor.js";
import { Stopped } from "./python.js";

const KEYS =
  "Tab indents; Escape, then Tab, leaves the editor. Shift+Enter runs, Ctrl+Enter checks.";
const SCRATCH_KEYS = "Tab indents; Escape, then Tab, leaves the editor. Shift+Enter runs.";
const SAID = {
  correct: "Correct",
  wrong: "Not yet right",
  raised: "Your code raised an error",
  not_attempted: "Not attempted yet",
  ran: "Done",
};
let counted = 0;

// task: {id, name, title, chapter, code, hints, solution, scratch}
export function mountExercise(place, task, { python, answers }) {
  const keysId = `pp-keys-${++counted}`;
  const isScratch = Boolean(task.scratch);
  const box = element("section", "pp");
  box.dataset.state = "idle";
  box.setAttribute("aria-label", isScratch ? task.title : `${task.title}: your answer`);

  const mark = element("span", "pp-solved");
  const keys = element("p", "pp-keys", isScratch ? SCRATCH_KEYS : KEYS);
  keys.id = keysId;
  const bar = element("div", "pp-bar");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", `Buttons for ${task.name}`);
  const status = element("p", "pp-status");
  status.setAttribute("role", "status");
  const progress = element("progress", "pp-progress");
  progress.max = 1;
  progress.hidden = true;
  progress.setAttribute("aria-label", "How much of Python has come");
  const amount = element("span", "pp-amount");
  amount.setAttribute("aria-hidden", "true"); // megabyte by megabyte is no news for the ear
  const result = element("div", "pp-result");
  result.setAttribute("role", "region");
  result.setAttribute("aria-label", `Result for ${task.name}`);
  result.hidden = true;

  let busy = null; // what can be stopped
  let printed = null;
  let hintsShown = 0;
  let solutionAsked = false;
  let beforeReset = null;

  const saved = answers.read(task.id);
  const editor = makeEditor(place.appendChild(box), {
    text: saved?.code ?? task.code,
    label: isScratch ? "Python code to try" : `Your code for ${task.name}`,
    describedBy: keysId,
    keys: [
      { key: "Shift-Enter", run: () => (act("run"), true) },
      ...(isScratch ? [] : [{ key: "Mod-Enter", run: () => (act("check"), true) }]),
    ],
    onChange() {
      if (beforeReset !== null && editor.text !== task.code) forgetReset();
      if (editor.text !== (answers.read(task.id)?.code ?? task.code)) {
        answers.write(task.id, { code: editor.text });
      }
    },
  });

  function button(text, action, className = "") {
    const made = element("button", `pp-button ${className}`.trim(), text);
    made.type = "button";
    made.addEventListener("click", action);
    bar.append(made);
    return made;
  }

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function clear() {
    result.replaceChildren();
    result.hidden = true;
    printed = null;
  }

  function show(...parts) {
    result.hidden = false;
    result.append(...parts);
  }

  function print(text) {
    if (!printed) {
      printed = element("pre", "pp-printed");
      printed.tabIndex = 0;
      printed.setAttribute("role", "group");
      printed.setAttribute("aria-label", "Printed");
      show(printed);
    }
    printed.append(text);
  }

  function tell(text, part) {
    const coming = part !== undefined;
    progress.hidden = !coming;
    amount.textContent = coming ? text : "";
    if (coming) progress.value = part;
    say(coming ? "Loading Python" : text);
  }

  function setBusy(job) {
    busy = job;
    box.dataset.state = job ? "busy" : "idle";
    for (const each of [run, check]) each?.setAttribute("aria-disabled", String(Boolean(job)));
    if (!job && document.activeElement === stop) (check ?? run).focus();
    stop.hidden = !job;
    if (!job) {
      progress.hidden = true;
      amount.textContent = "";
    }
  }

  function showAnswer(answer, doing) {
    if (answer.card) show(drawCard(answer.card));
    if (answer.value) {
      const value = element("pre", "pp-printed pp-last", answer.value);
      value.tabIndex = 0;
      value.setAttribute("role", "group");
      value.setAttribute("aria-label", "Value of the last line");
      show(value);
    }
    show(...(answer.pictures ?? []).map(drawPicture));
    if (!result.childElementCount) {
      show(element("p", "pp-nothing", "It ran, and printed nothing."));
    }
    say(SAID[answer.outcome] ?? "Done");
    if (doing === "check") {
      const before = answers.read(task.id);
      const solved = before?.solved || answer.outcome === "correct";
      answers.write(task.id, { code: editor.text, outcome: answer.outcome, solved });
    }
  }

  async function act(doing) {
    if (busy) return;
    clear();
    const request = { do: doing, code: editor.text, subject: task.id };
    if (isScratch) request.chapter = task.chapter;
    const job = python.ask(request, { print, tell });
    setBusy(job);
    let state = "idle";
    try {
      const answer = await job.promise;
      showAnswer(answer, doing);
      state = answer.outcome;
    } catch (problem) {
      state = "stopped";
      if (problem instanceof Stopped) say("Stopped. Python starts anew.");
      else {
        const row = `${problem.message}\nPython starts anew at the next press.`;
        const heading = "Python stopped";
        show(drawCard({ subject: task.id, heading, rows: [["", row]], tone: "bad" }));
        say(heading);
      }
    }
    setBusy(null);
    box.dataset.state = state;
  }

  function forgetReset() {
    beforeReset = null;
    reset.textContent = "Reset";
  }

  const check = isScratch ? null : button("Check", () => act("check"), "pp-primary");
  const run = button("Run", () => act("run"), isScratch ? "pp-primary" : "");
  if (!isScratch) {
    button("Hint", () => {
      clear();
      show(drawCard(task.hints[Math.min(hintsShown++, task.hints.length - 1)]));
      say(`Hint ${Math.min(hintsShown, task.hints.length)} of ${task.hints.length}`);
    });
    button("Solution", () => {
      clear();
      if (!answers.read(task.id)?.outcome && !solutionAsked) {
        solutionAsked = true;
        const text = "Try it once before you look: then you know what you are looking for. ";
        show(element("p", "pp-nothing", `${text}Press Solution again to see it now.`));
        return say("Press Solution again to see it");
      }
      const solution = element("div", "pp-solution");
      show(solution);
      showCode(solution, task.solution, `One solution of ${task.name}`);
      say("One solution");
    });
  }
  const reset = button("Reset", () => {
    if (beforeReset !== null) {
      editor.replace(beforeReset);
      forgetReset();
      return say("Your code is back");
    }
    if (editor.text === task.code) return say("This is the beginning");
    const own = editor.text;
    editor.replace(task.code);
    beforeReset = own;
    reset.textContent = "Undo reset";
    clear();
    say("Back at the beginning");
  });
  const stop = button("Stop", () => busy?.stop(), "pp-stop");
  stop.hidden = true;
  bar.append(progress, amount, status);
  box.append(keys, bar, result);
  if (!isScratch) box.prepend(mark);

  function showMark() {
    const record = answers.read(task.id);
    mark.textContent = record?.solved ? "✓ solved" : "";
    mark.hidden = !record?.solved;
  }
  showMark();
  answers.listen((id, record, from) => {
    if (id !== task.id) return;
    showMark();
    if (from === "here" || !record) return;
    if (record.code !== editor.text) {
      editor.replace(record.code);
      say(`Changed in ${from}; undo brings yours back`);
    }
  });
  place.coursePython = { editor, act }; // for tests, and for the curious
}
