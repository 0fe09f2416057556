"""A table of what was measured, read from results/*.json when the page is built.

    ```{results}
    ```

One file is one run: recipe, dataset, split, preset, metrics, the paper's value, seed, hardware,
seconds, date. A page with no file says so.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

COLUMNS = ("Recipe", "Data", "Preset", "Measured here", "Paper", "Machine", "Seconds", "Date")
NEEDED = ("recipe", "dataset", "split", "preset", "metrics", "seed", "hardware", "seconds", "date")
NONE_YET = "No results have been measured yet: results/ holds no file."


def number(value: float) -> str:
    """Write a metric with three digits after the point, a count without any."""
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}"


def scalars(values: dict[str, Any]) -> str:
    """Write named numbers in a line; lists (one number a class) are too long for a table."""
    numbers = {name: value for name, value in values.items() if isinstance(value, int | float)}
    return "; ".join(f"{name} {number(value)}" for name, value in numbers.items())


def paper(result: dict[str, Any]) -> str:
    """Return the paper's numbers with their source; say where nobody has checked them."""
    found = result.get("paper") or {}
    value = found.get("value")
    if value is None:
        return "–"
    shown = scalars(value) if isinstance(value, dict) else number(value)
    doubt = " (reported, unverified)" if found.get("tag") == "M" else ""
    return f"{shown}{doubt}, {found.get('source', 'source unknown')}"


def row(result: dict[str, Any]) -> tuple[str, ...]:
    """Return one run as the texts of a table's row.

    Raises:
        ValueError: if the run leaves out something that the table shows.
    """
    missing = [key for key in NEEDED if key not in result]
    if missing:
        raise ValueError(f"lacks {', '.join(missing)}")
    return (
        f"{result['recipe']}, seed {result['seed']}",
        f"{result['dataset']} {result['split']}",
        result["preset"],
        scalars(result["metrics"]),
        paper(result),
        str(result["hardware"]),
        f"{result['seconds']:.0f}",
        str(result["date"])[:10],
    )


def table(rows: list[tuple[str, ...]]) -> nodes.table:
    """Build the table."""
    group = nodes.tgroup(cols=len(COLUMNS))
    group += [nodes.colspec(colwidth=1) for _ in COLUMNS]

    def line(texts: tuple[str, ...]) -> nodes.row:
        cells = [nodes.entry("", nodes.paragraph("", text)) for text in texts]
        return nodes.row("", *cells)

    group += nodes.thead("", line(COLUMNS))
    group += nodes.tbody("", *map(line, rows))
    return nodes.table("", group, classes=["results-table"])


class Results(SphinxDirective):
    """Every run, sorted by recipe."""

    def run(self) -> list[nodes.Node]:
        """Read the files and make the table."""
        folder = Path(self.env.srcdir, "results")
        rows = []
        for path in sorted(folder.glob("*.json")):
            self.env.note_dependency(str(path))
            try:
                rows.append(row(json.loads(path.read_text("utf8"))))
            except ValueError as error:
                raise ExtensionError(f"results/{path.name} {error}") from error
        return [table(rows) if rows else nodes.paragraph("", NONE_YET)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("results", Results)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
