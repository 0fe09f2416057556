"""Use the attention grid as a reader does, and compare what it shows with torch."""

import re

import torch
from playwright.sync_api import Locator, expect
from widget_reading import no_nonsense, number, numbers

from course_pkg import ops
from course_pkg.widgets import AttentionGrid

COLOURS = torch.tensor(AttentionGrid().values, dtype=torch.float64)


def slide(widget: Locator, name: str, value: float) -> None:
    widget.get_by_role("slider", name=name, exact=True).fill(str(value))


def scores_of(widget: Locator) -> torch.Tensor:
    sliders = widget.get_by_role("slider", name=re.compile("^Score of row")).all()
    return torch.tensor([float(each.input_value()) for each in sliders], dtype=torch.float64)


def colour(text: str) -> torch.Tensor:
    return torch.tensor([float(part) for part in text.split(" (")[0].split(", ")]).double()


def drive_attention_grid(widget: Locator) -> None:
    roles = {
        name: widget.locator(f"[data-role={name}]") for name in ("soft", "hard", "mean", "sum")
    }
    heat = widget.get_by_role("slider", name="Temperature", exact=True)

    def check() -> torch.Tensor:
        temperature = float(heat.input_value())
        assert number(widget.locator("[data-role=temperature]").inner_text()) == temperature
        scores = scores_of(widget)
        weights = ops.masked_softmax(scores, temperature=temperature)
        shown = torch.tensor(numbers(widget.locator("[data-role=weight]"))).double()
        torch.testing.assert_close(shown, weights, atol=5.1e-5, rtol=0)
        blend = ops.soft_attend(weights, COLOURS)
        torch.testing.assert_close(colour(roles["soft"].inner_text()), blend, atol=0.51, rtol=0)
        said = re.search(r"weights ([\d.]+) of at most ([\d.]+)", roles["sum"].inner_text())
        assert said is not None
        assert abs(float(said[1]) - float(ops.entropy(weights))) < 1e-4
        return blend

    before = scores_of(widget), heat.input_value()
    check()
    slide(widget, "Score of row 1 column 1", 3.5)
    slide(widget, "Score of row 3 column 2", -2.3)
    check()
    slide(widget, "Temperature", 0.1)
    check()
    slide(widget, "Temperature", 5)
    blend = check()

    expect(roles["hard"]).to_have_text("not looked yet")
    widget.get_by_role("button", name="Look once").click()
    found = re.search(r"row (\d) column (\d)", roles["hard"].inner_text())
    assert found is not None
    cell = 3 * (int(found[1]) - 1) + int(found[2]) - 1
    assert colour(roles["hard"].inner_text()).tolist() == COLOURS[cell].tolist()
    assert colour(roles["mean"].inner_text()).tolist() == COLOURS[cell].tolist()
    for _ in range(10):
        widget.get_by_role("button", name="Look 20 times").click()
    expect(roles["sum"]).to_contain_text("After 201 looks")
    off = (colour(roles["mean"].inner_text()) - blend).norm()
    assert off < 60  # four standard errors of colours that lie about 200 apart
    said = re.search(r"is (\d+) away", roles["sum"].inner_text())
    assert said is not None
    assert abs(float(said[1]) - float(off)) < 2
    widget.get_by_role("button", name="Forget the looks").click()
    expect(roles["mean"]).to_have_text("not looked yet")

    widget.get_by_role("button", name="Original values").click()
    assert (scores_of(widget).tolist(), heat.input_value()) == (before[0].tolist(), before[1])
    check()
    no_nonsense(widget)
