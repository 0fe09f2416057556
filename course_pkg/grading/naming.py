"""Names of files and students, from every system: made readable, compared, put in order."""

import hashlib
import re
import unicodedata

__all__ = ["copy_number", "natural", "readable", "safe_folder", "squeezed", "without_copy_marks"]

# What file managers, browsers and Colab add to a copy's name, in English and in Korean.
_COPY = re.compile(
    r"""^(copy\ of|copy\ \d+\ of|사본의|사본\ -)\s+
      | \s*(의\ 사본|-\ copy|-\ 복사본|의\ 복사본|복사본|사본|_copy)(\ ?\(?\d+\)?)?$
      | -copy\d+$
      | \s*\(\d+\)$""",
    re.VERBOSE | re.IGNORECASE,
)
_TAKEN = ("grades.csv", "grades.jsonl", "summary.html")
_LONGEST_FOLDER = 150  # bytes; most systems take 255, and endings are still to come


def readable(raw: bytes, fallback: str = "") -> str:
    r"""A name as its author saw it, safe to print.

    Tried in this order: UTF-8; CP949, as Korean Windows writes it; the fallback. What is left, and
    every control character, becomes a replacement mark, and a short digest of the bytes keeps two
    such names apart.

    Args:
        raw: one part of a path.
        fallback: one more encoding.

    Returns:
        The name, in composed letters.

    Example:
        >>> readable("김철수".encode("cp949")), readable("김".encode())
        ('김철수', '김')
        >>> readable(b"a\x1b[2J\xff.ipynb")
        'a�[2J�~682996.ipynb'
    """
    for encoding in ("utf8", "cp949", fallback):
        try:
            text = raw.decode(encoding or "utf8")
            break
        except UnicodeDecodeError:
            continue
    else:
        text = raw.decode("utf8", "replace")
    text = unicodedata.normalize("NFC", text)  # a Mac stores Korean letters in pieces
    shown = "".join(
        c if c.isprintable() else " " if unicodedata.category(c) == "Zs" else "\ufffd" for c in text
    )
    if "\ufffd" not in shown:
        return shown
    stem, dot, ending = shown.rpartition(".")
    digest = hashlib.sha256(raw).hexdigest()[:6]
    return f"{stem}~{digest}.{ending}" if dot and stem else f"{shown}~{digest}"


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


def copy_number(stem: str, others: set[str]) -> tuple[str, int]:
    """What a file is a copy of, and the how-manieth.

    A number after a hyphen counts only beside the file without it: ``team-1`` alone is a name.

    Args:
        stem: the name without its ending.
        others: the stems beside it.

    Returns:
        The first file's stem, and 0 for itself.

    Example:
        >>> copy_number("ch04-2", {"ch04", "ch04-2"}), copy_number("team-2", {"team-1"})
        (('ch04', 2), ('team-2', 0))
        >>> copy_number("ch04 (1)", set())
        ('ch04', 1)
    """
    plain = without_copy_marks(stem)
    number = re.search(r"(\d+)\D*$", stem[len(plain) :])
    marks = 0 if plain == stem else int(number[1][:9]) if number else 1
    hyphen = re.fullmatch(r"(.+)-(\d{1,3})", plain)
    if hyphen and hyphen[1] in others:
        return hyphen[1], int(hyphen[2])
    return plain, marks


def squeezed(text: str) -> str:
    """Text reduced to what two spellings of a name share: its letters and digits.

    Args:
        text: any text.

    Returns:
        Letters and digits, in lower case.

    Example:
        >>> squeezed("Kim, Min-su") == squeezed("kimminsu")
        True
    """
    text = unicodedata.normalize("NFC", text).casefold()
    return "".join(c for c in text if c.isalnum())


def safe_folder(student: str) -> str:
    """A folder's name for a student, on any system; letters of every language stay.

    Args:
        student: the id.

    Returns:
        A name that is one plain part of a path.

    Example:
        >>> safe_folder("../x"), safe_folder("김민수"), safe_folder("=cmd")
        ('_x-d6b96a97', '김민수', '_cmd-26b1f9b9')
    """
    kept = re.sub(r"[^\w.@+ -]+|^[.\-+@]+", "_", student).strip("_. ")[:80]
    kept = kept.encode("utf8", "replace")[:_LONGEST_FOLDER].decode("utf8", "ignore")
    if kept and kept == student and kept not in _TAKEN:
        return kept
    digest = hashlib.sha256(student.encode("utf8", "backslashreplace")).hexdigest()
    return f"_{kept}-{digest[:8]}"


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
    return [
        (0, int(p)) if p.isdecimal() and p.isascii() and len(p) < 1000 else (1, p)
        for p in parts
        if p
    ]
