"""Soft and hard attention are the two ends of one dial, the temperature."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "read_at"]


def read_at(scores: np.ndarray, values: np.ndarray, temperature: float) -> np.ndarray:
    """Read cells with the weights softmax(scores / temperature); at 0, the best cell alone.

    Example:
        >>> read_at(np.array([0.0, 1.0]), np.array([[4.0], [8.0]]), 0.0)
        array([8.])
    """
    if temperature == 0:
        return values[scores.argmax()]
    weights = np.exp((scores - scores.max()) / temperature)
    return weights / weights.sum() @ values


def _multiplied(scores: np.ndarray, values: np.ndarray, temperature: float) -> np.ndarray:
    return values.mean(0) if temperature == 0 else read_at(scores * temperature, values, 1.0)


def _always_best(scores: np.ndarray, values: np.ndarray, temperature: float) -> np.ndarray:
    return values[scores.argmax()]


def _no_dial(scores: np.ndarray, values: np.ndarray, temperature: float) -> np.ndarray:
    return read_at(scores, values, 1.0)


def _mean_at_zero(scores: np.ndarray, values: np.ndarray, temperature: float) -> np.ndarray:
    return values.mean(0) if temperature == 0 else read_at(scores, values, temperature)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    two = {"scores": np.array([0.0, 1.0]), "values": np.array([[4.0], [8.0]])}
    yield Case("two cells, temperature 1", {**two, "temperature": 1.0})
    yield Case("two cells, hot", {**two, "temperature": 10.0})
    yield Case("two cells, temperature 0", {**two, "temperature": 0.0})
    scores, values = rng.normal(size=6), rng.normal(size=(6, 3))
    yield Case("six cells, cool", {"scores": scores, "values": values, "temperature": 0.3})
    large = {"scores": 900 * scores, "values": values, "temperature": 0.5}
    yield Case("scores in the hundreds", large)


EXERCISE = Exercise(
    id="summary.read_at",
    title="From soft to hard",
    chapter=16,
    points=2,
    statement=(
        "Read one vector from n cells. scores (n,), values (n, c), and a temperature from 0 "
        "upwards: the weights are the softmax of scores / temperature, and the answer (c,) is the "
        "mean of the values under them. At temperature 0 it is the value of the cell with the "
        "highest score. Scores may be in the hundreds: nothing may overflow."
    ),
    starter="def read_at(scores, values, temperature):\n    raise NotImplementedError",
    hints=(
        "What happens to the weights when the temperature is very large? And very small?",
        "The softmax does not change when one number is subtracted from all scores. Subtract the "
        "largest, and no exponential is above 1.",
        "Temperature 0 cannot be divided by; ask for it first, and use argmax.",
    ),
    reference=read_at,
    cases=_cases,
    mistakes=(
        Mistake(
            "At temperature 0 this reads the mean of all cells, which belongs to an infinite "
            "temperature.",
            _mean_at_zero,
        ),
        Mistake(
            "This is what you get when the scores are multiplied by the temperature: then heat "
            "sharpens. Divide.",
            _multiplied,
        ),
        Mistake(
            "This always reads the best cell. That is right at temperature 0 only.", _always_best
        ),
        Mistake("This ignores the temperature.", _no_dial),
    ),
)
