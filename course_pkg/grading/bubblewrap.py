"""Namespaces of its own for the worker, where the `bwrap` program is installed and allowed."""

import shutil
import subprocess
from functools import cache

__all__ = ["wrapper"]


@cache
def wrapper() -> tuple[str, ...]:
    """The command to put before the worker's, tried out once.

    Returns:
        Its words, or none where it does not work, as in many containers.

    Example:
        >>> wrapper()[:1] in ((), (shutil.which("bwrap"),))
        True
    """
    program = shutil.which("bwrap")
    if program is None:
        return ()
    command = (
        *(program, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"),
        *("--ro-bind", "/", "/", "--dev", "/dev", "--"),
    )
    try:
        tried = subprocess.run(
            [*command, "/bin/true"], capture_output=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if tried.returncode == 0 else ()
