"""Measured numbers as a table that the page, Colab and JupyterLab all set as one."""

from collections.abc import Sequence
from typing import Any

from IPython.display import Markdown

__all__ = ["show_table"]


def show_table(head: Sequence[str], rows: Sequence[Sequence[Any]], digits: int = 3) -> Markdown:
    """Set rows under a head; numbers stand to the right, words to the left.

    Args:
        head: the columns' names.
        rows: one value a column; ``None`` is shown as a dash.
        digits: after the point, of numbers that have one.

    Returns:
        The table; as a cell's last line it is shown.

    Raises:
        ValueError: if a row has not one value for each column.

    Example:
        >>> print(show_table(["network", "BLEU"], [["blind", 25.683], ["looking", None]], 1).data)
        | network | BLEU |
        |:---|---:|
        | blind | 25.7 |
        | looking | – |
    """
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"show_table: {len(head)} columns need as many values, got {row}")
    kinds = [
        "---:" if any(isinstance(row[i], int | float) for row in rows) else ":---"
        for i in range(len(head))
    ]
    lines = [head, *([_text(value, digits) for value in row] for row in rows)]
    table = ["| " + " | ".join(line) + " |" for line in lines]
    return Markdown("\n".join([table[0], "|" + "|".join(kinds) + "|", *table[1:]]))


def _text(value: Any, digits: int) -> str:
    if value is None:
        return "–"
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)
