"""What answers get that understand nothing: a table of cases, a constant, an echo, a near miss.

Computed without the border, since the answers are our own; with the same questions and shares.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from course_pkg.checkers import Case, Exercise
from course_pkg.checkers.definition import make_cases
from course_pkg.checkers.judge import compare_outputs
from course_pkg.checkers.values import collect
from course_pkg.grading.questions import HiddenQuestion, inputs_of, questions, shares

__all__ = ["LIMITS", "Attacks", "attacked"]

# The largest share of the mark that each may get: one case of five, for those without a thought.
LIMITS = {"table": 0.19, "constant": 0.25, "echo": 0.2, "near_miss": 0.97}
_OTHERS = range(1000, 1200)  # seeds whose cases are remembered beside the public one's

Outputs = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Attacks:
    """The largest share of the mark that each kind of answer got.

    Args:
        table: answers remembered from the public cases and those of 200 other seeds.
        constant: one value for everything, out of those that are right somewhere.
        echo: an input given back.
        near_miss: the known mistake that gets most.
    """

    table: float
    constant: float
    echo: float
    near_miss: float


def attacked(task: Exercise, seeds: Sequence[int]) -> Attacks:
    """Try the attacks on an exercise.

    Args:
        task: the exercise.
        seeds: of classes that are attacked; the worst of them counts.

    Returns:
        The shares.

    Example:
        >>> from course_pkg.checkers import exercise
        >>> attacked(exercise("upsampling.nearest").definition, [10**9]).echo
        0.2
    """
    public = make_cases(task)
    table = {inputs_of(case) for case in public}
    table |= {inputs_of(case) for seed in _OTHERS for case in make_cases(task, seed)}
    constants = [HiddenQuestion(task, case, True).expected for case in public]
    found = {"table": 0.0, "constant": 0.0, "echo": 0.0, "near_miss": 0.0}
    for seed in seeds:
        asked = questions(task.id, seed)
        marks = {
            "table": [[inputs_of(question.case) in table for question in asked]],
            "constant": [[_is_right(q, value) for q in asked] for value in constants],
            "echo": [[_echoes(q, name) for q in asked] for name in public[0].inputs],
            "near_miss": [[_passes(q, m.wrong) for q in asked] for m in task.mistakes],
        }
        for kind, tries in marks.items():
            found[kind] = max([found[kind], *(_share(asked, good) for good in tries)])
    return Attacks(**found)


def _share(asked: Sequence[HiddenQuestion], good: Sequence[bool]) -> float:
    """The part of the mark, as for a student: the known cases alone count for nothing."""
    hidden = [g for g, question in zip(good, asked, strict=True) if not question.is_known]
    if hidden and not any(hidden):
        return 0.0
    got: Iterable[Fraction] = (s for s, g in zip(shares(asked), good, strict=True) if g)
    return round(float(sum(got)), 4)


def _is_right(question: HiddenQuestion, outputs: Outputs) -> bool:
    with np.errstate(all="ignore"):
        return compare_outputs(question.expected, dict(outputs), question.task.tolerance) is None


def _echoes(question: HiddenQuestion, name: str) -> bool:
    value = question.case.inputs.get(name)
    task = question.task
    returned = value if len(task.outputs) == 1 else (value,) * len(task.outputs)
    return _collected(question, lambda: returned)


def _passes(question: HiddenQuestion, function: Callable[..., Any]) -> bool:
    case: Case = question.case
    inputs = copy.deepcopy(dict(case.inputs))
    return _collected(question, lambda: question.task.drive(function, inputs))


def _collected(question: HiddenQuestion, returned: Callable[[], Any]) -> bool:
    try:
        outputs = collect(returned(), question.task.outputs)
    except Exception:  # it breaks down on this case
        return False
    return _is_right(question, outputs)
