"""Find the exercises: every file under `exercises/<topic>/` that defines an `EXERCISE`."""

import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from course_pkg.checkers import exercises as _folder
from course_pkg.checkers.definition import Exercise

__all__ = ["exercises_of", "find"]


def exercises_of(chapter: int | None = None) -> tuple[Exercise, ...]:
    """All exercises, by chapter and from easy to hard.

    Args:
        chapter: only those of one lecture.

    Returns:
        The exercises, at least one.

    Raises:
        ValueError: if the chapter has none.

    Example:
        >>> exercises_of(chapter=4)[0].id
        'upsampling.bed_of_nails'
    """
    found = tuple(e for e in _all().values() if chapter is None or e.chapter == chapter)
    if not found:
        having = ", ".join(str(number) for number in sorted({e.chapter for e in _all().values()}))
        raise ValueError(f"chapter {chapter} has no exercises; those that have: {having}")
    return found


def find(id: str) -> Exercise:
    """The exercise with this id.

    Args:
        id: ``topic.name``.

    Returns:
        The exercise.

    Raises:
        ValueError: if there is none; the message lists ids that look alike.

    Example:
        >>> find("upsampling.nearest").chapter
        4
    """
    known = _all()
    if id not in known:
        near = get_close_matches(id, known, n=3, cutoff=0.5)
        advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise ValueError(f"there is no exercise {id!r}: {advice}")
    return known[id]


@cache
def _all() -> dict[str, Exercise]:
    found = []
    for topic in pkgutil.iter_modules(_folder.__path__):
        package = import_module(f"{_folder.__name__}.{topic.name}")
        for file in pkgutil.iter_modules(package.__path__):
            exercise = import_module(f"{package.__name__}.{file.name}").EXERCISE
            if exercise.id != f"{topic.name}.{file.name}":
                raise ValueError(
                    f"{package.__name__}.{file.name}: EXERCISE.id must be "
                    f"'{topic.name}.{file.name}', got {exercise.id!r}"
                )
            found.append(exercise)
    return {e.id: e for e in sorted(found, key=lambda e: (e.chapter, e.points, e.id))}
