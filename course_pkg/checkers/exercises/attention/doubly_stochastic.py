"""The pressure to look at everything once."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "doubly_stochastic"]


def doubly_stochastic(weights: np.ndarray) -> float:
    """Measure how far the looks of a sentence are from one look a cell.

    Example:
        >>> doubly_stochastic(np.array([[1.0, 0.0], [1.0, 0.0]]))
        2.0
    """
    return float(((1 - weights.sum(0)) ** 2).sum())


def _other_axis(weights: np.ndarray) -> float:
    return float(((1 - weights.sum(1)) ** 2).sum())


def _not_squared(weights: np.ndarray) -> float:
    return float((1 - weights.sum(0)).sum())


def _every_weight(weights: np.ndarray) -> float:
    return float(((1 - weights) ** 2).sum())


def _mean(weights: np.ndarray) -> float:
    return float(((1 - weights.sum(0)) ** 2).mean())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("three words", {"weights": np.array([[1.0, 0.0], [1.0, 0.0], [0.5, 0.5]])})
    yield Case("one look a cell", {"weights": np.eye(3)})
    yield Case("five words, four cells", {"weights": rng.dirichlet(np.ones(4), size=5)})
    yield Case("two words, nine cells", {"weights": rng.dirichlet(np.ones(9), size=2)})


EXERCISE = Exercise(
    id="attention.doubly_stochastic",
    title="Look everywhere once",
    chapter=11,
    points=2,
    statement=(
        "weights (words, cells) hold a row for every word of a sentence, each adding up to 1. "
        "Return the paper's penalty: the sum over cells of (1 - total weight of the cell) squared."
    ),
    starter="def doubly_stochastic(weights):\n    raise NotImplementedError",
    hints=(
        "Rows add up to 1 by themselves. Which sums does the penalty want to be 1 as well?",
        "Add up over the words (axis 0): one total a cell.",
        "Then (1 - total) ** 2, added up over the cells.",
    ),
    reference=doubly_stochastic,
    cases=_cases,
    mistakes=(
        Mistake(
            "This adds up over the cells. Those sums are 1 anyway (a softmax made them), so the "
            "penalty is always 0.",
            _other_axis,
        ),
        Mistake(
            "The square is missing. Too much on one cell and too little on another then cancel: "
            "the result is the same for all weights.",
            _not_squared,
        ),
        Mistake(
            "Every single weight is compared with 1. Only each cell's total should be.",
            _every_weight,
        ),
        Mistake("This is the mean over the cells. The paper takes the sum.", _mean),
    ),
)
