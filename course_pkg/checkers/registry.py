"""Find the exercises: every file under `exercises/<topic>/` that defines an `EXERCISE`.

A teacher's own ones lie in a folder of the same form, which an environment variable names, so that
every process of a run knows them.
"""

import importlib.util
import os
import pkgutil
import sys
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path

from course_pkg.checkers import exercises as _folder
from course_pkg.checkers.definition import Exercise

__all__ = ["FOLDER_VARIABLE", "exercises_of", "find", "use_folder"]

FOLDER_VARIABLE = "COURSE_EXERCISES"


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


def use_folder(folder: Path) -> None:
    """Use the exercises of a folder as well, in this process and those it starts.

    Args:
        folder: holds ``<topic>/<name>.py``, each with an ``EXERCISE`` called ``topic.name``.

    Raises:
        ValueError: if it holds none, or one of them cannot be used.

    Example:
        >>> use_folder(Path("/nowhere"))
        Traceback (most recent call last):
        ...
        ValueError: there are no exercises in /nowhere: expected files TOPIC/NAME.py
    """
    if not any(folder.glob("*/*.py")):
        raise ValueError(f"there are no exercises in {folder}: expected files TOPIC/NAME.py")
    os.environ[FOLDER_VARIABLE] = str(folder.resolve())
    _all.cache_clear()
    _all()


def _of_folder(folder: Path, taken: set[str]) -> list[Exercise]:
    found = []
    for file in sorted(folder.glob("*/[!_]*.py")):
        id = f"{file.parent.name}.{file.stem}"
        if id in taken:
            raise ValueError(f"{file}: the book has an exercise {id} already: choose another name")
        name = f"course_exercises.{id}"
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
            exercise = module.EXERCISE
        except Exception as error:  # whatever a file of somebody's own may raise
            raise ValueError(f"{file} cannot be used: {type(error).__name__}: {error}") from error
        if not isinstance(exercise, Exercise) or exercise.id != id:
            got = getattr(exercise, "id", exercise)
            raise ValueError(f"{file}: EXERCISE.id must be {id!r}, got {got!r}")
        found.append(exercise)
    return found


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
    if folder := os.environ.get(FOLDER_VARIABLE):
        found += _of_folder(Path(folder), {exercise.id for exercise in found})
    return {e.id: e for e in sorted(found, key=lambda e: (e.chapter, e.points, e.id))}
