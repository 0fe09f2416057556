"""Run one answer: define it, then call it on one case after the other.

Only plain arrays go back, and the words here are for a teacher's eyes: a learner reads what the
judge makes of them. Whatever a submitted program does to this module, it does to itself alone.
"""

import __future__

import linecache
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from .bans import ban
from .wire import MAX_BODY, describe, unpack

__all__ = ["answer"]

_LONGEST_TEXT = 2000
# Annotations stay unread: they may name what is not here.
_FLAGS = __future__.annotations.compiler_flag


def answer(
    job: dict[str, Any],
    receive: Callable[[], tuple[dict[str, Any], bytes]],
    send: Callable[[dict[str, Any], bytes], None],
    values: ModuleType,
    frames: ModuleType,
) -> None:
    """Define the function, then answer until the judge has no more cases.

    Args:
        job: the cells' texts, the function's name, the source of the exercise's drive, the
            outputs' names and the banned operations.
        receive: gives the judge's next message.
        send: takes a message for the judge.
        values: `course_pkg.checkers.values`, loaded by its path.
        frames: `course_pkg.checkers.frames`, loaded by its path.

    Example:
        >>> answer.__name__  # runs in the worker process
        'answer'
    """
    ban(job["forbid"])
    drive = _function(job["drive"], job["drive_name"])
    function, notes = _define(job["cells"], job["name"], frames)
    send({"status": "defined" if callable(function) else "undefined", "notes": notes}, b"")
    outputs = tuple(job["outputs"])
    while True:
        header, body = receive()
        inputs = unpack(header["inputs"], body)
        before = unpack(header["inputs"], body)
        try:
            found = values.collect(drive(function, inputs), outputs)
            described, numbers = describe([_sendable(array) for array in found.values()])
        except values.Refused as refused:
            send({"status": "refused", "text": _short(str(refused))}, b"")
            continue
        except BaseException as error:  # SystemExit too: the next case is still to come
            send(_told(error, function, job["cells"], frames), b"")
            continue
        if len(numbers) > MAX_BODY:
            send({"status": "refused", "text": "The result is far too large."}, b"")
            continue
        changed = [k for k in before if not _same(before[k], inputs.get(k))]
        send({"status": "ok", "arrays": described, "changed": changed}, numbers)


def _define(cells: list[list[str]], name: str, frames: ModuleType) -> tuple[Any, list[str]]:
    """Run every statement by itself: one that fails must not take the answer with it."""
    import ast

    # As in a notebook, where `if __name__ == "__main__":` is true.
    space: dict[str, Any] = {"__name__": "__main__"}
    notes = []
    for label, text in cells:
        filename = f"<{label}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        for node in ast.parse(text).body:
            try:
                module = ast.Module([node], [])
                exec(compile(module, filename, "exec", _FLAGS, dont_inherit=True), space)
            except BaseException as error:
                notes.append(_short(f"{label}: {frames.tell(error, None)}"))
    return space.get(name), notes[:20]


def _function(source: str, name: str) -> Callable[[Any, Mapping[str, Any]], Any]:
    space: dict[str, Any] = {}
    exec(compile(source, "<frozen exercise>", "exec", _FLAGS, dont_inherit=True), space)
    return space[name]


def _told(
    error: BaseException, function: Any, cells: list[list[str]], frames: ModuleType
) -> dict[str, Any]:
    """An exception as plain data: its type, the answer's own line, and the words."""
    import traceback

    labels = {f"<{label}>": label for label, _ in cells}
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in labels]
    at = [labels[own[-1].filename], own[-1].lineno] if own else None
    unwritten = isinstance(error, NotImplementedError) and frames.raised_by_learner(error, function)
    text = _short(frames.tell(error, function))
    kind = type(error).__name__
    return {"status": "raised", "type": kind, "at": at, "text": text, "unwritten": unwritten}


def _sendable(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float64) if array.dtype == np.longdouble else array


def _same(before: Any, after: Any) -> bool:
    if type(before) is np.ndarray:
        return type(after) is np.ndarray and np.array_equal(
            before, after, equal_nan=before.dtype.kind == "f"
        )
    return bool(before == after)


def _short(text: str) -> str:
    return text[:_LONGEST_TEXT].encode(errors="replace").decode()


sys.setrecursionlimit(3000)  # enough for honest recursion, too little for the C stack to overflow
