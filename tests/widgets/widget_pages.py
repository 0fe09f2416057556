"""Standalone pages, one for each widget, and the browser that opens them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import numpy as np
import pytest
from fcn_widgets import skip_explorer
from matplotlib.figure import Figure
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from course_pkg import widgets
from course_pkg.widgets.base import BookWidget

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{name}</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<style>body{{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:16px;max-width:780px}}
html[data-theme=dark] body{{background:#121417;color:#e8eaed}}</style></head>
<body><main><h1>{name}</h1><p>Text before the figure.</p>{body}</main></body></html>"""


def bars(stride: int, kernel_size: int) -> tuple[Figure, str]:
    figure = Figure(figsize=(4, 2))
    figure.add_subplot().bar(range(6), np.arange(6) * stride + kernel_size)
    return figure, f"six bars for stride {stride} and kernel {kernel_size}"


def all_widgets() -> dict[str, BookWidget]:
    return {
        "transposed_conv_1d": widgets.TransposedConv([1, 2, 3], [1, 2, 1], stride=2),
        "transposed_conv_2d": widgets.TransposedConv(
            [[1, 2], [3, 4]], [[1, 2, 1], [2, 4, 2], [1, 2, 1]], padding=1, output_padding=1
        ),
        "conv_matrix_1d": widgets.ConvMatrix(),
        "conv_matrix_2d": widgets.ConvMatrix([[1, 2], [3, 4]], input_size=(3, 4)),
        "upsampling_family": widgets.UpsamplingFamily(),
        "checkerboard": widgets.Checkerboard(),
        "receptive_field": widgets.ReceptiveField(),
        "skip_explorer": skip_explorer(),
        "patch_cost": widgets.PatchCost(),
        "frames": widgets.Frames(bars, "Bars", stride=[1, 2], kernel_size=[2, 3, 4]),
    }


def write_pages(folder: Path) -> None:
    for name, widget in all_widgets().items():
        page = PAGE.format(name=name.replace("_", " "), body=widget.html())
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        (folder / f"{name}.mjs").write_text(widget._esm, encoding="utf-8")


class _QuietHandler(SimpleHTTPRequestHandler):
    extensions_map: ClassVar[dict[str, str]] = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
    }

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over http on this machine."""
    handler = partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it a test is skipped, on CI it fails."""
    path = shutil.which("chromium")
    if path is None:
        reason = "no chromium on this machine: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def widget_on(page: Page) -> Locator:
    """The one custom element of a standalone page."""
    return page.locator("main > [state]")
