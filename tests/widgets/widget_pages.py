"""Standalone pages, one for each widget."""

from pathlib import Path

import numpy as np
from fcn_widgets import skip_explorer
from matplotlib.figure import Figure
from playwright.sync_api import Locator, Page

from course_pkg import widgets
from course_pkg.widgets.base import BookWidget

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
        "attention_grid": widgets.AttentionGrid(),
        "alignment_explorer": widgets.AlignmentExplorer(),
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
        "filterbank": widgets.Filterbank(),
        "patch_cost": widgets.PatchCost(),
        "roi_explorer": widgets.RoIExplorer(),
        "transformer_explorer": widgets.TransformerExplorer(),
        "frames": widgets.Frames(bars, "Bars", stride=[1, 2], kernel_size=[2, 3, 4]),
    }


def write_pages(folder: Path) -> None:
    for name, widget in all_widgets().items():
        page = PAGE.format(name=name.replace("_", " "), body=widget.html())
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        (folder / f"{name}.mjs").write_text(widget._esm, encoding="utf-8")


def widget_on(page: Page) -> Locator:
    """The one custom element of a standalone page."""
    return page.locator("main > [state]")
