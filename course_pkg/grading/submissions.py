"""Collect what a class handed in: files, folders and zip archives, read but never unpacked."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from course_pkg.grading.looking import Entry, File, look_through
from course_pkg.grading.naming import copy_number, natural
from course_pkg.grading.platforms import MODES, gradescope_tags
from course_pkg.grading.whose import FileClaim, whose

__all__ = ["Bounds", "File", "Submission", "collect_submissions"]

_METADATA_BYTES = 256 << 20


@dataclass(frozen=True)
class Bounds:
    """How much one student may hand in.

    Args:
        files: notebooks and ``.py`` files.
        file_mb: megabytes of one of them, outputs included.
        total_mb: megabytes of all of them.
    """

    files: int = 200
    file_mb: int = 256
    total_mb: int = 512

    def __post_init__(self) -> None:
        if min(self.files, self.file_mb, self.total_mb) < 1:
            raise ValueError(f"bounds must be at least 1, got {self}")


@dataclass
class Submission:
    """What one student handed in.

    Args:
        student: the id.
        files: in natural order of their paths, the newest attempt last.
        problems: name and reason of what could not even be looked at and may hold answers.
        notes: name and remark of what changes nothing about the mark.
        doubt: why the files are nobody's of the roster, or nothing.
        late: whether the platform says that it came late.
        time: when it was handed in, as the platform says; see `File.time` for the files' own.
        ids: further ids of the student on the platform.
        bounds: how much of it is read.
    """

    student: str
    files: list[File] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    doubt: str = ""
    late: bool = False
    time: datetime | None = None
    ids: tuple[str, ...] = ()
    bounds: Bounds = Bounds()


def collect_submissions(
    root: Path,
    id_from: str | None = None,
    roster: Sequence[str] = (),
    names: str = "auto",
    bounds: Bounds = Bounds(),
) -> list[Submission]:
    """Find every submission below a folder or in a zip archive.

    Args:
        root: the folder, one archive, or a single file.
        id_from: a regular expression that finds the student's id in a path.
        roster: ids of the class; a student without files still gets an entry.
        names: who has named the files, one of `platforms.MODES`.
        bounds: how much one student may hand in.

    Returns:
        The submissions, in natural order of the ids.

    Raises:
        ValueError: if there is no such place, nothing in it, or the pattern is none.

    Example:
        >>> collect_submissions(Path("/nowhere"))
        Traceback (most recent call last):
        ...
        ValueError: there are no submissions at /nowhere: it does not exist
    """
    if names not in MODES:
        raise ValueError(f"names can be {', '.join(MODES)}; got {names!r}")
    if not root.exists():
        raise ValueError(f"there are no submissions at {root}: it does not exist")
    if id_from is not None:
        try:
            re.compile(id_from)
        except re.error as error:
            raise ValueError(f"the pattern {id_from!r} is not one: {error}") from error
    there = look_through(root, set(map(str, roster)))
    entries, metadata = there.entries, there.metadata
    exported = gradescope_tags(metadata.read(_METADATA_BYTES)) if metadata else None
    claims = whose([entry.path for entry in entries], names, id_from, roster, exported)
    found = {str(student): Submission(str(student), bounds=bounds) for student in roster}
    for entry in sorted(entries, key=lambda e: natural(e.path)):
        claim = claims[entry.path]
        if claim is None:  # under the file's own name: nothing is left out in silence
            reason = f"the pattern {id_from!r} does not occur in its path"
            lost = found.setdefault(entry.path, Submission(entry.path))
            lost.problems.append((entry.path, reason))
            continue
        if claim.tag is None and _is_the_teachers(entry):
            continue
        for student in claim.students:
            submission = found.setdefault(student, Submission(student, bounds=bounds))
            _add(submission, entry, claim)
    for path, claim in claims.items():
        for student in claim.perhaps if claim else ():
            others = " and ".join(p for p in claim.perhaps if p != student)  # pyright: ignore[reportOptionalMemberAccess]
            about = f"it may be theirs or that of {others}, and was not graded here"
            found[student].problems.append((path, about))
    if not found:
        raise ValueError(f"there are no notebooks, .py files or zip archives in {root}")
    for submission in found.values():
        _finish(submission)
    return sorted(found.values(), key=lambda s: natural(s.student))


def _add(submission: Submission, entry: Entry, claim: FileClaim) -> None:
    if entry.file is not None:
        submission.files.append(entry.file)
    elif entry.holds == "answers":
        submission.problems.append((entry.path, entry.reason))
    else:
        submission.notes.append((entry.path, entry.reason))
    submission.doubt = submission.doubt or claim.doubt
    if claim.tag is not None:
        tag = claim.tag
        submission.late |= tag.late
        submission.time = max(filter(None, (submission.time, tag.time)), default=None)
        known = (*submission.ids, tag.name, tag.user, *tag.others)
        submission.ids = tuple(dict.fromkeys(id for id in known if id))
    if len(claim.students) > 1:
        others = ", ".join(s for s in claim.students if s != submission.student)
        note = (entry.path.partition("/")[0], f"handed in together with {others}")
        if note not in submission.notes:
            submission.notes.append(note)


def _finish(submission: Submission) -> None:
    """Order the attempts, say which of them counts, and keep within the bounds."""
    attempts = _attempts(submission.files)
    submission.files = [file for files in attempts for file in files]
    for *older, newest in attempts:
        if older:
            names = ", ".join(file.path.rpartition("/")[2] for file in older)
            remark = f"the newest of {len(older) + 1} attempts: it counts before {names}"
            submission.notes.append((newest.path, remark))
    places = Counter(file.path.rpartition("/")[2] for file in submission.files)
    name, times = next(iter(places.most_common(1)), ("", 0))
    if times > 1 and not submission.ids:
        remark = f"{times} files are called so: if they are several students', give a roster"
        submission.notes.append((name, remark))
    most = submission.bounds.files
    if len(submission.files) > most:
        reason = f"{len(submission.files)} files were handed in; only {most} are read"
        submission.problems.append((submission.student, reason))
        del submission.files[:-most]
    if not submission.files and submission.notes:  # then a person has to look at what there is
        submission.problems += submission.notes
        submission.notes = []


def _attempts(files: list[File]) -> list[list[File]]:
    """Files that are attempts at the same thing, each group from old to new."""
    groups: dict[tuple[str, str, str], list[tuple[int, int, File]]] = {}
    split = [(*_split(file.path), file) for file in files]
    for folder, stem, ending, upload, file in split:
        beside = {other for where, other, *_ in split if where == folder}
        base, copy = copy_number(stem, beside)
        groups.setdefault((folder, base, ending), []).append((upload, copy, file))
    ordered = sorted(groups.items(), key=lambda item: natural("/".join(item[0])))
    return [
        [f for *_, f in sorted(g, key=lambda item: (*item[:2], natural(item[2].path)))]
        for _, g in ordered
    ]


def _split(path: str) -> tuple[str, str, str, int]:
    """Folder, stem and ending of the file as the student called it, and the upload's number."""
    folder, _, name = path.rpartition("/")
    upload = 0
    canvas = re.fullmatch(r"([^/]+_\d+)_(\d+)_([^/]+)", name)
    if canvas:
        folder, upload, name = f"{folder}/{canvas[1]}", int(canvas[2][:30]), canvas[3]
    moodle = re.fullmatch(r"([^/]+_\d+_assignsubmission_[a-z]+)_([^/]+)", name)
    if moodle:
        folder, name = f"{folder}/{moodle[1]}", moodle[2]
    place = PurePosixPath(name)
    return folder, place.stem, place.suffix.lower(), upload


def _is_the_teachers(entry: Entry) -> bool:
    """Loose data is nobody's answer: a roster, a picture, a word to whoever unpacks it."""
    is_loose = "/" not in entry.path and entry.file is None
    return is_loose and (entry.holds == "data" or entry.path.lower().startswith("readme"))
