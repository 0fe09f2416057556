"""Max pooling that remembers where each maximum stood."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "max_pool_with_indices"]


def max_pool_with_indices(x: np.ndarray, kernel_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Keep every window's largest value and its flat position in the picture.

    Example:
        >>> max_pool_with_indices(np.array([[1.0, 2.0], [5.0, 3.0]]), 2)
        (array([[5.]]), array([[2]]))
    """
    h, w = x.shape[0] // kernel_size, x.shape[1] // kernel_size
    values = np.zeros((h, w))
    indices = np.zeros((h, w), dtype=int)
    for i in range(h):
        for j in range(w):
            top, left = i * kernel_size, j * kernel_size
            window = x[top : top + kernel_size, left : left + kernel_size]
            row, column = divmod(int(window.argmax()), kernel_size)
            values[i, j] = window[row, column]
            indices[i, j] = (top + row) * x.shape[1] + left + column
    return values, indices


def _within_the_window(x: np.ndarray, kernel_size: int) -> tuple[np.ndarray, np.ndarray]:
    values, indices = max_pool_with_indices(x, kernel_size)
    rows, columns = divmod(indices, x.shape[1])
    return values, rows % kernel_size * kernel_size + columns % kernel_size


def _pooled_width(x: np.ndarray, kernel_size: int) -> tuple[np.ndarray, np.ndarray]:
    values, indices = max_pool_with_indices(x, kernel_size)
    rows, columns = divmod(indices, x.shape[1])
    return values, rows * values.shape[1] + columns


def _counts_columns(x: np.ndarray, kernel_size: int) -> tuple[np.ndarray, np.ndarray]:
    values, indices = max_pool_with_indices(x, kernel_size)
    rows, columns = divmod(indices, x.shape[1])
    return values, columns * x.shape[0] + rows


def _last_of_equals(x: np.ndarray, kernel_size: int) -> tuple[np.ndarray, np.ndarray]:
    mirrored = x[
        : x.shape[0] // kernel_size * kernel_size, : x.shape[1] // kernel_size * kernel_size
    ]
    values, indices = max_pool_with_indices(mirrored[::-1, ::-1].copy(), kernel_size)
    rows, columns = divmod(indices[::-1, ::-1], mirrored.shape[1])
    rows, columns = mirrored.shape[0] - 1 - rows, mirrored.shape[1] - 1 - columns
    return values[::-1, ::-1].copy(), rows * x.shape[1] + columns


def _starts_from_zero(x: np.ndarray, kernel_size: int) -> tuple[np.ndarray, np.ndarray]:
    values, indices = max_pool_with_indices(x, kernel_size)
    return np.maximum(values, 0.0), np.where(values > 0, indices, 0)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    rows = [[1.0, 2.0, 6.0, 3.0], [3.0, 5.0, 2.0, 1.0], [1.0, 2.0, 2.0, 1.0], [7.0, 3.0, 4.0, 8.0]]
    yield Case("4 x 4 to 2 x 2", {"x": np.array(rows), "kernel_size": 2})
    yield Case("wider than high", {"x": rng.uniform(1, 9, size=(2, 6)), "kernel_size": 2})
    yield Case("all values negative", {"x": -rng.uniform(1, 9, size=(4, 4)), "kernel_size": 2})
    yield Case("equal values: the first one counts", {"x": np.ones((2, 4)), "kernel_size": 2})
    yield Case("a row and a column left over", {"x": rng.normal(size=(5, 7)), "kernel_size": 2})
    yield Case("windows of 3", {"x": rng.normal(size=(6, 9)), "kernel_size": 3})


EXERCISE = Exercise(
    id="upsampling.max_pool_with_indices",
    title="Max pooling that remembers",
    chapter=4,
    points=3,
    statement=(
        "Cut x (h, w) into windows of kernel_size x kernel_size that do not overlap; rows and "
        "columns left over at the end are dropped. Return two arrays: every window's largest "
        "value, and its flat position in x, row * w + column, as an integer. Of equal values the "
        "first in reading order counts."
    ),
    starter="def max_pool_with_indices(x, kernel_size):\n    raise NotImplementedError",
    hints=(
        "Write two loops, over the rows and columns of the small output, and cut out one window.",
        "window.argmax() counts inside the window. divmod(..., kernel_size) gives row and column.",
        "Add the window's own corner to that row and column, then flatten with the width of x.",
    ),
    reference=max_pool_with_indices,
    cases=_cases,
    mistakes=(
        Mistake(
            "The positions are counted inside each window. Unpooling needs to know where in the "
            "whole picture: add the window's corner.",
            _within_the_window,
        ),
        Mistake(
            "The positions are flattened with the width of the small output. They point into x, so "
            "a row there is x.shape[1] long.",
            _pooled_width,
        ),
        Mistake(
            "The positions are counted down the columns. They run along the rows: "
            "row * width + column.",
            _counts_columns,
        ),
        Mistake(
            "Of equal values you keep the last. The first in reading order counts: compare with > "
            "rather than >=.",
            _last_of_equals,
        ),
        Mistake(
            "This is what you get when the search for the maximum starts at zero: then no negative "
            "value can win. Start from the window's first value.",
            _starts_from_zero,
        ),
    ),
    outputs=("values", "indices"),
)
