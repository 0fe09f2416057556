"""What a jailed process may still read: Python itself and the packages that are loaded already.

Landlock cannot take something out of a folder that it has allowed, so the folders that hold
installed packages are never allowed as a whole: in one of them lies `course_pkg`.
"""

import os
import sys
import sysconfig
from pathlib import Path

__all__ = ["visible", "writable"]

_PACKAGES = {"site-packages", "dist-packages"}


def visible() -> list[str]:
    """Files and folders to read.

    Returns:
        Paths, not all of which need to exist.

    Example:
        >>> "/proc/cpuinfo" in visible()
        True
    """
    system = ["/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/etc/localtime"]
    return [*system, "/usr/share/zoneinfo", *_standard_library(), *_loaded(), *_shared_objects()]


def writable() -> list[str]:
    """Devices to read and write.

    Returns:
        Paths.

    Example:
        >>> writable()[0]
        '/dev/null'
    """
    return ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"]


def _standard_library() -> list[str]:
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    return [
        str(child)
        for folder in folders
        if folder
        for child in Path(folder).iterdir()
        if child.name not in _PACKAGES
    ]


def _loaded() -> list[str]:
    """Packages in use, each with the libraries that its wheel brings beside it."""
    found = set()
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not path:
            continue
        parts = Path(path).parts
        root = next((i for i, part in enumerate(parts) if part in _PACKAGES), None)
        if root is None or parts[root + 1].startswith("__editable__"):
            continue
        place = Path(*parts[: root + 2])
        found |= {str(place), f"{place}.libs"}
        if place.name == "torch":
            found |= {str(place.parent / name) for name in ("nvidia", "triton", "torchgen")}
    return sorted(found)


def _shared_objects() -> list[str]:
    """Libraries beside those that are mapped: a module may load another one later."""
    folders = set()
    with Path("/proc/self/maps").open(encoding="utf8", errors="replace") as lines:
        for line in lines:
            path = line.rstrip("\n").partition("/")[2]
            if ".so" in path:
                folders.add(Path("/" + path).parent)
    return [
        entry.path
        for folder in sorted(folders)
        if not _PACKAGES & set(folder.parts) and folder.is_dir()
        for entry in os.scandir(folder)
        if ".so" in entry.name
    ]
