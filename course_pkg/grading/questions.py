"""The judge's side of an exercise: hidden inputs, right answers, and known wrong ones.

Made in the judging process, which holds the reference; only the inputs leave it.
"""

import copy
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from course_pkg.checkers import Exercise, exercise
from course_pkg.checkers.definition import Case, make_cases, reference
from course_pkg.checkers.judge import judge
from course_pkg.checkers.values import collect
from course_pkg.grading.worker.wire import pack

__all__ = ["Question", "drive_source", "questions"]


@dataclass(frozen=True)
class Question:
    """One case with its answers.

    Args:
        task: the exercise.
        case: the case.
        is_hidden: whether the public seed, the one of the learners' own checks, gives other inputs.
    """

    task: Exercise
    case: Case
    is_hidden: bool

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
            if judge(wrong, got, self.task.tolerance) is None:
                return message
        return ""

    def _answered(self, function: Any) -> dict[str, np.ndarray]:
        inputs: Mapping[str, Any] = copy.deepcopy(dict(self.case.inputs))
        return collect(self.task.drive(function, inputs), self.task.outputs)


@lru_cache(maxsize=512)
def questions(id: str, seed: int) -> tuple[Question, ...]:
    """The cases of an exercise for one seed, with their right answers worked out.

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
    public = {case.name: pack(dict(case.inputs)) for case in make_cases(task)}
    asked = tuple(
        Question(task, case, public.get(case.name) != pack(dict(case.inputs)))
        for case in make_cases(task, seed)
    )
    for question in asked:
        _ = question.expected  # now, so that a reference that fails is the grader's fault
    return asked


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
