"""Run one answer: reach the place where it is checked, then call it on one case after the other.

Only plain arrays go back, and the words here are for a teacher's eyes: a learner reads what the
judge makes of them. Whatever a submitted program does to this module, it does to itself alone.
"""

import ast
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from .bans import ban
from .running import Run
from .surroundings import Surroundings
from .wire import MAX_BODY, describe, unpack

__all__ = ["answer"]

_LONGEST_TEXT = 2000

Receive = Callable[[], tuple[dict[str, Any], bytes]]
Send = Callable[[dict[str, Any], bytes], None]


def answer(
    job: dict[str, Any], receive: Receive, send: Send, shared: Mapping[str, ModuleType]
) -> None:
    """Run the notebook's part in the answer, and answer wherever it is asked for.

    Args:
        job: the cells' texts, the exercise's id, the function's name, the source of the exercise's
            drive, the outputs' names, the packages that may be imported, the banned operations.
        receive: gives the judge's next message.
        send: takes a message for the judge.
        shared: files of `course_pkg.checkers`, loaded by their paths.

    Example:
        >>> answer.__name__  # runs in the worker process
        'answer'
    """
    found = _forbidden(job, shared["forbidden"])
    if found:
        send({"status": "forbidden", "at": found[:2], "text": found[2]}, b"")
        return
    ban(shared["forbidden"].operators(job["forbid"]))
    refusals = shared["imports"].Refusals(tuple(job["packages"]), is_lenient=True)
    drive = _function(job["drive"], job["drive_name"])
    outputs = tuple(job["outputs"])

    def ask(function: Any, moment: int, where: str) -> None:
        notes = [_short(note) for note in run.notes]
        send({"status": "asked", "moment": moment, "where": where, "notes": notes}, b"")
        refusals.is_lenient = False
        before, lost = list(refusals.names), list(refusals.lost)
        if (
            type(function) is shared["imports"].Absent
        ):  # is itself refused, and needs no other value
            function = refusals.absent(vars(function)["_name"])
        try:
            while True:
                header, body = receive()
                if "inputs" not in header:
                    return
                refusals.names[:], refusals.lost[:] = before, ()
                reply, numbers = _case(header, body, function, drive, outputs, job, shared)
                reply["refused"] = refusals.names[:20]
                is_nameless = reply.get("type") == "NameError"  # the line that made it has failed
                reply["lost"] = (refusals.lost or (lost if is_nameless else []))[:1]
                send(reply, numbers)
        finally:
            refusals.is_lenient = True
            refusals.names[:], refusals.lost[:] = before, lost

    run = Run(job, shared["frames"], ask)
    surroundings = Surroundings(job["id"], refusals, run.checked)
    run.through(surroundings.space)
    notes = [_short(note) for note in run.notes]
    send({"status": "over", "notes": notes, "refused": refusals.names[:20]}, b"")


def _forbidden(job: dict[str, Any], forbidden: ModuleType) -> list[Any]:
    """Where the code names what the exercise forbids; of unsure statements, they are left out."""
    unsure = {tuple(place) for place in job["unsure"]}
    job["left_out"] = []
    for label, text in job["cells"] if job["forbid"] else ():
        for node in ast.parse(text).body:
            # Around a check stands what the learner does with the answer, not the answer.
            found = forbidden.find(node, job["forbid"], not isinstance(node, ast.Expr))
            if found and (label, node.lineno) not in unsure:
                return [label, found.line, found.what]
            if found:
                job["left_out"].append((label, node.lineno))
    return []


def _case(
    header: dict[str, Any],
    body: bytes,
    function: Any,
    drive: Callable[[Any, Mapping[str, Any]], Any],
    outputs: tuple[str, ...],
    job: dict[str, Any],
    shared: Mapping[str, ModuleType],
) -> tuple[dict[str, Any], bytes]:
    values = shared["values"]
    inputs = unpack(header["inputs"], body)
    before = unpack(header["inputs"], body)
    try:
        found = values.collect(drive(function, inputs), outputs)
        described, numbers = describe([_sendable(array) for array in found.values()])
    except values.Refused as refused:
        return {"status": "refused", "text": _short(str(refused))}, b""
    except BaseException as error:  # SystemExit too: the next case is still to come
        return _told(error, function, job["cells"], shared["frames"]), b""
    if len(numbers) > MAX_BODY:
        return {"status": "refused", "text": "The result is far too large."}, b""
    changed = [k for k in before if not _same(before[k], inputs.get(k))]
    return {"status": "ok", "arrays": described, "changed": changed}, numbers


def _function(source: str, name: str) -> Callable[[Any, Mapping[str, Any]], Any]:
    space: dict[str, Any] = {}
    code = "from __future__ import annotations\n" + source
    exec(compile(code, "<frozen exercise>", "exec", dont_inherit=True), space)
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
    text = _short(frames.tell_error(error, function))
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
