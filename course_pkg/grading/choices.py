"""What a teacher chooses on the command line: exercises, roster, secret."""

import csv
import os
import secrets
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from course_pkg.checkers import exercises_of

__all__ = ["chosen_exercises", "read_roster", "read_secret"]

_ID_COLUMNS = ("id", "student", "student_id", "sid", "학번", "login", "username", "email")


def chosen_exercises(patterns: Sequence[str] = ()) -> tuple[str, ...]:
    """Exercises by id, by pattern or by chapter.

    Args:
        patterns: such as ``"upsampling.nearest"``, ``"upsampling.*"`` or ``"4"``; several may
            stand in one text, with commas. All exercises if there are none.

    Returns:
        Ids in the order of the book.

    Raises:
        ValueError: if a pattern fits no exercise.

    Example:
        >>> chosen_exercises(["upsampling.n*,upsampling.sum_pool"])
        ('upsampling.nearest', 'upsampling.sum_pool')
    """
    tasks = exercises_of()
    wanted = [part.strip() for text in patterns for part in text.split(",") if part.strip()]
    if not wanted:
        return tuple(task.id for task in tasks)
    chosen = set()
    for pattern in wanted:
        fitting = {
            task.id
            for task in tasks
            if fnmatchcase(task.id, pattern) or pattern == str(task.chapter)
        }
        if not fitting:
            raise ValueError(f"no exercise fits {pattern!r}: see course exercises")
        chosen |= fitting
    return tuple(task.id for task in tasks if task.id in chosen)


def read_roster(path: Path) -> tuple[str, ...]:
    """The ids of a class from a CSV file.

    Args:
        path: the file. The column is the one called id, student, sid, 학번, login, username or
            email; without such a heading the first column of every line.

    Returns:
        The ids.

    Raises:
        ValueError: if the file cannot be read or names nobody.

    Example:
        >>> read_roster(Path("/nowhere.csv"))
        Traceback (most recent call last):
        ...
        ValueError: the roster cannot be read: ...
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the roster cannot be read: {error}") from error
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if any(row)]
    heading = [cell.lower() for cell in rows[0]] if rows else []
    column = next((heading.index(name) for name in _ID_COLUMNS if name in heading), None)
    body = rows if column is None else rows[1:]
    ids = [row[column or 0] for row in body if len(row) > (column or 0) and row[column or 0]]
    if not ids:
        raise ValueError(f"the roster {path} names no students")
    return tuple(dict.fromkeys(ids))


def read_secret(path: Path | None, out: Path) -> bytes:
    """What hidden inputs are drawn from.

    Args:
        path: a file that the teacher keeps; without one a secret is made, once, and kept in the
            output folder.
        out: the output folder.

    Returns:
        The secret.

    Raises:
        ValueError: if the file cannot be read.

    Example:
        >>> import tempfile
        >>> out = Path(tempfile.mkdtemp())
        >>> read_secret(None, out) == read_secret(None, out)
        True
    """
    try:
        if path is not None:
            return path.read_bytes().strip()
        kept = out / ".secret"
        if not kept.exists():
            out.mkdir(parents=True, exist_ok=True)
            handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as opened:
                opened.write(secrets.token_hex(32) + "\n")
        return kept.read_bytes().strip()
    except OSError as error:
        raise ValueError(f"the secret cannot be read: {error}") from error
