"""Put an exercise's hidden cases to one answer, across the process border.

The process says when there is a function to ask: where the notebook checks it, or at its end. What
it answers is judged here; nothing that it says is believed beyond its being arrays or text.
"""

import math
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_pkg.checkers import Exercise
from course_pkg.checkers.judge import compare_outputs
from course_pkg.grading.conversation import Conversation, Ended
from course_pkg.grading.process import Worker
from course_pkg.grading.questions import HiddenQuestion, drive_source
from course_pkg.grading.record import CaseMark
from course_pkg.grading.settings import Settings
from course_pkg.grading.wording import (
    ENDED,
    clean,
    difference_in_words,
    error_in_words,
    forbidden_in_words,
    refusal_in_words,
)
from course_pkg.grading.worker.wire import Malformed, arrays_of, pack

__all__ = ["STATEMENTS", "Answer", "Asking", "Attempt"]

_STOPS = 2  # answers that had to be stopped before the rest of the cases is left
_ALL_STOPS = 5  # the same over all moments at which a notebook checks
STATEMENTS = 3  # times the limit of one case: for everything that stands before the answer


@dataclass(frozen=True)
class Answer:
    """A student's function and what it needs.

    Args:
        name: what the function is called.
        cells: name and text of the cells to run, everything else blanked out.
        unsure: cell and line of statements that may have nothing to do with it.
        structure: fingerprint of the function.
        size: how many parts it has.
    """

    name: str
    cells: tuple[tuple[str, str], ...]
    unsure: tuple[tuple[str, int], ...]
    structure: str
    size: int


@dataclass
class Attempt:
    """The function as it was at one moment: where the notebook checks it, or at the end."""

    marks: list[CaseMark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stops: int = 0
    is_unwritten: bool = False
    lost: list[str] = field(default_factory=list)  # refused packages that made what it needs


class Asking:
    """All conversations about one answer."""

    def __init__(
        self,
        task: Exercise,
        answer: Answer,
        asked: tuple[HiddenQuestion, ...],
        worker: Worker,
        settings: Settings,
    ) -> None:
        self.task, self.answer, self.asked = task, answer, asked
        self.worker, self.settings = worker, settings
        self.attempts: dict[int, Attempt] = {}
        self.printed: list[str] = []
        self.why: list[str] = []  # no function came of it, in the teacher's words
        self.refused: list[str] = []
        self.ended = ""
        self.forbidden = ""
        self._now: int | None = None
        self._first = 0
        self._sure_only = False

    def to_the_end(self) -> None:
        """Until an attempt is right in every case, or there are no more."""
        stops = 0
        while stops < _ALL_STOPS:
            with closing(self._open()) as talk:
                try:
                    self._talk(talk)
                    return
                except Ended as end:
                    stops += 1
                    if not self._stopped(end, clean(talk.printed)):
                        return
                finally:
                    if talk.printed:
                        self.printed.append(f"printed: {clean(talk.printed, 500)}")

    def _open(self) -> Conversation:
        source, name = drive_source(self.task)
        job = {
            "kind": "answer",
            "id": self.task.id,
            "cells": [list(cell) for cell in self.answer.cells],
            "unsure": [list(place) for place in self.answer.unsure],
            "name": self.answer.name,
            "drive": source,
            "drive_name": name,
            "outputs": list(self.task.outputs),
            "packages": list(self.task.imports),
            "forbid": list(self.task.forbid),
            "first": self._first,
            "sure_only": self._sure_only,
            "seconds": self.settings.timeout,
        }
        seconds = self.settings.timeout * (2 * len(self.asked) + STATEMENTS)
        return self.worker.open(job, self.settings.memory_mb, math.ceil(seconds) + 2)

    def _talk(self, talk: Conversation) -> None:
        # What failed is told only from before the first case: later words could be its inputs.
        before: list[str] | None = None
        while True:
            self._now = None
            header, _ = talk.receive(self.settings.timeout * STATEMENTS)
            notes = header.get("notes")
            said = [clean(n) for n in notes[:20]] if isinstance(notes, list) else []
            moment = header.get("moment")
            if header.get("status") == "forbidden" and before is None and not self.attempts:
                self.forbidden = forbidden_in_words(header, self.answer.cells)
                return
            if header.get("status") != "asked" or type(moment) is not int or moment <= self._first:
                self.why, self.refused = said, names(header)
                return
            self._now = moment
            attempt = self.attempts.setdefault(moment, Attempt())
            before = attempt.notes = said if before is None else before
            for question in self.asked[len(attempt.marks) :]:
                tree, body = pack(dict(question.case.inputs))
                talk.queue({"inputs": tree}, body)
                reply, numbers = talk.receive(self.settings.timeout)
                if reply.get("unwritten") is True and not attempt.marks:
                    attempt.is_unwritten = True
                    break
                attempt.marks.append(_marked(question, reply, numbers, self.answer, self.settings))
                if attempt.marks[-1].status != "passed":
                    attempt.lost += names(reply, "lost")
            if all(m.status == "passed" for m in attempt.marks) and not attempt.is_unwritten:
                return
            self._first = moment
            talk.queue({"next": True})

    def _stopped(self, end: Ended, printed: str) -> bool:
        """What to do about an end before the answer; whether to go on."""
        if self._now is None:
            # Between two moments: once more, without what may have nothing to do with it.
            self.ended = end.reason
            again, self._sure_only = not self._sure_only, True
            return again
        attempt = self.attempts[self._now]
        attempt.stops += 1
        message = ENDED[end.reason].format(seconds=self.settings.timeout)
        name = self.asked[len(attempt.marks)].case.name
        attempt.marks.append(CaseMark(name, end.reason, message, printed))
        left = self.asked[len(attempt.marks) :]
        if attempt.stops >= _STOPS:
            attempt.marks += [CaseMark(q.case.name, "not_run", ENDED["not_run"]) for q in left]
            left = ()
        self._first = self._now - (1 if left else 0)
        return True


def names(header: Mapping[str, Any], key: str = "refused") -> list[str]:
    """Modules that were refused, as far as they are names at all."""
    names = header.get(key)
    if not isinstance(names, list):
        return []
    return [n for n in names[:20] if isinstance(n, str) and n.isidentifier() and len(n) < 40]


def _marked(
    question: HiddenQuestion,
    header: dict[str, Any],
    body: bytes,
    answer: Answer,
    settings: Settings,
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
            words = error_in_words(
                header, dict(answer.cells), task, not question.is_known, names(header)
            )
            return CaseMark(name, "raised", words, text)
        case _:
            return CaseMark(name, "malformed", ENDED["malformed"])


def _compared(question: HiddenQuestion, got: Mapping[str, np.ndarray], changed: object) -> CaseMark:
    name, task, outputs = question.case.name, question.task, dict(got)
    with np.errstate(all="ignore"):  # whatever the numbers are, they are only wrong
        difference = compare_outputs(question.expected, outputs, task.tolerance)
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
