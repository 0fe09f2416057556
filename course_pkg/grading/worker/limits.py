"""What a jailed process may use up, and the rights it gives away."""

import ctypes
import resource
import signal
import struct
import sys
from pathlib import Path

__all__ = ["die_with_the_parent", "drop_rights", "limit", "no_new_privileges"]

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CAPABILITIES_V3 = 0x20080522
_FILES = 64  # open at once
_SLACK = 256 << 20  # address space is handed out more generously than memory


def limit(memory: int, cpu: int) -> None:
    """Bound memory, processor time, file size and open files, for good.

    The memory that the process starts with comes on top: an imported torch is not the answer's.

    Args:
        memory: bytes that may be allocated.
        cpu: seconds of processor time.

    Example:
        >>> limit.__name__  # not called here: it would bind this process
        'limit'
    """
    data, total = _sizes()
    bounds = {
        resource.RLIMIT_CPU: cpu,  # a backstop; the judge's clock stops sleepers as well
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _FILES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":
        bounds[resource.RLIMIT_DATA] = data + memory
        # Shared mappings do not count as data.
        bounds[resource.RLIMIT_AS] = total + memory + _SLACK
    for kind, value in bounds.items():
        resource.setrlimit(kind, (value, value))


def no_new_privileges() -> None:
    """Give up ever gaining rights: the kernel asks for it before it locks a process in.

    Raises:
        OSError: if the kernel refuses.

    Example:
        >>> no_new_privileges.__name__  # not called here: there is no way back
        'no_new_privileges'
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")


def drop_rights() -> None:
    """Give away root's special rights, where there are any, and die with the parent.

    Raises:
        OSError: if the kernel refuses.

    Example:
        >>> drop_rights.__name__  # not called here: there is no way back
        'drop_rights'
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, nothing = struct.pack("=Ii", _CAPABILITIES_V3, 0), bytes(24)
    if libc.capset(header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")
    die_with_the_parent()


def die_with_the_parent() -> None:
    """Have the kernel end this process when the one that started it is gone, however it went.

    Example:
        >>> die_with_the_parent.__name__  # not called here
        'die_with_the_parent'
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _sizes() -> tuple[int, int]:
    """Bytes of private data and of address space in use."""
    if sys.platform != "linux":
        return 0, 0
    with Path("/proc/self/status").open(encoding="utf8") as lines:
        fields = dict(line.split(":", 1) for line in lines)
    return tuple(int(fields[name].split()[0]) << 10 for name in ("VmData", "VmSize"))  # pyright: ignore[reportReturnType]
