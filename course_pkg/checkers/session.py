"""What a learner talks to: `exercise(id)` with check, hint and solution, and `progress()`."""

import dataclasses
import inspect
import sys
from functools import cache
from importlib.util import find_spec
from typing import Any, cast

from course_pkg.checkers.card import Card
from course_pkg.checkers.definition import Exercise, make_cases, reference
from course_pkg.checkers.fence import Fence
from course_pkg.checkers.memory import recall, remember
from course_pkg.checkers.registry import exercises_of, find
from course_pkg.checkers.report import Report
from course_pkg.checkers.run import CaseOutcome, CaseResult, run_case

__all__ = ["Checker", "Solution", "exercise", "progress"]

_MACHINERY = ("jaxtyping", "beartype", "/course_pkg/_checks/", "\\course_pkg\\_checks\\")
_SAID: dict[CaseOutcome | None, str] = {
    "correct": "correct",
    "wrong": "wrong",
    "raised": "raised an error",
    "not_attempted": "not attempted",
    None: "not checked yet",
}


class Solution:
    """The source of an answer; a notebook shows it as highlighted code."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __repr__(self) -> str:
        return self.source

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.source}\n```"


class Checker:
    """One exercise and how far the learner has come with it.

    Shown on its own it is the statement. It remembers the hints given for as long as Python runs,
    and the outcome for longer.
    """

    def __init__(self, definition: Exercise) -> None:
        self.definition = definition
        self.outcome: CaseOutcome | None = None
        self._hints_given = 0

    @property
    def starter(self) -> str:
        """The code to begin with."""
        return self.definition.starter

    def check(self, function: Any) -> Report:
        """Try a function on every case, up to the first one that fails.

        Args:
            function: the function itself, not its result.

        Returns:
            A report; as the last line of a cell it shows itself.

        Raises:
            ValueError: if what is given is not a function, or the exercise needs a package that is
                not installed.

        Example:
            >>> exercise("upsampling.nearest").check(lambda x, scale_factor: x).outcome
            'wrong'
        """
        task = self.definition
        if not callable(function):
            raise ValueError(
                f"check needs the function itself, got a {type(function).__name__}: "
                f'write exercise("{task.id}").check({task.name})'
            )
        if task.needs and find_spec(task.needs) is None:
            raise ValueError(
                f"{task.id} needs the package {task.needs}, which is not installed here: "
                "do this exercise in Colab or in Jupyter"
            )
        report = self._run(function, Fence(task, function, {"__main__", _asking_module()}))
        self.outcome = report.outcome
        remember(task.id, report.outcome)
        return report

    def hint(self, number: int | None = None) -> Card:
        """The next hint, or the one asked for.

        Args:
            number: which hint, counted from 1; the next one if left out.

        Returns:
            The hint, and how many are left.

        Raises:
            ValueError: if there is no hint of that number.

        Example:
            >>> exercise("upsampling.nearest").hint(1).heading
            'hint 1 of 3'
        """
        hints = self.definition.hints
        if number is None:
            number = min(self._hints_given + 1, len(hints))
        if not 1 <= number <= len(hints):
            raise ValueError(
                f"{self.definition.id} has hints 1 to {len(hints)}, got {number}: "
                "call hint() for the next one"
            )
        self._hints_given = max(self._hints_given, number)
        left = len(hints) - number
        after = f"{left} more." if left else "That was the last one; solution() shows an answer."
        rows = (("", hints[number - 1]), ("", after))
        return Card(self.definition.id, f"hint {number} of {len(hints)}", rows)

    def solution(self) -> Solution:
        """The source of the reference, open to everyone: the learning is in the trying.

        Returns:
            The source.

        Example:
            >>> "repeat" in exercise("upsampling.nearest").solution().source
            True
        """
        function = reference(self.definition)
        try:
            source = inspect.getsource(inspect.unwrap(function)).rstrip()
        except OSError:  # run from a place that keeps no source text
            source = f"# see {function.__module__}.{function.__name__}"
        return Solution(source)

    def _run(self, function: Any, fence: Fence) -> Report:
        cases = make_cases(self.definition)
        refusal = fence.refusal(function)
        if refusal:
            result = CaseResult(cases[0], "raised", error=refusal)
            return Report(self.definition, "raised", 0, len(cases), result)
        for passed, case in enumerate(cases):
            result = run_case(self.definition, case, function, fence)
            if result.outcome == "not_attempted" and passed:
                # Half of it is written: what is missing is an error, not an empty page.
                result = dataclasses.replace(result, outcome="raised")
            if result.outcome != "correct":
                return Report(self.definition, result.outcome, passed, len(cases), result)
        return Report(self.definition, "correct", len(cases), len(cases))

    def _card(self) -> Card:
        task = self.definition
        having = f"{', '.join(task.imports)} and Python's own library"
        rows = (("", task.statement), ("write", task.signature), ("import", having))
        return Card(task.id, f"{task.title} (chapter {task.chapter})", rows)

    def __repr__(self) -> str:
        return repr(self._card())

    def _repr_html_(self) -> str:
        return self._card()._repr_html_()


def _asking_module() -> str:
    """The module that calls `check`: the notebook, as a rule; its functions are the learner's."""
    frame = sys._getframe(2)
    while frame.f_back is not None and _is_machinery(frame.f_code.co_filename):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "__main__"))


def _is_machinery(file: str) -> bool:
    """Frames of the shape checks between the caller and here."""
    return file == __file__ or any(part in file for part in _MACHINERY)


def _best(now: CaseOutcome | None, kept: str | None) -> CaseOutcome | None:
    return cast(CaseOutcome, kept) if now is None or kept == "correct" else now


@cache
def exercise(id: str) -> Checker:
    """An exercise, ready to be checked.

    Args:
        id: ``topic.name``, such as ``"upsampling.bed_of_nails"``.

    Returns:
        The same object at every call, so that hints go on where they stopped.

    Raises:
        ValueError: if there is no such exercise; the message lists ids that look alike.

    Example:
        >>> exercise("upsampling.nearest")
        upsampling.nearest: Nearest neighbour (chapter 4)
        ...
    """
    return Checker(find(id))


def progress(chapter: int | None = None) -> Card:
    """How far you have come, also before Python was started again.

    Outcomes are kept in a small file beside the notebook (see `memory`); the environment variable
    ``COURSE_PROGRESS`` names another file, and ``off`` keeps none.

    Args:
        chapter: only the exercises of one lecture.

    Returns:
        A card with every exercise and its last outcome.

    Raises:
        ValueError: if the chapter has no exercises.

    Example:
        >>> progress(chapter=99)
        Traceback (most recent call last):
        ...
        ValueError: chapter 99 has no exercises; ...
    """
    tasks = exercises_of(chapter)
    kept = recall()
    outcomes: list[CaseOutcome | None] = [
        _best(exercise(task.id).outcome, kept.get(task.id)) for task in tasks
    ]
    rows = tuple((t.id, _SAID[o]) for t, o in zip(tasks, outcomes, strict=True))
    done = outcomes.count("correct")
    subject = "all chapters" if chapter is None else f"chapter {chapter}"
    tone = "good" if done == len(tasks) else "plain"
    return Card(subject, f"{done} of {len(tasks)} correct", rows, tone)
