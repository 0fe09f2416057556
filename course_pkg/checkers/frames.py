"""Show an exception as the learner needs it: their own lines, and nothing of the machinery.

File names are left out, because a notebook cell's changes from run to run; line numbers count from
the top of the cell.
"""

import inspect
import os
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["raised_by_learner", "tell_error"]

_PACKAGE = str(Path(__file__).parent.parent)
_STDLIB = str(Path(os.__file__).parent)
_INSTALLED = ("site-packages", "dist-packages")
_GENERATED = ("<frozen", "<@beartype", "<__array")
_MOST_FRAMES = 6
_LONGEST_MESSAGE = 400


def tell_error(error: BaseException, function: Callable[..., Any]) -> str:
    """An exception in a few lines: which, where in the learner's code, and what it says.

    Args:
        error: what the learner's function raised.
        function: the function; frames of its own file are always the learner's.

    Returns:
        The lines, the innermost call last.

    Example:
        >>> tell_error(TypeError("no"), len)
        'TypeError: no'
    """
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_learners(f, function)]
    noted = [n for n in getattr(error, "__notes__", ()) if isinstance(n, str)][:1]
    lines = [f"line {f.lineno} in {f.name}: {f.line or '(source not available)'}" for f in frames]
    if len(lines) > _MOST_FRAMES:
        left_out = len(lines) - _MOST_FRAMES
        lines[1 : 1 + left_out] = [f"... {left_out} more calls ..."]
    if isinstance(error, ModuleNotFoundError) and not lines:
        lines = noted  # from a fence, which knows the line
    return "\n".join([*lines, f"{type(error).__name__}: {_message(error)}".removesuffix(": ")])


def raised_by_learner(error: BaseException, function: Callable[..., Any]) -> bool:
    """Whether the exception comes from a line of the learner's own, not from a library's.

    Args:
        error: what the function raised.
        function: the learner's function.

    Returns:
        True if the innermost frame is the learner's.

    Example:
        >>> raised_by_learner(ValueError("no frame at all"), len)
        False
    """
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and _is_learners(frames[-1], function)


def _is_learners(frame: traceback.FrameSummary, function: Callable[..., Any]) -> bool:
    if frame.filename == _file_of(function):
        return True
    file = frame.filename
    foreign = file.startswith((_PACKAGE, _STDLIB, *_GENERATED))
    return not foreign and not any(part in file for part in _INSTALLED)


def _file_of(function: Callable[..., Any]) -> str | None:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return None if code is None else code.co_filename


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # the exception is the learner's object too
        return "(its message cannot be shown)"
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)  # another address at every run
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + " ..."
