// The page's one Python: started at the first press, asked one thing at a time, ended by Stop.

import { loadPack, unpack } from "./pack.js";

export class Stopped extends Error {}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

// settings: {folder, packs, address}; an address is where a site without own copies has Pyodide.
export function pagePython(settings) {
  let worker = null;
  let started = null; // promise of a running Python
  let active = null; // the one job that Python works on
  let waiting = [];
  let number = 0;
  let replies = new Map();
  let drawing = false;
  let compiled = null; // what the last start compiled, for the next
  let said = ["", undefined]; // the last news, for a job that comes while Python is on its way

  const tell = (...news) => {
    said = news;
    active?.tell(...news);
  };

  function end() {
    worker?.terminate();
    worker = started = null;
    drawing = false;
    replies = new Map();
  }

  function post(message, transfer = []) {
    return new Promise((done, failed) => {
      message.id = ++number;
      replies.set(message.id, { done, failed });
      worker.postMessage(message, transfer);
    });
  }

  function hear({ data }) {
    if (data.kind === "print") return active?.print(data.text);
    if (data.kind === "compiled") return (compiled = data.compiled);
    const reply = replies.get(data.id);
    replies.delete(data.id);
    if (data.kind === "done") reply?.done(data.result);
    else reply?.failed(new Error(data.problem));
  }

  async function filesOf(name) {
    const about = settings.packs[name];
    const come = (some, all) =>
      tell(`Python is coming: ${megabytes(some)} of ${megabytes(all)} MB`, some / all);
    return unpack(await loadPack(settings.folder, name, about, come));
  }

  async function boot() {
    const names = settings.address ? ["course"] : ["python", "course"];
    const files = {};
    for (const name of names) Object.assign(files, await filesOf(name));
    tell("Python is starting");
    const script = new Blob([files["worker.js"]], { type: "text/javascript" });
    const place = URL.createObjectURL(script);
    const own = new Worker(place);
    worker = own;
    own.onmessage = (event) => own === worker && hear(event);
    own.onerror = (event) => {
      if (own !== worker) return;
      for (const reply of replies.values()) reply.failed(new Error(event.message ?? "it ended"));
      end();
    };
    const transfer = Object.values(files);
    await post({ kind: "start", files, address: settings.address, compiled }, transfer);
    URL.revokeObjectURL(place);
  }

  function start() {
    started ??= boot().catch((problem) => {
      end();
      throw problem;
    });
    return started;
  }

  async function answer(job) {
    if (started) job.tell(...said);
    await start();
    tell("Running");
    let result = await post({ kind: "ask", request: job.request });
    if (result.outcome === "needs" && !drawing) {
      const files = settings.address ? {} : await filesOf(result.pack);
      tell("matplotlib is starting");
      await post({ kind: "add", files, packages: ["matplotlib"] }, Object.values(files));
      drawing = true;
      tell("Running");
      result = await post({ kind: "ask", request: job.request });
    }
    return result;
  }

  async function next() {
    if (active || !waiting.length) return;
    active = waiting.shift();
    const job = active;
    try {
      const result = await Promise.race([answer(job), job.stopped]);
      job.done(result);
    } catch (problem) {
      // Whatever went wrong inside, the next job gets a fresh Python.
      if (!(problem instanceof Stopped)) end();
      job.failed(problem);
    }
    if (active === job) active = null;
    next();
  }

  return {
    // Ask for something; `print` hears what is printed, `tell` what is going on.
    ask(request, { print, tell }) {
      const job = { request, print, tell };
      job.stopped = new Promise((_, failed) => (job.stop = () => failed(new Stopped("Stopped"))));
      job.stopped.catch(() => {});
      const promise = new Promise((done, failed) => Object.assign(job, { done, failed }));
      waiting.push(job);
      if (active) tell("Waiting for Python");
      next();
      return { promise, stop: () => this.stop(job) };
    },

    // End a job: the one at work takes Python with it, and a new one starts at once.
    stop(job) {
      if (job !== active) {
        waiting = waiting.filter((other) => other !== job);
        return job.failed(new Stopped("Stopped"));
      }
      job.tell = () => {};
      job.stop();
      if (worker === null) return; // still on its way: let it come
      end();
      start().catch(() => {});
    },

    get isStarted() {
      return started !== null;
    },
  };
}
