"""Answers that are built alike, for a person to look at; never a reason for a mark."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from course_pkg.checkers import exercise
from course_pkg.grading.record import Record
from course_pkg.grading.similarity import groups, runs

__all__ = ["alike", "flags"]

PUBLISHED = "the published solution"
_NAMED = 4  # in a group of more, names would fill the cell


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
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for id, clusters in alike(records).items():
        for number, cluster in enumerate(clusters, 1):
            for student in cluster:
                if student != PUBLISHED:
                    found[student][_with_whom(student, cluster, number)].append(id)
    return {
        student: [f"built like {who}: {', '.join(ids)}" for who, ids in sentences.items()]
        for student, sentences in found.items()
    }


def alike(records: Sequence[Record]) -> dict[str, list[tuple[str, ...]]]:
    """Groups of students by exercise; the published solution may be one of a group.

    Args:
        records: the class.

    Returns:
        Groups from large to small; exercises without any are left out.

    Example:
        >>> alike([])
        {}
    """
    answers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for record in records:
        for mark in record.exercises:
            if mark.source:
                answers[mark.id].append((record.student, mark.source))
    found = {id: _groups(id, tuple(given)) for id, given in answers.items()}
    return {id: clusters for id, clusters in found.items() if clusters}


@lru_cache(maxsize=256)
def _groups(id: str, answers: tuple[tuple[str, str], ...]) -> list[tuple[str, ...]]:
    task = exercise(id)
    solution = runs(task.solution().source)
    given = {student: _runs(source) for student, source in answers}
    return groups(given, runs(task.definition.starter), {PUBLISHED: solution})


_runs = lru_cache(maxsize=20_000)(runs)


def _with_whom(student: str, cluster: tuple[str, ...], number: int) -> str:
    if PUBLISHED in cluster:
        return PUBLISHED
    if len(cluster) <= _NAMED:
        return ", ".join(other for other in cluster if other != student)
    return f"{len(cluster) - 1} others (group {number})"
