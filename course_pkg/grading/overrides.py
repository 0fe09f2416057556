"""Marks and comments by hand, in a table that only the teacher writes and every run reads.

student,exercise,points,comment
kim01,upsampling.nearest,0.5,Right idea: see the note in class
lee02,late,0,Ill that week
park03,,,Lovely comments in your code
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from course_pkg.grading.naming import squeezed
from course_pkg.grading.rosters import read_table

__all__ = ["Override", "about_somebody", "read_overrides"]

_HEADING = ("student", "exercise", "points", "comment")


@dataclass(frozen=True)
class Override:
    """One line of the table.

    Args:
        student: the id.
        exercise: its id; ``"late"`` for the days late; nothing for the total.
        value: hundredths of a point, or days; None to comment only.
        comment: for the student.
    """

    student: str
    exercise: str
    value: int | None
    comment: str = ""


def read_overrides(path: Path, exercises: Collection[str]) -> tuple[Override, ...]:
    r"""Read the table.

    Args:
        path: a CSV file, as any spreadsheet saves it.
        exercises: those that are graded.

    Returns:
        Its lines.

    Raises:
        ValueError: if it cannot be read, or a line makes no sense.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "overrides.csv"
        >>> _ = path.write_text("student,exercise,points,comment\nkim,a.b,0.5,Nearly")
        >>> read_overrides(path, ["a.b"])
        (Override(student='kim', exercise='a.b', value=50, comment='Nearly'),)
    """
    rows = read_table(path, "table of overrides")
    heading = [squeezed(cell) for cell in rows[0]] if rows else []
    missing = [name for name in _HEADING if name not in heading]
    if missing:
        raise ValueError(
            f"the table of overrides {path} has no column {missing[0]!r}, expected "
            f"{', '.join(_HEADING)}"
        )
    places = [heading.index(name) for name in _HEADING]
    found = []
    for number, row in enumerate(rows[1:], 2):
        cells = [row[place] if place < len(row) else "" for place in places]
        found.append(_line(cells, f"row {number} of {path}", exercises))
    seen: dict[tuple[str, str], int] = {}
    for number, line in enumerate(found, 2):
        first = seen.setdefault((line.student, line.exercise), number)
        if first != number and line.value is not None:
            raise ValueError(f"rows {first} and {number} of {path} are about the same mark")
    return tuple(found)


def about_somebody(overrides: Sequence[Override], students: Collection[str]) -> None:
    """Refuse a mark by hand for nobody: it would be lost in silence.

    Args:
        overrides: lines of the table.
        students: ids that have a row.

    Raises:
        ValueError: if a line is about somebody else.

    Example:
        >>> about_somebody([Override("kim", "", 100)], ["kim"])
    """
    unknown = [line.student for line in overrides if line.student not in students]
    if unknown:
        raise ValueError(
            f"the table of overrides names {unknown[0]}, who has no row: it takes the ids of "
            "grades.csv"
        )


def _line(cells: Sequence[str], where: str, exercises: Collection[str]) -> Override:
    student, exercise, points, comment = cells
    if not student:
        raise ValueError(f"{where} names no student")
    if exercise not in ("", "late", "total", *exercises):
        raise ValueError(
            f"{where} is about {exercise!r}, expected an exercise that is graded, late, or nothing"
        )
    exercise = "" if exercise == "total" else exercise
    value = None
    if points:
        try:
            number = Fraction(points.replace(",", "."))
        except (ValueError, ZeroDivisionError) as error:
            raise ValueError(f"{where} gives {points!r} points, expected a number") from error
        if number < 0:
            raise ValueError(f"{where} gives {points} points, expected none or more")
        if exercise == "late" and number.denominator != 1:
            raise ValueError(f"{where} gives {points} days late, expected a whole number")
        value = round(number) if exercise == "late" else round(number * 100)
    return Override(student, exercise, value, comment)
