"""Use the patch-cost widget as a reader does, and compare with torch."""

import re

from patch_cost_reference import costs_by_torch
from playwright.sync_api import Locator, expect
from widget_reading import field, no_nonsense, refuses_bad_input, setting

NAMES = {"image_size": "Picture", "patch_size": "Patch", "step": "Step", "channels": "Channels"}
WORDS = {"million": 1e6, "billion": 1e9, "trillion": 1e12, "quadrillion": 1e15}


def value(text: str) -> float:
    number, _, word = text.replace(",", "").partition(" ")
    return float(number) * WORDS.get(word, 1)


def drive_patch_cost(widget: Locator) -> None:
    total = widget.locator("[data-role=sum]")
    bars = widget.locator("[role=img][aria-label^=Multiplications] > div > span:last-child")

    def check() -> None:
        settings = {key: setting(widget, name) for key, name in NAMES.items()}
        costs, reads = costs_by_torch(**settings)
        shown = {
            role: value(widget.locator(f"[data-role={role}]").inner_text())
            for role in ("passes", "one-pass", "loop", "dense")
        }
        for role, key in (("one-pass", "one_pass"), ("loop", "loop"), ("dense", "dense")):
            assert abs(shown[role] - costs[key]) <= 0.0051 * costs[key], (role, settings)
        assert shown["passes"] == costs["passes"] or costs["passes"] >= 1e6
        widths = [bar.bounding_box() for bar in bars.all()]
        loop, dense = (box["width"] if box else 0 for box in widths)
        if min(loop, dense) > 10:
            assert abs(loop / dense / (costs["loop"] / costs["dense"]) - 1) < 0.2
        canvas = widget.locator("canvas")
        assert canvas.evaluate("canvas => canvas.width") == costs["region"]
        most = max(reads) ** 2
        assert f"up to {most:,} patch" in (canvas.get_attribute("aria-label") or "")
        found = re.search(r"multiplies ([\d.,]+) times", total.inner_text())
        if found:
            ratio = costs["loop"] / costs["dense"]
            says_loop = total.inner_text().startswith("The loop")
            assert says_loop == (ratio > 1)
            expected = ratio if says_loop else 1 / ratio
            assert abs(value(found[1]) - expected) <= 0.006 * max(expected, 1)

    before = {name: setting(widget, name) for name in NAMES.values()}
    check()
    for name, number in (("Step", 4), ("Picture", 100), ("Channels", 5), ("Patch", 9)):
        field(widget, name).fill(str(number))
        check()
    field(widget, "Step").fill("20")
    check()
    expect(total).to_contain_text("do not overlap at all")
    field(widget, "Step").fill("1")
    field(widget, "Patch").fill("3")
    check()

    # a canvas is darkest where most patches read
    script = """canvas => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.width);
      const middle = Math.floor(canvas.width / 2);
      return [data[0], data[4 * (middle * canvas.width + middle)]];
    }"""
    corner, middle = widget.locator("canvas").evaluate(script)
    assert middle == 0 < corner

    message = widget.locator("[data-role=message]")
    shown = widget.locator("[data-role=loop]").inner_text()
    field(widget, "Patch").fill("8")
    expect(message).to_contain_text("Patch size 8 is even")
    expect(field(widget, "Patch")).to_have_attribute("aria-invalid", "true")
    assert widget.locator("[data-role=loop]").inner_text() == shown
    field(widget, "Patch").fill("65")
    field(widget, "Picture").fill("32")
    expect(message).to_contain_text("cannot be mirrored by 32")
    field(widget, "Picture").fill("33")
    expect(message).to_be_empty()
    check()
    refuses_bad_input(
        widget, field(widget, "Step"), lambda: widget.locator("[data-role=loop]").inner_text()
    )
    widget.get_by_role("button", name="Original values").click()
    assert {name: setting(widget, name) for name in NAMES.values()} == before
    check()
    no_nonsense(widget)
