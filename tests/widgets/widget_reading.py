"""Reading a widget's page: its fields, its numbers, its message."""

import re
from collections.abc import Callable
from typing import Any

import torch
from playwright.sync_api import Locator, expect
from widget_reference import tensor

# The widgets write at most four decimals.
SHOWN = {"atol": 5.1e-5, "rtol": 1e-9}


def number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def numbers(cells: Locator) -> list[float]:
    return [number(text) for text in cells.all_inner_texts()]


def field(widget: Locator, name: str) -> Locator:
    return widget.get_by_role("spinbutton", name=name, exact=True)


def setting(widget: Locator, name: str) -> int:
    return int(field(widget, name).input_value())


def group(widget: Locator, name: str) -> Locator:
    return widget.get_by_role("group", name=name, exact=True)


def values(widget: Locator, name: str) -> list:
    """The numbers typed into an editable row or grid."""
    cells = group(widget, name).locator("input").all()
    flat = [float(cell.input_value()) for cell in cells]
    last = re.search(r"row (\d+) column (\d+)$", cells[-1].get_attribute("aria-label") or "")
    return tensor(flat).reshape(int(last[1]), int(last[2])).tolist() if last else flat


def same(shown: Any, expected: Any) -> None:
    shown, expected = tensor(shown).flatten(), tensor(expected).flatten()
    torch.testing.assert_close(shown, expected, **SHOWN)


def no_nonsense(widget: Locator) -> None:
    text = widget.evaluate("host => (host.shadowRoot ?? host).textContent")
    assert not re.search(r"NaN|undefined|Infinity|null|\[object", text.split("}", 1)[-1]), text


def refuses_bad_input(widget: Locator, cell: Locator, shown: Callable[[], Any]) -> None:
    """Nonsense is marked, explained once, not drawn, and forgotten when it is mended."""
    good, before = cell.input_value(), shown()
    message = widget.locator("[data-role=message]")
    for text in ("", "1e99"):
        cell.fill(text)
        expect(cell).to_have_attribute("aria-invalid", "true")
        expect(message).to_contain_text("type a")
        assert message.get_attribute("id") == cell.get_attribute("aria-describedby")
        assert shown() == before
        no_nonsense(widget)
    cell.fill(good)
    expect(cell).not_to_have_attribute("aria-invalid", "true")
    expect(message).to_be_empty()


def numbers_of_column(column: Locator) -> list[float]:
    """Editable cells and zeros written out, from top to bottom."""
    script = "cells => cells.map(cell => cell.value ?? cell.textContent)"
    return [number(text) for text in column.locator("input, .cell").evaluate_all(script)]
