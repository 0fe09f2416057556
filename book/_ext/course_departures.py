"""The page of departures: what each network does otherwise than its paper, and why.

The page's opening stands in book/departures.md; the rest comes from the declarations that lie
beside the networks. Each network's entry on the API page gets a link to its section.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sphinx.application import Sphinx

from course_pkg.models import Departure, Departures, declared_departures

PAGE = "book/departures"
CERTAINTY = {"V": "read in", "R": "read in another's report of", "M": "from memory, unverified:"}
HEAD = ("The paper or its code", "Here", "Why")


def label(declared: Departures) -> str:
    """Return the name of a section, for links to it."""
    return f"departures-{declared.networks[0].lower()}"


def opening(declared: Departures) -> str:
    """Say which networks of which paper a section is about, and what they were compared with."""
    names = ", ".join(f"{{py:obj}}`~course_pkg.models.{name}`" for name in declared.networks)
    papers = f" After {{cite:t}}`{','.join(declared.papers)}`." if declared.papers else ""
    code = f" Compared with {declared.code}." if declared.code else ""
    return f"{names}.{papers}{code}\n\n{declared.note}\n"


def cells(departure: Departure) -> tuple[str, str, str]:
    """Return one departure as the texts of a table's row."""
    source = f"*({CERTAINTY[departure.tag]} {departure.read_in})*"
    return f"{departure.theirs} {source}", departure.ours, departure.why


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Write a table whose cells hold Markdown."""
    lines = [
        "````{list-table}",
        ":header-rows: 1",
        ":widths: 4 3 3",
        ":class: departures-table",
        "",
    ]
    for row in (HEAD, *rows):
        for number, cell in enumerate(row):
            lines.append(f"{'* -' if number == 0 else '  -'} {' '.join(cell.split())}")
    return "\n".join([*lines, "````", ""])


def section(declared: Departures) -> str:
    """Write one network's section."""
    found = [cells(departure) for departure in declared.differences]
    known = table(found) if found else "None known.\n" if declared.papers else ""
    title = f"({label(declared)})=\n### {declared.networks[0]}\n"
    return f"{title}\n{opening(declared)}\n{known}"


def listing() -> str:
    """Write all sections, by chapter."""
    text = ""
    for chapter, group in groupby(declared_departures(), key=lambda declared: declared.chapter):
        text += f"\n## Chapter {chapter}\n\n" + "\n".join(section(found) for found in group)
    return text


def complete(app: Sphinx, docname: str, source: list[str]) -> None:
    """Add the sections to the page as it is read."""
    if docname == PAGE:
        source[0] += listing()


def link(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Lead from a network's description to what it does otherwise than its paper."""
    room, _, own = name.rpartition(".")
    if room != "course_pkg.models" or what not in ("class", "function"):
        return
    for declared in declared_departures():
        if own in declared.networks and declared.papers:
            lines += ["", f":ref:`What differs from the paper <{label(declared)}>`.", ""]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", complete)
    app.connect("autodoc-process-docstring", link, priority=600)  # behind napoleon's sections
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
