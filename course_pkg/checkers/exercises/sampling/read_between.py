"""Reading a picture at a place between four pixels."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "read_between"]


def read_between(image: np.ndarray, x: float, y: float) -> float:
    """Read a picture bilinearly at (x, y) in pixels; outside there are zeros.

    Example:
        >>> read_between(np.array([[0.0, 10.0], [20.0, 30.0]]), 0.5, 0.0)
        5.0
    """
    rows, columns = np.indices(image.shape)
    near_x = np.maximum(0, 1 - np.abs(x - columns))
    near_y = np.maximum(0, 1 - np.abs(y - rows))
    return float((image * near_x * near_y).sum())


def _axes_swapped(image: np.ndarray, x: float, y: float) -> float:
    return read_between(image, y, x)


def _rounds(image: np.ndarray, x: float, y: float) -> float:
    row, column = round(y), round(x)
    inside = 0 <= row < image.shape[0] and 0 <= column < image.shape[1]
    return float(image[row, column]) if inside else 0.0


def _border(image: np.ndarray, x: float, y: float) -> float:
    h, w = image.shape
    return read_between(image, min(max(x, 0), w - 1), min(max(y, 0), h - 1))


def _wraps(image: np.ndarray, x: float, y: float) -> float:
    left, top = int(np.floor(x)), int(np.floor(y))
    total = 0.0
    for row in (top, top + 1):
        for column in (left, left + 1):
            weight = (1 - abs(x - column)) * (1 - abs(y - row))
            total += weight * image[row % image.shape[0], column % image.shape[1]]
    return float(total)


def _weights_swapped(image: np.ndarray, x: float, y: float) -> float:
    left, top = np.floor(x), np.floor(y)
    return read_between(image, 2 * left + 1 - x, 2 * top + 1 - y)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    four = np.array([[0.0, 10.0], [20.0, 30.0]])
    yield Case("a quarter of the way", {"image": four, "x": 0.25, "y": 0.5})
    wide = rng.normal(size=(3, 5))
    yield Case("in a wide picture", {"image": wide, "x": 3.3, "y": 0.8})
    yield Case("exactly on a pixel", {"image": wide, "x": 4.0, "y": 2.0})
    yield Case("half outside, on the left", {"image": wide, "x": -0.4, "y": 1.25})
    yield Case("half outside, below", {"image": wide, "x": 1.5, "y": 2.75})
    yield Case("far outside", {"image": wide, "x": 9.5, "y": -4.0})


EXERCISE = Exercise(
    id="sampling.read_between",
    title="Between four pixels",
    chapter=15,
    points=4,
    statement=(
        "Read image (h, w) at the place x (column) and y (row), counted in pixels, neither of them "
        "whole. Each of the four pixels around counts with its nearness: (1 - distance along x) "
        "times (1 - distance along y). A pixel outside the picture counts as zero."
    ),
    starter="def read_between(image, x, y):\n    raise NotImplementedError",
    hints=(
        "The paper sums over all pixels: max(0, 1 - |x - column|) is zero for all but two columns.",
        "rows, columns = np.indices(image.shape) gives every pixel its place.",
        "Padding with zeros then needs no code at all: what is not in the sum counts nothing.",
    ),
    reference=read_between,
    cases=_cases,
    mistakes=(
        Mistake("x is the column and y the row: image[y, x].", _axes_swapped),
        Mistake(
            "You take the nearest pixel. Then a small change of the place changes nothing, and a "
            "network cannot learn where to look. Mix four.",
            _rounds,
        ),
        Mistake(
            "Outside you repeat the border pixel (padding_mode='border'); here there are zeros.",
            _border,
        ),
        Mistake(
            "Python's index -1 is the last pixel: your place left of the picture reads its right "
            "edge. Leave out pixels that do not exist.",
            _wraps,
        ),
        Mistake(
            "The weights are the wrong way round: the nearer pixel counts more, 1 - distance.",
            _weights_swapped,
        ),
    ),
)
