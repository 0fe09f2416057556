"""The two bits of a max pool: which of the four cells of a window won."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "two_bits"]


def two_bits(indices: np.ndarray, width: int) -> np.ndarray:
    """Squeeze flat positions into 0, 1, 2, 3: the cell's place in its own 2x2 window.

    Example:
        >>> two_bits(np.array([[5, 2], [12, 15]]), 4)
        array([[3, 0],
               [2, 3]])
    """
    rows, columns = indices // width, indices % width
    return 2 * (rows % 2) + columns % 2


def _modulo_four(indices: np.ndarray, width: int) -> np.ndarray:
    return indices % 4


def _column_first(indices: np.ndarray, width: int) -> np.ndarray:
    return indices // width % 2 + 2 * (indices % width % 2)


def _only_the_column(indices: np.ndarray, width: int) -> np.ndarray:
    return indices % width % 2


def _width_of_the_pooled_map(indices: np.ndarray, width: int) -> np.ndarray:
    return two_bits(indices, width // 2)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("six windows", {"indices": np.array([[7, 2, 10], [12, 21, 23]]), "width": 6})
    yield Case("one window", {"indices": np.array([[2]]), "width": 2})
    for name, h, w, extra in (("wider than high", 2, 5, 0), ("an odd width", 3, 4, 1)):
        width = 2 * w + extra
        rows, columns = 2 * np.indices((h, w)) + rng.integers(0, 2, size=(2, h, w))
        yield Case(name, {"indices": rows * width + columns, "width": width})


EXERCISE = Exercise(
    id="encoder_decoder.two_bits",
    title="The two bits",
    chapter=7,
    points=2,
    statement=(
        "A 2x2 max pool returned indices (h, w): for every window the flat position (row * width + "
        "column) of its maximum in the large map, which is width columns wide. Return an integer "
        "array (h, w) with two bits per window: 0 for top left, 1 top right, 2 bottom left, 3 "
        "bottom right."
    ),
    starter="def two_bits(indices, width):\n    raise NotImplementedError",
    hints=(
        "First get row and column back out of a flat position: // and % with the width.",
        "Windows begin at even rows and even columns. So what does row % 2 tell?",
        "Top or bottom is worth 2, left or right is worth 1: 2 * (row % 2) + column % 2.",
    ),
    reference=two_bits,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the flat position modulo 4, which knows nothing of windows. Get row and "
            "column first.",
            _modulo_four,
        ),
        Mistake(
            "Right and below have changed places: 1 is top right and 2 is bottom left.",
            _column_first,
        ),
        Mistake(
            "This is one bit, left or right. The other says top or bottom.",
            _only_the_column,
        ),
        Mistake(
            "The positions are counted in rows of the large map; half its width was used.",
            _width_of_the_pooled_map,
        ),
    ),
)
