"""Landlock: from then on the process sees the listed files and folders, and can write nowhere.

The kernel's own means for a program to lock itself in; needs no rights and works in containers.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

__all__ = ["abi", "enter", "ruleset"]

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every machine
_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE = 1, 2, 4, 8, 1 << 14
_ON_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE
_PATH_BENEATH = 1
_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """Version of Landlock that the kernel offers.

    Returns:
        1 or more, or 0 where there is none.

    Example:
        >>> abi() >= 0
        True
    """
    try:
        return max(0, _libc.syscall(_CREATE, None, 0, 1))
    except (AttributeError, OSError):
        return 0


def ruleset(readable: Iterable[str], writable: Iterable[str]) -> int:
    """Describe what stays visible; made once, entered by every jailed process.

    Args:
        readable: files and whole folders to read.
        writable: files, such as ``/dev/null``, to read and write.

    Returns:
        A file descriptor for `enter`.

    Raises:
        OSError: if the kernel refuses.

    Example:
        >>> fd = ruleset(["/usr/lib"], ["/dev/null"]) if abi() else None
        >>> if fd is not None: os.close(fd)
    """
    version = abi()
    files = (1 << 13) - 1  # everything that the first version knows; later ones add a bit each
    for since, bit in ((2, 13), (3, 14), (5, 15)):
        files |= (1 << bit) if version >= since else 0
    network = 3 if version >= 4 else 0  # TCP bind and connect
    others = 3 if version >= 6 else 0  # abstract sockets, and signals to processes outside
    attributes = struct.pack("=QQQ", files, network, others)
    attributes = attributes[: 8 if version < 4 else 16 if version < 6 else 24]
    fd = _checked(_libc.syscall(_CREATE, attributes, len(attributes), 0), "create")
    for path in readable:
        _allow(fd, path, (_EXECUTE | _READ | _LIST) & files)
    for path in writable:
        _allow(fd, path, (_READ | _WRITE | _TRUNCATE) & files)
    return fd


def enter(fd: int) -> None:
    """Lock this process in; needs `limits.no_new_privileges` before.

    Args:
        fd: what `ruleset` gave.

    Raises:
        OSError: if the kernel refuses.

    Example:
        >>> enter.__name__  # not called here: there is no way back
        'enter'
    """
    _checked(_libc.syscall(_RESTRICT, fd, 0), "restrict")


def _allow(fd: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not on this machine: then nobody can read it either
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _ON_A_FILE  # a folder's rights on a file are an error
        rule = struct.pack("=Qi", access, place)
        _checked(_libc.syscall(_ADD, fd, _PATH_BENEATH, rule, 0), f"allow {path}")
    finally:
        os.close(place)


def _checked(result: int, what: str) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {what}")
    return result
