"""Put one case to a function and say what came of it.

This is the whole check inside a notebook, and the half of it that a class grader keeps on its own
side: everything but `Exercise.drive` could run without the learner's function.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, reference
from course_pkg.checkers.frames import raised_by_learner, tell_error
from course_pkg.checkers.judge import Difference, compare_outputs
from course_pkg.checkers.values import Refused, collect

__all__ = ["CaseOutcome", "CaseResult", "expected_outputs", "known_mistake", "run_case"]

CaseOutcome = Literal["correct", "wrong", "not_attempted", "raised"]


@dataclass(frozen=True)
class CaseResult:
    """What came of one case.

    Args:
        case: the case.
        outcome: correct, wrong, not_attempted or raised.
        difference: what is wrong with the output, if there was one to judge.
        mistake: the message of the known wrong answer that the output equals, or nothing.
        note: a sentence about the call, such as a changed input or a missing return.
        error: the exception as the learner should see it.
        expected: the right outputs.
        got: the learner's, where they could be read.
    """

    case: Case
    outcome: CaseOutcome
    difference: Difference | None = None
    mistake: str = ""
    note: str = ""
    error: str = ""
    expected: Mapping[str, np.ndarray] | None = None
    got: Mapping[str, np.ndarray] | None = None


def run_case(
    exercise: Exercise,
    case: Case,
    function: Callable[..., Any],
    around: Callable[[], AbstractContextManager[Any]] = nullcontext,
) -> CaseResult:
    """Call the learner's function on a copy of the case's inputs and judge the output.

    Args:
        exercise: what is asked.
        case: one of its cases.
        function: the learner's function.
        around: what surrounds the call, such as a `Fence`.

    Returns:
        What came of it. A KeyboardInterrupt is let through: the learner wants to stop.

    Example:
        >>> from course_pkg.checkers import exercise, make_cases
        >>> task = exercise("upsampling.nearest").definition
        >>> run_case(task, make_cases(task)[0], lambda x, scale_factor: x).difference.sentence
        'The shape is (2, 2), expected (4, 4).'
    """
    expected = expected_outputs(exercise, case)
    inputs = _copied(case.inputs)
    try:
        with around():
            returned = exercise.drive(function, inputs)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: exit() in an answer must not end the notebook
        unwritten = isinstance(error, NotImplementedError) and raised_by_learner(error, function)
        outcome = "not_attempted" if unwritten else "raised"
        return CaseResult(case, outcome, error=tell_error(error, function), expected=expected)

    try:
        got = collect(returned, exercise.outputs)
    except Refused as refused:
        return CaseResult(case, "wrong", note=str(refused), expected=expected)
    changed = _changed(case.inputs, inputs)
    difference = compare_outputs(expected, got, exercise.tolerance)
    if difference is None and not changed:
        return CaseResult(case, "correct", expected=expected, got=got)
    return CaseResult(
        case,
        "wrong",
        difference=difference,
        mistake="" if difference is None else known_mistake(exercise, case, got),
        note=changed,
        expected=expected,
        got=got,
    )


def expected_outputs(exercise: Exercise, case: Case) -> dict[str, np.ndarray]:
    """The reference's outputs on one case.

    Args:
        exercise: the exercise.
        case: one of its cases.

    Returns:
        Plain arrays by name.

    Example:
        >>> from course_pkg.checkers import exercise, make_cases
        >>> task = exercise("upsampling.nearest").definition
        >>> expected_outputs(task, make_cases(task)[0])["result"].shape
        (4, 4)
    """
    return collect(exercise.drive(reference(exercise), _copied(case.inputs)), exercise.outputs)


def known_mistake(exercise: Exercise, case: Case, got: dict[str, np.ndarray]) -> str:
    """The message of the first listed wrong answer that gives exactly this output.

    Args:
        exercise: the exercise.
        case: the case that failed.
        got: the output, as plain arrays.

    Returns:
        The message, or nothing.

    Example:
        >>> from course_pkg.checkers import exercise, make_cases
        >>> task = exercise("upsampling.nearest").definition
        >>> known_mistake(task, make_cases(task)[0], {"result": np.zeros(3)})
        ''
    """
    for mistake in exercise.mistakes:
        try:
            returned = exercise.drive(mistake.wrong, _copied(case.inputs))
            wrong = collect(returned, exercise.outputs)
        except Exception:  # this wrong answer breaks down on this case: it is not what came
            continue
        if compare_outputs(*_nans_aside(wrong, got), exercise.tolerance) is None:
            return mistake.message
    return ""


def _nans_aside(
    wrong: dict[str, np.ndarray], got: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Put 0 where both have nan: dividing 0 by 0 at the same places is the same mistake."""
    both = {
        name: np.isnan(w) & np.isnan(got[name])
        for name, w in wrong.items()
        if w.dtype.kind == got[name].dtype.kind == "f" and w.shape == got[name].shape
    }
    return (
        {name: np.where(both[name], 0.0, w) if name in both else w for name, w in wrong.items()},
        {name: np.where(both[name], 0.0, g) if name in both else g for name, g in got.items()},
    )


def _copied(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in inputs.items()}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """A sentence about the inputs that the function wrote into, or nothing."""
    names = [f"`{k}`" for k, v in before.items() if not np.array_equal(v, after[k])]
    if not names:
        return ""
    return f"Your function changed its input {' and '.join(names)}: work on a copy."
