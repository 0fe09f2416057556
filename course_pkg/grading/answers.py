"""Put an exercise's hidden cases to one answer, across the process border, and mark what comes."""

import math
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_pkg.checkers import Exercise
from course_pkg.checkers.judge import judge
from course_pkg.grading.conversation import Conversation, Ended
from course_pkg.grading.process import Worker
from course_pkg.grading.questions import Question, drive_source
from course_pkg.grading.record import CaseMark, ExerciseMark
from course_pkg.grading.settings import Settings
from course_pkg.grading.wording import (
    ENDED,
    clean,
    difference_in_words,
    error_in_words,
    refusal_in_words,
)
from course_pkg.grading.worker.wire import Malformed, arrays_of, pack

__all__ = ["Answer", "mark_answer"]

_STOPS = 2  # answers that had to be stopped before the rest of the cases is left


@dataclass(frozen=True)
class Answer:
    """A student's function and what it needs.

    Args:
        name: what the function is called.
        cells: name and text of the cells to define, everything else blanked out.
        structure: fingerprint of the function.
        size: how many parts it has.
    """

    name: str
    cells: tuple[tuple[str, str], ...]
    structure: str
    size: int


class _Undefined(Exception):
    """The function's definition did not run through."""


def mark_answer(
    task: Exercise, answer: Answer, asked: tuple[Question, ...], worker: Worker, settings: Settings
) -> ExerciseMark:
    """Try an answer on every case.

    Args:
        task: the exercise.
        answer: what the student wrote.
        asked: its hidden cases.
        worker: where it runs.
        settings: limits.

    Returns:
        The marks; partial ones count, by cases.

    Example:
        >>> mark_answer.__name__  # needs a worker process
        'mark_answer'
    """
    started = time.monotonic()
    marks: list[CaseMark] = []
    notes: list[str] = []
    failed: list[str] = []
    stops = 0
    unwritten = False
    while len(marks) < len(asked) and stops < _STOPS and not unwritten:
        with closing(_opened(task, answer, len(asked), worker, settings)) as talk:
            try:
                failed += _defined(talk, settings)
                for question in asked[len(marks) :]:
                    header, body = _asked(talk, question, settings)
                    if header.get("unwritten") is True and not marks:
                        unwritten = True
                        break
                    marks.append(_marked(question, header, body, answer, settings))
            except _Undefined as reason:
                return _mark(task, answer, "missing", (), started, str(reason), _joined(notes))
            except Ended as end:
                stops += 1
                message = ENDED[end.reason].format(seconds=settings.timeout)
                name = asked[len(marks)].case.name
                marks.append(CaseMark(name, end.reason, message, clean(talk.printed)))
            if talk.printed:
                notes.append(f"printed: {clean(talk.printed, 500)}")
    if unwritten:
        message = "Not attempted: the function still raises NotImplementedError."
        return _mark(task, answer, "not_attempted", (), started, message=message)
    for question in asked[len(marks) :]:
        marks.append(CaseMark(question.case.name, "not_run", ENDED["not_run"]))
    passed = sum(mark.status == "passed" for mark in marks)
    hidden = [mark for mark, question in zip(marks, asked, strict=True) if question.is_hidden]
    if passed and hidden and not any(mark.status == "passed" for mark in hidden):
        # A list of the known answers would get this far.
        message = "Right only where the inputs are known to everyone, so nothing counts."
        only = _mark(task, answer, "wrong", tuple(marks), started, message, _joined(notes))
        return replace(only, hundredths=0)
    if passed == len(marks):
        status = "correct"
    elif passed:
        status = "partly"
    else:
        first = marks[0].status
        status = "wrong" if first in ("passed", "not_run") else first
    message = ""
    if failed and status != "correct":
        message = f"A line that your function needs failed: {failed[0]}"
    return _mark(task, answer, status, tuple(marks), started, message, _joined(notes))


def _opened(
    task: Exercise, answer: Answer, cases: int, worker: Worker, settings: Settings
) -> Conversation:
    source, name = drive_source(task)
    job = {
        "kind": "answer",
        "cells": [list(cell) for cell in answer.cells],
        "name": answer.name,
        "drive": source,
        "drive_name": name,
        "outputs": list(task.outputs),
        "forbid": list(task.forbid),
    }
    cpu = math.ceil(settings.timeout) * (cases + 1) + 2
    return worker.open(job, settings.memory_mb, cpu)


def _defined(talk: Conversation, settings: Settings) -> list[str]:
    header, _ = talk.receive(settings.timeout)
    notes = header.get("notes")
    said = [clean(n) for n in notes[:20]] if isinstance(notes, list) else []
    if header.get("status") != "defined":
        raise _Undefined("The function could not be defined: " + _why_undefined(said))
    return said


def _why_undefined(notes: list[str]) -> str:
    """Which line, in Python's own words: no case has been shown yet that they could give away."""
    return notes[-1][:300] if notes else "the name does not stand for a function in the end."


def _asked(
    talk: Conversation, question: Question, settings: Settings
) -> tuple[dict[str, Any], bytes]:
    tree, body = pack(dict(question.case.inputs))
    talk.queue({"inputs": tree}, body)
    return talk.receive(settings.timeout)


def _marked(
    question: Question, header: dict[str, Any], body: bytes, answer: Answer, settings: Settings
) -> CaseMark:
    """Judge one reply. Every branch that is not an honest one ends in `malformed`."""
    name, task = question.case.name, question.task
    match header.get("status"):
        case "ok":
            try:
                arrays = arrays_of(header.get("arrays"), body)
            except Malformed as error:
                return CaseMark(name, "malformed", ENDED["malformed"], clean(str(error)))
            if len(arrays) != len(task.outputs):
                return CaseMark(name, "malformed", ENDED["malformed"])
            got = dict(zip(task.outputs, arrays, strict=True))
            return _compared(question, got, header.get("changed"))
        case "refused":
            text = clean(header.get("text"))
            return CaseMark(name, "wrong", refusal_in_words(text, task), text)
        case "raised":
            text = clean(header.get("text"))
            if header.get("type") == "MemoryError" or "can't allocate memory" in text:
                message = ENDED["out_of_memory"].format(memory=settings.memory_mb)
                return CaseMark(name, "out_of_memory", message, text)
            words = error_in_words(header, dict(answer.cells), task, question.is_hidden)
            return CaseMark(name, "raised", words, text)
        case _:
            return CaseMark(name, "malformed", ENDED["malformed"])


def _compared(question: Question, got: Mapping[str, np.ndarray], changed: object) -> CaseMark:
    name, task, outputs = question.case.name, question.task, dict(got)
    with np.errstate(all="ignore"):  # whatever the numbers are, they are only wrong
        difference = judge(question.expected, outputs, task.tolerance)
        if difference is None and isinstance(changed, list) and changed:
            names = [k for k in question.case.inputs if k in changed]
            which = " and ".join(f"`{k}`" for k in names)
            return CaseMark(name, "wrong", f"Your function changed its input {which}: copy it.")
        if difference is None:
            return CaseMark(name, "passed")
        mistake = question.mistake(outputs)
    shape = question.expected[difference.output].shape
    words = difference_in_words(difference.sentence, shape)
    where = f"In {difference.output}: " if len(task.outputs) > 1 else ""
    return CaseMark(name, "wrong", mistake or where + words, difference.sentence)


def _mark(
    task: Exercise,
    answer: Answer,
    status: Any,
    cases: tuple[CaseMark, ...],
    started: float,
    message: str = "",
    note: str = "",
) -> ExerciseMark:
    maximum = task.points * 100
    passed = sum(case.status == "passed" for case in cases)
    return ExerciseMark(
        id=task.id,
        status=status,
        hundredths=maximum * passed // len(cases) if cases else 0,
        maximum=maximum,
        message=message,
        cases=cases,
        structure=answer.structure,
        size=answer.size,
        seconds=round(time.monotonic() - started, 3),
        note=note,
    )


def _joined(notes: list[str]) -> str:
    return "\n".join(dict.fromkeys(notes))[:2000]
