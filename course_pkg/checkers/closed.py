"""No files, no network and no other processes, for as long as an answer is called.

Python's audit hooks stay for good: one is set at the first check, and it asks who calls.
"""

import contextlib
import sys
import sysconfig
from _thread import get_ident  # `threading` is more than a page has
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["closed"]

_CLOSED = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.fork",
    "os.posix_spawn",
    "os.exec",
    "os.remove",
    "os.rename",
    "os.mkdir",
)
_CLOSED_SENTENCE = (
    "While an answer is graded there are no files, no network and no other processes."
)
_calling: set[int] = set()  # threads in which an answer is being called
_hooks: list[object] = []


@contextlib.contextmanager
def closed() -> Iterator[None]:
    """Refuse files, connections and processes to this thread inside.

    Example:
        >>> with closed():
        ...     open("notes.txt")
        Traceback (most recent call last):
        ...
        PermissionError: While an answer is graded there are no files, ...
    """
    if not _hooks:
        _hooks.append(_audit)
        sys.addaudithook(_audit)
    _calling.add(get_ident())
    try:
        yield
    finally:
        _calling.discard(get_ident())


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _calling or get_ident() not in _calling:
        return
    if event in _CLOSED or (event == "open" and not _is_pythons(arguments[0])):
        raise PermissionError(_CLOSED_SENTENCE)


def _is_pythons(path: Any) -> bool:
    """Files that an import reads; a number is a file that is open already."""
    if isinstance(path, bytes):
        path = path.decode(errors="replace")
    if not isinstance(path, str):
        return True
    return path.startswith(_PLACES) or any(f"{part}-packages" in path for part in ("site", "dist"))


_PLACES = tuple(
    {str(Path(sysconfig.get_path(name))) for name in ("stdlib", "platstdlib")}
    | {str(Path(__file__).parent.parent), "/usr/share/zoneinfo", "/dev/null", "/dev/urandom"}
)
