// What of the pages' script needs no page: answers, the notebook of answers, packs.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const sources = pathToFileURL(process.env.PAGE_SOURCES + "/");
const { NOT_KEPT, answerBook } = await import(new URL("answers.js", sources));
const { cellText, notebook } = await import(new URL("notebook.js", sources));
const { loadPack, unpack } = await import(new URL("pack.js", sources));

class Storage {
  constructor(room = Infinity) {
    Object.defineProperty(this, "room", { value: room, writable: true, enumerable: false });
  }
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key, value) {
    if (value.length > this.room) throw new Error("QuotaExceededError");
    this[key] = value;
  }
  removeItem(key) {
    delete this[key];
  }
}

test("an answer is kept and found again", () => {
  const storage = new Storage();
  const answers = answerBook("book", () => storage);
  const heard = [];
  answers.listen((id, record, from) => heard.push([id, record?.code, from]));
  answers.write("a.b", { code: "x = 1" });
  answers.write("a.b", { outcome: "correct", solved: true });
  const again = answerBook("book", () => storage);
  const { code, outcome, solved } = again.read("a.b");
  assert.deepEqual([code, outcome, solved], ["x = 1", "correct", true]);
  assert.deepEqual(heard, [["a.b", "x = 1", "here"], ["a.b", "x = 1", "here"]]);
  assert.equal(answerBook("another", () => storage).read("a.b"), null);
  assert.equal(again.problem, "");
});

test("a full storage keeps nothing, says so, and loses nothing while the page is open", () => {
  const storage = new Storage(80);
  const answers = answerBook("book", () => storage);
  answers.write("a.b", { code: "x".repeat(200) });
  assert.equal(answers.problem, NOT_KEPT);
  assert.equal(answers.read("a.b").code.length, 200);
  assert.deepEqual(Object.keys(answers.all()), ["a.b"]);
  assert.match(answers.exported(), /xxxx/);
  answers.write("a.b", { code: "short" });
  assert.equal(answers.problem, "");
  assert.equal(answerBook("book", () => storage).read("a.b").code, "short");
});

test("a browser that forbids storage is survived", () => {
  const answers = answerBook("book", () => {
    throw new Error("SecurityError");
  });
  assert.equal(answers.read("a.b"), null);
  assert.deepEqual(answers.all(), {});
  answers.write("a.b", { code: "x" });
  assert.equal(answers.read("a.b").code, "x");
  assert.equal(answers.problem, NOT_KEPT);
});

test("what stands in the storage is not trusted", () => {
  const storage = new Storage();
  const answers = answerBook("book", () => storage);
  for (const text of ["{", "3", "null", '{"code":3,"time":1}', '{"code":"x","time":1,"outcome":"?"}']) {
    storage.setItem("book:answer:a.b", text);
    assert.equal(answers.read("a.b"), null, text);
  }
});

test("exported answers come back elsewhere, the later of two stays", () => {
  const first = answerBook("book", () => (first.own ??= new Storage()));
  first.write("a.old", { code: "old", solved: true });
  first.write("a.b", { code: "mine" });
  const file = JSON.parse(first.exported());
  const storage = new Storage();
  const second = answerBook("book", () => storage);
  second.write("a.old", { code: "newer" });
  file.answers["a.old"].time -= 1e6;
  assert.equal(second.imported(JSON.stringify(file)), "1 answer taken in. 1 of yours is newer and stayed.");
  assert.equal(second.read("a.b").code, "mine");
  assert.equal(second.read("a.old").code, "newer");
  assert.equal(second.read("a.old").solved, true, "what was once solved stays solved");
});

test("a file that is no export is refused in one sentence", () => {
  const answers = answerBook("book", () => new Storage());
  for (const text of ["", "{", "[]", "null", '{"format":"other"}', '{"format":"course-answers"}']) {
    assert.throws(() => answers.imported(text), /This is no file of answers/, text);
  }
  const odd = { format: "course-answers", version: 1, answers: { "a.b": { code: 3 }, "a.c": null } };
  assert.equal(answers.imported(JSON.stringify(odd)), "0 answers taken in.");
});

test("a cell asks its question once", () => {
  const task = { id: "a.b", name: "b", code: "def b():\n    raise NotImplementedError\n" };
  assert.match(cellText(task), /NotImplementedError\n\n\nexercise\("a\.b"\)\.check\(b\)$/);
  const own = 'def b(): return 1\n\nexercise("a.b").check(b)\n';
  assert.equal(cellText(task, own), own.trimEnd());
});

test("the notebook of answers is written for the grader", () => {
  const { chapter, tasks, answers } = JSON.parse(readFileSync(process.env.PAGE_ANSWERS, "utf8"));
  const made = notebook(chapter, tasks, answers);
  assert.equal(JSON.parse(made).cells.length, 3 + 2 * tasks.length);
  writeFileSync(process.env.PAGE_NOTEBOOK, made);
});

test("a pack comes in pieces, and is loaded once", async () => {
  const { scripts, bytes, expected } = JSON.parse(process.env.PAGE_PACK);
  const loaded = [];
  globalThis.document = {
    createElement: () => ({ remove() {} }),
    head: {
      append(script) {
        loaded.push(script.src);
        const text = readFileSync(new URL(script.src), "utf8");
        if (loaded.length === 2) return queueMicrotask(() => script.onerror());
        new Function("coursePack", text)(globalThis.coursePack);
        queueMicrotask(() => script.onload());
      },
    },
  };
  const told = [];
  const load = () =>
    loadPack(process.env.PAGE_PACKS, "letters", { scripts, bytes }, (some, all) => told.push(some / all));
  await assert.rejects(load(), /did not arrive/);
  const files = await unpack(await load());
  await load();
  assert.equal(loaded.length, scripts.length + 1, "what came is not asked for again");
  assert.equal(told.at(-1), 1);
  assert.ok(scripts.length >= 3);
  const sizes = Object.entries(files).map(([name, buffer]) => [name, buffer.byteLength]);
  assert.deepEqual(sizes, expected);
  assert.equal(new TextDecoder().decode(files["a.txt"]), "letters");
});
