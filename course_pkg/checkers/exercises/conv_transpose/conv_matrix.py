"""Convolution as a matrix: every row is the kernel at another place."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "conv_matrix"]


def conv_matrix(weight: np.ndarray, input_size: int, stride: int) -> np.ndarray:
    """The matrix X for which ``X @ x`` is the convolution of x without padding.

    Example:
        >>> conv_matrix(np.array([1.0, 2.0, 3.0]), 6, 2)
        array([[1., 2., 3., 0., 0., 0.],
               [0., 0., 1., 2., 3., 0.]])
    """
    rows = (input_size - len(weight)) // stride + 1
    matrix = np.zeros((rows, input_size))
    for i in range(rows):
        matrix[i, i * stride : i * stride + len(weight)] = weight
    return matrix


def _transposed(weight: np.ndarray, input_size: int, stride: int) -> np.ndarray:
    return conv_matrix(weight, input_size, stride).T.copy()


def _flipped(weight: np.ndarray, input_size: int, stride: int) -> np.ndarray:
    return conv_matrix(weight[::-1].copy(), input_size, stride)


def _all_places(weight: np.ndarray, input_size: int, stride: int) -> np.ndarray:
    return conv_matrix(weight, input_size, 1)


def _rows_one_apart(weight: np.ndarray, input_size: int, stride: int) -> np.ndarray:
    rows = (input_size - len(weight)) // stride + 1
    return conv_matrix(weight, input_size, 1)[:rows]


def _with_padding(weight: np.ndarray, input_size: int, stride: int) -> np.ndarray:
    side = len(weight) // 2
    return conv_matrix(weight, input_size + 2 * side, stride)[:, side : side + input_size]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    kernel = np.array([1.0, 2.0, 3.0])
    yield Case("4 x 6: stride 1", {"weight": kernel, "input_size": 6, "stride": 1})
    yield Case("2 x 6: stride 2", {"weight": kernel, "input_size": 6, "stride": 2})
    yield Case(
        "a kernel of 2, stride 3", {"weight": rng.normal(size=2), "input_size": 9, "stride": 3}
    )
    yield Case("the kernel fits once", {"weight": rng.normal(size=4), "input_size": 4, "stride": 2})
    yield Case("a kernel of 1", {"weight": rng.normal(size=1), "input_size": 3, "stride": 1})


EXERCISE = Exercise(
    id="conv_transpose.conv_matrix",
    title="Convolution as a matrix",
    chapter=5,
    points=3,
    statement=(
        "Build the matrix X with X @ x equal to the convolution of x (input_size,) with weight "
        "(k,), no padding. Convolution as networks mean it: the kernel is not flipped. X has "
        "(input_size - k) // stride + 1 rows and input_size columns."
    ),
    starter="def conv_matrix(weight, input_size, stride):\n    raise NotImplementedError",
    hints=(
        "One row makes one output number. Which entries of x does the first output read?",
        "The row below holds the same kernel, stride columns further right; all else is zero.",
        "matrix[i, i * stride : i * stride + k] = weight, for every row i.",
    ),
    reference=conv_matrix,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is X^T, the matrix of the transposed convolution. X has one row per output.",
            _transposed,
        ),
        Mistake(
            "The kernel stands in the rows the wrong way round. Networks do not flip it: the row "
            "reads x y z, as the kernel does.",
            _flipped,
        ),
        Mistake(
            "This is the matrix for stride 1. With a larger stride the kernel stops at fewer "
            "places, so there are fewer rows.",
            _all_places,
        ),
        Mistake(
            "The number of rows is right, but each is only one column further right. They have to "
            "be stride columns apart.",
            _rows_one_apart,
        ),
        Mistake(
            "These rows start and end outside of x, as they do with padding. Here there is none: "
            "every row holds the whole kernel.",
            _with_padding,
        ),
    ),
)
