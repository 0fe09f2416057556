"""Whose submission a file is: decided for all files of a class together, and never by a guess.

What decides, in this order: the teacher's pattern; what the platform has written into the name;
the roster; the first folder; the file's own name. Where two students of the roster fit, or none,
the file keeps a row of its own that says so.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from course_pkg.grading.naming import copy_number, squeezed, without_copy_marks
from course_pkg.grading.platforms import Tag, platform_of, tag_of
from course_pkg.grading.rosters import Student

__all__ = ["FileClaim", "student_of", "whose"]

_SHORTEST_IN_A_NAME = 3  # digits: a shorter number in a longer name is as likely a chapter's


@dataclass(frozen=True)
class FileClaim:
    """Whose file it is.

    Args:
        students: whose; several where a group handed it in together.
        tag: what the platform said.
        doubt: why it is nobody's of the roster, or nothing.
        perhaps: ids of the roster that it might be meant for.
    """

    students: tuple[str, ...]
    tag: Tag | None = None
    doubt: str = ""
    perhaps: tuple[str, ...] = ()


def whose(
    paths: Sequence[str],
    mode: str = "auto",
    id_from: str | None = None,
    roster: Sequence[str] = (),
    exported: dict[str, tuple[Tag, ...]] | None = None,
) -> dict[str, FileClaim | None]:
    r"""Decide for every path of a class.

    Args:
        paths: below the folder of submissions, with ``/``.
        mode: how the files are named, one of `platforms.MODES`.
        id_from: a regular expression; its group ``id``, or its first, or all of it is the id.
        roster: the ids of the class, plain or as `Student`.
        exported: what `gradescope_tags` found.

    Returns:
        By path; None where the pattern does not occur.

    Example:
        >>> claims = whose(["07/04_upsampling.ipynb", "04/x.ipynb"], roster=["04", "07"])
        >>> [claim.students for claim in claims.values()]
        [('07',), ('04',)]
        >>> whose(["kim01_lee02.ipynb"], roster=["kim01", "lee02"])["kim01_lee02.ipynb"].doubt
        'it fits two ids of the roster, kim01 and lee02'
    """
    if mode == "auto":
        mode = "gradescope" if exported else platform_of(paths)
    if id_from is not None:
        return {path: _by_pattern(path, id_from, roster) for path in paths}
    people = _People(roster)
    if mode == "plain":
        return _plain(paths, people)
    tags = {path: _tags(path, mode, exported or {}) for path in paths}
    labels = _labels([tag for found in tags.values() for tag in found])
    unnamed = _plain([path for path, found in tags.items() if not found], people)
    claims: dict[str, FileClaim | None] = {}
    for path, found in tags.items():
        claims[path] = _tagged(found, labels, people) if found else unnamed[path]
    return claims


def student_of(path: str, id_from: str | None = None, roster: Sequence[str] = ()) -> str | None:
    """The student's id for one path by itself; see `whose`.

    Args:
        path: below the folder of submissions, with ``/``.
        id_from: a regular expression.
        roster: the ids of the class.

    Returns:
        The id, or None if the pattern does not occur in the path.

    Example:
        >>> student_of("kim01/ch04.ipynb"), student_of("Copy of kim01.ipynb")
        ('kim01', 'kim01')
        >>> student_of("hw_kim01_late.ipynb", roster=["kim01", "kim02"])
        'kim01'
    """
    claim = whose([path], "plain", id_from, roster)[path]
    return claim.students[0] if claim else None


def _by_pattern(path: str, id_from: str, roster: Sequence[str]) -> FileClaim | None:
    found = re.search(id_from, unicodedata.normalize("NFC", path))
    if found is None:
        return None
    id = found.groupdict().get("id") or (found.group(1) if found.re.groups else found[0])
    if not id:
        return None
    doubt = f"its id {id} is not on the roster" if roster and id not in roster else ""
    return FileClaim((id,), doubt=doubt)


# What a platform has named.


def _tags(path: str, mode: str, exported: dict[str, tuple[Tag, ...]]) -> tuple[Tag, ...]:
    if mode == "gradescope":
        return next((exported[part] for part in path.split("/") if part in exported), ())
    tag = tag_of(path, mode)
    return (tag,) if tag else ()


def _labels(tags: list[Tag]) -> dict[tuple[str, str], str]:
    """A name for every student: the platform's, with its number where two share the name."""
    people = {tag.key: unicodedata.normalize("NFC", tag.name) for tag in tags}
    shared = Counter(squeezed(name) for name in people.values())
    return {
        key: name if shared[squeezed(name)] == 1 else f"{name}_{key[0]}"
        for key, name in people.items()
    }


def _tagged(
    tags: tuple[Tag, ...], labels: dict[tuple[str, str], str], people: "_People"
) -> FileClaim:
    """The platform knows who handed it in; what the student calls the file says nothing."""
    students, doubt, perhaps = [], "", ()
    for tag in tags:
        label = labels[tag.key]
        if not people:
            students.append(label)
            continue
        ids = [text for text in (tag.user, *tag.others) if text]
        fitting = [person for id in ids for person in people.exactly(id)]
        fitting = fitting or people.in_words(tag.name) or people.called(tag.name)
        fitting = list(dict.fromkeys(fitting))
        if len(fitting) == 1:
            students.append(fitting[0])
            continue
        students.append(label)
        perhaps = (*perhaps, *fitting)
        doubt = _doubt(fitting)
    return FileClaim(tuple(dict.fromkeys(students)), tags[0], doubt, tuple(dict.fromkeys(perhaps)))


# What the class has named.


def _plain(paths: Sequence[str], people: "_People") -> dict[str, FileClaim | None]:
    stems = {PurePosixPath(path).stem for path in paths if "/" not in path}
    folders = {path.partition("/")[0] for path in paths if "/" in path}
    if not people:
        return {path: FileClaim((_by_place(path, stems, folders),)) for path in paths}
    handout = _handout(sorted({PurePosixPath(path).stem for path in paths}))
    by_name = {path: _by_stem(path, handout, people) for path in paths}
    # One folder for all, called like a student by chance ("4" for chapter 4), is nobody's.
    is_one_for_all = len(folders) == 1 and len({s for f in by_name.values() for s in f}) > 1
    fitting = {
        path: ([] if is_one_for_all else _by_folder(path, people))
        or by_name[path]
        or people.in_words(path)
        or people.called(path)
        for path in paths
    }
    shared = {path.partition("/")[0] for path, found in fitting.items() if len(found) == 1}
    claims: dict[str, FileClaim | None] = {}
    for path, found in fitting.items():
        if len(found) == 1:
            claims[path] = FileClaim((found[0],))
            continue
        own = _by_place(path, stems, folders)
        if "/" in path and path.partition("/")[0] in shared:  # where others' files lie as well
            own = path.rpartition(".")[0]
        claims[path] = FileClaim((own,), None, _doubt(found), tuple(found))
    return claims


def _by_place(path: str, stems: set[str], folders: set[str]) -> str:
    head, slash, _ = path.partition("/")
    if slash:
        return copy_number(head, folders)[0]
    return copy_number(PurePosixPath(path).stem, stems)[0]


def _handout(stems: list[str]) -> tuple[int, int]:
    """How many words all the names begin and end with: those of the exercise, not of a student."""
    words = [_words(stem) for stem in stems]
    if len(words) < 2:
        return 0, 0
    shortest = min(map(len, words))
    first = next((n for n in range(shortest) if len({w[n] for w in words}) > 1), shortest)
    last = next((n for n in range(shortest) if len({w[-1 - n] for w in words}) > 1), shortest)
    return (first, last) if first + last < shortest else (0, 0)


def _by_stem(path: str, handout: tuple[int, int], people: "_People") -> list[Student]:
    """Who is called exactly like the file, but for copying and the exercise's name."""
    stem = PurePosixPath(path).stem
    found = people.exactly(stem) or people.exactly(without_copy_marks(stem))
    words = _words(without_copy_marks(stem))
    inner = words[handout[0] : len(words) - handout[1]]
    counted = [word[:-1] for word in words if re.fullmatch(r"\d+번", word)]  # "number 7"
    inner = counted or inner
    return found or (people.exactly(inner[0]) if len(inner) == 1 else [])


def _by_folder(path: str, people: "_People") -> list[Student]:
    for part in path.split("/")[:-1]:
        if found := people.exactly(part) or people.exactly(without_copy_marks(part)):
            return found
    return []


class _People:
    """The roster, indexed by everything that may stand in a path."""

    def __init__(self, roster: Sequence[str]) -> None:
        self._all = [s if isinstance(s, Student) else Student(s) for s in roster]
        self._exact: dict[str, list[Student]] = {}
        self._folded: dict[str, list[Student]] = {}
        self._names: dict[str, list[Student]] = {}
        for person in self._all:
            for id in dict.fromkeys((person, *person.others)):
                self._exact.setdefault(str(id), []).append(person)
                self._folded.setdefault(_folded(id), []).append(person)
            for name in _spellings(person.name):
                self._names.setdefault(name, []).append(person)
        # Longest first, so that "kim" in "kim-2" is part of that id rather than a second one.
        ids = [id for id in self._folded if not (id.isdecimal() and len(id) < _SHORTEST_IN_A_NAME)]
        any_id = "|".join(re.escape(id) for id in sorted(ids, key=len, reverse=True)) or "(?!)"
        self._words = re.compile(rf"(?<![^\W_])(?:{any_id})(?![^\W_])")

    def __bool__(self) -> bool:
        return bool(self._all)

    def exactly(self, text: str) -> list[Student]:
        """Who has this very id; else who has it but for capitals, or for zeros Excel drops."""
        return self._exact.get(text) or self._folded.get(_folded(text), [])

    def in_words(self, text: str) -> list[Student]:
        """Whose id stands in the text as a whole word."""
        text = unicodedata.normalize("NFC", text).casefold()
        found = [p for match in self._words.findall(text) for p in self._folded[match]]
        return list(dict.fromkeys(found))

    def called(self, text: str) -> list[Student]:
        """Whose name it is, in either order of its parts, or in a part or word of the text."""
        parts = [squeezed(without_copy_marks(PurePosixPath(p).stem)) for p in text.split("/")]
        parts += [squeezed(word) for word in _words(text)]
        return list(dict.fromkeys(p for part in parts for p in self._names.get(part, [])))


def _folded(id: str) -> str:
    id = unicodedata.normalize("NFC", id).casefold()
    return id.lstrip("0") or "0" if id.isdecimal() and len(id) < _SHORTEST_IN_A_NAME + 1 else id


def _spellings(name: str) -> set[str]:
    words = [word for word in re.split(r"[\s,]+", name) if word]
    turned = [[*words[n:], *words[:n]] for n in range(len(words))]
    return {squeezed("".join(order)) for order in turned} - {""}


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", text) if word]


def _doubt(fitting: list[Student]) -> str:
    if not fitting:
        return "no id of the roster stands in its path"
    names = ", ".join(fitting[:-1]) + f" and {fitting[-1]}"
    return f"it fits {'two' if len(fitting) == 2 else len(fitting)} ids of the roster, {names}"
