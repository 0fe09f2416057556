// node page_outcomes.mjs PYODIDE WHEEL ARCHIVE SCRIPT: what the page's Python says about SCRIPT.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [core, wheel, archive, script] = process.argv.slice(2);
const site = "/lib/python3.12/site-packages";
const { loadPyodide } = await import(pathToFileURL(`${core}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: core });
const problems = [];
await python.loadPackage(pathToFileURL(wheel).href, {
  messageCallback: () => {},
  errorCallback: (problem) => problems.push(problem),
});
if (problems.length) throw new Error(problems.join(" "));
python.unpackArchive(new Uint8Array(readFileSync(archive)), "zip", { extractDir: site });
python.FS.writeFile(`${site}/page_outcomes.py`, readFileSync(script, "utf8"));
console.log(python.runPython("import json, page_outcomes; json.dumps(page_outcomes.outcomes())"));
