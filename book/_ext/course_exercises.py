"""The table of all exercises, made from the package when the page is built.

    ```{exercises}
    ```

One table a chapter, linked to the chapter where it exists, with id, title, points and what it
needs besides numpy.
"""

from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_pkg.checkers import Exercise, exercises_of

COLUMNS = ("Exercise", "What it is about", "Points", "Needs")


def row(task: Exercise) -> tuple[str, ...]:
    """Return one exercise as the texts of a table's row."""
    return task.id, task.title, str(task.points), task.needs or "numpy"


def table(tasks: list[Exercise]) -> nodes.table:
    """Build the table of one chapter."""
    group = nodes.tgroup(cols=len(COLUMNS))
    group += [nodes.colspec(colwidth=width) for width in (3, 4, 1, 1)]

    def line(texts: tuple[str, ...], is_head: bool = False) -> nodes.row:
        first = nodes.inline("", texts[0]) if is_head else nodes.literal("", texts[0])
        cells = [nodes.entry("", nodes.paragraph("", "", first))]
        cells += [nodes.entry("", nodes.paragraph("", text)) for text in texts[1:]]
        return nodes.row("", *cells)

    group += nodes.thead("", line(COLUMNS, is_head=True))
    group += nodes.tbody("", *(line(row(task)) for task in tasks))
    return nodes.table("", group, classes=["exercises-table"])


class Exercises(SphinxDirective):
    """Every exercise, by chapter and from easy to hard."""

    def heading(self, chapter: int) -> nodes.paragraph:
        """Return "Chapter 4", a link where the chapter's notebook lies in lectures/."""
        name = f"Chapter {chapter}"
        found = sorted(Path(self.env.srcdir, "lectures").glob(f"{chapter:02d}_*.ipynb"))
        title: nodes.Node = nodes.inline("", name)
        if found:
            address = f"../lectures/{found[0].stem}.html"
            title = nodes.reference("", name, internal=True, refuri=address)
        return nodes.paragraph("", "", nodes.strong("", "", title))

    def run(self) -> list[nodes.Node]:
        """Make the tables, with a sentence that counts them."""
        tasks = exercises_of()
        points = sum(task.points for task in tasks)
        made: list[nodes.Node] = [
            nodes.paragraph("", f"{len(tasks)} exercises, worth {points} points together.")
        ]
        for chapter, group in groupby(tasks, key=lambda task: task.chapter):
            made += [self.heading(chapter), table(list(group))]
        return made


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("exercises", Exercises)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
