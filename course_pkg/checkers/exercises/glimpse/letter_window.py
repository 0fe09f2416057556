"""Graves' window over the letters of a text."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "letter_window"]


def letter_window(
    height: np.ndarray, sharpness: np.ndarray, position: np.ndarray, letters: int
) -> np.ndarray:
    """Weight of each letter under a sum of Gaussian bumps.

    Example:
        >>> letter_window(np.array([2.0]), np.array([999.0]), np.array([1.0]), 2).tolist()
        [2.0, 0.0]
    """
    places = np.arange(1, letters + 1)
    bumps = height[:, None] * np.exp(-sharpness[:, None] * (position[:, None] - places) ** 2)
    return bumps.sum(axis=0)


def _softmaxed(
    height: np.ndarray, sharpness: np.ndarray, position: np.ndarray, letters: int
) -> np.ndarray:
    weights = letter_window(height, sharpness, position, letters)
    return weights / weights.sum()


def _from_zero(
    height: np.ndarray, sharpness: np.ndarray, position: np.ndarray, letters: int
) -> np.ndarray:
    return letter_window(height, sharpness, position + 1, letters)


def _sharpness_below(
    height: np.ndarray, sharpness: np.ndarray, position: np.ndarray, letters: int
) -> np.ndarray:
    return letter_window(height, 1 / (2 * sharpness**2), position, letters)


def _highest_only(
    height: np.ndarray, sharpness: np.ndarray, position: np.ndarray, letters: int
) -> np.ndarray:
    each = [
        letter_window(height[k : k + 1], sharpness[k : k + 1], position[k : k + 1], letters)
        for k in range(len(height))
    ]
    return np.max(each, axis=0)


def _mean_bump(
    height: np.ndarray, sharpness: np.ndarray, position: np.ndarray, letters: int
) -> np.ndarray:
    return letter_window(height, sharpness, position, letters) / len(height)


def _case(name: str, height: list, sharpness: list, position: list, letters: int) -> Case:
    parts = {"height": height, "sharpness": sharpness, "position": position}
    arrays = {key: np.asarray(value, float) for key, value in parts.items()}
    return Case(name, {**arrays, "letters": letters})


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("one bump on the second of three letters", [1.5], [2.0], [2.0], 3)
    yield _case("two bumps that overlap", [1.0, 0.5], [0.5, 1.0], [1.5, 2.5], 4)
    yield _case("behind the text", [1.0], [0.7], [5.0], 3)
    bumps = int(rng.integers(2, 6))
    height, sharpness = rng.uniform(0.3, 2, (2, bumps)).tolist()
    position = rng.uniform(0, 7, bumps).tolist()
    yield _case("any window", height, sharpness, position, int(rng.integers(2, 8)))


EXERCISE = Exercise(
    id="glimpse.letter_window",
    title="A window on a line of letters",
    chapter=14,
    points=2,
    statement=(
        "k bumps stand on a text of so many letters; the first letter lies at 1, the second at 2. "
        "A bump gives a letter height * exp(-sharpness * (position - place)^2). Return every "
        "letter's weight, the sum over the bumps, as Graves has it: without making the weights add "
        "up to one."
    ),
    starter=(
        "def letter_window(height, sharpness, position, letters):\n    raise NotImplementedError"
    ),
    hints=(
        "Make a table first: one row a bump, one column a letter.",
        "position[:, None] - np.arange(1, letters + 1) is that table of distances.",
    ),
    reference=letter_window,
    cases=_cases,
    mistakes=(
        Mistake(
            "You made the weights add up to one. Graves does not: all weights fade when the window "
            "has left the text, and that is how the pen knows when to stop.",
            _softmaxed,
        ),
        Mistake("Your first letter lies at 0. It lies at 1.", _from_zero),
        Mistake(
            "The sharpness multiplies: it is one half over the variance, not a standard deviation.",
            _sharpness_below,
        ),
        Mistake("Bumps add up; you took the highest.", _highest_only),
        Mistake("You averaged over the bumps; they add up.", _mean_bump),
    ),
)
