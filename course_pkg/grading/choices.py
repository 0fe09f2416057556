"""What a teacher chooses on the command line: exercises, secret."""

import os
import secrets
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from course_pkg.checkers import exercises_of

__all__ = ["chosen_exercises", "read_secret"]


def chosen_exercises(patterns: Sequence[str] = ()) -> tuple[str, ...]:
    """Exercises by id, by pattern or by chapter.

    Args:
        patterns: such as ``"upsampling.nearest"``, ``"upsampling.*"`` or ``"4"``; several may
            stand in one text, with commas. All exercises if there are none.

    Returns:
        Ids in the order of the book.

    Raises:
        ValueError: if a pattern fits no exercise.

    Example:
        >>> chosen_exercises(["upsampling.n*,upsampling.sum_pool"])
        ('upsampling.nearest', 'upsampling.sum_pool')
    """
    tasks = exercises_of()
    wanted = [part.strip() for text in patterns for part in text.split(",") if part.strip()]
    if not wanted:
        return tuple(task.id for task in tasks)
    chosen = set()
    for pattern in wanted:
        fitting = {
            task.id
            for task in tasks
            if fnmatchcase(task.id, pattern) or pattern == str(task.chapter)
        }
        if not fitting:
            raise ValueError(f"no exercise fits {pattern!r}: see course exercises")
        chosen |= fitting
    return tuple(task.id for task in tasks if task.id in chosen)


def read_secret(path: Path | None, out: Path) -> bytes:
    """What hidden inputs are drawn from.

    Args:
        path: a file that the teacher keeps; without one a secret is made, once, and kept in the
            output folder.
        out: the output folder.

    Returns:
        The secret.

    Raises:
        ValueError: if the file cannot be read.

    Example:
        >>> import tempfile
        >>> out = Path(tempfile.mkdtemp())
        >>> read_secret(None, out) == read_secret(None, out)
        True
    """
    try:
        if path is not None:
            return path.read_bytes().strip()
        kept = out / ".secret"
        if not kept.exists():
            out.mkdir(parents=True, exist_ok=True)
            handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as opened:
                opened.write(secrets.token_hex(32) + "\n")
        return kept.read_bytes().strip()
    except OSError as error:
        raise ValueError(f"the secret cannot be read: {error}") from error
