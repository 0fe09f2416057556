"""The larger of two."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "maxout"]


def maxout(x: np.ndarray) -> np.ndarray:
    """The larger number of each pair of neighbours.

    Example:
        >>> maxout(np.array([3.0, 1.0, -2.0, -1.0]))
        array([ 3., -1.])
    """
    return x.reshape(*x.shape[:-1], -1, 2).max(axis=-1)


def _halves(x: np.ndarray) -> np.ndarray:
    middle = x.shape[-1] // 2
    return np.maximum(x[..., :middle], x[..., middle:])


def _mean(x: np.ndarray) -> np.ndarray:
    return x.reshape(*x.shape[:-1], -1, 2).mean(axis=-1)


def _largest_size(x: np.ndarray) -> np.ndarray:
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    pick = np.abs(pairs).argmax(axis=-1)[..., None]
    return np.take_along_axis(pairs, pick, axis=-1)[..., 0]


def _relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def _first_of_each(x: np.ndarray) -> np.ndarray:
    return x[..., ::2]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two pairs", {"x": np.array([1.0, 3.0, -2.0, -1.0])})
    yield Case("three pairs", {"x": np.array([-5.0, 4.0, 0.5, 0.25, -1.0, -9.0])})
    yield Case("four positions of six numbers", {"x": rng.normal(size=(4, 6))})
    yield Case("a batch", {"x": rng.normal(size=(2, 3, 8))})


EXERCISE = Exercise(
    id="translation.maxout",
    title="The larger of two",
    chapter=12,
    points=1,
    statement=(
        "x holds 2l numbers along its last axis; there may be axes in front. Return the larger "
        "number of each pair of neighbours, numbers 0 and 1, 2 and 3, and so on: l numbers."
    ),
    starter="def maxout(x):\n    raise NotImplementedError",
    hints=(
        "x.reshape(..., l, 2) puts neighbours beside each other; keep the axes in front.",
        "x.reshape(*x.shape[:-1], -1, 2).max(axis=-1).",
    ),
    reference=maxout,
    cases=_cases,
    mistakes=(
        Mistake(
            "The first half was compared with the second half. Pairs are neighbours: 0 with 1, 2 "
            "with 3.",
            _halves,
        ),
        Mistake("That is the mean of each pair. The larger one passes, whole.", _mean),
        Mistake("-9 is not larger than -1: compare the numbers, not their sizes.", _largest_size),
        Mistake("That is a ReLU, the larger of x and 0. Here numbers compete in pairs.", _relu),
        Mistake("The first of each pair was taken, whichever is larger.", _first_of_each),
    ),
)
