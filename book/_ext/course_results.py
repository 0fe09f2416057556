"""Tables of what was measured, read from course_pkg/results/*.json when the page is built.

    ```{results}
    ```

One file is one run: recipe, dataset, split, preset, metrics, the paper's value, seed, hardware,
seconds, date. A page with no file says so.

    ```{claims}
    ```

The orders that papers report, and whether they show in these results.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from course_pkg._certainty import certainty
from course_pkg.engine import read_results
from course_pkg.recipes import Verdict, check_claims

COLUMNS = ("Recipe", "Data", "Preset", "Measured here", "Paper", "Machine", "Seconds", "Date")
CLAIM_COLUMNS = ("Chapter", "What a paper found", "Here", "Measured", "In the paper")
NEEDED = ("recipe", "dataset", "split", "preset", "metrics", "seed", "hardware", "seconds", "date")
FOLDER = "course_pkg/results"
NONE_YET = f"No results have been measured yet: {FOLDER}/ holds no file."


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
    return f"{shown}{certainty(found.get('tag', 'M'))}, {found.get('source', 'source unknown')}"


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


def verdict_row(verdict: Verdict) -> tuple[str, ...]:
    """Return one claim and what became of it as the texts of a table's row."""
    claim = verdict.claim
    runs = f"preset {verdict.preset}, {verdict.device}, seed {verdict.seed}"
    return (
        str(claim.chapter),
        claim.says,
        verdict.outcome,
        f"{verdict.numbers} ({runs})" if verdict.values else "–",
        claim.source + certainty(claim.tag),
    )


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> nodes.table:
    """Build a table."""
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=1) for _ in columns]

    def line(texts: tuple[str, ...]) -> nodes.row:
        cells = [nodes.entry("", nodes.paragraph("", text)) for text in texts]
        return nodes.row("", *cells)

    group += nodes.thead("", line(columns))
    group += nodes.tbody("", *map(line, rows))
    return nodes.table("", group, classes=["results-table"])


def result_files(env: BuildEnvironment) -> list[Path]:
    """Return the files of results/; the page that asks is built anew when one changes."""
    paths = sorted(Path(env.srcdir, FOLDER).glob("*.json"))
    for path in paths:
        env.note_dependency(str(path))
    return paths


class Results(SphinxDirective):
    """Every run, sorted by recipe."""

    def run(self) -> list[nodes.Node]:
        """Read the files and make the table."""
        rows = []
        for path in result_files(self.env):
            try:
                rows.append(row(json.loads(path.read_text("utf8"))))
            except ValueError as error:
                raise ExtensionError(f"{FOLDER}/{path.name} {error}") from error
        return [table(COLUMNS, rows) if rows else nodes.paragraph("", NONE_YET)]


class Claims(SphinxDirective):
    """Every claim, in the order of the chapters."""

    def run(self) -> list[nodes.Node]:
        """Read the files and judge."""
        result_files(self.env)
        verdicts = check_claims(read_results(Path(self.env.srcdir, FOLDER)))
        return [table(CLAIM_COLUMNS, [verdict_row(verdict) for verdict in verdicts])]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("results", Results)
    app.add_directive("claims", Claims)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
