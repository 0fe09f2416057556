"""Answers that are built alike, for a person to look at; never a reason for a mark."""

import ast
import inspect
import textwrap
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from course_pkg.checkers import exercise
from course_pkg.checkers.definition import reference
from course_pkg.grading.record import Record
from course_pkg.grading.worker.structure import fingerprint

__all__ = ["flags"]

_SMALLEST = 40  # parts; below that, honest answers are alike by nature


def flags(records: Sequence[Record]) -> dict[str, list[str]]:
    """What is conspicuous, by student.

    Args:
        records: the class.

    Returns:
        Sentences; students without any are left out.

    Example:
        >>> flags([])
        {}
    """
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record in records:
        for mark in record.exercises:
            if mark.structure and mark.size >= _SMALLEST:
                alike[mark.id, mark.structure].append(record.student)
    found: dict[str, list[str]] = {}
    for record in records:
        by_model: dict[str, list[str]] = defaultdict(list)
        for mark in record.exercises:
            others = alike.get((mark.id, mark.structure), [])
            if mark.structure and mark.size >= _SMALLEST:
                if mark.structure == _reference_structure(mark.id):
                    by_model["the published solution"].append(mark.id)
                elif len(others) > 1:
                    names = ", ".join(name for name in others if name != record.student)
                    by_model[names].append(mark.id)
        sentences = [f"built like {who}: {', '.join(ids)}" for who, ids in by_model.items()]
        if sentences:
            found[record.student] = sentences
    return found


@cache
def _reference_structure(id: str) -> str:
    try:
        source = inspect.getsource(inspect.unwrap(reference(exercise(id).definition)))
    except OSError:
        return ""
    return fingerprint(ast.parse(textwrap.dedent(source)).body[0])[0]
