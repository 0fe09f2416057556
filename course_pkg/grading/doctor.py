"""What isolation works on this machine, tried out rather than guessed."""

import importlib.metadata
import importlib.util
import platform
import sys

from course_pkg.grading.bubblewrap import wrapper
from course_pkg.grading.process import Fault, Worker
from course_pkg.grading.worker import landlock, syscalls

__all__ = ["examine"]


def examine() -> tuple[list[tuple[str, str]], bool]:
    """Try everything that grading needs.

    Returns:
        Name and finding of every part, and whether isolation is strong.

    Example:
        >>> findings, is_strong = examine()
        >>> findings[0][0]
        'system'
    """
    found = [
        ("system", f"{platform.system()} {platform.release()} on {platform.machine()}"),
        ("Python", f"{platform.python_version()} at {sys.executable}"),
        ("numpy", _version("numpy")),
        ("torch", _version("torch") + ", only for exercises that need it"),
    ]
    if sys.platform == "win32":
        advice = "none here: answers cannot be run on Windows itself; use WSL 2 or a container"
        return [*found, ("isolation", advice)], False
    version = landlock.abi() if sys.platform == "linux" else 0
    found += [
        ("Landlock", f"version {version}" if version else "missing (Linux 5.13 or later has it)"),
        (
            "system-call filter",
            f"{len(syscalls.ALLOWED) + len(syscalls.FILTERED)} calls allowed, the rest refused"
            if syscalls.AUDIT_ARCH
            else "missing: this kind of machine is not known",
        ),
        ("bubblewrap", "works" if wrapper() else "not used: no bwrap here, or not allowed to"),
    ]
    try:
        worker = Worker()
    except Fault as fault:
        return [*found, ("isolation", f"none: {fault}")], False
    level = worker.isolation.level
    worker.close()
    meaning = {
        "strong": "strong: a probe could not read files, use the network, start processes or "
        "signal others",
        "weak": "weak: processes of their own and limits, but a probe got out; "
        "course grade needs --allow-weak here, or use a container",
    }
    return [*found, ("isolation", meaning[level])], level == "strong"


def _version(package: str) -> str:
    if importlib.util.find_spec(package) is None:
        return "not installed"
    return importlib.metadata.version(package)
