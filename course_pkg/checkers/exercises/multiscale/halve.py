"""One step down the pyramid: blur and halve a line."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "halve"]


def halve(x: np.ndarray) -> np.ndarray:
    """Weigh four values 1 3 3 1 around the middle of every pair; the ends are repeated.

    Example:
        >>> halve(np.array([0.0, 8.0, 8.0, 0.0]))
        array([4., 4.])
    """
    padded = np.pad(x, 1, mode="edge")
    left, a, b, right = (padded[i : len(x) + i : 2] for i in range(4))
    return (left + 3 * a + 3 * b + right) / 8


def _weighed(padded: np.ndarray, n: int, step: int) -> np.ndarray:
    a, b, c, d = (padded[i : n + i : step] for i in range(4))
    return (a + 3 * b + 3 * c + d) / 8


def _every_other(x: np.ndarray) -> np.ndarray:
    return x[::2].copy()


def _mean_of_pairs(x: np.ndarray) -> np.ndarray:
    return (x[::2] + x[1::2]) / 2


def _zeros_outside(x: np.ndarray) -> np.ndarray:
    return _weighed(np.pad(x, 1), len(x), 2)


def _not_divided(x: np.ndarray) -> np.ndarray:
    return 8 * halve(x)


def _shifted(x: np.ndarray) -> np.ndarray:
    return _weighed(np.pad(x, (0, 2), mode="edge"), len(x), 2)


def _not_halved(x: np.ndarray) -> np.ndarray:
    return _weighed(np.pad(x, (1, 2), mode="edge"), len(x), 1)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("six values", {"x": np.array([8.0, 0.0, 0.0, 16.0, 8.0, 24.0])})
    yield Case("the same value everywhere stays", {"x": np.full(4, 3.0)})
    yield Case("two values", {"x": np.array([1.0, 5.0])})
    yield Case("any line", {"x": rng.normal(size=10)})


EXERCISE = Exercise(
    id="multiscale.halve",
    title="One step down the pyramid",
    chapter=8,
    points=1,
    statement=(
        "Blur and halve the line x, whose length n is even. Output i stands in the middle of x[2i] "
        "and x[2i + 1] and weighs four values, x[2i - 1], x[2i], x[2i + 1], x[2i + 2], by 1, 3, 3, "
        "1, over 8. Outside the line its end value is repeated. Return n / 2 values."
    ),
    starter="def halve(x):\n    raise NotImplementedError",
    hints=(
        "For 8 0 0 16 the first output is (8 + 3*8 + 3*0 + 0) / 8: the 8 before the start is the "
        "repeated end.",
        "np.pad(x, 1, mode='edge') repeats both ends once.",
        "In the padded line the four values of output i begin at 2i. Slices with step 2 take them "
        "for all i at once: padded[0:n:2], padded[1:n + 1:2], ...",
    ),
    reference=halve,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is every other value, without the blur. What lay between is lost, and fine "
            "stripes turn into wrong broad ones.",
            _every_other,
        ),
        Mistake(
            "This is the mean of each pair. Their outer neighbours count too, with weight 1 of 8.",
            _mean_of_pairs,
        ),
        Mistake(
            "There are zeros outside the line. Repeat its end value.",
            _zeros_outside,
        ),
        Mistake(
            "The weights 1 3 3 1 add up to 8: divide, or every level is eight times brighter.",
            _not_divided,
        ),
        Mistake(
            "The four values begin one place too late. Output i begins at x[2i - 1].",
            _shifted,
        ),
        Mistake(
            "The line is blurred, but as long as before. Take every second result.",
            _not_halved,
        ),
    ),
)
