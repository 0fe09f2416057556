"""The gradient that hard attention is after, if one could try every cell."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "exact_gradient"]


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def exact_gradient(scores: np.ndarray, rewards: np.ndarray) -> np.ndarray:
    """Differentiate the expected reward by the scores.

    Example:
        >>> exact_gradient(np.zeros(2), np.array([3.0, 1.0]))
        array([ 0.5, -0.5])
    """
    weights = np.exp(scores - scores.max())
    weights = weights / weights.sum()
    return weights * (rewards - weights @ rewards)


def _without_the_mean(scores: np.ndarray, rewards: np.ndarray) -> np.ndarray:
    return _softmax(scores) * rewards


def _plain_mean(scores: np.ndarray, rewards: np.ndarray) -> np.ndarray:
    return _softmax(scores) * (rewards - rewards.mean())


def _forgets_the_weight(scores: np.ndarray, rewards: np.ndarray) -> np.ndarray:
    return rewards - _softmax(scores) @ rewards


def _downhill(scores: np.ndarray, rewards: np.ndarray) -> np.ndarray:
    return -exact_gradient(scores, rewards)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two cells", {"scores": np.zeros(2), "rewards": np.array([3.0, 1.0])})
    for cells in (4, 7):
        yield Case(
            f"{cells} cells",
            {"scores": rng.normal(size=cells), "rewards": rng.normal(size=cells) + 5.0},
        )
    yield Case(
        "every cell gives the same", {"scores": rng.normal(size=3), "rewards": np.full(3, 2.0)}
    )


EXERCISE = Exercise(
    id="attention.exact_gradient",
    title="The gradient, trying every cell",
    chapter=11,
    points=2,
    statement=(
        "A cell is drawn with softmax(scores) (cells,) as probabilities; cell i is rewarded with "
        "rewards[i]. Return the gradient of the expected reward by the scores."
    ),
    starter="def exact_gradient(scores, rewards):\n    raise NotImplementedError",
    hints=(
        "If all cells give the same reward, moving the scores changes nothing: the gradient is 0.",
        "The softmax's derivative: d weight_i / d score_j = weight_i (1 if i = j else 0) "
        "- weight_i weight_j.",
        "Adding that up over i leaves weight_j times (reward_j - expected reward).",
    ),
    reference=exact_gradient,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is what you get when the softmax's denominator is held still. Raising one score "
            "lowers all other weights: subtract the expected reward.",
            _without_the_mean,
        ),
        Mistake(
            "The plain mean of the rewards was subtracted. It has to be the mean under the "
            "weights: likely cells count more.",
            _plain_mean,
        ),
        Mistake(
            "The weight in front is missing: a cell that is hardly ever drawn hardly matters.",
            _forgets_the_weight,
        ),
        Mistake("The sign is turned. More reward is uphill.", _downhill),
    ),
)
