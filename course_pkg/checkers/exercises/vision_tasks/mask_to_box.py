"""From the pixels of a thing to the box around it."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "mask_to_box"]


def mask_to_box(mask: np.ndarray) -> np.ndarray:
    """The smallest box that holds a mask, as x0, y0, x1, y1.

    Example:
        >>> mask_to_box(np.array([[False, False, False], [False, True, True]]))
        array([1, 1, 3, 2])
    """
    rows, columns = np.nonzero(mask)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])


def _last_pixel(mask: np.ndarray) -> np.ndarray:
    return mask_to_box(mask) - np.array([0, 0, 1, 1])


def _rows_first(mask: np.ndarray) -> np.ndarray:
    return mask_to_box(mask)[[1, 0, 3, 2]]


def _width_and_height(mask: np.ndarray) -> np.ndarray:
    x0, y0, x1, y1 = mask_to_box(mask)
    return np.array([x0, y0, x1 - x0, y1 - y0])


def _whole_picture(mask: np.ndarray) -> np.ndarray:
    return np.array([0, 0, mask.shape[1], mask.shape[0]])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    by_hand = np.zeros((4, 6), dtype=bool)
    by_hand[1:3, 2:5] = True
    yield Case("a block", {"mask": by_hand})
    ring = np.zeros((7, 9), dtype=bool)
    ring[1:6, 3:8] = True
    ring[2:5, 4:7] = False
    yield Case("a ring", {"mask": ring})
    parts = np.zeros((8, 10), dtype=bool)
    parts[1, 2] = parts[6, 7] = True
    yield Case("two parts, hidden in between", {"mask": parts})
    single = np.zeros((5, 5), dtype=bool)
    single[3, 1] = True
    yield Case("one pixel", {"mask": single})
    scattered = np.zeros((12, 9), dtype=bool)
    scattered[3:10, 1:7] = rng.random((7, 6)) < 0.3
    scattered[5, 4] = True
    yield Case("scattered pixels", {"mask": scattered})


EXERCISE = Exercise(
    id="vision_tasks.mask_to_box",
    title="A box around a mask",
    chapter=1,
    points=1,
    statement=(
        "mask (h, w) is True where a thing is, at least once. Return the smallest box around it as "
        "whole numbers x0, y0, x1, y1. Pixel j covers the stretch from j to j + 1, so x1 and y1 "
        "stand one beyond the last column and row that the thing touches."
    ),
    starter="def mask_to_box(mask):\n    raise NotImplementedError",
    hints=(
        "np.nonzero(mask) gives the rows and the columns of all True pixels.",
        "x runs along the columns, y along the rows. Take the smallest and the largest of each.",
        "The box ends where the last pixel ends, not where it begins: add 1.",
    ),
    reference=mask_to_box,
    cases=_cases,
    mistakes=(
        Mistake(
            "The box ends where its last pixel begins, so one column and one row stick out: add 1 "
            "to x1 and y1.",
            _last_pixel,
        ),
        Mistake("x and y are swapped: x counts columns, y counts rows.", _rows_first),
        Mistake(
            "The last two numbers are width and height. Return the far corner: x1, y1.",
            _width_and_height,
        ),
        Mistake("This is the box around the whole picture.", _whole_picture),
    ),
)
