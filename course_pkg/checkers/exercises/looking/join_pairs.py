"""One step of a listener's pyramid: two moments become one."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "join_pairs"]


def join_pairs(states: np.ndarray) -> np.ndarray:
    """Put every two neighbours in time side by side; an odd last one stands beside zeros.

    Example:
        >>> join_pairs(np.array([[1.0], [2.0], [3.0]]))
        array([[1., 2.],
               [3., 0.]])
    """
    t, c = states.shape
    if t % 2:
        states = np.concatenate([states, np.zeros((1, c))])
    return states.reshape(-1, 2 * c)


def _drops_the_last(states: np.ndarray) -> np.ndarray:
    t, c = states.shape
    return states[: t - t % 2].reshape(-1, 2 * c)


def _averages(states: np.ndarray) -> np.ndarray:
    return join_pairs(states).reshape(-(-len(states) // 2), 2, -1).mean(axis=1)


def _halves(states: np.ndarray) -> np.ndarray:
    half = -(-len(states) // 2)
    padded = np.concatenate([states, np.zeros((2 * half - len(states), states.shape[1]))])
    return np.concatenate([padded[:half], padded[half:]], axis=1)


def _every_other(states: np.ndarray) -> np.ndarray:
    return states[::2]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("four moments of one number", {"states": np.array([[1.0], [2.0], [3.0], [4.0]])})
    yield Case("three moments: an odd number", {"states": np.array([[1.0], [2.0], [3.0]])})
    yield Case("several numbers a moment", {"states": rng.normal(size=(6, 3))})
    yield Case("odd, and several numbers", {"states": rng.normal(size=(7, 2))})
    yield Case("a single moment", {"states": rng.normal(size=(1, 4))})


EXERCISE = Exercise(
    id="looking.join_pairs",
    title="A step up the pyramid",
    chapter=13,
    points=1,
    statement=(
        "states (t, c) holds c numbers for each moment. Put moments 0 and 1 side by side, then 2 "
        "and 3, and so on: the result has half as many rows, each with 2c numbers. If t is odd, "
        "the last moment stands beside zeros."
    ),
    starter="def join_pairs(states):\n    raise NotImplementedError",
    hints=(
        "First make the number of moments even.",
        "Numbers lie in memory row after row: two rows that follow each other already lie side by "
        "side.",
        "So after padding one reshape does it.",
    ),
    reference=join_pairs,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is what you get when an odd last moment is dropped. Somebody said something in "
            "it: put it beside zeros.",
            _drops_the_last,
        ),
        Mistake(
            "This is the mean of each pair. The pyramid keeps both moments, side by side, so that "
            "the next layer can tell which came first.",
            _averages,
        ),
        Mistake(
            "This puts the first half of time beside the second half. Neighbours belong together.",
            _halves,
        ),
        Mistake(
            "This keeps every other moment and forgets the ones between. Keep both, side by side.",
            _every_other,
        ),
    ),
)
