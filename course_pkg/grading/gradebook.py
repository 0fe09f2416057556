"""A class's marks in the table that a platform has given out, so that it takes the table back.

Canvas wants its own export of the gradebook, Moodle its own grading worksheet: both find a student
by numbers that only they know. So their table is filled in and left alone in everything else.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from course_pkg.grading.naming import squeezed
from course_pkg.grading.record import Record, as_points
from course_pkg.grading.rosters import read_table

__all__ = ["Filled", "filled_in"]

_MOODLE = {"identifier", "grade"}
_WHO = (
    *("student", "id", "sisuserid", "sisloginid", "integrationid", "identifier", "fullname"),
    *("idnumber", "emailaddress", "email", "username", "학번", "이름", "성명", "studentid", "sid"),
)
_NAMES = ("student", "fullname", "이름", "성명")


@dataclass(frozen=True)
class Filled:
    """The table, and what did not fit.

    Args:
        text: the table as CSV.
        count: how many marks were entered.
        without_mark: students whose mark is not known, so that their cell is as it was.
        not_found: students with a mark who are not in the table, or fit several rows of it.
    """

    text: str
    count: int
    without_mark: tuple[str, ...]
    not_found: tuple[str, ...]


def filled_in(
    path: Path, records: Sequence[Record], column: str = "", out_of: int | None = None
) -> Filled:
    """Enter totals into a platform's table.

    Args:
        path: the table, as Canvas or Moodle has exported it, or any other with ids.
        records: of the class.
        column: its heading; Moodle's is ``Grade`` if nothing is said.
        out_of: the points that are full marks there; those of the exercises if nothing is said.

    Returns:
        The table.

    Raises:
        ValueError: if the table cannot be read, or has no such column.

    Example:
        >>> filled_in(Path("/nowhere.csv"), [])
        Traceback (most recent call last):
        ...
        ValueError: the gradebook cannot be read: ...
    """
    rows = read_table(path, "gradebook", as_it_is=True)
    heading = [squeezed(cell) for cell in rows[0]] if rows else []
    if not column and set(heading) >= _MOODLE:
        column = "Grade"
    if not column or squeezed(column) not in heading:
        has = ", ".join(cell for cell in (rows[0] if rows else []) if cell.strip())
        what = f"no column {column!r}" if column else "several columns: say which with --column"
        raise ValueError(f"the gradebook {path} has {what}; it has {has or 'nothing'}")
    place = heading.index(squeezed(column))
    by_record = _matches(rows, heading, records)
    entered, without = 0, []
    for record in records:
        found = by_record.get(record.student, [])
        if len(found) != 1:
            continue
        mark = _points(record, out_of)
        if mark is None:
            without.append(record.student)
            continue
        row = rows[found[0]]
        row += [""] * (place + 1 - len(row))
        row[place] = mark
        entered += 1
    lost = [
        record.student
        for record in records
        if len(by_record.get(record.student, [])) != 1 and record.status != "nothing_handed_in"
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return Filled(out.getvalue(), entered, tuple(without), tuple(lost))


def _points(record: Record, out_of: int | None) -> str | None:
    if record.hundredths is None or record.doubt:
        return None
    if out_of is None or not record.maximum:
        return as_points(record.hundredths)
    return as_points(round(Fraction(record.hundredths * out_of, record.maximum) * 100))


def _matches(
    rows: list[list[str]], heading: list[str], records: Sequence[Record]
) -> dict[str, list[int]]:
    """Rows by student: by an id, and by the name where no id fits. No row serves two."""
    columns = [place for place, name in enumerate(heading) if name in _WHO]
    names = [place for place, name in enumerate(heading) if name in _NAMES]
    by_id: dict[str, set[int]] = {}
    by_name: dict[str, set[int]] = {}
    for number, row in enumerate(rows[1:], 1):
        for place in columns:
            cell = row[place].strip() if place < len(row) else ""
            if place in names:
                for spelling in _spellings(cell):
                    by_name.setdefault(spelling, set()).add(number)
            for id in {cell, cell.removeprefix("Participant ")} - {""}:
                by_id.setdefault(id.casefold(), set()).add(number)
    found: dict[str, list[int]] = {}
    for record in records:
        ids = [id.casefold() for id in (record.student, *record.ids)]
        fitting = _first(by_id.get(id, set()) for id in ids)
        known = (record.student, *record.ids)
        fitting = fitting or _first(by_name.get(squeezed(id), set()) for id in known)
        found[record.student] = sorted(fitting)
    taken: dict[int, int] = {}
    for numbers in found.values():
        for number in numbers:
            taken[number] = taken.get(number, 0) + 1
    return {
        student: numbers
        for student, numbers in found.items()
        if all(taken[number] == 1 for number in numbers)
    }


def _first(sets: Iterable[set[int]]) -> set[int]:
    return next((numbers for numbers in sets if numbers), set())


def _spellings(name: str) -> set[str]:
    words = [word for word in name.replace(",", " ").split() if word]
    return {squeezed("".join([*words[n:], *words[:n]])) for n in range(len(words))}
