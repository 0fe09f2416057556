"""One number from several seeds, and how far to trust it."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "seed_error"]


def seed_error(scores: np.ndarray) -> np.ndarray:
    """Mean over the seeds, and the standard error of that mean.

    Example:
        >>> seed_error(np.array([0.5, 0.7]))
        array([0.6, 0.1])
    """
    return np.array([scores.mean(), scores.std(ddof=1) / np.sqrt(len(scores))])


def _spread(scores: np.ndarray) -> np.ndarray:
    return np.array([scores.mean(), scores.std(ddof=1)])


def _all_there_is(scores: np.ndarray) -> np.ndarray:
    return np.array([scores.mean(), scores.std() / np.sqrt(len(scores))])


def _best(scores: np.ndarray) -> np.ndarray:
    return np.array([scores.max(), seed_error(scores)[1]])


def _divided_by_n(scores: np.ndarray) -> np.ndarray:
    return np.array([scores.mean(), scores.std(ddof=1) / len(scores)])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("three seeds", {"scores": np.array([0.61, 0.64, 0.58])})
    yield Case("two seeds", {"scores": np.array([0.5, 0.7])})
    yield Case("seeds that agree", {"scores": np.full(4, 0.42)})
    yield Case("ten seeds", {"scores": rng.uniform(size=10)})


EXERCISE = Exercise(
    id="summary.seed_error",
    title="How sure is a score",
    chapter=16,
    points=1,
    statement=(
        "A training was run with several seeds, and scores (n,) holds what each of them reached, "
        "n at least 2. Return an array of two numbers: the mean, and the standard error of the "
        "mean, which is the standard deviation of the seeds (estimated from a sample) divided by "
        "the square root of n."
    ),
    starter="def seed_error(scores):\n    raise NotImplementedError",
    hints=(
        "For 0.5 and 0.7: the mean is 0.6, and each score is 0.1 away from it.",
        "A sample's deviation divides by n - 1, because the mean came from the same numbers: "
        "np.std(scores, ddof=1).",
        "The mean of n seeds is steadier than one seed by the square root of n.",
    ),
    reference=seed_error,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the spread of single seeds. The mean of n of them is steadier: divide by the "
            "square root of n.",
            _spread,
        ),
        Mistake(
            "This is the deviation of a whole population (divided by n). The seeds are a sample: "
            "ddof=1.",
            _all_there_is,
        ),
        Mistake(
            "This reports the best seed. A best of ten says more about the ten than about the "
            "method; report the mean.",
            _best,
        ),
        Mistake("This is divided by n, not by its square root.", _divided_by_n),
    ),
)
