"""The judge's side of an exercise: hidden inputs, right answers, and known wrong ones.

Made in the judging process, which holds the reference; only the inputs leave it.
"""

import copy
import hashlib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np

from course_pkg.checkers import Exercise, exercise
from course_pkg.checkers.definition import Case, make_cases, reference
from course_pkg.checkers.judge import compare_outputs
from course_pkg.checkers.values import collect
from course_pkg.grading.worker.wire import pack

__all__ = ["HiddenQuestion", "drive_source", "inputs_of", "questions", "shares"]


_FRESH = 3  # hidden cases from a space too large to remember, at least
_DRAWS = 12  # seeds that are tried for them
_REMEMBERED = range(9)  # seeds whose cases count as known: the public one and a few others
_SMALL_SHARE = Fraction(1, 5)  # of the mark, for the known cases together and for the idle ones

Kind = Literal["fresh", "known", "idle"]


@dataclass(frozen=True)
class HiddenQuestion:
    """One case with its answers.

    Args:
        task: the exercise.
        case: the case.
        is_known: whether its inputs can be had from the public seed or its neighbours.
    """

    task: Exercise
    case: Case
    is_known: bool

    @cached_property
    def kind(self) -> Kind:
        """Known to everybody; idle: an input given back is right, or a known answer; or neither."""
        if self.is_known:
            return "known"
        inputs = [np.asarray(value) for value in self.case.inputs.values()]
        if all(_is_one_of(out, inputs) for out in self.expected.values()):
            return "idle"
        constants = _known_answers(self.task.id)
        is_constant = any(
            all(np.array_equal(out, known[name]) for name, out in self.expected.items())
            for known in constants
        )
        return "idle" if is_constant else "fresh"

    @cached_property
    def expected(self) -> dict[str, np.ndarray]:
        """What the reference gives."""
        return self._answered(reference(self.task))

    @cached_property
    def _known_mistakes(self) -> list[tuple[str, dict[str, np.ndarray]]]:
        found = []
        for mistake in self.task.mistakes:
            try:
                found.append((mistake.message, self._answered(mistake.wrong)))
            except Exception:  # this wrong answer breaks down on this case
                continue
        return found

    def mistake(self, got: dict[str, np.ndarray]) -> str:
        """The message of the known wrong answer that gives exactly this.

        Args:
            got: a wrong output.

        Returns:
            The message, or nothing.

        Example:
            >>> questions("upsampling.nearest", 0)[0].mistake({"result": np.zeros(1)})
            ''
        """
        for message, wrong in self._known_mistakes:
            if compare_outputs(wrong, got, self.task.tolerance) is None:
                return message
        return ""

    def _answered(self, function: Any) -> dict[str, np.ndarray]:
        inputs: Mapping[str, Any] = copy.deepcopy(dict(self.case.inputs))
        return collect(self.task.drive(function, inputs), self.task.outputs)


@lru_cache(maxsize=512)
def questions(id: str, seed: int) -> tuple[HiddenQuestion, ...]:
    """The cases of an exercise for one seed, with their right answers worked out.

    Where the exercise itself has fewer than three that nobody can know, more are drawn.

    Args:
        id: of the exercise.
        seed: see `Settings.seed`.

    Returns:
        One a case.

    Example:
        >>> questions("upsampling.nearest", 0)[0].expected["result"].shape
        (4, 4)
    """
    task = exercise(id).definition
    known = _known(id)
    asked = [
        HiddenQuestion(task, case, inputs_of(case) in known) for case in make_cases(task, seed)
    ]
    seen = {inputs_of(question.case) for question in asked}
    for draw in range(2, _DRAWS + 2):
        if sum(question.kind == "fresh" for question in asked) >= _FRESH:
            break
        for case in make_cases(task, (seed + draw * 0x9E3779B97F4A7C15) % 2**63):
            if inputs_of(case) in known | seen:
                continue
            question = HiddenQuestion(task, replace(case, name=f"{case.name} ({draw})"), False)
            if question.kind == "fresh":
                asked.append(question)
                seen.add(inputs_of(case))
    for question in asked:
        _ = question.kind, question.expected  # now: a reference that fails is the grader's fault
    return tuple(asked)


def shares(asked: Sequence[HiddenQuestion]) -> list[Fraction]:
    """What every case counts for, as a part of the whole mark.

    The known ones together count for no more than a fifth, and so do the idle ones; what is left
    is for those that show whether the function does its work.

    Args:
        asked: the questions of one exercise.

    Returns:
        One part each; together they are 1.

    Example:
        >>> sum(shares(questions("upsampling.nearest", 5)))
        Fraction(1, 1)
    """
    kinds = [question.kind for question in asked]
    if "fresh" not in kinds:
        return [Fraction(1, len(kinds))] * len(kinds)
    small = {
        kind: min(Fraction(kinds.count(kind), len(kinds)), _SMALL_SHARE)
        for kind in ("known", "idle")
    }
    together = {**small, "fresh": 1 - sum(small.values())}
    return [Fraction(together[kind], kinds.count(kind)) for kind in kinds]


def inputs_of(case: Case) -> bytes:
    """The inputs of a case as one string of bytes, to tell whether two cases are the same.

    Args:
        case: the case.

    Returns:
        The bytes.

    Example:
        >>> inputs_of(Case("a", {"k": 2})) == inputs_of(Case("b", {"k": 2}))
        True
    """
    tree, body = pack(dict(case.inputs))
    return hashlib.sha256(repr(tree).encode() + body).digest()


@lru_cache(maxsize=512)
def _known(id: str) -> frozenset[bytes]:
    task = exercise(id).definition
    return frozenset(inputs_of(case) for seed in _REMEMBERED for case in make_cases(task, seed))


@lru_cache(maxsize=512)
def _known_answers(id: str) -> tuple[dict[str, np.ndarray], ...]:
    """What is right in the public cases: a constant that everybody knows."""
    task = exercise(id).definition
    return tuple(HiddenQuestion(task, case, True).expected for case in make_cases(task))


def _is_one_of(output: np.ndarray, inputs: list[np.ndarray]) -> bool:
    return any(np.array_equal(output, value) for value in inputs)


def drive_source(task: Exercise) -> tuple[str, str]:
    """The part of an exercise that calls the answer, as text to be sent to the worker.

    Args:
        task: the exercise.

    Returns:
        Its source and its name.

    Example:
        >>> drive_source(exercise("upsampling.nearest").definition)[1]
        'call'
    """
    function = inspect.unwrap(task.drive)
    return inspect.getsource(function), function.__name__
