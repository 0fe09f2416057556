"""Grade one submission from its bytes: read, find the answers, ask them, write down what came."""

import hashlib
import importlib.metadata
import platform
import re
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from course_pkg import __version__
from course_pkg.checkers import Exercise, exercise
from course_pkg.grading.answers import mark_answer
from course_pkg.grading.asking import Answer
from course_pkg.grading.conversation import Ended
from course_pkg.grading.notebooks import Broken, Source, read_file
from course_pkg.grading.process import TooWeak, Worker
from course_pkg.grading.questions import questions
from course_pkg.grading.record import NOWHERE, ExerciseMark, Record
from course_pkg.grading.settings import Settings
from course_pkg.grading.wording import clean
from course_pkg.grading.workers import worker_for

__all__ = ["GradingJob", "grade_submission", "tools"]

_READING_SECONDS = 20.0
_USED_UP = "not graded: the {:g} seconds for one submission were used up"


@dataclass(frozen=True)
class GradingJob:
    """A submission with its bytes, so that any machine can grade it.

    Args:
        student: the id.
        files: path and bytes.
        problems: name and reason of files that could not be collected.
        key: see `Settings.key`.
    """

    student: str
    files: tuple[tuple[str, bytes], ...]
    problems: tuple[tuple[str, str], ...]
    key: str


def grade_submission(job: GradingJob, settings: Settings) -> Record:
    """Grade one submission; a fault of the grader's own becomes a mark that is not known.

    Args:
        job: what was handed in.
        settings: of the class.

    Returns:
        The record.

    Raises:
        TooWeak: if isolation is weaker than it must be.
        Fault: if no worker can be started at all.

    Example:
        >>> grade_submission(GradingJob("kim", (), (), ""), Settings(("a.b",), bytes(16))).status
        'nothing_handed_in'
    """
    hashes = tuple((path, hashlib.sha256(data).hexdigest()) for path, data in job.files)
    common: dict[str, Any] = {
        "student": job.student,
        "key": job.key,
        "files": hashes,
        "seed_id": settings.seed_id,
        "versions": tools(settings.exercises),
    }
    if not job.files and not job.problems:
        return Record(status="nothing_handed_in", problems=(), **common)
    worker = worker_for((), settings.measures)
    if worker.isolation.level != "strong" and not settings.allow_weak:
        raise TooWeak(
            "answers would run with weak isolation on this machine: see `course doctor`; "
            "--allow-weak grades all the same"
        )
    tasks = [exercise(id).definition for id in settings.exercises]
    problems = list(job.problems)
    readable = 0
    answers: dict[str, tuple[str, Answer]] = {}
    prose: list[tuple[str, str, str]] = []
    broken: dict[str, tuple[str, list[str]]] = {}
    ends = time.monotonic() + settings.student_seconds
    for path, data in job.files:
        try:
            if time.monotonic() > ends:
                raise Broken(_USED_UP.format(settings.student_seconds))
            source = read_file(path, data)
            found, reasons, torn = _found(source, tasks, worker, settings)
        except Broken as reason:
            problems.append((path, str(reason)))
            continue
        readable += 1
        problems += [(path, reason) for reason in reasons]
        broken |= {id: (path, labels) for id, labels in torn.items()}
        prose += [(path, label, text) for label, text in source.prose]
        for id, answer in found.items():
            if id in answers:
                note = f"{id} is also answered in {answers[id][0]}: this file's answer counts"
                problems.append((path, note))
            answers[id] = (path, answer)
    common["problems"] = tuple(problems)
    common["isolation"] = asdict(worker.isolation)
    if not readable:
        return Record(status="unreadable", **common)
    all_read = readable == len(job.files) and not job.problems
    marks = [
        _exercise(task, answers[task.id][1], job.student, settings, ends)
        if task.id in answers
        else _missing(task, prose, problems, broken.get(task.id), all_read)
        for task in tasks
    ]
    return Record(status="graded", exercises=tuple(marks), **common)


@cache
def tools(exercises: tuple[str, ...]) -> dict[str, str]:
    """Versions that marks may depend on.

    Args:
        exercises: ids; torch counts only where one needs it.

    Returns:
        Version by name.

    Example:
        >>> sorted(tools(("upsampling.nearest",)))
        ['course_pkg', 'numpy', 'python']
    """
    needed = {exercise(id).definition.needs for id in exercises if exercise_exists(id)} - {""}
    found = {"course_pkg": __version__, "python": platform.python_version()}
    for package in ("numpy", *sorted(needed)):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def exercise_exists(id: str) -> bool:
    """Whether there is such an exercise.

    Args:
        id: ``topic.name``.

    Returns:
        True if so.

    Example:
        >>> exercise_exists("upsampling.nearest"), exercise_exists("a.b")
        (True, False)
    """
    try:
        exercise(id)
    except ValueError:
        return False
    return True


def _found(
    source: Source, tasks: list[Exercise], worker: Worker, settings: Settings
) -> tuple[dict[str, Answer], list[str], dict[str, list[str]]]:
    """The answers in one file, read in a jailed process."""
    job = {
        "kind": "read",
        "cells": [list(cell) for cell in source.cells],
        "wanted": {task.id: task.name for task in tasks},
    }
    with closing(worker.open(job, max(settings.memory_mb, 512), int(_READING_SECONDS))) as talk:
        talk.accept_long_headers()
        try:
            header, _ = talk.receive(_READING_SECONDS)
        except Ended as end:
            raise Broken(
                f"its code could not be read: Python's parser {_GAVE_UP[end.reason]}"
            ) from end
    reasons = [f"{clean(label)}: {clean(reason)}" for label, reason in header["problems"]]
    answers = {
        id: Answer(
            found["name"],
            tuple((label, text) for label, text in found["cells"]),
            tuple((label, line) for label, line in found["unsure"]),
            found["structure"],
            found["size"],
        )
        for id, found in header["answers"].items()
    }
    return answers, reasons, header["broken"]


_GAVE_UP = {"timeout": "took too long", "crashed": "broke down", "malformed": "broke down"}


def _exercise(
    task: Exercise, answer: Answer, student: str, settings: Settings, ends: float
) -> ExerciseMark:
    """Mark one answer; only a fault that concerns this exercise alone is caught."""
    if time.monotonic() > ends:
        message = _USED_UP.format(settings.student_seconds).capitalize() + "."
        return ExerciseMark(task.id, "not_graded", None, task.points * 100, message)
    try:
        asked = questions(task.id, settings.seed(task.id, student))
        worker = worker_for(tuple(p for p in task.imports if p != "numpy"), settings.measures)
        return mark_answer(task, answer, asked, worker, settings)
    except Exception as error:
        note = f"{type(error).__name__}: {error}"
        message = "Not graded: the grader failed here, which is no fault of yours."
        return ExerciseMark(task.id, "not_graded", None, task.points * 100, message, note=note)


def _missing(
    task: Exercise,
    prose: Iterable[tuple[str, str, str]],
    problems: list[tuple[str, str]],
    broken: tuple[str, list[str]] | None,
    all_read: bool,
) -> ExerciseMark:
    """No answer was found: say where it may have gone. That is no mark of 0."""
    maximum = task.points * 100
    if broken is not None:
        path, labels = broken
        found = [
            r for p, r in problems if p == path and r.startswith(tuple(f"{x}:" for x in labels))
        ]
        message = f"`{task.name}` stands in a cell that is not Python. In {path}, {found[-1]}."
        return ExerciseMark(task.id, "missing", 0, maximum, message)
    message = f"{NOWHERE} `{task.name}` was found, and no check of it."
    pattern = re.compile(rf"^\s*def\s+{re.escape(task.name)}\s*\(", re.MULTILINE)
    for path, label, text in prose:
        if pattern.search(text):
            message += f" In {path}, {label} holds one, but that cell is text rather than code."
    for path, reason in problems:
        if ": line " in reason or "nested too deeply" in reason:
            message += f" In {path}, {reason}: what stands in that cell was not read."
    if not all_read:
        message += " Not every file could be read."
    return ExerciseMark(task.id, "unknown", None, maximum, message)
