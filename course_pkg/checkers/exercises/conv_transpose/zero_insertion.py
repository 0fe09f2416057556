"""A transposed convolution is an ordinary one on a line with zeros inserted."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "zero_insertion"]


def zero_insertion(x: np.ndarray, weight: np.ndarray, stride: int) -> tuple[np.ndarray, np.ndarray]:
    """The line and the kernel whose ordinary convolution is the transposed one of x.

    Example:
        >>> line, kernel = zero_insertion(np.array([3.0, 9.0]), np.array([1.0, 2.0, 3.0]), 2)
        >>> line
        array([0., 0., 3., 0., 9., 0., 0.])
        >>> np.correlate(line, kernel, "valid")
        array([ 3.,  6., 18., 18., 27.])
    """
    spread = np.zeros((len(x) - 1) * stride + 1)
    spread[::stride] = x
    return np.pad(spread, len(weight) - 1), weight[::-1].copy()


def _not_flipped(x: np.ndarray, weight: np.ndarray, stride: int) -> tuple[np.ndarray, np.ndarray]:
    return zero_insertion(x, weight, stride)[0], weight.copy()


def _no_zeros_outside(
    x: np.ndarray, weight: np.ndarray, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    line, kernel = zero_insertion(x, weight, stride)
    side = len(weight) - 1
    return line[side : len(line) - side], kernel


def _one_too_many_outside(
    x: np.ndarray, weight: np.ndarray, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    line, kernel = zero_insertion(x, weight, stride)
    return np.pad(line, 1), kernel


def _zeros_after_the_last(
    x: np.ndarray, weight: np.ndarray, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    line, kernel = zero_insertion(x, weight, stride)
    return np.pad(line, (0, stride - 1)), kernel


def _stride_zeros_between(
    x: np.ndarray, weight: np.ndarray, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    return zero_insertion(x, weight, stride + 1)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    hand = {"x": np.array([3.0, 9.0]), "weight": np.array([1.0, 2.0, 3.0]), "stride": 2}
    yield Case("two values, kernel 1 2 3, stride 2", hand)
    yield Case(
        "stride 1: no zeros between",
        {"x": rng.normal(size=3), "weight": rng.normal(size=2), "stride": 1},
    )
    yield Case("stride 3", {"x": rng.normal(size=4), "weight": rng.normal(size=3), "stride": 3})
    yield Case(
        "a kernel of 1", {"x": rng.normal(size=3), "weight": rng.normal(size=1), "stride": 2}
    )
    yield Case(
        "a single value", {"x": rng.normal(size=1), "weight": rng.normal(size=4), "stride": 2}
    )


EXERCISE = Exercise(
    id="conv_transpose.zero_insertion",
    title="Zeros instead of stamps",
    chapter=5,
    points=4,
    statement=(
        "The stamps of x (n,) and weight (k,) can also be had by an ordinary convolution of a "
        "longer line. Return that line and its kernel, so that np.correlate(line, kernel, "
        '"valid") equals stamp(x, weight, stride). The line is x with zeros put between its values '
        "and the fewest zeros outside that will do."
    ),
    starter="def zero_insertion(x, weight, stride):\n    raise NotImplementedError",
    hints=(
        "Take stride 1 and a single value of x. How many zeros must stand on each side so that a "
        "kernel of 3 can stop at three places?",
        "Neighbours that were one cell apart are stride cells apart in the line: how many zeros "
        "are between them?",
        "Slide the kernel over a single 1 in zeros and write down what you read: which way round "
        "does it come out?",
        "line: spread = zeros((n - 1) * stride + 1); spread[::stride] = x; np.pad(spread, k - 1).",
    ),
    reference=zero_insertion,
    cases=_cases,
    mistakes=(
        Mistake(
            "The line is right, the kernel is not: picking up reads it from the other side than "
            "putting down writes it. Flip it.",
            _not_flipped,
        ),
        Mistake(
            "There are no zeros outside. The kernel has to be able to touch the first value with "
            "its last weight: k - 1 zeros on each side.",
            _no_zeros_outside,
        ),
        Mistake(
            "One zero too many on each side. The kernel would also stop where it touches nothing: "
            "k - 1 zeros are enough.",
            _one_too_many_outside,
        ),
        Mistake(
            "There are zeros behind the last value as in a bed of nails. Insert them only between "
            "the values.",
            _zeros_after_the_last,
        ),
        Mistake(
            "There are stride zeros between the values. Neighbours have to be stride cells apart: "
            "stride - 1 zeros between them.",
            _stride_zeros_between,
        ),
    ),
    outputs=("line", "kernel"),
)
