"""Transposed convolution along a line: put down stamps and add them up."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "stamp"]


def stamp(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    """Put down one copy of the kernel per value, ``stride`` apart, and add up the overlaps.

    Example:
        >>> stamp(np.array([3.0, 9.0]), np.array([1.0, 1.0, 1.0]), 2)
        array([ 3.,  3., 12.,  9.,  9.])
    """
    out = np.zeros((len(x) - 1) * stride + len(weight))
    for i, value in enumerate(x):
        start = i * stride
        out[start : start + len(weight)] += value * weight
    return out


def _overwrites(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    out = np.zeros((len(x) - 1) * stride + len(weight))
    for i, value in enumerate(x):
        out[i * stride : i * stride + len(weight)] = value * weight
    return out


def _stride_one(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    return stamp(x, weight, 1)


def _right_size_stride_one(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    out = np.zeros((len(x) - 1) * stride + len(weight))
    for i, value in enumerate(x):
        out[i : i + len(weight)] += value * weight
    return out


def _flips(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    return stamp(x, weight[::-1].copy(), stride)


def _cut_off(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    return stamp(x, weight, stride)[: len(x) * stride]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    hand = {"x": np.array([3.0, 9.0]), "weight": np.ones(3), "stride": 2}
    yield Case("3 and 9 with the kernel 1 1 1, stride 2", hand)
    yield Case(
        "an uneven kernel", {"x": rng.normal(size=3), "weight": rng.normal(size=3), "stride": 2}
    )
    yield Case("stride 1", {"x": rng.normal(size=4), "weight": rng.normal(size=3), "stride": 1})
    yield Case(
        "stride wider than the kernel",
        {"x": rng.normal(size=3), "weight": rng.normal(size=2), "stride": 4},
    )
    yield Case(
        "a single value", {"x": rng.normal(size=1), "weight": rng.normal(size=4), "stride": 2}
    )


EXERCISE = Exercise(
    id="conv_transpose.stamp",
    title="Stamps that add up",
    chapter=5,
    points=2,
    statement=(
        "The transposed convolution along a line: every value of x (n,) puts down the kernel "
        "weight (k,), multiplied by itself, stride cells further right than the one before. Where "
        "stamps overlap, add. Return (n - 1) * stride + k values."
    ),
    starter="def stamp(x, weight, stride):\n    raise NotImplementedError",
    hints=(
        "With pencil and paper: x = 3 9, kernel 1 1 1, stride 2. Which cell is covered twice?",
        "Begin with zeros of the final length and loop over the values of x.",
        "The stamp of value i covers out[i * stride : i * stride + k]. Use +=.",
    ),
    reference=stamp,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is what you get when a later stamp overwrites an earlier one. Where they overlap "
            "they add: += rather than =.",
            _overwrites,
        ),
        Mistake(
            "This is what you get when the stride is ignored: every stamp is one cell further.",
            _stride_one,
        ),
        Mistake(
            "The length is right, but the stamps still stand one cell apart: stamp i begins at "
            "i * stride.",
            _right_size_stride_one,
        ),
        Mistake(
            "The kernel is put down the wrong way round. The stamp is the kernel as it is; only "
            "the view with inserted zeros flips it.",
            _flips,
        ),
        Mistake(
            "The result was cut to n * stride values. The last stamp sticks out, and what sticks "
            "out belongs to the result.",
            _cut_off,
        ),
    ),
)
