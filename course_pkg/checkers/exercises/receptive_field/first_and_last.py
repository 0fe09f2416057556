"""Which pixels a cell looks at."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "first_and_last"]


def first_and_last(
    cell: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> np.ndarray:
    """The first and the last pixel that a cell of the last layer looks at, padding included.

    Example:
        >>> first_and_last(0, np.array([3, 2]), np.array([1, 2]), np.array([1, 0]))
        array([-1,  2])
    """
    first = last = cell
    # Backwards: what this cell reads of the map before, and what those cells read of theirs.
    for k, s, p in zip(kernel_sizes[::-1], strides[::-1], paddings[::-1], strict=True):
        first = first * int(s) - int(p)
        last = last * int(s) - int(p) + int(k) - 1
    return np.array([first, last])


def _forwards(
    cell: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> np.ndarray:
    return first_and_last(cell, kernel_sizes[::-1], strides[::-1], paddings[::-1])


def _no_padding(
    cell: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> np.ndarray:
    return first_and_last(cell, kernel_sizes, strides, 0 * paddings)


def _one_too_far(
    cell: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> np.ndarray:
    return first_and_last(cell, kernel_sizes + 1, strides, paddings)


def _clipped(
    cell: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> np.ndarray:
    first, last = first_and_last(cell, kernel_sizes, strides, paddings)
    return np.array([max(first, 0), last])


def _case(name: str, cell: int, *layers: tuple[int, int, int]) -> Case:
    columns = np.array(layers).T
    names = ("kernel_sizes", "strides", "paddings")
    return Case(name, {"cell": cell, **dict(zip(names, columns.copy(), strict=True))})


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("one padded 3 x 3 layer", 4, (3, 1, 1))
    yield _case("a padded layer and a pool", 5, (3, 1, 1), (2, 2, 0))
    yield _case("a cell whose view begins outside", 0, (3, 1, 1), (2, 2, 0), (3, 1, 1))
    yield _case("padding 100, then two pools", 3, (3, 1, 100), (2, 2, 0), (2, 2, 0))
    drawn = rng.integers((2, 1, 0), (6, 4, 3), (5, 3))
    layers = [(int(k), int(s), int(p)) for k, s, p in drawn]
    yield _case("five random layers", int(rng.integers(0, 20)), *layers)


EXERCISE = Exercise(
    id="receptive_field.first_and_last",
    title="From the cell back to the pixels",
    chapter=3,
    points=4,
    statement=(
        "Cell number cell (counted from 0) of the last layer of a stack looks at a stretch of the "
        "picture. Return its first and its last pixel, counted from 0. Layer i has kernel "
        "kernel_sizes[i], stride strides[i] and paddings[i] zeros before its input. Padding counts "
        "as places too: the first pixel may be negative, the last beyond the picture."
    ),
    starter=(
        "def first_and_last(cell, kernel_sizes, strides, paddings):\n    raise NotImplementedError"
    ),
    hints=(
        "One layer: the window of cell i begins at i * stride in the padded input. Where is that "
        "without the padding?",
        "Its last place is kernel_size - 1 further. Now take both ends one layer further back.",
        "From the last layer to the first: first = first * s - p, last = last * s - p + k - 1.",
    ),
    reference=first_and_last,
    cases=_cases,
    mistakes=(
        Mistake(
            "The layers were taken from the first to the last. You stand at the end: undo the last "
            "one first.",
            _forwards,
        ),
        Mistake(
            "Padding moves everything: place 0 of the padded input is pixel -padding.", _no_padding
        ),
        Mistake(
            "The last place of a window is kernel_size - 1 after its first: 3 places are 0, 1, 2.",
            _one_too_far,
        ),
        Mistake(
            "The first pixel was cut off at 0. Here the padding counts: leave it negative.",
            _clipped,
        ),
    ),
)
