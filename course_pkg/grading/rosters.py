"""The class as a table: every heading, encoding and separator that spreadsheets save it with."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from course_pkg.grading.naming import squeezed

__all__ = ["Student", "read_roster", "read_table"]

# Headings, squeezed to letters and digits, in the order in which they are preferred as the id.
_IDS = (
    *("학번", "학생번호", "sisuserid", "studentid", "studentnumber", "studentno", "studentnr"),
    *("matriculationnumber", "sid", "idnumber", "universityid", "id"),
    *("sisloginid", "loginid", "login", "username", "userid", "아이디"),
    *("emailaddress", "email", "mail", "이메일", "전자우편", "identifier"),
    *("번호", "no", "number"),  # perhaps only counted through, so after everything else
)
_NAMES = ("성명", "이름", "학생이름", "name", "fullname", "studentname", "student")
_NAME_PARTS = (("firstname", "lastname"), ("givenname", "familyname"), ("forename", "surname"))
_TITLE_ROWS = 8
_NOBODY = ("pointspossible", "studenttest", "teststudent")  # rows of Canvas's own


class Student(str):
    """An id, with whatever else the roster knows of that person.

    Args:
        id: what marks are booked under.
        name: as the roster writes it, or nothing.
        others: the person's other ids: login, address, numbers of the platform.
    """

    name: str
    others: tuple[str, ...]

    def __new__(cls, id: str, name: str = "", others: tuple[str, ...] = ()) -> "Student":
        """See the class."""
        made = super().__new__(cls, id)
        made.name, made.others = name, others
        return made


def read_roster(path: Path) -> tuple[Student, ...]:
    """The students of a class from a table.

    Args:
        path: a CSV file as spreadsheets, Canvas or Moodle save it: UTF-8, UTF-16 or CP949, with
            commas, semicolons or tabs. The id is the column called 학번, Student ID, ID, login or
            email, or the like; without such a heading the first column of every line.

    Returns:
        The students, in the order of the table.

    Raises:
        ValueError: if the file cannot be read, names nobody, or one id stands for two people.

    Example:
        >>> read_roster(Path("/nowhere.csv"))
        Traceback (most recent call last):
        ...
        ValueError: the roster cannot be read: ...
    """
    rows = _from_heading(read_table(path, "roster"))
    heading = [squeezed(cell) for cell in rows[0]] if rows else []
    ids = [heading.index(kind) for kind in _IDS if kind in heading]
    if not ids and "student" in heading:  # a table of nothing but students
        ids = [heading.index("student")]
    body = rows[1:] if ids or set(heading) & set(_NAMES) else rows
    # Canvas leaves the column of numbers of the university empty where there are none.
    ids = [column for column in ids if any(_cell(row, column) for row in body)] or [0]
    found: dict[str, Student] = {}
    for row in body:
        id, name = _cell(row, ids[0]), _name(row, heading)
        if not id or squeezed(id) in _NOBODY or squeezed(row[0]) in _NOBODY:
            continue
        if re.fullmatch(r"\d[.,]?\d*E\+?\d+", id):
            raise ValueError(
                f"the roster {path} holds the id {id}, which a spreadsheet has rounded: give that "
                "column the format Text and save the table again"
            )
        id = re.sub(r"^(\d+)\.0+$", r"\1", id)  # a whole number, to a spreadsheet
        others = tuple(dict.fromkeys(_cell(row, c) for c in ids[1:] if _cell(row, c)))
        new = Student(id, name, others)
        old = found.setdefault(id, new)
        if (old.name, old.others) != (new.name, new.others):
            raise ValueError(
                f"the roster {path} gives the id {id} to two people: {old.name or old.others} and "
                f"{new.name or new.others}"
            )
    if not found:
        raise ValueError(f"the roster {path} names no students")
    return tuple(found.values())


def read_table(path: Path, what: str, as_it_is: bool = False) -> list[list[str]]:
    r"""The rows of a CSV file, whatever program has saved it.

    Args:
        path: the file.
        what: the file's part in the sentence of an error.
        as_it_is: whether cells keep blanks and marks around them.

    Returns:
        Cells without surrounding blanks; empty lines are left out.

    Raises:
        ValueError: if it cannot be read.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "class.csv"
        >>> _ = path.write_bytes("학번;이름\n1;김".encode("cp949"))
        >>> read_table(path, "roster")
        [['학번', '이름'], ['1', '김']]
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"the {what} cannot be read: {error}") from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValueError(
            f"the {what} {path} is a workbook, expected a table in text: save it as CSV UTF-8"
        )
    text = _decoded(data)
    if text is None:
        raise ValueError(
            f"the {what} {path} is in no known encoding: save it as CSV UTF-8 (it is neither UTF-8 "
            "nor UTF-16 nor CP949)"
        )
    lines = text.replace("\0", "").splitlines()
    if lines and (declared := re.fullmatch(r'"?sep=(.)"?', lines[0].strip())):
        separator, lines = declared[1], lines[1:]  # a line that Excel understands
    else:
        separator = _separator(lines)
    rows = csv.reader((line + "\n" for line in lines), delimiter=separator)
    try:
        if as_it_is:
            return [row for row in rows if row]
        return [cells for row in rows if any(cells := [_shown(cell) for cell in row])]
    except csv.Error as error:
        raise ValueError(f"the {what} {path} is not a table: {error}") from error


def _from_heading(rows: list[list[str]]) -> list[list[str]]:
    """Without the title that a school's table has over its headings."""
    for number, row in enumerate(rows[:_TITLE_ROWS]):
        known = {squeezed(cell) for cell in row} & {*_IDS, *_NAMES}
        if known & set(_IDS) and (number == 0 or len(known) > 1):  # "no" alone may be an answer
            return rows[number:]
    return rows


def _shown(cell: str) -> str:
    """Without what spreadsheets put around a text, and nothing that a screen would obey."""
    text = "".join(c if c.isprintable() else " " for c in cell)
    text = re.sub(r'^="(.*)"$', r"\1", text.strip())  # as Excel is told to keep zeros
    return text.strip(" '")


def _decoded(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    elif b"\0" in data:  # half of what a separator is in UTF-16
        encodings = ("utf-16-le",) if data.index(b"\0") % 2 else ("utf-16-be",)
    else:
        encodings = ("utf-8-sig", "cp949")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _separator(lines: list[str]) -> str:
    """The one that stands equally often, and at least once, in the first lines."""
    first = [line for line in lines if line.strip()][:20]
    counts = {s: [line.count(s) for line in first] for s in ("\t", ";", ",", "|")}
    steady = [s for s, n in counts.items() if n and min(n) == max(n) > 0]
    in_heading = [s for s, n in counts.items() if n and n[0] > 0]
    return (steady or sorted(in_heading, key=lambda s: -counts[s][0]) or [","])[0]


def _cell(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _name(row: list[str], heading: list[str]) -> str:
    for first, last in _NAME_PARTS:
        if first in heading and last in heading:
            return f"{_cell(row, heading.index(first))} {_cell(row, heading.index(last))}".strip()
    column = next((heading.index(kind) for kind in _NAMES if kind in heading), None)
    return "" if column is None else _cell(row, column)
