"""The class as a table for spreadsheets and as lines of JSON for programs."""

import csv
import io
import json
from collections.abc import Sequence

from course_pkg.grading.flags import flags
from course_pkg.grading.record import Record, as_points

__all__ = ["grades_csv", "grades_jsonl"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def grades_csv(records: Sequence[Record], exercises: Sequence[str]) -> str:
    """One row a student.

    Args:
        records: the class.
        exercises: the columns.

    Returns:
        The text. A mark that is not known is an empty cell, and ``status`` says why.

    Example:
        >>> print(grades_csv([Record("=kim", "", "nothing_handed_in", (), ())], []))
        student,status,total,max,days_late,flags,problems
        '=kim,nothing handed in,,,,,
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(
        ["student", "status", "total", "max", *exercises, "days_late", "flags", "problems"]
    )
    conspicuous = flags(records)
    for record in records:
        marks = {mark.id: mark for mark in record.exercises}
        row = [record.student, _status(record), as_points(record.hundredths)]
        row.append(as_points(record.maximum) if record.exercises else "")
        row += [as_points(marks[id].hundredths) if id in marks else "" for id in exercises]
        row.append(str(record.days_late or ""))
        row.append("; ".join(conspicuous.get(record.student, [])))
        told = [(record.student, record.doubt)] if record.doubt else []
        told += [*record.problems, *record.notes]
        said = [f"{name}: {reason}" for name, reason in told]
        if record.penalty:
            said.append(f"{as_points(record.penalty)} points off for being late")
        if record.by_hand is not None:
            said.append("total set by hand")
        row.append("; ".join([*said, *record.comments]))
        table.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def grades_jsonl(records: Sequence[Record]) -> str:
    """One JSON object a line, with everything that is known, teacher's notes included.

    Args:
        records: the class.

    Returns:
        The text.

    Example:
        >>> grades_jsonl([])
        ''
    """
    conspicuous = flags(records)
    lines = []
    for record in records:
        data = record.to_dict()
        data["score"] = None if record.hundredths is None else record.hundredths / 100
        data["max"] = record.maximum / 100
        data["flags"] = conspicuous.get(record.student, [])
        lines.append(json.dumps(data, ensure_ascii=False) + "\n")
    return "".join(lines)


def _status(record: Record) -> str:
    if record.status == "graded" and record.hundredths is None:
        return "not graded to the end"
    return record.status.replace("_", " ")


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet takes for text: a name may begin like a formula."""
    flat = " ".join(cell.split("\n"))
    return f"'{flat}" if flat.startswith(_FORMULA) else flat
