"""Run the statements of one answer in their order, and stop where it is checked.

An answer is what it was when it was checked: so the judge's cases are put to the function right
there, inside the call of `check`, before any later cell can change a helper that it uses. A
notebook without a check is asked after the cell that defines the function last, and at its end.
"""

import __future__

import ast
import contextlib
import linecache
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType, ModuleType
from typing import Any

from .surroundings import guarded

__all__ = ["Run"]

_MOST_MOMENTS = 12
_UNSURE_SECONDS = 1.0  # for a statement that may have nothing to do with the answer
_UNSURE_TOGETHER = 3.0
_MOST_NOTES = 20
# Annotations stay unread: they may name what is not here. A cell may wait for something.
_FLAGS = __future__.annotations.compiler_flag | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class _TooLong(BaseException):
    """A statement that may have nothing to do with the answer, and takes its time."""


class Run:
    """One run through the statements.

    Args:
        job: the cells, the function's name, how many moments to pass over.
        frames: `course_pkg.checkers.frames`.
        ask: puts the judge's cases to a function; gets the moment's number and where it is.
    """

    def __init__(
        self, job: dict[str, Any], frames: ModuleType, ask: Callable[[Any, int, str], None]
    ) -> None:
        self._name: str = job["name"]
        self._cells: list[list[str]] = job["cells"]
        self._unsure = {tuple(place) for place in job["unsure"]}
        self._left_out = set(job["left_out"])
        self._first: int = job["first"]
        self._skips_unsure: bool = job["sure_only"]
        self._seconds: float = job["seconds"]
        self._frames, self._ask = frames, ask
        self._moment = 0
        self._label = ""
        self._steps = 0  # statements run
        self._asked: tuple[Any, int] | None = None  # which function, after how many of them
        self._left = _UNSURE_TOGETHER
        self.notes: list[str] = []

    def checked(self, function: Any) -> None:
        """A check of the notebook's own has been reached."""
        self._reach(function, self._label)

    def through(self, space: dict[str, Any]) -> None:
        """Run everything, asking wherever there is something new to ask about."""
        parsed = [(label, self._parsed(label, text)) for label, text in self._cells]
        binding = [number for number, (_, tree) in enumerate(parsed) if self._binds(tree)]
        function = None
        for number, (label, tree) in enumerate(parsed):
            self._label = label
            for node in tree.body:
                self._statement(label, node, space)
                if callable(space.get(self._name)):
                    function = space[self._name]
            if number in binding[-1:]:
                self._reach(function, label)
        self._reach(function, "the end")

    def _parsed(self, label: str, text: str) -> ast.Module:
        filename = f"<{label}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        return ast.parse(text)

    def _binds(self, tree: ast.Module) -> bool:
        return any(
            self._name in (getattr(node, "name", None), getattr(node, "asname", None))
            or (
                isinstance(node, ast.Name)
                and isinstance(node.ctx, ast.Store)
                and node.id == self._name
            )
            for node in ast.walk(tree)
        )

    def _statement(self, label: str, node: ast.stmt, space: dict[str, Any]) -> None:
        """One that fails must not take the answer with it."""
        is_unsure = (label, node.lineno) in self._unsure
        if is_unsure and (self._skips_unsure or self._left <= 0):
            return
        if (label, node.lineno) in self._left_out:
            return
        self._steps += 1
        started = time.monotonic()
        try:
            code = compile(ast.Module([guarded(node)], []), f"<{label}>", "exec", _FLAGS, True)
            with _limited(min(_UNSURE_SECONDS, self._left) if is_unsure else self._seconds):
                waiting = eval(code, space)
                if waiting is not None:  # a cell with `await`
                    with contextlib.suppress(StopIteration):
                        while True:
                            waiting.send(None)
        except BaseException as error:
            told = self._frames.tell_error(error, None)
            if isinstance(error, _TooLong):
                told = f"line {node.lineno} took longer than {self._seconds:g} seconds"
            if len(self.notes) < _MOST_NOTES and not is_unsure:
                self.notes.append(f"{label}: {told}"[:2000])
        if is_unsure:
            self._left -= time.monotonic() - started

    def _reach(self, function: Any, where: str) -> None:
        if function is None or self._moment >= _MOST_MOMENTS:
            return
        if self._asked is not None:
            before, steps = self._asked
            if before is function and steps == self._steps:
                return
        self._moment += 1
        self._asked = (function, self._steps)
        if self._moment > self._first:
            with _unlimited():
                self._ask(function, self._moment, where)


def _stop(signal_number: int, frame: FrameType | None) -> None:
    raise _TooLong


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def _unlimited() -> Iterator[None]:
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
