"""Bed of nails: the value in one corner of its square, zeros elsewhere."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "bed_of_nails"]


def bed_of_nails(x: np.ndarray, stride: int) -> np.ndarray:
    """Put every value into the top-left cell of its square and leave the rest zero.

    Example:
        >>> bed_of_nails(np.array([[1.0, 2.0]]), 2)
        array([[1., 0., 2., 0.],
               [0., 0., 0., 0.]])
    """
    h, w = x.shape
    board = np.zeros((stride * h, stride * w))
    board[::stride, ::stride] = x
    return board


def _bottom_right(x: np.ndarray, stride: int) -> np.ndarray:
    board = np.zeros((stride * x.shape[0], stride * x.shape[1]))
    board[stride - 1 :: stride, stride - 1 :: stride] = x
    return board


def _stops_at_the_last_nail(x: np.ndarray, stride: int) -> np.ndarray:
    return bed_of_nails(x, stride)[: stride * (x.shape[0] - 1) + 1, : stride * (x.shape[1] - 1) + 1]


def _fills_the_square(x: np.ndarray, stride: int) -> np.ndarray:
    return x.repeat(stride, axis=0).repeat(stride, axis=1)


def _always_two(x: np.ndarray, stride: int) -> np.ndarray:
    return bed_of_nails(x, 2)


def _in_one_corner(x: np.ndarray, stride: int) -> np.ndarray:
    board = np.zeros((stride * x.shape[0], stride * x.shape[1]))
    board[: x.shape[0], : x.shape[1]] = x
    return board


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("2 x 2, stride 2", {"x": np.array([[1.0, 2.0], [3.0, 4.0]]), "stride": 2})
    yield Case("wider than high", {"x": rng.normal(size=(2, 3)), "stride": 2})
    yield Case("stride 3", {"x": rng.normal(size=(3, 2)), "stride": 3})
    yield Case("stride 1 changes nothing", {"x": rng.normal(size=(2, 4)), "stride": 1})
    yield Case("a single pixel", {"x": rng.normal(size=(1, 1)), "stride": 4})


EXERCISE = Exercise(
    id="upsampling.bed_of_nails",
    title="Bed of nails",
    chapter=4,
    points=1,
    statement=(
        "Every value of x (h, w) gets a square of stride x stride cells: put the value into its "
        "top-left cell and zeros into the others. Return an array of stride*h by stride*w."
    ),
    starter="def bed_of_nails(x, stride):\n    raise NotImplementedError",
    hints=(
        "Begin with an array of zeros that already has the final size.",
        "In which rows do the nails stand? Write their numbers down for stride 2, then for 3.",
        "A slice can take steps: board[::stride, ::stride] names all nails at once.",
    ),
    reference=bed_of_nails,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is what you get when the nails stand in the bottom-right cell of their squares. "
            "Here they stand top-left.",
            _bottom_right,
        ),
        Mistake(
            "This is what you get when the board ends at the last nail. The last square has its "
            "zeros too.",
            _stops_at_the_last_nail,
        ),
        Mistake(
            "This is the nearest-neighbour answer: the value fills its square. Only one cell of "
            "the square gets it.",
            _fills_the_square,
        ),
        Mistake(
            "This is what you get when the stride is always 2. Use the argument.",
            _always_two,
        ),
        Mistake(
            "This is what you get when all values stay together in the board's corner. There have "
            "to be zeros between them.",
            _in_one_corner,
        ),
    ),
)
