"""Measured numbers as a table that the page, Colab and JupyterLab all set as one."""

import html
from collections.abc import Sequence
from typing import Any

from IPython.display import HTML

__all__ = ["show_table"]

_CELL = (
    "padding:.25em .7em;border-bottom:1px solid color-mix(in srgb, currentColor 25%, transparent)"
)


def show_table(head: Sequence[str], rows: Sequence[Sequence[Any]], digits: int = 3) -> HTML:
    """Set rows under a head; numbers stand to the right, words to the left.

    HTML and not Markdown: a page shows an output's Markdown without tables.

    Args:
        head: the columns' names.
        rows: one value a column; ``None`` is shown as a dash.
        digits: after the point, of numbers that have one.

    Returns:
        The table; as a cell's last line it is shown. What is too wide for a phone can be pushed.

    Raises:
        ValueError: if a row has not one value for each column.

    Example:
        >>> table = show_table(["network", "BLEU"], [["blind", 25.683], ["looking", None]], 1)
        >>> ">25.7</td>" in table.data
        True
    """
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"show_table: {len(head)} columns need as many values, got {row}")
    sides = [
        "right" if any(isinstance(row[i], int | float) for row in rows) else "left"
        for i in range(len(head))
    ]
    top = _line("th scope=col", head, sides)
    body = "".join(_line("td", [_text(value, digits) for value in row], sides) for row in rows)
    return HTML(
        '<div style="overflow-x:auto" tabindex="0"><table style="border-collapse:collapse">'
        f"<thead>{top}</thead><tbody>{body}</tbody></table></div>"
    )


def _line(tag: str, values: Sequence[str], sides: Sequence[str]) -> str:
    cells = (
        f'<{tag} style="text-align:{side};{_CELL}">{html.escape(value)}</{tag.split()[0]}>'
        for value, side in zip(values, sides, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _text(value: Any, digits: int) -> str:
    if value is None:
        return "–"
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)
