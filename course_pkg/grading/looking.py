"""Look through a folder or an archive for what a class handed in; read nothing yet.

Whatever lies there, a pipe, a link, a name in no encoding, a folder that may not be opened, is
either a file to grade or an entry with the reason why it is none.
"""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from course_pkg.grading.archives import list_members, read_member
from course_pkg.grading.kinds import GRADED, is_ignored, why_not_graded
from course_pkg.grading.naming import natural, readable
from course_pkg.grading.slim import without_outputs

__all__ = ["Entry", "File", "FoundFiles", "look_through"]

_SLIMMED_FROM = 8 << 20  # bytes; smaller notebooks are parsed as they are
_LARGEST = 256 << 20
_DEEPEST = 30
_METADATA = "submission_metadata.yml"


@dataclass(frozen=True)
class File:
    """One file, on the disk or in an archive; read when it is its turn.

    Args:
        path: below the folder of submissions, with ``/``; an archive counts as a folder.
        place: the file itself, or the archive that holds it.
        member: which file of the archive (`archives.Member.places`), or nothing.
        time: when it was last changed, so far as its place tells.
    """

    path: str
    place: Path
    member: tuple[int, ...] = ()
    time: datetime | None = None

    def read(self, at_most: int = _LARGEST) -> bytes:
        """The bytes; of a large notebook without its outputs.

        Args:
            at_most: bytes that are read.

        Returns:
            The bytes.

        Raises:
            ValueError: if it cannot be read, or is longer; the message says why.
        """
        if self.member:
            data = read_member(self.place, self.member, at_most + 1)
        else:
            data = _read(self.place, at_most + 1)
        if len(data) > at_most:
            raise ValueError(f"it has more than {at_most >> 20} MB")
        if len(data) > _SLIMMED_FROM and self.path.lower().endswith(".ipynb"):
            return without_outputs(data)
        return data


@dataclass(frozen=True)
class Entry:
    """Something that was found: a file to grade, or the reason why it is none.

    Args:
        path: below the folder of submissions, with ``/``.
        file: to grade.
        reason: why there is none.
        holds: what may be in it all the same (`kinds.why_not_graded`).
    """

    path: str
    file: File | None = None
    reason: str = ""
    holds: str = "answers"


@dataclass(frozen=True)
class FoundFiles:
    """Everything below a place.

    Args:
        entries: files and reasons.
        folders: paths of the folders; archives are some.
        metadata: Gradescope's table of contents, where there is one.
    """

    entries: list[Entry]
    folders: set[str]
    metadata: File | None = None


def look_through(root: Path, ids: Collection[str] = ()) -> FoundFiles:
    """What there is below a folder or in an archive.

    One folder round all the others is left out of the paths, unless a student is called like it.

    Args:
        root: the folder, one archive, or a single file.
        ids: of the class.

    Returns:
        What was found.

    Example:
        >>> look_through(Path("/nowhere/a.ipynb").parent).entries[0].reason
        'the folder cannot be opened: No such file or directory'
    """
    folders: set[str] = set()
    metadata: list[File] = []
    in_archive = root.is_file() and root.suffix.lower() == ".zip"
    if in_archive:
        entries = list(_archive(root, "", folders, metadata))
    elif root.is_file():
        path = readable(os.fsencode(root.name))
        entries = [_entry(path, File(path, root))]
    else:
        entries = list(_folder(root, "", folders, metadata, 0))
    for entry in entries:  # an archive need not list its folders
        parts = entry.path.rstrip("/").split("/")
        folders |= {"/".join(parts[:n]) for n in range(1, len(parts))}
    found = FoundFiles(entries, folders, metadata[0] if metadata else None)
    found = _without_common_folder(found, ids, in_archive)
    told = [entry.path for entry in found.entries if entry.file or entry.holds == "answers"]
    empty = {f.partition("/")[0] for f in found.folders} - {p.partition("/")[0] for p in told}
    reason = "the folder holds no notebook and no .py file"
    missing = [Entry(f"{folder}/", None, reason, "data") for folder in sorted(empty)]
    return replace(found, entries=found.entries + missing)


def _folder(
    place: Path, prefix: str, folders: set[str], metadata: list[File], depth: int
) -> Iterator[Entry]:
    try:
        # In bytes, since names need not be text in any encoding.
        found = sorted(os.scandir(os.fsencode(place)), key=lambda e: natural(readable(e.name)))
    except OSError as error:
        yield Entry(prefix or "/", None, f"the folder cannot be opened: {error.strerror}")
        return
    for item in found:
        name = readable(item.name)
        path, here = prefix + name, Path(os.fsdecode(item.path))
        if name == _METADATA and item.is_file(follow_symlinks=False):
            metadata.append(File(path, here))
        if is_ignored([name]):
            continue
        if item.is_symlink():
            if path.lower().endswith((*GRADED, ".zip")) or here.is_dir():
                yield Entry(path, None, "it is a symbolic link, and those are not followed")
        elif item.is_dir(follow_symlinks=False):
            folders.add(path)
            if depth >= _DEEPEST:
                yield Entry(f"{path}/", None, f"it lies more than {_DEEPEST} folders deep")
            else:
                yield from _folder(here, path + "/", folders, metadata, depth + 1)
        elif not item.is_file(follow_symlinks=False):
            yield Entry(path, None, "it is a pipe or a device, and no file")
        elif path.lower().endswith(".zip"):
            yield from _archive(here, path[: -len(".zip")] + "/", folders, metadata)
        else:
            changed = datetime.fromtimestamp(item.stat().st_mtime).astimezone()
            yield _entry(path, File(path, here, time=changed))


def _archive(place: Path, prefix: str, folders: set[str], metadata: list[File]) -> Iterator[Entry]:
    own = prefix or readable(os.fsencode(place.name))
    folders.update({prefix.rstrip("/")} - {""})
    found = False
    for member in list_members(place):
        path = prefix + member.path
        if path.rpartition("/")[2] == _METADATA:
            metadata.append(File(path, place, member.places))
        if member.path and is_ignored(member.path.split("/")):
            continue
        if member.trouble:
            found = True
            yield Entry(path or own, None, member.trouble)
            continue
        entry = _entry(path, File(path, place, member.places, member.time))
        found |= entry.file is not None or entry.holds == "answers"
        yield entry
    if not found:
        yield Entry(own, None, "the archive holds no notebook and no .py file")


def _entry(path: str, file: File) -> Entry:
    if path.lower().endswith(GRADED):
        return Entry(path, file)
    reason, holds = why_not_graded(path)
    return Entry(path, None, reason, holds)


def _read(place: Path, at_most: int) -> bytes:
    """What is a pipe by now, or a link, is not waited for and not followed."""
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as opened:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise ValueError("it is a pipe or a device, and no file")
            return opened.read(at_most)
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror or error}") from error


def _without_common_folder(found: FoundFiles, ids: Collection[str], in_archive: bool) -> FoundFiles:
    """A class in one archive, or in one folder with many others, is in no student's folder."""
    entries, folders = found.entries, found.folders
    while True:
        heads = {entry.path.partition("/")[0] for entry in entries} | {
            folder.partition("/")[0] for folder in folders
        }
        inside = [e for e in entries if "/" in e.path.rstrip("/")]
        if len(heads) != 1 or len(inside) < 2 or len(inside) < len(entries):
            break
        (head,) = heads
        below = {f for f in folders if f.startswith(f"{head}/") and f.count("/") == 1}
        if head in ids or not (in_archive or len(below) > 1):
            break
        entries = [_shorter(entry, len(head) + 1) for entry in entries]
        folders = {f[len(head) + 1 :] for f in folders if f.startswith(f"{head}/")}
        in_archive = False
    return FoundFiles(entries, folders, found.metadata)


def _shorter(entry: Entry, cut: int) -> Entry:
    path, file = entry.path[cut:], entry.file
    return replace(entry, path=path, file=replace(file, path=path) if file else None)
