"""Collect what a class handed in: files, folders and zip archives, read but never unpacked."""

import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_pkg.grading.naming import natural, student_of
from course_pkg.grading.notebooks import MAX_BYTES

__all__ = ["File", "Submission", "collect_submissions"]

_ENDINGS = (".ipynb", ".py")
_SKIPPED = {"__MACOSX", "__pycache__"}
_MAX_ARCHIVE_FILES = 20_000


@dataclass(frozen=True)
class File:
    """One file, on the disk or in an archive; read when it is its turn.

    Args:
        path: below the folder of submissions, with ``/``; an archive counts as a folder.
        place: the file itself, or the archive that holds it.
        member: its name in the archive, or nothing.
    """

    path: str
    place: Path
    member: str = ""

    def read(self) -> bytes:
        """The bytes, or one more than is allowed of a file that is too long.

        Raises:
            ValueError: if it cannot be read; the message says why.
        """
        try:
            if not self.member:
                with self.place.open("rb") as opened:
                    return opened.read(MAX_BYTES + 1)
            with zipfile.ZipFile(self.place) as archive, archive.open(self.member) as opened:
                return opened.read(MAX_BYTES + 1)
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise ValueError(f"it cannot be read: {error}") from error


@dataclass
class Submission:
    """What one student handed in.

    Args:
        student: the id.
        files: in natural order of their paths.
        problems: name and reason of what could not even be looked at.
    """

    student: str
    files: list[File] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def collect_submissions(
    root: Path, id_from: str | None = None, roster: Sequence[str] = ()
) -> list[Submission]:
    """Find every submission below a folder or in a zip archive.

    Args:
        root: the folder, one archive, or a single file.
        id_from: see `naming.student_of`.
        roster: ids of the class; a student without files still gets an entry.

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
    if not root.exists():
        raise ValueError(f"there are no submissions at {root}: it does not exist")
    if id_from is not None:
        try:
            re.compile(id_from)
        except re.error as error:
            raise ValueError(f"the pattern {id_from!r} is not one: {error}") from error
    found: dict[str, Submission] = {student: Submission(student) for student in roster}
    lost: list[tuple[str, str]] = []
    for entry in sorted(_entries(root), key=lambda e: natural(e[0])):
        path, file_or_reason = entry
        student = student_of(path, id_from, roster)
        if student is None:
            lost.append((path, f"the pattern {id_from!r} does not occur in its path"))
            continue
        submission = found.setdefault(student, Submission(student))
        if isinstance(file_or_reason, File):
            submission.files.append(file_or_reason)
        else:
            submission.problems.append((path, file_or_reason))
    if lost:  # under the file's own name: nothing is left out in silence
        for path, reason in lost:
            found.setdefault(path, Submission(path)).problems.append((path, reason))
    if not found:
        raise ValueError(f"there are no notebooks, .py files or zip archives in {root}")
    return sorted(found.values(), key=lambda s: natural(s.student))


def _entries(root: Path) -> Iterator[tuple[str, File | str]]:
    """Path, and the file or the reason why there is none."""
    if root.is_file():
        if root.suffix.lower() == ".zip":
            yield from _without_common_folder(list(_archive(root, "")))
        else:
            yield root.name, File(root.name, root)
        return
    seen_by_folder: dict[str, bool] = {}
    for place in sorted(root.rglob("*")):
        parts = place.relative_to(root).parts
        path = "/".join(parts)
        if any(part.startswith(".") or part in _SKIPPED for part in parts):
            continue
        if place.is_symlink():
            if place.suffix.lower() in (*_ENDINGS, ".zip") or place.is_dir():
                yield path, "it is a symbolic link, and those are not followed"
            continue
        if place.is_dir():
            seen_by_folder.setdefault(parts[0], False)
        elif place.suffix.lower() == ".zip":
            seen_by_folder[parts[0]] = True
            yield from _archive(place, path.removesuffix(place.suffix) + "/")
        elif place.suffix.lower() in _ENDINGS:
            seen_by_folder[parts[0]] = True
            yield path, File(path, place)
    for folder, has_files in seen_by_folder.items():
        if not has_files:
            yield f"{folder}/", "the folder holds no notebook and no .py file"


def _archive(place: Path, prefix: str) -> Iterator[tuple[str, File | str]]:
    own = prefix or place.name
    try:
        with zipfile.ZipFile(place) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        yield own, f"the archive cannot be opened: {error}"
        return
    if len(members) > _MAX_ARCHIVE_FILES:
        yield own, f"the archive holds {len(members)} files, more than {_MAX_ARCHIVE_FILES}"
        return
    any_found = False
    for member in members:
        # Names in an archive may try to climb out; they are never used as a place on the disk.
        parts = [
            p for p in member.filename.replace("\\", "/").split("/") if p not in ("", ".", "..")
        ]
        if not parts or any(p.startswith(".") or p in _SKIPPED for p in parts):
            continue
        path = prefix + "/".join(parts)
        if member.is_dir() or not path.lower().endswith(_ENDINGS):
            continue
        any_found = True
        if stat.S_ISLNK(member.external_attr >> 16):
            yield path, "it is a symbolic link, and those are not followed"
        elif member.flag_bits & 1:
            yield path, "it is locked with a password"
        else:
            yield path, File(path, place, member.filename)
    if not any_found:
        yield own, "the archive holds no notebook and no .py file"


def _without_common_folder(
    entries: list[tuple[str, File | str]],
) -> Iterator[tuple[str, File | str]]:
    """A class in one archive is often one folder in it, which is nobody's name."""
    heads = {path.partition("/")[0] for path, _ in entries}
    common = len(entries) > 1 and len(heads) == 1 and all("/" in path for path, _ in entries)
    for path, item in entries:
        shorter = path.partition("/")[2] if common else path
        if isinstance(item, File):
            item = File(shorter, item.place, item.member)
        yield shorter, item
