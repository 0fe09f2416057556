"""Writing through a window: the transpose of reading."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake
from course_pkg.checkers.exercises.glimpse.read_patch import _rows

__all__ = ["EXERCISE", "write_patch"]


def write_patch(
    patch: np.ndarray, rows: np.ndarray, columns: np.ndarray, intensity: float
) -> np.ndarray:
    """Spread every cell over the pixels it would have read.

    Example:
        >>> spread = np.array([[0.5, 0.5, 0.0]])
        >>> write_patch(np.array([[8.0]]), spread, spread, 2.0).tolist()
        [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    return rows.T @ patch @ columns / intensity


def _multiplies(
    patch: np.ndarray, rows: np.ndarray, columns: np.ndarray, intensity: float
) -> np.ndarray:
    return rows.T @ patch @ columns * intensity


def _forgets_intensity(
    patch: np.ndarray, rows: np.ndarray, columns: np.ndarray, intensity: float
) -> np.ndarray:
    return rows.T @ patch @ columns


def _inverse(
    patch: np.ndarray, rows: np.ndarray, columns: np.ndarray, intensity: float
) -> np.ndarray:
    return np.linalg.pinv(rows) @ patch @ np.linalg.pinv(columns).T / intensity


def _patch_turned(
    patch: np.ndarray, rows: np.ndarray, columns: np.ndarray, intensity: float
) -> np.ndarray:
    if patch.shape[0] != patch.shape[1]:
        return rows.T @ patch @ columns / intensity
    return rows.T @ patch.T @ columns / intensity


def _averages(
    patch: np.ndarray, rows: np.ndarray, columns: np.ndarray, intensity: float
) -> np.ndarray:
    cover = np.outer(rows.sum(0), columns.sum(0))
    return rows.T @ patch @ columns / intensity / np.maximum(cover, 1e-9)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    spread = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    patch = np.array([[1.0, 2.0], [3.0, 4.0]])
    yield Case(
        "2 x 2 cells that overlap",
        {"patch": patch, "rows": spread, "columns": spread, "intensity": 1.0},
    )
    yield Case(
        "twice the intensity",
        {"patch": patch, "rows": spread, "columns": spread, "intensity": 2.0},
    )
    pick = np.array([[0.0, 0.0, 1.0, 0.0]])
    yield Case(
        "a single cell on one pixel",
        {"patch": np.array([[6.0]]), "rows": pick, "columns": pick, "intensity": 3.0},
    )
    h, w = (int(side) for side in rng.integers(4, 9, 2))
    p, q = (int(side) for side in rng.integers(1, 4, 2))
    yield Case(
        "any size",
        {
            "patch": rng.normal(size=(p, q)),
            "rows": _rows(rng, p, h),
            "columns": _rows(rng, q, w),
            "intensity": float(rng.uniform(0.3, 3)),
        },
    )


EXERCISE = Exercise(
    id="glimpse.write_patch",
    title="Write through the window",
    chapter=14,
    points=2,
    statement=(
        "patch is (p, q), rows (p, h) and columns (q, w), as for reading. Put every cell down on "
        "the pixels it would have read, with the same weights; where cells overlap, add. Divide by "
        "the intensity. Return the picture, (h, w)."
    ),
    starter="def write_patch(patch, rows, columns, intensity):\n    raise NotImplementedError",
    hints=(
        "Reading was rows @ image @ columns.T. Chapter 5 turned picking up into putting down by "
        "laying the matrix on its side.",
        "(h, p) times (p, q) times (q, w).",
    ),
    reference=write_patch,
    cases=_cases,
    mistakes=(
        Mistake("Reading multiplies by the intensity, writing divides by it.", _multiplies),
        Mistake("The intensity is not used: divide by it.", _forgets_intensity),
        Mistake(
            "This inverts the reading. Writing is its transpose: it puts down, it does not undo.",
            _inverse,
        ),
        Mistake("The patch is written turned over: its rows go down the picture.", _patch_turned),
        Mistake(
            "Where cells overlap they add up; you divided by how much of the window covers them.",
            _averages,
        ),
    ),
)
