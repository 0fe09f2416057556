"""The Python half of a page: runs what a reader wrote, asks the checkers, and answers in JSON.

It lives beside the package in the page's Python, and runs in any other Python too. The checkers
are the package's own; only what a page says differently (it has buttons where a notebook has
methods) is said here.
"""

import ast
import base64
import io
import json
import linecache
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from typing import Any

from course_pkg.checkers import Card, Checker, Report, exercise, exercises_of
from course_pkg.checkers.definition import reference
from course_pkg.checkers.frames import tell_error
from course_pkg.checkers.session import Solution

FILE = "your code"
MOST_PRINTED = 20_000  # characters: more than anybody reads, little enough for a phone
TOO_MUCH = f"\n... and more: a page shows the first {MOST_PRINTED} characters.\n"
DRAWING = "matplotlib"
ELSEWHERE = (
    "The page has numpy, matplotlib and Python's own library. For {name}, open this chapter in "
    "Colab or in Jupyter."
)
# What a notebook says, and what is true in a page.
SAID_IN_A_PAGE = (
    ("run the cell, then check again.", "then press Check."),
    ('A first nudge: exercise("{id}").hint()', "For a first nudge press Hint."),
    ('Stuck? exercise("{id}").hint()', "Stuck? Press Hint."),
)

send: Callable[[str], None] = lambda text: None  # noqa: E731  the page puts its own in here


class Printed(io.TextIOBase):
    """Takes what a program prints, sends it on now and then, and stops listening at some length."""

    def __init__(self) -> None:
        self._left = MOST_PRINTED
        self._waiting: list[str] = []
        self._sent = time.monotonic()

    def write(self, text: str) -> int:
        """Keep a text; pass on what has gathered if the last time is a while ago."""
        if self._left > 0 and text:
            self._waiting.append(text[: self._left])
            self._left -= len(text)
            if self._left <= 0:
                self._waiting.append(TOO_MUCH)
            if self._left <= 0 or time.monotonic() - self._sent > 0.05:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Pass on what has gathered."""
        if self._waiting:
            send("".join(self._waiting))
            self._waiting = []
        self._sent = time.monotonic()


@contextmanager
def listening() -> Iterator[None]:
    """Send what is printed in here to the page."""
    printed = Printed()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            yield
        finally:
            printed.flush()


def plain(card: Card) -> dict[str, Any]:
    """Return a card as the page draws it: its own rows, in a page's words."""
    rows = []
    for label, text in card.rows:
        for notebook, page in SAID_IN_A_PAGE:
            text = text.replace(notebook.format(id=card.subject), page)
        rows.append([label, text])
    return {"subject": card.subject, "heading": card.heading, "rows": rows, "tone": card.tone}


def trouble(subject: str, error: BaseException) -> dict[str, Any]:
    """Return what came of code that raised, in the reader's own lines."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        line = (error.text or "").rstrip()
        text = f"line {error.lineno}: {line}\n{type(error).__name__}: {error.msg}"
    else:
        own = error.__traceback__
        while own is not None and own.tb_frame.f_code.co_filename != FILE:
            own = own.tb_next  # this file's frames come first
        text = tell_error(
            error.with_traceback(own), len
        )  # `len` has no file of its own to be shown
    rows = [("raised", text)]
    if isinstance(error, ModuleNotFoundError) and error.name:
        rows.append(("", ELSEWHERE.format(name=error.name.partition(".")[0])))
    card = Card(subject, "your code raised an error", tuple(rows), "bad")
    return {"outcome": "raised", "card": plain(card)}


def run_program(code: str, names: dict[str, Any]) -> Any:
    """Run a program and return the value of its last line, if that is an expression."""
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    tree = ast.parse(code, FILE)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, FILE, "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), FILE, "eval"), names)


def draws(code: str) -> bool:
    """Say whether a program asks for matplotlib, before it is run and found missing."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return False
    named = [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
    named += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return any(name.partition(".")[0] == DRAWING for name in named)


def pictures() -> list[dict[str, str]]:
    """Return what was drawn, as PNG with a description, and forget it."""
    pyplot = sys.modules.get(f"{DRAWING}.pyplot")
    if pyplot is None:
        return []
    made = []
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=110, bbox_inches="tight")
        titles = [axes.get_title() or axes.get_xlabel() for axes in figure.axes]
        named = ", ".join(filter(None, titles)) or "without a title"
        made.append({"png": base64.b64encode(file.getvalue()).decode(), "alt": f"Plot: {named}"})
    pyplot.close("all")
    return made


def is_drawing(value: Any) -> bool:
    """Say whether a value is what a drawing function hands back: nobody wants to read it."""
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    return type(first).__module__.partition(".")[0] == DRAWING


def shown(value: Any) -> dict[str, Any]:
    """Return how the value of the last line looks under a cell."""
    if is_drawing(value):
        value = None
    if isinstance(value, Checker):
        value = value._card()
    if isinstance(value, Report):
        value = value.card
    if isinstance(value, Card):
        return {"card": plain(value)}
    if value is None or isinstance(value, Solution):
        return {"value": "" if value is None else value.source}
    return {"value": repr(value)[:MOST_PRINTED]}


def attempt(subject: str, code: str, names: dict[str, Any], then: Callable[[Any], Any]) -> Any:
    """Run a program and what follows it; answer with that, or with what was raised."""
    if draws(code) and find_spec(DRAWING) is None:
        return {"outcome": "needs", "pack": "drawing"}
    logging.getLogger(f"{DRAWING}.font_manager").setLevel(logging.ERROR)  # it tells of its cache
    with listening():
        try:
            answer = then(run_program(code, names))
        except BaseException as error:  # exit() too: the page's Python goes on
            answer = trouble(subject, error)
        answer["pictures"] = pictures()
    return answer


def run(code: str, subject: str, chapter: int | None = None) -> dict[str, Any]:
    """Run a program; in a chapter's scratch cell its references are at hand by their names."""
    names: dict[str, Any] = {"__name__": "__main__"}
    if chapter is not None:
        import numpy as np

        tasks = [task for task in exercises_of(chapter) if not task.needs]
        names |= {"np": np, **{task.name: reference(task) for task in tasks}}
    return attempt(subject, code, names, lambda value: {"outcome": "ran", **shown(value)})


def check(code: str, subject: str) -> dict[str, Any]:
    """Run a program and put the function it defines to its exercise's cases."""
    names: dict[str, Any] = {"__name__": "__main__"}
    checker = exercise(subject)

    def ask(value: Any) -> dict[str, Any]:
        name = checker.definition.name
        if not callable(names.get(name)):
            row = f"The checker looks for a function called `{name}`, and the code defines none."
            card = Card(subject, "wrong", (("", row),), "bad")
            return {"outcome": "wrong", "card": plain(card)}
        report = checker.check(names[name])
        return {**report.to_dict(), "card": plain(report.card)}

    return attempt(subject, code, names, ask)


ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {"run": run, "check": check}


def answer(request: str) -> str:
    """Do what the page asks: ``{"do": "run" or "check", ...}``; the answer is JSON too."""
    asked = json.loads(request)
    return json.dumps(ACTIONS[asked.pop("do")](**asked))
