"""The adjoint of nearest-neighbour enlarging: add up every block."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "sum_pool"]


def sum_pool(y: np.ndarray, stride: int) -> np.ndarray:
    """Add up every ``stride`` x ``stride`` block.

    Example:
        >>> sum_pool(np.array([[1.0, 2.0, 0.0, 1.0], [3.0, 4.0, 0.0, 1.0]]), 2)
        array([[10.,  2.]])
    """
    h, w = y.shape[0] // stride, y.shape[1] // stride
    return y.reshape(h, stride, w, stride).sum(axis=(1, 3))


def _average(y: np.ndarray, stride: int) -> np.ndarray:
    return sum_pool(y, stride) / stride**2


def _subsample(y: np.ndarray, stride: int) -> np.ndarray:
    return y[::stride, ::stride].copy()


def _maximum(y: np.ndarray, stride: int) -> np.ndarray:
    h, w = y.shape[0] // stride, y.shape[1] // stride
    return y.reshape(h, stride, w, stride).max(axis=(1, 3))


def _reshapes_runs(y: np.ndarray, stride: int) -> np.ndarray:
    h, w = y.shape[0] // stride, y.shape[1] // stride
    return y.reshape(h, w, stride, stride).sum(axis=(2, 3))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    hand = np.array([[1.0, 2.0, 0.0, 1.0], [3.0, 4.0, 0.0, 1.0]])
    yield Case("2 x 4 to 1 x 2", {"y": hand, "stride": 2})
    yield Case("4 x 4 to 2 x 2", {"y": rng.normal(size=(4, 4)), "stride": 2})
    yield Case("blocks of 3, wider than high", {"y": rng.normal(size=(6, 9)), "stride": 3})
    yield Case("stride 1 changes nothing", {"y": rng.normal(size=(2, 3)), "stride": 1})
    yield Case("one block", {"y": rng.normal(size=(4, 4)), "stride": 4})


EXERCISE = Exercise(
    id="upsampling.sum_pool",
    title="The adjoint of nearest neighbour",
    chapter=4,
    points=2,
    statement=(
        "Nearest-neighbour enlarging copies every value to stride x stride cells. Write its "
        "adjoint: the operation A^T with (nearest(x) * y).sum() == (x * A^T(y)).sum() for all x "
        "and y. It takes y (stride*h, stride*w) and returns (h, w)."
    ),
    starter="def sum_pool(y, stride):\n    raise NotImplementedError",
    hints=(
        "Let x be a single pixel a. Then nearest(x) is a block of a's. What is its product with y?",
        "a*y1 + a*y2 + a*y3 + a*y4 = a * (...). What stands in the brackets is A^T(y).",
        "y.reshape(h, stride, w, stride) gives every block two axes of its own. Which two?",
    ),
    reference=sum_pool,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the average of every block. It undoes nearest-neighbour enlarging, and that "
            "is the inverse, not the adjoint: the adjoint adds up.",
            _average,
        ),
        Mistake(
            "This keeps one corner of every block: the adjoint of bed of nails. A value that was "
            "copied four times has to hear from all four copies.",
            _subsample,
        ),
        Mistake(
            "This is the maximum of every block. Max pooling is not even linear, so it is no "
            "operation's adjoint.",
            _maximum,
        ),
        Mistake(
            "This adds up runs of neighbouring values in reading order, not square blocks: reshape "
            "to (h, stride, w, stride) and add up the two axes of length stride.",
            _reshapes_runs,
        ),
    ),
)
