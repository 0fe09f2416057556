// One Python a page, in a worker, so that the page never freezes and Stop always works.
// Every file that it needs comes with the first message; from a disk there is no other way.
"use strict";

const MOST_MEMORY = 512 * 1024 * 1024; // of a phone's; numpy then raises a MemoryError
const PAGE = 65536;
const SITE = "/lib/python3.12/site-packages";
let python = null;
let answer = null;

// Emscripten asks for as much as 2 GB may grow to. A smaller limit is as good to it.
const Memory = WebAssembly.Memory;
WebAssembly.Memory = function (limits) {
  return new Memory({ ...limits, maximum: Math.min(limits.maximum, MOST_MEMORY / PAGE) });
};

// Compiling takes half of a start. What was compiled once comes back with the next start.
function compileOnce(compiled) {
  const stream = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    WebAssembly.instantiateStreaming = stream;
    if (compiled) return { module: compiled, instance: await WebAssembly.instantiate(compiled, imports) };
    const made = await stream(source, imports);
    self.postMessage({ kind: "compiled", compiled: made.module });
    return made;
  };
}

const TYPES = { wasm: "application/wasm", json: "application/json" };

// Answer requests for the files that are here, whatever their address.
function serve(files) {
  const elsewhere = self.fetch.bind(self);
  self.fetch = (request, options) => {
    const name = String(request?.url ?? request).split("/").pop();
    if (!(name in files)) return elsewhere(request, options);
    const type = TYPES[name.split(".").pop()] ?? "application/octet-stream";
    return Promise.resolve(new Response(files[name], { headers: { "content-type": type } }));
  };
}

function loadHere(files, name) {
  const address = URL.createObjectURL(new Blob([files[name]], { type: "text/javascript" }));
  importScripts(address);
  URL.revokeObjectURL(address);
}

async function loadPackages(names) {
  const problems = []; // loadPackage does not throw
  await python.loadPackage(names, {
    messageCallback: () => {},
    errorCallback: (problem) => problems.push(problem),
  });
  if (problems.length) throw new Error(problems.join(" "));
}

async function start({ files, address, compiled }) {
  compileOnce(compiled);
  const here = { ...files };
  serve(here);
  let indexURL = address;
  if (address) importScripts(`${address}pyodide.js`);
  else {
    indexURL = "https://page.invalid/"; // never asked: every file is in `here`
    loadHere(files, "pyodide.asm.js");
    loadHere(files, "pyodide.js");
  }
  python = await self.loadPyodide({
    indexURL,
    env: { MPLBACKEND: "agg", HOME: "/home/pyodide" },
    stdin: () => null, // nobody sits there: input() raises EOFError
  });
  await loadPackages(["numpy"]);
  python.unpackArchive(files["course.zip"], "zip", { extractDir: SITE });
  const page = python.pyimport("course_page");
  page.send = (text) => self.postMessage({ kind: "print", text });
  answer = page.answer;
  for (const name of Object.keys(here)) delete here[name]; // Python holds its own copies now
  return { version: python.version };
}

async function add({ files, packages }) {
  serve(files);
  await loadPackages(packages);
  for (const name of Object.keys(files)) delete files[name];
  return {};
}

const DO = { start, add, ask: ({ request }) => JSON.parse(answer(JSON.stringify(request))) };

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ kind: "done", id: data.id, result: await DO[data.kind](data) });
  } catch (error) {
    self.postMessage({ kind: "failed", id: data.id, problem: String(error?.message ?? error) });
  }
};
