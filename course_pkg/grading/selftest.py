"""Prove the exercises: every reference passes, every starter and every known mistake fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from course_pkg.checkers import Exercise, exercise, run_case
from course_pkg.checkers.definition import make_cases, reference
from course_pkg.grading.judging import GradingJob, grade_submission
from course_pkg.grading.settings import Settings

__all__ = ["Finding", "prove"]

_SEEDS = (0, 1, 2)
_SECRET = b"of the self-test"


@dataclass(frozen=True)
class Finding:
    """What was proved about one exercise.

    Args:
        id: of the exercise.
        mistakes: how many known mistakes were refused.
        faults: what went wrong, in sentences.
    """

    id: str
    mistakes: int
    faults: tuple[str, ...]


def prove(
    ids: Sequence[str],
    allow_weak: bool = False,
    on_finding: Callable[[Finding], None] | None = None,
) -> list[Finding]:
    """Check the exercises against themselves, in this process and behind the border.

    The published solution goes through the whole grader, as a student's notebook would; so does
    the starter. Known mistakes are tried here, with three seeds.

    Args:
        ids: of the exercises.
        allow_weak: whether weak isolation will do; the code is our own.
        on_finding: called after every exercise.

    Returns:
        One finding an exercise.

    Example:
        >>> prove([])
        []
    """
    findings = []
    for id in ids:
        task = exercise(id).definition
        faults = [*_with_seeds(task), *_graded(task, allow_weak)]
        finding = Finding(id, len(task.mistakes), tuple(faults))
        findings.append(finding)
        if on_finding is not None:
            on_finding(finding)
    return findings


def _with_seeds(task: Exercise) -> list[str]:
    faults = []
    for seed in _SEEDS:
        cases = make_cases(task, seed)
        for case in cases:
            if run_case(task, case, reference(task)).outcome != "correct":
                faults.append(f"the reference fails on {case.name!r}, seed {seed}")
        for mistake in task.mistakes:
            if all(run_case(task, case, mistake.wrong).outcome == "correct" for case in cases):
                faults.append(f"the mistake {mistake.name} passes, seed {seed}")
    return faults


def _graded(task: Exercise, allow_weak: bool) -> list[str]:
    settings = Settings((task.id,), _SECRET, timeout=120.0, allow_weak=allow_weak)
    faults = []
    if not isinstance(task.reference, str):  # the solution stands by itself, as text
        text = f"import numpy as np\n{exercise(task.id).solution().source}"
        mark = _mark(text, settings)
        if mark != "correct":
            faults.append(f"the published solution is graded as {mark}")
    mark = _mark(task.starter, settings)
    if mark != "not_attempted":
        faults.append(f"the starter is graded as {mark}")
    return faults


def _mark(text: str, settings: Settings) -> str:
    record = grade_submission(GradingJob("self", (("self.py", text.encode()),), (), ""), settings)
    return record.exercises[0].status
