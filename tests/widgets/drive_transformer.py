"""Use the transformer explorer as a reader does, and compare with torch."""

import numpy as np
import torch
from playwright.sync_api import Locator, expect
from transformer_reference import grid_by_torch, output_by_torch
from widget_reading import field, group, no_nonsense, number, refuses_bad_input, setting, values

_PIXELS = """canvas => {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return Array.from({ length: height }, (_, r) =>
    Array.from({ length: width }, (_, c) => data[4 * (r * width + c)]));
}"""
_KINDS = ("affine", "projective", "tps")


def drive_transformer(widget: Locator) -> None:
    kind_select = widget.get_by_label("Transformation")
    align_select = widget.get_by_label("align_corners")
    source = widget.locator("[data-role=source]")
    output = widget.locator("[data-role=output]")
    total = widget.locator("[data-role=sum]")
    handles = widget.locator("[data-role=handle]")
    start = widget.get_by_label("Start from")

    def state() -> tuple[str, bool]:
        return _KINDS[int(kind_select.input_value())], align_select.input_value() == "1"

    def check() -> None:
        kind, align = state()
        theta = values(widget, f"theta ({kind})")
        size = setting(widget, "Output, pixels a side")
        grid = grid_by_torch(kind, theta, size, align)
        pixels = source.evaluate(_PIXELS)
        expected = output_by_torch(pixels, grid, align).clamp(0, 255)
        shown = torch.tensor(output.evaluate(_PIXELS), dtype=torch.float64)
        torch.testing.assert_close(shown, expected, atol=0.51, rtol=0)
        # the table under it: source pixels, weights and brightness of the chosen output pixel
        row, column = (setting(widget, f"Output {axis}") - 1 for axis in ("row", "column"))
        rows = widget.locator("[data-role=reads] tr").all()
        read = [[number(text) for text in each.locator("td").all_inner_texts()] for each in rows]
        assert all(pixels[int(r) - 1][int(c) - 1] == level for r, c, _, level in read)
        value = sum(weight * level for _, _, weight, level in read)
        assert abs(value - float(output_by_torch(pixels, grid, align)[row, column])) < 0.1
        inside = bool((grid[row, column].abs() < 1).all())
        assert not inside or abs(sum(each[2] for each in read) - 1) < 2e-3 or len(read) < 4

    check()
    for option in range(1, start.locator("option").count()):
        start.select_option(index=option)
        check()
    # a typed number is the matrix's, and moves the handles
    start.select_option(label="Identity")
    before = [handles.nth(k).get_attribute("aria-label") for k in range(3)]
    field(widget, "theta (affine) row 1 column 3").fill("0.5")
    check()
    after = [handles.nth(k).get_attribute("aria-label") for k in range(3)]
    assert before[0] == "Upper left corner, read at x −1, y −1"
    assert after[0] == "Upper left corner, read at x −0.5, y −1"
    # the same numbers mean other places when corners are pinned
    kept = align_select.input_value()
    shown = output.evaluate(_PIXELS)
    align_select.select_option(index=1 - int(kept))
    check()
    assert output.evaluate(_PIXELS) != shown
    align_select.select_option(index=int(kept))

    # a handle follows the arrow keys and the pointer
    handles.first.focus()
    handles.first.press("ArrowRight")
    theta = np.array(values(widget, "theta (affine)"))
    np.testing.assert_allclose(theta @ [-1, -1, 1], [-0.45, -1], atol=2e-4)
    check()
    handles.nth(2).scroll_into_view_if_needed()
    box = handles.nth(2).bounding_box()
    assert box is not None
    mouse = widget.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 20, y - 30, steps=3)
    mouse.up()
    dragged = np.array(values(widget, "theta (affine)"))
    moved = dragged @ [-1, 1, 1] - theta @ [-1, 1, 1]
    assert moved[0] > 0.05
    assert moved[1] < -0.1
    np.testing.assert_allclose(dragged @ [1, -1, 1], theta @ [1, -1, 1], atol=3e-4)
    check()

    # pressing an output pixel says what it reads
    size = output.evaluate("canvas => canvas.clientWidth")
    output.click(position={"x": size * 0.99, "y": size * 0.5})
    assert setting(widget, "Output column") == setting(widget, "Output, pixels a side")
    check()
    field(widget, "Output, pixels a side").fill("5")
    check()
    expect(total).to_contain_text("column 5")
    field(widget, "Output row").fill("2")
    expect(total).to_contain_text("row 2")
    check()

    for option, count in ((1, 4), (2, 16)):
        kind_select.select_option(index=option)
        expect(handles).to_have_count(count)
        for preset in range(1, start.locator("option").count()):
            start.select_option(index=preset)
            check()
        start.select_option(label="Identity")
        handles.nth(count - 1).focus()
        handles.nth(count - 1).press("ArrowUp")
        check()
        name = handles.nth(count - 1).get_attribute("aria-label") or ""
        assert abs(number(name.split(" y ")[1]) - 0.95) < 1e-3  # theta has four decimals
    kind_select.select_option(index=0)
    cell = group(widget, "theta (affine)").locator("input").first
    refuses_bad_input(widget, cell, lambda: output.evaluate(_PIXELS))
    field(widget, "theta (affine) row 1 column 3").fill("3.5")
    expect(total).to_contain_text("outside the source, where there are zeros")
    widget.get_by_role("button", name="Original values").click()
    check()
    no_nonsense(widget)
