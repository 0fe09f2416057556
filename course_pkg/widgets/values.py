"""Traits that hold a reader's numbers, and numbers as HTML text."""

import html
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float

__all__ = ["LARGEST", "Numbers", "WholeNumber", "format_number", "html_table"]

# Beyond this a cell of the figure could not show the number.
LARGEST = 1_000_000


class WholeNumber(traitlets.TraitType):
    """A whole number between two bounds.

    Args:
        low: smallest value.
        high: largest value.
        default_value: what the trait starts from.
    """

    def __init__(self, low: int, high: int, default_value: int) -> None:
        self.low, self.high = low, high
        super().__init__(default_value)

    def validate(self, obj: Any, value: Any) -> int:
        """Accept anything that counts as an integer, numpy's included, but no bool."""
        try:
            number = operator.index(value)
        except TypeError:
            number = None
        if number is None or isinstance(value, bool) or not self.low <= number <= self.high:
            raise traitlets.TraitError(
                f"{self.name} must be a whole number from {self.low} to {self.high}, "
                f"but {value!r} came"
            )
        return number


class Numbers(traitlets.TraitType):
    """A list of numbers, or rows of numbers of equal length, of at most ``largest`` per side.

    Args:
        largest: the most values along an axis, for each number of dimensions that is allowed:
            ``{1: 8, 2: 5}``.
        default_value: what the trait starts from.
        allow_none: whether None is a value too.
    """

    def __init__(
        self, largest: dict[int, int], default_value: list | None, allow_none: bool = False
    ) -> None:
        self.largest = largest
        super().__init__(default_value, allow_none=allow_none)

    def validate(self, obj: Any, value: Any) -> list | None:
        """Turn lists, numpy arrays and tensors into plain nested lists of finite numbers."""
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            array = np.asarray(math.nan)
        if array.ndim not in self.largest or not array.size:
            kinds = {1: "a list of numbers", 2: "rows of numbers of equal length"}
            expected = " or ".join(kinds[ndim] for ndim in self.largest)
            raise traitlets.TraitError(f"{self.name} must be {expected}, but {value!r} came")
        most = self.largest[array.ndim]
        if max(array.shape) > most:
            size = " x ".join(map(str, array.shape))
            raise traitlets.TraitError(
                f"{self.name} has size {size}, but the figure shows at most {most} values along "
                f"an axis: use a smaller one"
            )
        if not (np.abs(array) <= LARGEST).all():
            raise traitlets.TraitError(
                f"{self.name} must hold numbers from {-LARGEST} to {LARGEST}, but {value!r} came"
            )
        return _plain(array.tolist())


def _plain(value: Any) -> Any:
    """Whole floats as ints: a shorter repr, and the same text in JSON on both sides."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if value.is_integer() else value


def format_number(value: float) -> str:
    """Write a number as the widgets do: at most four decimals, a real minus sign.

    Args:
        value: a finite number.

    Returns:
        The text.

    Example:
        >>> format_number(-0.25), format_number(3.0), format_number(-1e-9)
        ('−0.25', '3', '0')
    """
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def html_table(
    caption: str, values: Float[np.ndarray, "..."], row_names: Sequence[str] = ()
) -> str:
    """A plain HTML table of numbers.

    Args:
        caption: what the table shows.
        values: one row of numbers, or rows.
        row_names: a heading for each row.

    Returns:
        The table's HTML.

    Raises:
        ValueError: if there are neither no names nor one for each row.

    Example:
        >>> html_table("sum", np.array([1.0, 2.5]))
        '<table><caption>sum</caption><tr><td>1</td><td>2.5</td></tr></table>'
    """
    rows = np.atleast_2d(values)
    if row_names and len(row_names) != len(rows):
        raise ValueError(
            f"a table with {len(rows)} rows needs {len(rows)} row names or none, "
            f"but {len(row_names)} came"
        )
    names = [f'<th scope="row">{html.escape(name)}</th>' for name in row_names] or [""] * len(rows)
    body = "".join(
        f"<tr>{name}{''.join(f'<td>{format_number(value)}</td>' for value in row)}</tr>"
        for name, row in zip(names, rows, strict=True)
    )
    return f"<table><caption>{html.escape(caption)}</caption>{body}</table>"
