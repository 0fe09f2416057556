// A reader's answers, in their own browser: code, last outcome, whether it was ever right.
// Where the browser keeps nothing (a private window, no room left) they live as long as the page.

const FORMAT = "course-answers";
const OUTCOMES = ["correct", "wrong", "raised", "not_attempted"];

export const NOT_KEPT =
  "This browser keeps nothing for this page: a private window, or no room left. " +
  "Your answers last until you close it; export them first.";

function isRecord(value) {
  return (
    value !== null &&
    typeof value === "object" &&
    typeof value.code === "string" &&
    typeof value.time === "number" &&
    (value.outcome === undefined || OUTCOMES.includes(value.outcome)) &&
    (value.solved === undefined || typeof value.solved === "boolean")
  );
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export function answerBook(book, storage = () => localStorage) {
  const prefix = `${book}:answer:`;
  const unkept = new Map(); // what the browser refused
  const listeners = new Set();
  let problem = "";

  function read(id) {
    if (unkept.has(id)) return unkept.get(id);
    try {
      return parsed(storage().getItem(prefix + id));
    } catch {
      return null;
    }
  }

  function put(id, record) {
    try {
      if (record) storage().setItem(prefix + id, JSON.stringify(record));
      else storage().removeItem(prefix + id);
      unkept.delete(id);
      problem = unkept.size ? NOT_KEPT : "";
    } catch {
      unkept.set(id, record);
      problem = NOT_KEPT;
    }
  }

  const changed = (id, from) => listeners.forEach((listener) => listener(id, read(id), from));

  globalThis.addEventListener?.("storage", (event) => {
    if (event.key?.startsWith(prefix)) changed(event.key.slice(prefix.length), "another tab");
  });

  return {
    read,

    get problem() {
      return problem;
    },

    // Change some fields of an answer; an answer that is taken out is `null`.
    write(id, fields) {
      put(id, fields && { ...read(id), ...fields, time: Date.now() });
      changed(id, "here");
    },

    all() {
      const found = {};
      try {
        for (const key of Object.keys(storage())) {
          if (!key.startsWith(prefix)) continue;
          const record = parsed(storage().getItem(key));
          if (record) found[key.slice(prefix.length)] = record;
        }
      } catch {
        // nothing is kept here
      }
      for (const [id, record] of unkept) if (record) found[id] = record;
      return found;
    },

    // Call `listener(id, record, from)` at each change; from: "here", "another tab", "a file".
    listen: (listener) => listeners.add(listener),

    exported() {
      const file = { format: FORMAT, version: 1, book, answers: this.all() };
      return JSON.stringify(file, null, 1);
    },

    // Take in a file; of two answers to one exercise the later stays. Returns what to say.
    imported(text) {
      let file = null;
      try {
        file = JSON.parse(text);
      } catch {
        // said below
      }
      if (file?.format !== FORMAT || file.version !== 1 || typeof file.answers !== "object") {
        throw new Error("This is no file of answers: choose one that Export has made.");
      }
      const entries = Object.entries(file.answers ?? {}).filter(([, record]) => isRecord(record));
      let taken = 0;
      for (const [id, { code, outcome, solved, time }] of entries) {
        const own = read(id);
        if (own && own.time > time) {
          if (solved && !own.solved) put(id, { ...own, solved });
        } else {
          put(id, { code, outcome, solved: solved || own?.solved || false, time });
          taken += 1;
        }
        changed(id, "a file");
      }
      const left = entries.length - taken;
      const kept = left ? ` ${left} of yours ${left === 1 ? "is" : "are"} newer and stayed.` : "";
      return `${taken} ${taken === 1 ? "answer" : "answers"} taken in.${kept}`;
    },
  };
}
