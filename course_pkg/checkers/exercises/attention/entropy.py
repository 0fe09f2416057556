"""How spread out are the weights?"""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "entropy"]


def entropy(weights: np.ndarray) -> float:
    """Measure the spread of weights in nats.

    Example:
        >>> round(float(entropy(np.array([0.5, 0.5, 0.0]))), 4)
        0.6931
    """
    some = weights[weights > 0]
    return float(-(some * np.log(some)).sum())


def _sign(weights: np.ndarray) -> float:
    return -entropy(weights)


def _bits(weights: np.ndarray) -> float:
    return entropy(weights) / np.log(2.0)


def _shifted(weights: np.ndarray) -> float:
    return float(-(weights * np.log(weights + 1e-3)).sum())


def _mean(weights: np.ndarray) -> float:
    return entropy(weights) / len(weights)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("all alike", {"weights": np.full(4, 0.25)})
    yield Case("some weights", {"weights": rng.dirichlet(np.ones(6))})
    yield Case("one cell has everything", {"weights": np.array([0.0, 1.0, 0.0])})
    yield Case("some cells hidden", {"weights": np.array([0.5, 0.25, 0.25, 0.0])})


EXERCISE = Exercise(
    id="attention.entropy",
    title="How spread out?",
    chapter=11,
    points=1,
    statement=(
        "weights (cells,) add up to 1. Return their entropy in nats: minus the sum of weight times "
        "its natural logarithm. A weight of 0 counts nothing."
    ),
    starter="def entropy(weights):\n    raise NotImplementedError",
    hints=(
        "Four equal weights: the answer is log 4, about 1.386. One weight of 1: it is 0.",
        "The logarithm of 0 is minus infinity, and 0 times that is NaN. Leave those cells out.",
        "weights[weights > 0] are the cells that count.",
    ),
    reference=entropy,
    cases=_cases,
    mistakes=(
        Mistake("The sign is turned: an entropy is never below 0.", _sign),
        Mistake("This is in bits (log2). Use the natural logarithm, np.log.", _bits),
        Mistake(
            "A small number was added to every weight so that no logarithm is infinite. That "
            "changes the answer; leave cells of weight 0 out instead.",
            _shifted,
        ),
        Mistake("This was divided by the number of cells. Add up, do not average.", _mean),
    ),
)
