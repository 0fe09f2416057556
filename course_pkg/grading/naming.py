"""Whose submission a file is, told by where it lies and what it is called."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

__all__ = ["natural", "safe_folder", "student_of"]

# What file managers, browsers and Colab add to a copy's name, in English and in Korean.
_COPY = re.compile(
    r"""^(copy\ of|copy\ \d+\ of|사본의|사본\ -)\s+
      | \s*(의\ 사본|-\ copy|-\ 복사본|의\ 복사본|복사본|사본|_copy)(\ ?\(?\d+\)?)?$
      | -copy\d+$
      | \s*\(\d+\)$""",
    re.VERBOSE | re.IGNORECASE,
)


_TAKEN = ("grades.csv", "grades.jsonl", "summary.html")


def student_of(path: str, id_from: str | None = None, roster: Sequence[str] = ()) -> str | None:
    r"""The student's id.

    Asked in this order: the pattern; the roster, for an id that stands in the path as a whole
    word; the first folder; the file's name without what copying added to it.

    Args:
        path: below the folder of submissions, with ``/``.
        id_from: a regular expression; its group ``id``, or its first, or all of it is the id.
        roster: the ids of the class.

    Returns:
        The id, or None if the pattern does not occur in the path.

    Example:
        >>> student_of("kim01/ch04.ipynb"), student_of("Copy of kim01.ipynb")
        ('kim01', 'kim01')
        >>> student_of("hw_kim01_late.ipynb", roster=["kim01", "kim02"])
        'kim01'
        >>> student_of("hw_kim01_late.ipynb", id_from=r"hw_(\w+?)_")
        'kim01'
    """
    path = unicodedata.normalize("NFC", path)  # a Mac stores Korean letters in pieces
    if id_from is not None:
        found = re.search(id_from, path)
        if found is None:
            return None
        groups = found.groupdict().get("id") or (found.group(1) if found.re.groups else found[0])
        return groups or None
    for known in sorted(roster, key=lambda id: (-len(id), id)):
        if re.search(rf"(?<![^\W_]){re.escape(known)}(?![^\W_])", path):
            return known
    parts = PurePosixPath(path).parts
    return parts[0] if len(parts) > 1 else without_copy_marks(PurePosixPath(path).stem)


def without_copy_marks(stem: str) -> str:
    """A file's name as it was before it was copied.

    Args:
        stem: the name without its ending.

    Returns:
        The name.

    Example:
        >>> without_copy_marks("ch03 의 사본"), without_copy_marks("kim (1)")
        ('ch03', 'kim')
    """
    while True:
        shorter = _COPY.sub("", stem).strip()
        if shorter in ("", stem):
            return stem
        stem = shorter


def safe_folder(student: str) -> str:
    """A folder's name for a student, on any system; letters of every language stay.

    Args:
        student: the id.

    Returns:
        A name that is one plain part of a path.

    Example:
        >>> safe_folder("../x"), safe_folder("김민수"), safe_folder("=cmd")
        ('_x-d6b9', '김민수', '_cmd-26b1')
    """
    kept = re.sub(r"[^\w.@+-]+|^[.\-+@]+", "_", student).strip("_. ")[:80]
    if kept and kept == student and kept not in _TAKEN:
        return kept
    return f"_{kept}-{hashlib.sha256(student.encode()).hexdigest()[:4]}"


def natural(path: str) -> list[tuple[int, int | str]]:
    """Sorting key that puts 2 before 10.

    Args:
        path: any text.

    Returns:
        The key.

    Example:
        >>> sorted(["a10", "a2"], key=natural)
        ['a2', 'a10']
    """
    parts = re.split(r"(\d+)", path)
    return [(0, int(p)) if p.isdecimal() and p.isascii() else (1, p) for p in parts if p]
