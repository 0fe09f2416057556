"""Use `TransposedConv` as a reader does; see `drive`."""

import re

from playwright.sync_api import Locator, expect
from widget_reading import (
    field,
    group,
    no_nonsense,
    number,
    numbers,
    refuses_bad_input,
    same,
    setting,
    values,
)
from widget_reference import conv_transpose


def drive_transposed_conv(widget: Locator) -> None:
    names = ("Stride", "Padding", "Output padding", "Dilation")
    cells = widget.locator("[data-role=output]:visible")
    total = widget.locator("[data-role=sum]")

    def shown() -> list[float]:
        return numbers(cells)

    def torch_says() -> list:
        settings = {name.lower().replace(" ", "_"): setting(widget, name) for name in names}
        return conv_transpose(values(widget, "Input"), values(widget, "Kernel"), **settings)

    same(shown(), torch_says())
    first_kernel_cell = group(widget, "Kernel").locator("input").first
    first_input_cell = group(widget, "Input").locator("input").first

    # every setting alone, then together; the size formula ends in torch's size
    field(widget, "Output padding").fill("0")
    for name, value in (
        ("Stride", "3"),
        ("Padding", "1"),
        ("Dilation", "2"),
        ("Output padding", "1"),
    ):
        field(widget, name).fill(value)
        same(shown(), torch_says())
    first_kernel_cell.fill("-2.5")
    same(shown(), torch_says())
    first_input_cell.fill("7")
    same(shown(), torch_says())
    size = number(widget.locator("[data-role=size] b").last.inner_text())
    expected = torch_says()
    assert size == len(expected[0] if isinstance(expected[0], list) else expected)
    for part in ("Kernel", "Input"):
        size_field = widget.get_by_role("spinbutton", name=re.compile(rf"^{part} (size|columns)$"))
        size_field.fill("4")
        same(shown(), torch_says())

    # the other view shows the same output, and writes the touched cell as a sum
    everything = shown()
    widget.get_by_role("radio", name="Zeros inserted").check(force=True)
    assert shown() == everything
    widget.get_by_role("radio", name="Stamps").check(force=True)
    for index in (0, len(everything) // 2):
        cells.nth(index).click()
        expect(cells.nth(index)).to_have_attribute("aria-pressed", "true")
        expect(total).to_contain_text("Output")
        same(number(re.findall(r"= (−?[\d.]+)", total.inner_text())[-1]), everything[index])
    cells.nth(0).focus()
    widget.page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_have_attribute("aria-pressed", "true")

    # stamp by stamp
    stamps = group(widget, "Input").locator("input").count()
    press = {
        name: widget.get_by_role("button", name=name, exact=True) for name in ("Reset", "Step")
    }
    press["Reset"].click()
    assert set(shown()) == {0.0}
    press["Step"].click()
    expect(widget.locator("[data-role=progress]")).to_have_text(f"Stamp 1 of {stamps}")
    for _ in range(stamps - 1):
        press["Step"].click()
    assert shown() == everything
    widget.get_by_role("button", name="Play").click()
    # from a whole picture it starts again: 0, 1, 2, ... of them
    expect(widget.locator("[data-role=progress]")).to_have_text(re.compile("Stamp [1-3] of"))
    widget.get_by_role("button", name="Pause").click()
    expect(widget.get_by_role("button", name="Play")).to_be_visible()
    widget.get_by_role("button", name="Show all").click()
    assert shown() == everything

    refuses_bad_input(widget, first_kernel_cell, shown)
    refuses_bad_input(widget, first_input_cell, shown)
    refuses_bad_input(widget, field(widget, "Stride"), shown)

    # settings that cannot be together
    message = widget.locator("[data-role=message]")
    for name, value in (
        ("Output padding", "0"),
        ("Padding", "0"),
        ("Dilation", "1"),
        ("Stride", "1"),
    ):
        field(widget, name).fill(value)
    before = shown()
    field(widget, "Output padding").fill("1")
    expect(field(widget, "Output padding")).to_have_attribute("aria-invalid", "true")
    expect(message).to_contain_text("Output padding 1 is too large")
    assert shown() == before
    field(widget, "Stride").fill("2")
    expect(message).to_be_empty()
    same(shown(), torch_says())

    widget.get_by_role("button", name="Original values").click()
    same(shown(), torch_says())
    no_nonsense(widget)
