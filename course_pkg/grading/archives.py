"""Look into zip archives without unpacking them: names from every system, bounded in every way.

Nothing in an archive is believed. Names are only text and never a place on the disk; sizes are
what has been read, not what the archive claims; an archive in an archive is read in memory.
"""

import contextlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course_pkg.grading.naming import readable

__all__ = ["Member", "list_members", "read_member"]

MAX_MEMBERS = 20_000
_INNER_BYTES = 64 << 20  # of an archive in an archive
_INNER_ARCHIVES = 50
_DEEPEST = 3
_UTF8 = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's field for a name in UTF-8 beside one in an older encoding


@dataclass(frozen=True)
class Member:
    """One file in an archive.

    Args:
        path: its name there, with ``/``; an archive in the archive counts as a folder.
        places: its number in the archive, or several where archives lie in archives.
        time: when it was last changed, by the clock of whoever packed it.
        trouble: why it cannot be read, or nothing.
    """

    path: str
    places: tuple[int, ...]
    time: datetime | None = None
    trouble: str = ""


def list_members(place: Path) -> list[Member]:
    """Every file in an archive, those of archives in it included.

    Args:
        place: the archive.

    Returns:
        The files in the archive's order; a member with an empty path stands for the archive itself
        where that cannot be opened.

    Example:
        >>> list_members(Path("/nowhere.zip"))[0].trouble
        "the archive cannot be opened: [Errno 2] No such file or directory: '/nowhere.zip'"
    """
    inner = [0]
    return _list(place, "", (), inner)


def read_member(place: Path, places: tuple[int, ...], at_most: int) -> bytes:
    """The bytes of one file, or as many of them as are asked for.

    Args:
        place: the archive.
        places: of the member.
        at_most: bytes.

    Returns:
        The beginning of the file.

    Raises:
        ValueError: if it cannot be read; the message says why.

    Example:
        >>> read_member(Path("/nowhere.zip"), (0,), 10)
        Traceback (most recent call last):
        ...
        ValueError: it cannot be read: [Errno 2] No such file or directory: '/nowhere.zip'
    """
    try:
        source: Path | bytes = place
        for index in places[:-1]:
            source = _read(source, index, _INNER_BYTES)
        return _read(source, places[-1], at_most)
    except Exception as error:  # a broken archive breaks zipfile in a dozen ways
        raise ValueError(f"it cannot be read: {_short(error)}") from error


def _list(source: Path | bytes, prefix: str, places: tuple[int, ...], inner: list[int]):
    try:
        with _opened(source) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise ValueError(f"it holds {len(members)} files, more than {MAX_MEMBERS}")
            names = [_name(member) for member in members]
    except Exception as error:
        return [Member(prefix, places, None, f"the archive cannot be opened: {_short(error)}")]
    found: list[Member] = []
    for index, (member, name) in enumerate(zip(members, names, strict=True)):
        parts = [p for p in name.replace("\\", "/").split("/") if p not in ("", ".", "..")]
        if not parts or member.is_dir():
            continue
        path, here = prefix + "/".join(parts), (*places, index)
        if stat.S_ISLNK(member.external_attr >> 16):
            found.append(Member(path, here, None, "it is a symbolic link: those are not followed"))
        elif member.flag_bits & 1:
            found.append(Member(path, here, None, "it is locked with a password"))
        elif path.lower().endswith(".zip"):
            found += _inner(source, path, here, inner)
        else:
            found.append(Member(path, here, _time(member)))
        if len(found) > MAX_MEMBERS:
            return [Member(prefix, places, None, f"it holds more than {MAX_MEMBERS} files")]
    return found


def _inner(source: Path | bytes, path: str, places: tuple[int, ...], inner: list[int]):
    """The files of an archive in the archive."""
    inner[0] += 1
    if len(places) >= _DEEPEST or inner[0] > _INNER_ARCHIVES:
        return [Member(path, places, None, "too many archives lie in one another")]
    try:
        data = _read(source, places[-1], _INNER_BYTES + 1)
    except Exception as error:
        return [Member(path, places, None, f"the archive cannot be opened: {_short(error)}")]
    if len(data) > _INNER_BYTES:
        too_long = f"the archive in the archive has more than {_INNER_BYTES >> 20} MB"
        return [Member(path, places, None, too_long)]
    found = _list(data, path[: -len(".zip")] + "/", places, inner)
    if not found:
        return [Member(path, places, None, "the archive is empty")]
    return [
        Member(path, m.places, m.time, m.trouble) if not m.path.strip("/") else m for m in found
    ]


@contextlib.contextmanager
def _opened(source: Path | bytes) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except UnicodeDecodeError:  # names that claim to be UTF-8 and are not
        data = source if isinstance(source, bytes) else _all_of(source)
        archive = zipfile.ZipFile(io.BytesIO(_without_the_claim(data)))
    with archive:
        yield archive


def _all_of(place: Path) -> bytes:
    with place.open("rb") as opened:
        data = opened.read(_INNER_BYTES + 1)
    if len(data) > _INNER_BYTES:
        raise ValueError("its names are in no known encoding")
    return data


def _without_the_claim(data: bytes) -> bytes:
    """The archive with its list of contents no longer said to be in UTF-8."""
    changed = bytearray(data)
    start = data.rfind(b"PK\x05\x06")
    size, offset = struct.unpack_from("<II", data, start + 12)
    place = start - size if offset + size != start else offset
    while data[place : place + 4] == b"PK\x01\x02":
        (flags,) = struct.unpack_from("<H", data, place + 8)
        lengths = struct.unpack_from("<HHH", data, place + 28)
        struct.pack_into("<H", changed, place + 8, flags & ~_UTF8)
        (local,) = struct.unpack_from("<I", data, place + 42)
        if data[local : local + 4] == b"PK\x03\x04":
            (flags,) = struct.unpack_from("<H", data, local + 6)
            struct.pack_into("<H", changed, local + 6, flags & ~_UTF8)
        place += 46 + sum(lengths)
    return bytes(changed)


def _read(source: Path | bytes, index: int, at_most: int) -> bytes:
    with _opened(source) as archive:
        member = archive.infolist()[index]
        with archive.open(member) as opened:
            return opened.read(at_most)


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name, whose encoding older archives do not tell."""
    name = member.orig_filename.partition("\0")[0]
    if member.flag_bits & _UTF8:
        return readable_path(name.encode("utf8", "surrogateescape"))
    raw = name.encode("cp437")  # which zipfile takes for granted
    return readable_path(_in_unicode(member.extra, raw) or raw, "cp437")


def readable_path(raw: bytes, fallback: str = "") -> str:
    """Several parts with ``/``, each made readable by itself (CP949 has no ``/`` inside a letter).

    Args:
        raw: the bytes.
        fallback: one more encoding.

    Returns:
        The path.

    Example:
        >>> readable_path("반/김.ipynb".encode("cp949"))
        '반/김.ipynb'
    """
    return "/".join(readable(part, fallback) for part in raw.split(b"/"))


def _in_unicode(extra: bytes, raw: bytes) -> bytes:
    """The name in UTF-8 that some packers add, if it belongs to this name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            (check,) = struct.unpack_from("<I", field, 1)
            if check == zlib.crc32(raw):
                return field[5:]
    return b""


def _time(member: zipfile.ZipInfo) -> datetime | None:
    try:
        time = datetime(*member.date_time)
    except ValueError:
        return None
    return time if time.year > 1980 else None  # 1980 is what packers write for want of a date


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__).partition("\n")[0][:120]
