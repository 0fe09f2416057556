"""Use each widget as a reader does, and compare what it shows with torch.

Every function takes a Playwright locator of one widget (its custom element, or whatever holds its
shadow root) and leaves the widget as it found it, so that the same functions drive the standalone
pages and the pages of the built book.
"""

import re

import torch
from drive_alignment import drive_alignment
from drive_attention import drive_attention_grid
from drive_fcn import drive_receptive_field, drive_skip_explorer
from drive_filterbank import drive_filterbank
from drive_patch_cost import drive_patch_cost
from drive_roi import drive_roi
from drive_transformer import drive_transformer
from drive_transposed_conv import drive_transposed_conv
from playwright.sync_api import Locator, expect
from widget_reading import (
    field,
    group,
    no_nonsense,
    number,
    numbers,
    numbers_of_column,
    refuses_bad_input,
    same,
    setting,
    values,
)
from widget_reference import (
    conv,
    conv_matrix,
    overlap_counts,
    stamped_photo,
    tensor,
    upsampled,
)

from course_pkg.widgets.stamping import stamp_weights


def drive_conv_matrix(widget: Locator) -> None:
    forward = group(widget, "X times input").locator("[data-role=output]")
    backward = group(widget, "X transposed times vector").locator("[data-role=output]")
    widget.get_by_role("radio", name="Numbers").check(force=True)

    def check() -> None:
        kernel = values(widget, "Kernel")
        settings = {
            name.lower(): setting(widget, name) for name in ("Stride", "Padding", "Dilation")
        }
        x = tensor(numbers_of_column(group(widget, "Input")))
        sizes = widget.get_by_role("spinbutton", name=re.compile(r"^Input (size|rows|columns)$"))
        size = tuple(int(cell.input_value()) for cell in sizes.all())
        matrix = conv_matrix(size, kernel, **settings)
        tables = [
            widget.get_by_role("table", name=name) for name in (re.compile("^X,"), "X transposed,")
        ]
        same(numbers(tables[0].locator("td")), matrix)
        same(numbers(tables[1].locator("td")), matrix.T.contiguous())
        same(numbers(forward), conv(x.reshape(size), kernel, **settings))
        own = widget.get_by_role("radio", name="your vector").is_checked()
        y = tensor(numbers_of_column(group(widget, "Vector"))) if own else matrix @ x
        same(numbers(backward), matrix.T @ y)

    check()
    field(widget, "Stride").fill("2")
    check()
    cell = group(widget, "Kernel").locator("input").first
    kept = cell.input_value()
    cell.fill("-1.5")
    check()
    widget.get_by_role("radio", name="your vector").check(force=True)
    group(widget, "Vector").locator("input").first.fill("10")
    check()

    # a touched result points at its row, and says which products made it
    backward.nth(1).click()
    expect(backward.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(widget.locator("[data-role=sum]")).to_contain_text("Row 2 of Xᵀ")
    forward.first.focus()
    expect(widget.locator("[data-role=sum]")).to_contain_text("Row 1 of X:")
    row = widget.get_by_role("table", name=re.compile("^X,")).locator("tr").first
    touched = row.locator("td[data-touched]").count()
    assert touched == row.locator(".weight").count() > 0

    refuses_bad_input(widget, cell, lambda: numbers(forward))
    cell.fill(kept)
    start = widget.get_by_label("Start from")
    if start.is_visible():
        for option, (rows, columns) in enumerate([(4, 6), (2, 6), (4, 4)], start=1):
            start.select_option(index=option)
            name = re.compile(f"^X, {rows} rows and {columns} columns")
            expect(widget.get_by_role("table", name=name)).to_be_visible()
            check()
        start.select_option(index=0)
        check()
    else:
        field(widget, "Stride").fill("1")
        widget.get_by_role("radio", name="the result X x").check(force=True)
    no_nonsense(widget)
    widget.get_by_role("radio", name="Letters").check(force=True)


def drive_upsampling_family(widget: Locator) -> None:
    def check() -> dict[str, torch.Tensor]:
        weights = values(widget, "Channel weights")
        expected = upsampled(values(widget, "Input"), values(widget, "Kernel"), weights)
        for method, output in expected.items():
            same(numbers(widget.locator(f"[data-method={method}] [data-role=output]")), output)
        return expected

    check()
    changes = [
        ("Input row 1 column 1", "9.5"),
        ("Input row 4 column 2", "-3"),
        ("Kernel row 2 column 3", "-2"),
    ]
    for name, text in [*changes, ("Channel weights value 3", "0.5")]:
        field(widget, name).fill(text)
        check()
    # a tie: of equal values the first keeps its place
    for row, column in ((1, 1), (1, 2), (2, 1), (2, 2)):
        field(widget, f"Input row {row} column {column}").fill("4")
    expected = check()
    assert expected["max_unpool"][0, 0] == 4
    total = widget.locator("[data-role=sum]")
    # the same place in another method is another cell
    widget.locator("[data-method=nearest] [data-role=output]").nth(5).click()
    expect(total).to_contain_text("Nearest, row 2, column 2")
    widget.locator("[data-method=bilinear] [data-role=output]").nth(5).click()
    expect(total).to_contain_text("Bilinear, row 2, column 2")
    same(number(total.inner_text().split("= ")[-1]), expected["bilinear"][1, 1])
    refuses_bad_input(
        widget,
        field(widget, "Input row 2 column 2"),
        lambda: numbers(widget.locator("[data-role=output]")),
    )
    widget.get_by_role("button", name="Original values").click()
    check()
    no_nonsense(widget)


def drive_checkerboard(widget: Locator) -> None:
    script = """canvas => {
      const { width, height } = canvas;
      const copy = new OffscreenCanvas(width, height);
      const context = copy.getContext("2d", { willReadFrequently: true });
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      return Array.from({ length: height }, (_, r) =>
        Array.from({ length: width }, (_, c) => data[4 * (r * width + c)]));
    }"""
    canvases = widget.locator("canvas")
    photo = canvases.first.evaluate(script)
    before = (setting(widget, "Kernel size"), setting(widget, "Stride"))
    weights = widget.get_by_label("Kernel values")

    def check(kernel_size: int, stride: int, shape: str) -> None:
        counts = overlap_counts(6, kernel_size, stride)
        assert numbers(widget.locator("[data-role=counts-1d] .barcell")) == counts
        small = tensor(overlap_counts(4, kernel_size, stride))
        same(numbers(widget.locator("[data-role=counts-2d] .cell")), torch.outer(small, small))
        along = stamp_weights("triangle" if shape == "triangle" else "equal", kernel_size, stride)
        expected = stamped_photo(photo, along.tolist(), stride).clamp(0, 255)
        drawn = tensor(canvases.nth(1).evaluate(script))
        torch.testing.assert_close(drawn, expected, atol=0.501, rtol=0)

    for kernel_size, stride, shape, sentence in (
        (3, 2, "equal", "does not divide"),
        (4, 2, "equal", "Brightness is even"),
        (5, 2, "triangle", "Brightness swings"),
        (2, 3, "equal", "no stamp at all"),
    ):
        field(widget, "Kernel size").fill(str(kernel_size))
        field(widget, "Stride").fill(str(stride))
        weights.select_option(label="a triangle" if shape == "triangle" else "all equal")
        check(kernel_size, stride, shape)
        expect(widget.locator("[data-role=sum]")).to_contain_text(sentence)
        description = canvases.nth(1).get_attribute("aria-label") or ""
        assert f"kernel {kernel_size} and stride {stride}" in description
    shown = widget.locator("[data-role=counts-1d] .barcell")
    refuses_bad_input(widget, field(widget, "Kernel size"), lambda: numbers(shown))
    field(widget, "Kernel size").fill(str(before[0]))
    field(widget, "Stride").fill(str(before[1]))
    weights.select_option(index=0)
    no_nonsense(widget)


def drive_frames(widget: Locator) -> None:
    image = widget.locator("[data-role=frame]")
    selects = widget.locator("select")
    first = (image.get_attribute("alt"), image.get_attribute("src"))
    seen = {first}
    for index in range(selects.count()):
        options = selects.nth(index).locator("option").count()
        for option in range(options):
            selects.nth(index).select_option(index=option)
            seen.add((image.get_attribute("alt"), image.get_attribute("src")))
            assert image.evaluate("async image => (await image.decode(), image.naturalWidth)") > 10
    total = sum(select.locator("option").count() for select in selects.all())
    assert len(seen) == total - selects.count() + 1
    for select in selects.all():
        select.select_option(index=0)
    assert (image.get_attribute("alt"), image.get_attribute("src")) == first


DRIVERS = {
    "course-alignment-explorer": drive_alignment,
    "course-attention-grid": drive_attention_grid,
    "course-transposed-conv": drive_transposed_conv,
    "course-conv-matrix": drive_conv_matrix,
    "course-upsampling-family": drive_upsampling_family,
    "course-checkerboard": drive_checkerboard,
    "course-receptive-field": drive_receptive_field,
    "course-skip-explorer": drive_skip_explorer,
    "course-filterbank": drive_filterbank,
    "course-frames": drive_frames,
    "course-patch-cost": drive_patch_cost,
    "course-roi-explorer": drive_roi,
    "course-transformer-explorer": drive_transformer,
}
