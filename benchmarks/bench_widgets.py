"""How fast and how heavy the widgets are: Chromium, the built-page form, default sizes.

Run: python benchmarks/bench_widgets.py        writes benchmarks/widgets.json
"""

import gzip
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from playwright.sync_api import Browser, sync_playwright

from course_pkg import widgets
from course_pkg.ops import bilinear_upsample
from course_pkg.widgets.base import BookWidget

REPEATS = 120
PAGE_LOADS = 7
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title></head>
<body style="width:780px">{body}
<script>document.body.offsetHeight; globalThis.interactive = performance.now()</script>
</body></html>"""

# One interaction: the event of a typed value, a chosen option or a touched cell, and the layout
# that follows it. Painting is the browser's own and not counted.
MEASURE = """(repeats) => {
  const host = document.querySelector("[state]");
  const root = host.shadowRoot;
  const times = [];
  const timed = (act) => {
    const start = performance.now();
    act();
    host.getBoundingClientRect().height;
    root.querySelector(".widget").offsetHeight;
    times.push(performance.now() - start);
  };
  const type = (element, value) => timed(() => {
    element.value = value;
    element.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const fields = [...root.querySelectorAll(".field input")].filter((e) => e.min !== e.max);
  for (let i = 0; i < repeats; i++) {
    const cells = [...root.querySelectorAll(".cells input")];
    const outputs = [...root.querySelectorAll("button[data-role=output]")];
    const selects = [...root.querySelectorAll("select")].filter((e) => e.checkVisibility());
    if (cells.length) type(cells[i % cells.length], (i % 17) - 8);
    const sliders = [...root.querySelectorAll("input[type=range]")];
    const switches = [...root.querySelectorAll("input[type=checkbox]")];
    const words = [...root.querySelectorAll(".wordrow button")];
    if (sliders.length) {
      const slider = sliders[i % sliders.length];
      const [low, high] = [Number(slider.min), Number(slider.max)];
      type(slider, low + ((i % 9) / 8) * (high - low));
    }
    if (switches.length) timed(() => switches[i % switches.length].click());
    if (words.length) timed(() => words[(i * 7) % words.length].click());
    if (outputs.length) timed(() => outputs[(i * 7) % outputs.length].click());
    for (const select of selects) timed(() => {
      select.value = i % select.options.length;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    for (const field of fields.slice(0, 2)) {
      const old = field.value;
      type(field, Math.min(Number(field.max), Number(old) + 1));
      type(field, old);
    }
  }
  return times;
}"""


def bars(stride: int, kernel_size: int) -> tuple[Any, str]:
    """A picture for `Frames`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3))
    figure.add_subplot().bar(range(9), [stride * i + kernel_size for i in range(9)])
    return figure, f"nine bars for stride {stride} and kernel {kernel_size}"


def skips() -> BookWidget:
    """A picture of 96 x 96 pixels, eight classes, three heads: chapter 6's sizes."""
    rng = np.random.default_rng(0)
    small = [torch.tensor(rng.normal(size=(1, 8, 12, 12))) for _ in range(3)]
    heads = [bilinear_upsample(part, 8)[0].numpy() for part in small]
    image, truth = rng.random((96, 96, 3)), rng.integers(0, 8, (96, 96))
    names, colours = [f"class {k}" for k in range(8)], [(30 * k, 90, 200) for k in range(8)]
    return widgets.SkipExplorer(image, heads, truth, names, colours)


def widgets_to_measure() -> dict[str, BookWidget]:
    grid = [[1.0] * 5] * 5
    return {
        "TransposedConv 1-D": widgets.TransposedConv(),
        "TransposedConv 2-D": widgets.TransposedConv([[1, 2], [3, 4]], [[1, 2, 1]] * 3),
        "TransposedConv 2-D, largest": widgets.TransposedConv(
            grid, [[1.0] * 4] * 4, stride=3, dilation=2
        ),
        "ConvMatrix 1-D": widgets.ConvMatrix(),
        "ConvMatrix 2-D": widgets.ConvMatrix([[1, 2], [3, 4]], input_size=(4, 4)),
        "UpsamplingFamily": widgets.UpsamplingFamily(),
        "Checkerboard": widgets.Checkerboard(),
        "PatchCost": widgets.PatchCost(),
        "ReceptiveField": widgets.ReceptiveField(),
        "SkipExplorer": skips(),
        "AttentionGrid": widgets.AttentionGrid(),
        "AlignmentExplorer": widgets.AlignmentExplorer(),
        "RoIExplorer": widgets.RoIExplorer(),
        "Filterbank": widgets.Filterbank(),
        "TransformerExplorer": widgets.TransformerExplorer(),
        "Frames, 12 pictures": widgets.Frames(
            bars, "Bars", stride=[1, 2, 3], kernel_size=[2, 3, 4, 5]
        ),
    }


def measure(browser: Browser, widget: BookWidget, folder: Path) -> dict[str, float]:
    text = widget.html()
    page_file = folder / "page.html"
    page_file.write_text(PAGE.format(body=text), encoding="utf-8")
    ready, times = [], []
    for load in range(PAGE_LOADS):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(page_file.as_uri())
        ready.append(page.evaluate("globalThis.interactive"))
        if load == PAGE_LOADS - 1:
            times = page.evaluate(MEASURE, REPEATS)
        page.close()
    quantiles = statistics.quantiles(times, n=100)
    return {
        "interactions": len(times),
        "interaction_ms_median": round(statistics.median(times), 2),
        "interaction_ms_p95": round(quantiles[94], 2),
        "time_to_interactive_ms_median": round(statistics.median(ready), 1),
        "bytes_html": len(text.encode()),
        "bytes_script": len(text[text.index("<script>") :].encode()),
        "bytes_html_gzip": len(gzip.compress(text.encode(), mtime=0)),
    }


def hardware() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return f"{os.cpu_count()} x {names[0] if names else platform.processor()}"


def main() -> None:
    path = shutil.which("chromium")
    if path is None:
        sys.exit("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        results = {
            name: measure(browser, widget, Path(folder))
            for name, widget in widgets_to_measure().items()
        }
        chromium = browser.version
        browser.close()
    report = {
        "command": "python benchmarks/bench_widgets.py",
        "date": date.today().isoformat(),
        "hardware": hardware(),
        "load_average_1min": round(os.getloadavg()[0], 1),
        "versions": {
            "python": platform.python_version(),
            "chromium": chromium,
            **{name: version(name) for name in ("anywidget", "ipywidgets", "numpy", "playwright")},
        },
        "widgets": results,
    }
    target = Path(__file__).with_name("widgets.json")
    target.write_text(json.dumps(report, indent=2) + "\n")
    for name, numbers in results.items():
        print(
            f"{name:28} p95 {numbers['interaction_ms_p95']:6.2f} ms   interactive after "
            f"{numbers['time_to_interactive_ms_median']:6.1f} ms   {numbers['bytes_html']} bytes "
            f"({numbers['bytes_html_gzip']} gzipped)"
        )


if __name__ == "__main__":
    main()
