"""A system-call filter for the jailed process, written as the kernel's own small program.

What is not listed is refused. A filter of our own rather than a library's: the one on PyPI needs a
system package that a teacher's machine may lack.
"""

import ctypes
import os
import struct

from .syscalls import ALLOWED, AUDIT_ARCH, number

__all__ = ["install", "program", "supported"]

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x80000000, 0x00050000 | 1, 0x00050000 | 38
_NUMBER, _ARCH, _ARGUMENT = 0, 4, 16  # places in the kernel's `seccomp_data`; 8 bytes an argument
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_CLONE_THREAD = 0x00010000
# Libraries try calls as young as these, and fall back on older ones only if they do not exist.
_NEWER = 438
# Duplicate a descriptor, and read or set its flags. Not among them: leases and locks, which stop
# whoever opens the same file, and owners of signals.
_FCNTL = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
_IOCTL = (0x5401, 0x5413, 0x5450, 0x5451)  # TCGETS and TIOCGWINSZ ask; FIONCLEX, FIOCLEX
# Names of threads and of memory. Not among them: PR_SET_PDEATHSIG, which ties it to the grader.
_PRCTL = (15, 16, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA

_Step = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


def supported() -> bool:
    """Whether this machine's system calls are known.

    Returns:
        True on x86-64 and 64-bit ARM Linux.

    Example:
        >>> supported() in (True, False)
        True
    """
    return AUDIT_ARCH != 0


def program(pid: int) -> bytes:
    """The filter as the kernel reads it.

    Args:
        pid: the process that it is for; it may send signals to its own threads only.

    Returns:
        Eight bytes an instruction.

    Example:
        >>> len(program(1)) % 8
        0
    """
    steps: list[_Step] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, AUDIT_ARCH),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, 0x40000000),  # the same calls under other numbers (x32)
        (_RETURN, 0, 0, _KILL),
        # glibc falls back from clone3, whose flags a filter cannot see, to clone.
        *_when("clone3", [(_RETURN, 0, 0, _UNKNOWN)]),
        *_when(
            "clone",  # threads yes, processes no
            [
                (_LOAD, 0, 0, _ARGUMENT),
                (_ANY_BIT, 0, 1, _CLONE_THREAD),
                (_RETURN, 0, 0, _ALLOW),
                (_RETURN, 0, 0, _REFUSE),
            ],
        ),
        *_when(
            "tgkill",
            [
                (_LOAD, 0, 0, _ARGUMENT),
                (_EQUAL, 0, 1, pid),
                (_RETURN, 0, 0, _ALLOW),
                (_RETURN, 0, 0, _REFUSE),
            ],
        ),
        *_when(
            "prlimit64",  # reading its own limits yes, setting any no
            [
                (_LOAD, 0, 0, _ARGUMENT),
                (_EQUAL, 0, 5, 0),
                (_LOAD, 0, 0, _ARGUMENT + 16),
                (_EQUAL, 0, 3, 0),
                (_LOAD, 0, 0, _ARGUMENT + 20),
                (_EQUAL, 0, 1, 0),
                (_RETURN, 0, 0, _ALLOW),
                (_RETURN, 0, 0, _REFUSE),
            ],
        ),
        *_when("fcntl", _argument_is_one_of(1, _FCNTL)),
        *_when("ioctl", _argument_is_one_of(1, _IOCTL)),
        *_when("prctl", _argument_is_one_of(0, _PRCTL)),
    ]
    for allowed in ALLOWED.values():
        steps += [(_EQUAL, 0, 1, allowed), (_RETURN, 0, 0, _ALLOW)]
    steps += [(_AT_LEAST, 0, 1, _NEWER), (_RETURN, 0, 0, _UNKNOWN), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def install() -> None:
    """Put this process, and every thread it will start, under the filter for good.

    Raises:
        OSError: if the kernel refuses.

    Example:
        >>> install.__name__  # not called here: there is no way back
        'install'
    """
    code = program(os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    argument = Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(argument), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused the system-call filter")


def _when(name: str, steps: list[_Step]) -> list[_Step]:
    """Steps for one call only; each of them ends in a decision, so nothing falls through."""
    return [(_EQUAL, 0, len(steps), number(name)), *steps]


def _argument_is_one_of(place: int, values: tuple[int, ...]) -> list[_Step]:
    """Look at the lower half of an argument, which is all that these calls read."""
    steps: list[_Step] = [(_LOAD, 0, 0, _ARGUMENT + 8 * place)]
    for value in values:
        steps += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*steps, (_RETURN, 0, 0, _REFUSE)]
