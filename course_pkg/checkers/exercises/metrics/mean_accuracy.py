"""Accuracy in which small classes count as much as large ones."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "mean_accuracy"]


def mean_accuracy(confusion: np.ndarray) -> float:
    """Mean over the classes that occur of the share of their pixels that was found.

    Example:
        >>> mean_accuracy(np.array([[6, 2], [1, 1]]))
        0.625
    """
    pixels = confusion.sum(1)
    occurs = pixels > 0
    return float((confusion.diagonal()[occurs] / pixels[occurs]).mean())


def _absent_is_zero(confusion: np.ndarray) -> float:
    return float((confusion.diagonal() / np.maximum(confusion.sum(1), 1)).mean())


def _absent_is_one(confusion: np.ndarray) -> float:
    pixels = confusion.sum(1)
    found = np.where(pixels > 0, confusion.diagonal() / np.maximum(pixels, 1), 1.0)
    return float(found.mean())


def _by_columns(confusion: np.ndarray) -> float:
    return mean_accuracy(confusion.T)


def _pixels(confusion: np.ndarray) -> float:
    return float(confusion.trace() / confusion.sum())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two classes by hand", {"confusion": np.array([[6, 2], [1, 1]])})
    yield Case("background everywhere", {"confusion": np.array([[90, 0], [10, 0]])})
    yield Case("five classes", {"confusion": rng.integers(1, 50, size=(5, 5))})
    absent = rng.integers(1, 50, size=(4, 4))
    absent[2] = 0
    yield Case("a class without a true pixel", {"confusion": absent})


EXERCISE = Exercise(
    id="metrics.mean_accuracy",
    title="Mean accuracy",
    chapter=1,
    points=2,
    statement=(
        "For each class take the share of its true pixels that got the right label, and return the "
        "mean over the classes. A class without a true pixel has no such share: leave it out. "
        "confusion[i, j] counts the pixels of true class i that were labelled j."
    ),
    starter="def mean_accuracy(confusion):\n    raise NotImplementedError",
    hints=(
        "confusion.sum(1) counts the true pixels of each class, the diagonal those found.",
        "Make an array of True and False that says which classes occur, and index with it.",
    ),
    reference=mean_accuracy,
    cases=_cases,
    mistakes=(
        Mistake(
            "Every pixel weighs the same here: that is pixel accuracy. Divide class by class, then "
            "take the mean.",
            _pixels,
        ),
        Mistake(
            "You divided by the columns: by how often a class was predicted. Divide by how often "
            "it is true, the sum of its row.",
            _by_columns,
        ),
        Mistake(
            "A class that never occurs counts as 0 here. It was not there to be found: leave it "
            "out of the mean.",
            _absent_is_zero,
        ),
        Mistake(
            "A class that never occurs counts as 1 here. Nothing was found: leave it out of the "
            "mean.",
            _absent_is_one,
        ),
    ),
)
