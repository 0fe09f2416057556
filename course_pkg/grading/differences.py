"""What is different between two runs: whose mark, by how much, and in which exercise."""

import json
from collections.abc import Sequence
from pathlib import Path

from course_pkg.grading.naming import natural
from course_pkg.grading.record import Record, as_points

__all__ = ["differences", "read_run"]


def read_run(out: Path) -> tuple[Record, ...]:
    """The records of a finished run.

    Args:
        out: its folder.

    Returns:
        One a student.

    Raises:
        ValueError: if it is no such folder.

    Example:
        >>> read_run(Path("/nowhere"))
        Traceback (most recent call last):
        ...
        ValueError: there is no run in /nowhere: it holds no grades.jsonl
    """
    try:
        lines = (out / "grades.jsonl").read_text("utf8").splitlines()
    except OSError as error:
        raise ValueError(f"there is no run in {out}: it holds no grades.jsonl") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            data = json.loads(line)
            for name in ("score", "max", "flags"):  # made of the rest
                data.pop(name, None)
            found.append(Record.from_dict(data))
        except (ValueError, AttributeError) as error:
            raise ValueError(f"line {number} of {out}/grades.jsonl: {error}") from error
    return tuple(found)


def differences(before: Sequence[Record], after: Sequence[Record]) -> list[str]:
    """What has changed, a line each.

    Args:
        before: one run.
        after: the other.

    Returns:
        Sentences, by student.

    Example:
        >>> differences([Record("kim", "", "graded", (), ())], [])
        ['kim: 0 -> not in the second run']
    """
    old = {record.student: record for record in before}
    new = {record.student: record for record in after}
    lines = []
    for student in sorted({*old, *new}, key=natural):
        if student not in new:
            lines.append(f"{student}: {_total(old[student])} -> not in the second run")
        elif student not in old:
            lines.append(f"{student}: not in the first run -> {_total(new[student])}")
        else:
            lines += _of_student(old[student], new[student])
    return lines


def _of_student(old: Record, new: Record) -> list[str]:
    lines = []
    if _total(old) != _total(new):
        lines.append(f"{old.student}: {_total(old)} -> {_total(new)}")
    marks = {mark.id: mark for mark in old.exercises}
    for mark in new.exercises:
        was = marks.pop(mark.id, None)
        if was is None:
            lines.append(f"{old.student}: {mark.id}: not asked -> {_points(mark.hundredths)}")
        elif (was.hundredths, was.status) != (mark.hundredths, mark.status):
            cases = {case.name: case.status for case in was.cases}
            changed = [
                f"{case.name}: {cases[case.name]} -> {case.status}"
                for case in mark.cases
                if case.name in cases and cases[case.name] != case.status
            ]
            why = f" ({'; '.join(changed[:3])})" if changed else ""
            words = [f"{_points(m.hundredths)} {m.status}" for m in (was, mark)]
            lines.append(f"{old.student}: {mark.id}: {' -> '.join(words)}{why}")
    lines += [
        f"{old.student}: {id}: {_points(m.hundredths)} -> not asked" for id, m in marks.items()
    ]
    return lines


def _total(record: Record) -> str:
    if record.status == "nothing_handed_in":
        return "nothing handed in"
    return _points(record.hundredths)


def _points(hundredths: int | None) -> str:
    return as_points(hundredths) or "no mark"
