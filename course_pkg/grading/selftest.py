"""Prove the exercises: every reference passes, every starter and every known mistake fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from course_pkg.checkers import Exercise, exercise, run_case
from course_pkg.checkers.definition import make_cases, reference
from course_pkg.grading.attacks import LIMITS, Attacks, attacked
from course_pkg.grading.judging import GradingJob, grade_submission
from course_pkg.grading.settings import Settings

__all__ = ["Finding", "in_lines", "prove"]

_SEEDS = (0, 1, 2)
_SECRET = b"of the self-test"
_CLASSES = (10**9 + 7, 2**60 + 3, 2**61 + 11)  # seeds of three classes


@dataclass(frozen=True)
class Finding:
    """What was proved about one exercise.

    Args:
        id: of the exercise.
        mistakes: how many known mistakes were refused.
        faults: what went wrong, in sentences.
        attacks: what answers get that understand nothing.
    """

    id: str
    mistakes: int
    faults: tuple[str, ...]
    attacks: Attacks


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
        attacks = attacked(task, _CLASSES)
        faults = [*_with_seeds(task), *_attacked(attacks), *_graded(task, allow_weak)]
        finding = Finding(id, len(task.mistakes), tuple(faults), attacks)
        findings.append(finding)
        if on_finding is not None:
            on_finding(finding)
    return findings


def in_lines(findings: Sequence[Finding]) -> str:
    """The findings as a table: what every kind of thoughtless answer gets, in percent of the mark.

    Args:
        findings: from `prove`.

    Returns:
        A line an exercise, the largest of all, and a summary.

    Example:
        >>> print(in_lines([Finding("a.b", 2, (), Attacks(0.0, 0.1, 0.2, 0.5))]))
        exercise                              table  constant  echo  near miss
        a.b                                      0%       10%   20%        50%
        the largest                              0%       10%   20%        50%
        may get at most                         19%       25%   20%        97%
        1 of 1 exercises hold; 2 known mistakes tried
    """
    rows = [(f.id, [getattr(f.attacks, kind) for kind in LIMITS]) for f in findings]
    if rows:
        rows.append(
            ("the largest", [max(part) for part in zip(*(r[1] for r in rows), strict=True)])
        )
        rows.append(("may get at most", list(LIMITS.values())))
    lines = [f"{'exercise':<36}  table  constant  echo  near miss"]
    widths = (5, 8, 4, 9)
    lines += [
        "  ".join([f"{name:<36}", *(f"{v:>{w}.0%}" for v, w in zip(part, widths, strict=True))])
        for name, part in rows
    ]
    bad = sum(bool(finding.faults) for finding in findings)
    mistakes = sum(finding.mistakes for finding in findings)
    lines.append(
        f"{len(findings) - bad} of {len(findings)} exercises hold; {mistakes} known mistakes tried"
    )
    return "\n".join(lines)


def _attacked(attacks: Attacks) -> list[str]:
    return [
        f"{kind.replace('_', ' ')}: an answer that understands nothing gets "
        f"{getattr(attacks, kind):.0%} of the mark, at most {limit:.0%} is allowed"
        for kind, limit in LIMITS.items()
        if getattr(attacks, kind) > limit
    ]


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
