"""From what an answer earned to the mark that counts: overrides, weights, drops, days late.

Only made when tables and pages are written. What is kept of a run are the bare results, so that a
change of the rules or of the overrides needs no answer to run again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from course_pkg.grading.overrides import Override
from course_pkg.grading.policy import Policy
from course_pkg.grading.record import ExerciseMark, Record, as_points

__all__ = ["Rules", "adjusted"]

_NOT_COUNTED = "This exercise does not count."


@dataclass(frozen=True)
class Rules:
    """What a teacher has decided.

    Args:
        policy: for everybody.
        overrides: for single students.
    """

    policy: Policy = field(default_factory=Policy)
    overrides: Sequence[Override] = ()


def adjusted(record: Record, rules: Rules) -> Record:
    """The record with everything that the teacher has decided.

    Args:
        record: as it was graded.
        rules: of the class.

    Returns:
        A record whose total is the mark.

    Example:
        >>> mark = ExerciseMark("a.b", "correct", 100, 100)
        >>> record = Record("kim", "", "graded", (), (), (mark,))
        >>> line = Override("kim", "a.b", 50, "Copied from the board")
        >>> adjusted(record, Rules(overrides=[line])).hundredths
        50
    """
    policy = rules.policy
    own = [line for line in rules.overrides if line.student == record.student]
    by_hand = {line.exercise: line for line in own if line.exercise not in ("", "late")}
    marks = [_nowhere(mark, policy) for mark in record.exercises]
    marks = [_by_hand(mark, by_hand.get(mark.id)) for mark in marks]
    marks = [_weighted(mark, policy) for mark in marks]
    marks = _without_lowest(marks, policy.lowest)
    time = datetime.fromisoformat(record.time) if record.time else None
    days = policy.days_late(time, record.late)
    comments = [line.comment for line in own if line.comment and line.exercise not in by_hand]
    for line in own:
        if line.exercise == "late" and line.value is not None:
            days = line.value
    changed = replace(record, exercises=tuple(marks), days_late=days, comments=tuple(comments))
    total = next((line.value for line in own if not line.exercise and line.value is not None), None)
    if total is not None:
        return replace(changed, by_hand=total, status="graded")
    if changed.hundredths is None or not days:
        return changed
    return replace(changed, penalty=policy.penalty(changed.hundredths, days))


def _by_hand(mark: ExerciseMark, line: Override | None) -> ExerciseMark:
    if line is None:
        return mark
    said = [line.comment] if line.comment else []
    if line.value is not None:
        was = "no mark" if mark.hundredths is None else as_points(mark.hundredths)
        said.insert(0, f"Set by your teacher to {as_points(line.value)} points (was {was}).")
        mark = replace(mark, hundredths=line.value)
    return replace(mark, message="\n".join([*said, mark.message]).strip())


def _nowhere(mark: ExerciseMark, policy: Policy) -> ExerciseMark:
    if policy.not_found == "unknown" or not mark.is_nowhere:
        return mark
    message = mark.message.replace("Not graded: no", "No", 1)
    return replace(mark, status="missing", hundredths=0, message=message)


def _weighted(mark: ExerciseMark, policy: Policy) -> ExerciseMark:
    weight = Fraction(0) if mark.id in policy.dropped else policy.weights.get(mark.id, Fraction(1))
    if weight == 1:
        return mark
    if not weight:
        return _not_counted(mark)
    points = None if mark.hundredths is None else round(mark.hundredths * weight)
    return replace(mark, hundredths=points, maximum=round(mark.maximum * weight))


def _not_counted(mark: ExerciseMark) -> ExerciseMark:
    message = f"{_NOT_COUNTED}\n{mark.message}".strip()
    return replace(mark, hundredths=0, maximum=0, message=message)


def _without_lowest(marks: list[ExerciseMark], count: int) -> list[ExerciseMark]:
    """The lowest are those of the smallest share; which they are is open while a mark is."""
    known = [mark for mark in marks if mark.hundredths is not None and mark.maximum]
    lowest = sorted(known, key=lambda m: (Fraction(m.hundredths or 0, m.maximum), -m.maximum))
    dropped = {mark.id for mark in lowest[:count]}
    return [_not_counted(mark) if mark.id in dropped else mark for mark in marks]
