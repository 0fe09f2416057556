"""What an answer is worth: every moment at which it was asked is marked, and the best counts."""

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import cast

from course_pkg.checkers import Exercise
from course_pkg.grading.asking import STATEMENTS, Answer, Asking, Attempt
from course_pkg.grading.process import Worker
from course_pkg.grading.questions import HiddenQuestion, shares
from course_pkg.grading.record import CaseMark, ExerciseMark, ExerciseStatus
from course_pkg.grading.settings import Settings
from course_pkg.grading.wording import ENDED, lost_in_words, refused_in_words

__all__ = ["mark_answer"]

_LONGEST_SOURCE = 20_000  # characters that are kept to be compared and read


def mark_answer(
    task: Exercise,
    answer: Answer,
    asked: tuple[HiddenQuestion, ...],
    worker: Worker,
    settings: Settings,
) -> ExerciseMark:
    """Try an answer on every case, as it was at each moment it was checked; the best counts.

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
    asking = Asking(task, answer, asked, worker, settings)
    asking.to_the_end()
    marks = [_of_attempt(task, attempt, asked) for attempt in asking.attempts.values()]
    tried = [mark for mark in marks if mark.status != "not_attempted"] or marks
    open_ones = [mark for mark in tried if mark.status == "unknown"]  # may be worth the most
    if open_ones and all(mark.status != "correct" for mark in tried):
        tried = open_ones
    best = max(tried, key=lambda mark: mark.hundredths or 0, default=None)
    if best is None:
        best = _without_a_function(task, asking)
    return replace(
        best,
        structure=answer.structure,
        size=answer.size,
        source="\n".join(text for _, text in answer.cells)[:_LONGEST_SOURCE],
        seconds=round(time.monotonic() - started, 3),
        note="\n".join(dict.fromkeys(asking.printed))[:2000],
    )


def _of_attempt(task: Exercise, attempt: Attempt, asked: Sequence[HiddenQuestion]) -> ExerciseMark:
    maximum = task.points * 100
    if attempt.is_unwritten:
        message = "Not attempted: the function still raises NotImplementedError."
        return ExerciseMark(task.id, "not_attempted", 0, maximum, message)
    if attempt.lost:
        return ExerciseMark(task.id, "unknown", None, maximum, lost_in_words(attempt.lost[0], task))
    marks = list(attempt.marks)
    marks += [CaseMark(q.case.name, "not_run", ENDED["not_run"]) for q in asked[len(marks) :]]
    good = [mark.status == "passed" for mark in marks]
    reached = sum(share for share, is_good in zip(shares(asked), good, strict=True) if is_good)
    message = ""
    if all(good):
        status: ExerciseStatus = "correct"
    elif any(good):
        status = "partly"
        hidden = [g for g, question in zip(good, asked, strict=True) if not question.is_known]
        if hidden and not any(hidden):
            # A list of the known answers would get this far.
            message = "Right only where the inputs are known to everyone, so nothing counts."
            status, reached = "wrong", Fraction(0)
    else:
        first = marks[0].status
        status = "wrong" if first in ("passed", "not_run") else first
    if attempt.notes and status != "correct" and not message:
        message = f"A line of the notebook that may belong to it failed: {attempt.notes[-1][:300]}"
    return ExerciseMark(task.id, status, int(maximum * reached), maximum, message, tuple(marks))


def _without_a_function(task: Exercise, asking: Asking) -> ExerciseMark:
    """No case could be asked: what is not known is no mark of 0."""
    maximum = task.points * 100
    if asking.forbidden:
        return ExerciseMark(task.id, "raised", 0, maximum, asking.forbidden)
    if asking.ended:
        message = ENDED[asking.ended].format(seconds=asking.settings.timeout * STATEMENTS)
        message = f"Before the function was there: {message}"
        return ExerciseMark(task.id, cast(ExerciseStatus, asking.ended), 0, maximum, message)
    if asking.refused:
        name = asking.refused[0]
        return ExerciseMark(
            task.id, "raised", 0, maximum, refused_in_words(name, task, asking.answer.cells)
        )
    why = f" A line failed: {asking.why[-1][:300]}" if asking.why else ""
    message = f"Not graded: `{task.name}` does not stand for a function in the end.{why}"
    return ExerciseMark(task.id, "unknown", None, maximum, message)
