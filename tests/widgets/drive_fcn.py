"""Use the receptive-field and the skip widget as a reader does, and compare with torch."""

import json
import re

import torch
from fcn_widgets import labels_that_may_be, stack_by_torch, summed_scores
from playwright.sync_api import Locator, expect
from widget_reading import field, no_nonsense, numbers, refuses_bad_input

PREFIXES = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def _large(text: str) -> float:
    number, _, prefix = text.partition(" ")
    return float(number) * PREFIXES[prefix.removesuffix("B")]


def _layers(widget: Locator) -> list:
    layers = []
    for row in widget.locator("table.stack tbody tr").all():
        typed = [int(cell.input_value()) for cell in row.locator("input").all()]
        is_pool = row.locator("select").input_value() == "pool"
        layers.append([*typed, 1, 0] if is_pool else typed)
    return layers


def _close(shown: str, exact: float) -> None:
    # three digits are shown
    assert abs(_large(shown) - exact) <= 0.0051 * max(exact, 1)


def drive_receptive_field(widget: Locator) -> None:
    total = widget.locator("[data-role=sum]")
    start = widget.get_by_label("Start from")
    size = field(widget, "Picture, pixels a side")
    before = (start.input_value(), size.input_value())

    def check() -> None:
        expected = stack_by_torch(_layers(widget), int(size.input_value()))
        for name, key in (("sees", "field"), ("step", "step")):
            assert numbers(widget.locator(f"[data-role={name}]")) == [row[key] for row in expected]
        cells = widget.locator("[data-role=cells]").all_inner_texts()
        assert cells == [f"{row['cells']} × {row['cells']}" for row in expected]
        for text, row in zip(
            widget.locator("[data-role=multiplications]").all_inner_texts(), expected, strict=True
        ):
            _close(text, row["multiplications"])
        text = total.inner_text()
        last = expected[-1]
        assert f"One cell sees {last['field']} × {last['field']} pixels" in text
        shown = re.search(r"takes ([\d.]+ ?[kMGT]?) multiplications.*keeps ([\d.]+ .?B)", text)
        assert shown
        _close(shown[1], sum(row["multiplications"] for row in expected))
        _close(shown[2], 4 * sum(row["numbers"] for row in expected))

    def type_into(layer: int, at: int, name: str, value: int) -> None:
        wanted = _layers(widget)
        wanted[layer - 1][at] = value
        field(widget, f"{name} of layer {layer}").fill(str(value))
        assert _layers(widget) == wanted  # this number has changed, and no other
        check()

    check()
    type_into(2, 0, "Kernel", 5)
    assert start.locator("option:checked").inner_text() == "your own stack"
    type_into(3, 1, "Stride", 2)
    type_into(4, 2, "Dilation", 3)
    type_into(1, 3, "Channels", 7)
    widget.get_by_label("Kind of layer 5").select_option("pool")
    check()
    widget.get_by_label("Kind of layer 5").select_option("conv")
    count = len(_layers(widget))
    widget.get_by_role("button", name="Add a layer").click()
    assert len(_layers(widget)) == count + 1
    check()
    widget.get_by_role("button", name="Remove layer 2").click()
    assert len(_layers(widget)) == count
    check()
    shown = widget.locator("[data-role=sees]")
    refuses_bad_input(widget, field(widget, "Kernel of layer 1"), lambda: numbers(shown))

    start.select_option(label="VGG-16 to fc6")
    expect(total).to_contain_text("404 × 404")
    check()
    message = widget.locator("[data-role=message]")
    size.fill("8")
    expect(message).to_contain_text("has a window of 2 cells, but the map before it has only 1")
    expect(total).to_contain_text("404 × 404")
    expect(field(widget, "Kernel of layer 1")).to_have_attribute("aria-invalid", "true")
    size.fill("64")
    expect(message).to_be_empty()
    expect(total).to_contain_text("more than the picture")
    check()
    start.select_option(label="Dilations 4, 4, 4: holes")
    expect(total).to_contain_text("18 of the 25 pixels in a row are holes")
    check()
    size.fill(before[1])
    start.select_option(before[0])
    no_nonsense(widget)


PIXELS = """canvas => {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return Array.from(context.getImageData(0, 0, width, height).data);
}"""


def drive_skip_explorer(widget: Locator) -> None:
    script = (
        "host => host.getAttribute('state')"
        " ?? document.querySelector('course-skip-explorer').getAttribute('state')"
    )
    state = json.loads(widget.evaluate(script))
    size = (state["picture"]["height"], state["picture"]["width"])
    palette = torch.tensor([each["colour"] for each in state["classes"]])
    boxes = widget.get_by_role("checkbox").all()
    assert len(boxes) == len(state["maps"]) == len(state["names"])
    prediction = widget.locator("[data-role=prediction]")
    total = widget.locator("[data-role=sum]")

    def colours(role: str) -> torch.Tensor:
        shown = torch.tensor(widget.locator(f"[data-role={role}]").evaluate(PIXELS))
        return shown.reshape(*size, 4)[..., :3]

    def check() -> None:
        chosen = [box.is_checked() for box in boxes]
        allowed = labels_that_may_be(
            summed_scores(state["maps"], chosen, state["stride"], size)
        )  # k, h, w
        shown = colours("prediction")
        is_class = (shown[None] == palette[:, None, None]).all(-1)
        assert bool((is_class & allowed).any(0).all())
        truth_is = (colours("truth")[None] == palette[:, None, None]).all(-1)
        known = truth_is.any(0)
        share = float((is_class & truth_is).any(0)[known].double().mean())
        text = total.inner_text()
        found = re.search(r"Right: ([\d.]+) % of all pixels", text)
        assert found
        assert abs(float(found[1]) - 100 * share) < 0.051
        for name, on in zip(state["names"], chosen, strict=True):
            assert (name in text) == on
        description = prediction.get_attribute("aria-label") or ""
        assert "%" in description

    before = [box.is_checked() for box in boxes]
    check()
    for chosen in ([True, False, False], [True, True, False], [False, False, True], [False] * 3):
        for box, on in zip(boxes, chosen, strict=True):
            box.set_checked(on, force=True)
        check()
    expect(total).to_contain_text("No head")
    assert bool((colours("prediction") == palette[0]).all())
    for box, on in zip(boxes, before, strict=True):
        box.set_checked(on, force=True)
    check()
    no_nonsense(widget)
