"""What a page has to know about its exercises so that it can offer them: plain data."""

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from course_pkg.checkers import Checker, Exercise, exercises_of, make_cases

COLAB = "https://colab.research.google.com/github/{place}/blob/main/lectures/{slug}.ipynb"
IMPORT = "import numpy as np\n\n\n"
MOST_VALUES = 16  # of an example that is typed out in the scratch cell
LONGEST_LINE = 64  # as much as the column has room for


@cache
def chapters(root: Path) -> dict[int, dict[str, str]]:
    """Return each chapter's file, title and set-up cell, by its number."""
    found = {}
    for path in sorted((root / "lectures").glob("*.ipynb")):
        written = json.loads(path.read_text("utf8"))["cells"]
        texts = ["".join(cell["source"]) for cell in written]
        title = next(re.match(r"# (.+)", text) for text in texts if text.startswith("# "))
        tagged = zip(texts, written, strict=True)
        setup = [text for text, cell in tagged if "setup" in cell["metadata"].get("tags", [])]
        found[int(path.name[:2])] = {
            "slug": path.stem,
            "title": title[1] if title else path.stem,
            "setup": setup[0] if setup else "",
        }
    return found


def card(shown: Any) -> dict[str, Any]:
    """Return a card as plain data; in a page a button opens the solution."""
    rows = [
        [label, text.replace("solution() shows an answer", "Solution shows an answer")]
        for label, text in shown.rows
    ]
    return {"subject": shown.subject, "heading": shown.heading, "rows": rows, "tone": shown.tone}


def about(task: Exercise) -> dict[str, Any]:
    """Return what a page knows about one exercise."""
    checker = Checker(task)
    data = {
        "id": task.id,
        "name": task.name,
        "title": task.title,
        "chapter": task.chapter,
        "statement": task.statement,
        "needs": task.needs,
        "code": f"{'' if task.needs else IMPORT}{task.starter}\n",
    }
    if not task.needs:
        data["hints"] = [card(checker.hint(number + 1)) for number in range(len(task.hints))]
        data["solution"] = f"{IMPORT}{checker.solution().source}\n"
    return data


def typed(value: Any) -> str | None:
    """Return a small value as one would type it, or None."""
    if isinstance(value, np.ndarray):
        if value.size > MOST_VALUES:
            return None
        text = np.array2string(value, separator=", ", floatmode="unique", max_line_width=200)
        return f"np.array({' '.join(text.split())}{_dtype(value)})"
    return repr(value)


def _dtype(value: np.ndarray) -> str:
    return "" if value.dtype.kind in "fb" or value.dtype == np.int64 else f", dtype={value.dtype}"


def example(tasks: list[Exercise]) -> str:
    """Return lines that call a reference on its first case, if that is small enough to be typed.

    An array says more than a number, so exercises about arrays are asked first.
    """

    def has_array(task: Exercise) -> bool:
        return any(isinstance(v, np.ndarray) for v in make_cases(task)[0].inputs.values())

    for task in sorted(tasks, key=has_array, reverse=True):
        inputs = {name: typed(value) for name, value in make_cases(task)[0].inputs.items()}
        lines = [f"{name} = {text}" for name, text in inputs.items()]
        lines.append(f"{task.name}({', '.join(inputs)})")
        if None not in inputs.values() and all(len(line) <= LONGEST_LINE for line in lines):
            return "\n".join(lines)
    return f"help({tasks[0].name})"


def scratch(chapter: int) -> dict[str, Any]:
    """Return the cell in which a chapter's references can be tried."""
    tasks = [task for task in exercises_of(chapter) if not task.needs]
    lines = [""]
    for name in ("np", *(task.name for task in tasks)):
        piece = f"{', ' if lines[-1] else ''}{name}"
        if len(f"#   {lines[-1]}{piece},") > LONGEST_LINE:
            lines[-1] += ","
            lines.append(name)
        else:
            lines[-1] += piece
    head = "\n".join(["# At hand:", *(f"#   {line}" for line in lines)])
    return {
        "id": f"scratch.{chapter:02d}",
        "name": "the scratch cell",
        "title": "Try it here",
        "chapter": chapter,
        "code": f"{head}\n\n{example(tasks)}\n",
        "scratch": True,
    }


def page_data(root: Path, tasks: list[Exercise], docname: str) -> dict[str, Any]:
    """Return everything about a page's exercises."""
    known = chapters(root)
    here = {task.chapter for task in tasks}
    data: dict[str, Any] = {
        "tasks": [about(task) for task in tasks],
        "chapters": {number: known[number] for number in sorted(here) if number in known},
    }
    if docname.startswith("lectures/"):
        data["scratch"] = scratch(tasks[0].chapter)
    return data


def elsewhere(root: Path, task: Exercise, address: str) -> str:
    """Return the sentence under an exercise that no page can run."""
    name = chapters(root)[task.chapter]["slug"]
    command = f"<code>.venv/bin/jupyter lab lectures/{escape(name)}.ipynb</code>"
    place = address.removeprefix("https://github.com/")
    colab = "Colab"
    if address and place != address:
        link = COLAB.format(place=escape(place), slug=escape(name))
        colab = f'<a href="{link}">Colab</a>'
    return (
        f'<p class="pp-elsewhere">This one is about {escape(task.needs)} itself, which no page can '
        f"run. Open the chapter in {colab}, or on your machine with {command}.</p>"
    )
