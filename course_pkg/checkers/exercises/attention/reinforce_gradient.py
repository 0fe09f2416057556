"""REINFORCE: the same gradient from a few draws."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "reinforce_gradient"]


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def reinforce_gradient(
    scores: np.ndarray, cells: np.ndarray, rewards: np.ndarray, baseline: float
) -> np.ndarray:
    """Estimate the gradient of the expected reward from draws.

    Example:
        >>> reinforce_gradient(np.zeros(2), np.array([0]), np.array([3.0]), 1.0)
        array([ 1., -1.])
    """
    weights = np.exp(scores - scores.max())
    weights = weights / weights.sum()
    one_hot = np.eye(len(scores))[cells]
    return ((rewards - baseline)[:, None] * (one_hot - weights)).mean(0)


def _no_baseline(
    scores: np.ndarray, cells: np.ndarray, rewards: np.ndarray, baseline: float
) -> np.ndarray:
    return reinforce_gradient(scores, cells, rewards, 0.0)


def _no_log(
    scores: np.ndarray, cells: np.ndarray, rewards: np.ndarray, baseline: float
) -> np.ndarray:
    weights = _softmax(scores)
    slope = weights[cells][:, None] * (np.eye(len(scores))[cells] - weights)
    return ((rewards - baseline)[:, None] * slope).mean(0)


def _only_the_drawn(
    scores: np.ndarray, cells: np.ndarray, rewards: np.ndarray, baseline: float
) -> np.ndarray:
    return ((rewards - baseline)[:, None] * np.eye(len(scores))[cells]).mean(0)


def _adds_up(
    scores: np.ndarray, cells: np.ndarray, rewards: np.ndarray, baseline: float
) -> np.ndarray:
    return len(cells) * reinforce_gradient(scores, cells, rewards, baseline)


def _baseline_added(
    scores: np.ndarray, cells: np.ndarray, rewards: np.ndarray, baseline: float
) -> np.ndarray:
    return reinforce_gradient(scores, cells, rewards, -baseline)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "a single draw",
        {
            "scores": np.zeros(2),
            "cells": np.array([0]),
            "rewards": np.array([3.0]),
            "baseline": 1.0,
        },
    )
    for draws, cells in ((6, 4), (20, 3), (3, 8)):
        yield Case(
            f"{draws} draws among {cells} cells",
            {
                "scores": rng.normal(size=cells),
                "cells": rng.integers(cells, size=draws),
                "rewards": rng.normal(size=draws) + 3.0,
                "baseline": 2.5,
            },
        )


EXERCISE = Exercise(
    id="attention.reinforce_gradient",
    title="REINFORCE by hand",
    chapter=11,
    points=3,
    statement=(
        "cells (draws,) were drawn from softmax(scores) and rewarded with rewards (draws,). Return "
        "REINFORCE's estimate of the gradient of the expected reward by the scores: the mean over "
        "the draws of (reward - baseline) times the gradient of the drawn cell's log-probability."
    ),
    starter=(
        "def reinforce_gradient(scores, cells, rewards, baseline):\n    raise NotImplementedError"
    ),
    hints=(
        "log softmax of cell i is score_i minus the log of the sum of all exponentials.",
        "Its gradient by the scores: 1 at the drawn cell, minus all the weights.",
        "np.eye(len(scores))[cells] has one row a draw with a 1 at the drawn cell.",
    ),
    reference=reinforce_gradient,
    cases=_cases,
    mistakes=(
        Mistake(
            "The baseline was left out. The mean stays right, but this is not what was asked, and "
            "it is noisier.",
            _no_baseline,
        ),
        Mistake(
            "This differentiates the probability, not its logarithm. Likely cells are drawn more "
            "often anyway; without the logarithm they count twice.",
            _no_log,
        ),
        Mistake(
            "Only the drawn cell's score moves here. The softmax's denominator moves all the "
            "others: subtract the weights.",
            _only_the_drawn,
        ),
        Mistake("This is the sum over the draws. Take the mean.", _adds_up),
        Mistake("The baseline is added. It has to be taken off the reward.", _baseline_added),
    ),
)
