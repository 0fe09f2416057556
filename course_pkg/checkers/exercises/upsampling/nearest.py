"""Nearest neighbour: repeat every value over a square."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "nearest"]


def nearest(x: np.ndarray, scale_factor: int) -> np.ndarray:
    """Repeat every value over a square of ``scale_factor`` x ``scale_factor`` cells.

    Example:
        >>> nearest(np.array([[1.0, 2.0]]), 2)
        array([[1., 1., 2., 2.],
               [1., 1., 2., 2.]])
    """
    return x.repeat(scale_factor, axis=0).repeat(scale_factor, axis=1)


def _tiles(x: np.ndarray, scale_factor: int) -> np.ndarray:
    return np.tile(x, (scale_factor, scale_factor))


def _one_axis(x: np.ndarray, scale_factor: int) -> np.ndarray:
    return x.repeat(scale_factor, axis=0)


def _flattens(x: np.ndarray, scale_factor: int) -> np.ndarray:
    return np.repeat(x, scale_factor)


def _always_twice(x: np.ndarray, scale_factor: int) -> np.ndarray:
    return nearest(x, 2)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "2 x 2, twice as large", {"x": np.array([[1.0, 2.0], [3.0, 4.0]]), "scale_factor": 2}
    )
    yield Case("wider than high", {"x": rng.normal(size=(2, 4)), "scale_factor": 2})
    yield Case("three times as large", {"x": rng.normal(size=(3, 2)), "scale_factor": 3})
    yield Case("a factor of 1 changes nothing", {"x": rng.normal(size=(2, 2)), "scale_factor": 1})
    yield Case("a single pixel", {"x": rng.normal(size=(1, 1)), "scale_factor": 4})


EXERCISE = Exercise(
    id="upsampling.nearest",
    title="Nearest neighbour",
    chapter=4,
    points=1,
    statement=(
        "Enlarge a feature map: every value of x (h, w) fills a square of scale_factor x "
        "scale_factor cells. Return an array of scale_factor*h by scale_factor*w."
    ),
    starter="def nearest(x, scale_factor):\n    raise NotImplementedError",
    hints=(
        "With pencil and paper: what does the row 1 2 become at a factor of 2? And the row below?",
        "np.repeat copies every value next to itself. Tell it along which axis.",
        "Repeat the rows (axis=0), then the columns of what you have (axis=1).",
    ),
    reference=nearest,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is what you get when the whole picture is laid out like tiles (np.tile). Every "
            "value has to be repeated beside itself (np.repeat).",
            _tiles,
        ),
        Mistake(
            "This is what you get when only the rows are repeated. The columns need it too.",
            _one_axis,
        ),
        Mistake(
            "This is what np.repeat gives without an axis: it flattens the picture first.",
            _flattens,
        ),
        Mistake(
            "This is what you get when the factor is always 2. Use scale_factor.",
            _always_twice,
        ),
    ),
)
