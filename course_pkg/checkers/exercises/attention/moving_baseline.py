"""A baseline that is known before the draws it judges."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "moving_baseline"]


def moving_baseline(rewards: np.ndarray, memory: float) -> np.ndarray:
    """Say which baseline each batch is judged by.

    Example:
        >>> moving_baseline(np.array([10.0, 10.0, 10.0]), 0.5)
        array([0. , 5. , 7.5])
    """
    used = np.zeros(len(rewards))
    for i in range(1, len(rewards)):
        used[i] = memory * used[i - 1] + (1 - memory) * rewards[i - 1]
    return used


def _one_late(rewards: np.ndarray, memory: float) -> np.ndarray:
    return memory * moving_baseline(rewards, memory) + (1 - memory) * rewards


def _forgets_fast(rewards: np.ndarray, memory: float) -> np.ndarray:
    return moving_baseline(rewards, 1 - memory)


def _running_mean(rewards: np.ndarray, memory: float) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(rewards)[:-1] / np.arange(1, len(rewards))])


def _starts_at_the_first(rewards: np.ndarray, memory: float) -> np.ndarray:
    used = rewards.copy()
    for i in range(1, len(rewards)):
        used[i] = memory * used[i - 1] + (1 - memory) * rewards[i - 1]
    return used


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("always 10, half a memory", {"rewards": np.full(4, 10.0), "memory": 0.5})
    yield Case("the paper's 0.9", {"rewards": rng.normal(size=8) - 2.0, "memory": 0.9})
    yield Case("rewards that get better", {"rewards": np.linspace(-4, -1, 6), "memory": 0.7})
    yield Case("a short memory", {"rewards": rng.normal(size=5), "memory": 0.2})


EXERCISE = Exercise(
    id="attention.moving_baseline",
    title="A baseline that moves",
    chapter=11,
    points=2,
    statement=(
        "rewards (batches,) are the mean rewards of one batch after the other. The baseline starts "
        "at 0; after each batch it becomes memory * baseline + (1 - memory) * that batch's reward. "
        "Return the baseline that each batch is judged by, which is the one before its own update."
    ),
    starter="def moving_baseline(rewards, memory):\n    raise NotImplementedError",
    hints=(
        "The first batch is judged by 0: nothing has been seen before it.",
        "Write down the baseline first, update it after.",
        "Rewards 10, 10, 10 and memory 0.5 give 0, 5, 7.5.",
    ),
    reference=moving_baseline,
    cases=_cases,
    mistakes=(
        Mistake(
            "Every batch is judged by a baseline that has already seen it. A baseline that knows "
            "the draw biases the gradient: use it first, update it after.",
            _one_late,
        ),
        Mistake(
            "memory is the share of the old baseline that stays; here it is the share of the new "
            "reward.",
            _forgets_fast,
        ),
        Mistake("This is the mean of all rewards so far; old ones never fade.", _running_mean),
        Mistake("The baseline starts at 0, not at the first reward.", _starts_at_the_first),
    ),
)
