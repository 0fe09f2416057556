"""Nearest neighbour once more, as the matrix that it always was."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake, call_each

__all__ = ["EXERCISE", "nearest_matrix"]


def nearest_matrix(n: int, scale_factor: int) -> np.ndarray:
    """Write nearest-neighbour upsampling of a row as a matrix, a row for every output cell.

    Example:
        >>> nearest_matrix(2, 2)
        array([[1., 0.],
               [1., 0.],
               [0., 1.],
               [0., 1.]])
    """
    return np.eye(n).repeat(scale_factor, axis=0)


def _downwards(n: int, scale_factor: int) -> np.ndarray:
    return nearest_matrix(n, scale_factor).T


def _tiled(n: int, scale_factor: int) -> np.ndarray:
    return np.tile(np.eye(n), (scale_factor, 1))


def _nails(n: int, scale_factor: int) -> np.ndarray:
    out = np.zeros((n * scale_factor, n))
    out[::scale_factor] = np.eye(n)
    return out


def _averaged(n: int, scale_factor: int) -> np.ndarray:
    return nearest_matrix(n, scale_factor) / scale_factor


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two cells, twice as many", {"n": 2, "scale_factor": 2})
    yield Case("three cells, three times as many", {"n": 3, "scale_factor": 3})
    yield Case("a factor of 1 changes nothing", {"n": 4, "scale_factor": 1})
    yield Case("one cell", {"n": 1, "scale_factor": 5})
    for rows in rng.integers((2, 2), (16, 10), size=(3, 3, 2)):
        yield Case("several sizes, one call each", {"n": rows[:, 0], "scale_factor": rows[:, 1]})


EXERCISE = Exercise(
    id="summary.nearest_matrix",
    title="Nearest neighbour as a matrix",
    chapter=16,
    points=1,
    statement=(
        "Write nearest-neighbour upsampling of a row of n numbers as a matrix W, so that W @ x is "
        "the row made scale_factor times as long. Return an array of scale_factor*n rows and n "
        "columns: row i says which input cell output cell i reads."
    ),
    starter="def nearest_matrix(n, scale_factor):\n    raise NotImplementedError",
    hints=(
        "Output cells 0 and 1 both read input cell 0: two rows that are equal.",
        "Upsample the unit vectors: what becomes of 1 0 0 is the first column.",
        "Repeat every row of np.eye(n).",
    ),
    reference=nearest_matrix,
    cases=_cases,
    mistakes=(
        Mistake("This is the transpose: it sums up blocks and makes the row shorter.", _downwards),
        Mistake(
            "This lays the whole row down again and again (np.tile). Repeat each cell in its "
            "place.",
            _tiled,
        ),
        Mistake("This is the bed of nails: the other rows of a block are empty.", _nails),
        Mistake(
            "The rows add up to less than 1. Nearest copies; dividing belongs to average pooling.",
            _averaged,
        ),
    ),
    drive=call_each,
)
