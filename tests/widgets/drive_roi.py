"""Use the RoI explorer as a reader does, and compare with torchvision."""

import re

import torch
from playwright.sync_api import Locator, expect
from roi_reference import crop_by_torchvision
from widget_reading import field, no_nonsense, refuses_bad_input, same, setting

from course_pkg.widgets import RoIExplorer

EDGES = ("Left", "Top", "Right", "Bottom")
STRIDE = 16
SAYS = {"released": "RoI warp as released"}


def drive_roi(widget: Locator) -> None:
    features = RoIExplorer().features
    crop = widget.locator("[role=img][aria-label^='The crop']")
    total = widget.locator("[data-role=sum]")

    def box() -> list[int]:
        return [setting(widget, name) for name in EDGES]

    def check(method: str) -> None:
        bins = setting(widget, "Bins a side")
        samples = int(widget.locator("[data-name=samples]").input_value())
        texts = (crop.get_attribute("aria-label") or "").partition(": ")[2]
        rows = [row.split() for row in texts.replace("\N{MINUS SIGN}", "-").split("; ")]
        shown = torch.tensor([[float(v) for v in row] for row in rows]).double()
        edges = [float(edge) for edge in box()]
        same(shown, crop_by_torchvision(method, features, edges, bins, samples, STRIDE))
        expect(total).to_contain_text(SAYS.get(method, f"RoI {method}"))

    before = [*box(), setting(widget, "Bins a side")]
    for method in ("align", "warp", "released", "pool"):
        name = "Warp as released" if method == "released" else f"RoI {method}"
        widget.get_by_role("radio", name=name).check(force=True)
        check(method)
    for name, number in (("Left", 24), ("Right", 56), ("Top", 24), ("Bottom", 56)):
        field(widget, name).fill(str(number))
        check("pool")
    field(widget, "Bins a side").fill("2")
    check("pool")
    expect(total).to_contain_text("IoU with your box")
    assert re.search(r"pixels 32 to 80 across", total.inner_text())

    # dragging the middle moves the whole box, dragging an edge moves that edge
    view = widget.locator("[data-role=map]")
    view.scroll_into_view_if_needed()
    area = view.bounding_box()
    assert area is not None
    scale = area["width"] / 132

    def drag(x: float, y: float, dx: float, dy: float) -> None:
        mouse = widget.page.mouse
        mouse.move(area["x"] + (x + 2) * scale, area["y"] + (y + 2) * scale)
        mouse.down()
        mouse.move(area["x"] + (x + dx + 2) * scale, area["y"] + (y + dy + 2) * scale, steps=4)
        mouse.up()

    drag(40, 40, 20, 10)
    left, top, right, bottom = box()
    assert (right - left, bottom - top) == (32, 32)
    assert abs(left - 44) <= 1
    assert abs(top - 34) <= 1
    drag(right, (top + bottom) / 2, 12, 0)
    assert abs(box()[2] - right - 12) <= 1
    assert box()[:2] == [left, top]
    check("pool")

    message = widget.locator("[data-role=message]")
    field(widget, "Right").fill("3")
    expect(message).to_contain_text("The box is empty: its right edge (3)")
    expect(field(widget, "Right")).to_have_attribute("aria-invalid", "true")
    field(widget, "Right").fill("100")
    expect(message).to_be_empty()
    refuses_bad_input(widget, field(widget, "Left"), lambda: str(crop.get_attribute("aria-label")))
    widget.get_by_role("button", name="Original values").click()
    assert [*box(), setting(widget, "Bins a side")] == before
    check("pool")
    no_nonsense(widget)
