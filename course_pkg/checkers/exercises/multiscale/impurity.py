"""How mixed the classes of a region are."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "impurity"]


def impurity(shares: np.ndarray) -> np.ndarray:
    """Entropy of every row, in nats; a class that is absent adds nothing.

    Example:
        >>> impurity(np.array([[1.0, 0.0], [0.5, 0.5]])).round(4)
        array([0.    , 0.6931])
    """
    logs = np.log(np.where(shares > 0, shares, 1))  # log 1 = 0: absent classes drop out
    return np.abs((shares * logs).sum(axis=1))


def _in_bits(shares: np.ndarray) -> np.ndarray:
    return impurity(shares) / np.log(2)


def _negative(shares: np.ndarray) -> np.ndarray:
    return -impurity(shares)


def _one_minus_largest(shares: np.ndarray) -> np.ndarray:
    return 1 - shares.max(axis=1)


def _gini(shares: np.ndarray) -> np.ndarray:
    return 1 - (shares**2).sum(axis=1)


def _largest_class_only(shares: np.ndarray) -> np.ndarray:
    top = shares.max(axis=1)
    return np.abs(top * np.log(top))


def _down_the_columns(shares: np.ndarray) -> np.ndarray:
    return impurity(shares.T)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "three regions, three classes",
        {"shares": np.array([[0.7, 0.2, 0.1], [0.5, 0.25, 0.25], [0.4, 0.3, 0.3]])},
    )
    yield Case("an absent class", {"shares": np.array([[0.5, 0.5, 0.0], [0.9, 0.0, 0.1]])})
    yield Case("a pure region", {"shares": np.array([[0.0, 1.0], [0.5, 0.5]])})
    yield Case("any shares", {"shares": rng.dirichlet(np.ones(5), size=4)})


EXERCISE = Exercise(
    id="multiscale.impurity",
    title="How mixed is a region?",
    chapter=8,
    points=2,
    statement=(
        "Each row of shares (m, k) says how the classes share the pixels of one region; rows add "
        "up to 1. Return the impurity of each region, its entropy in nats: minus the sum of share "
        "times natural logarithm of share. An absent class, share 0, adds 0."
    ),
    starter="def impurity(shares):\n    raise NotImplementedError",
    hints=(
        "Half and half: -(0.5 log 0.5 + 0.5 log 0.5) = log 2 = 0.693. Pure: -(1 log 1) = 0.",
        "log 0 is minus infinity, and 0 times that is not a number. Keep zeros away from the log.",
        "np.where(shares > 0, shares, 1) puts a 1 where a class is absent, and log 1 is 0.",
    ),
    reference=impurity,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the entropy in bits: log2. Nats use the natural logarithm, np.log.",
            _in_bits,
        ),
        Mistake(
            "The minus sign is missing. Logarithms of shares are negative, impurities are not.",
            _negative,
        ),
        Mistake(
            "This is one minus the largest share. It cannot tell one intruder from many.",
            _one_minus_largest,
        ),
        Mistake(
            "This is the Gini impurity, one minus the sum of squares. The entropy was asked for.",
            _gini,
        ),
        Mistake(
            "Only the largest class was counted. All classes add to the sum.",
            _largest_class_only,
        ),
        Mistake(
            "The sum runs down the columns. A region is a row.",
            _down_the_columns,
        ),
    ),
)
