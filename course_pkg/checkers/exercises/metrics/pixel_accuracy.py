"""The share of pixels that are right."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "pixel_accuracy"]


def pixel_accuracy(confusion: np.ndarray) -> float:
    """The diagonal's share of all counts.

    Example:
        >>> pixel_accuracy(np.array([[6, 2], [1, 1]]))
        0.7
    """
    return float(confusion.trace() / confusion.sum())


def _percent(confusion: np.ndarray) -> float:
    return 100 * pixel_accuracy(confusion)


def _mean_over_classes(confusion: np.ndarray) -> float:
    return float((confusion.diagonal() / np.maximum(confusion.sum(1), 1)).mean())


def _errors(confusion: np.ndarray) -> float:
    return 1 - pixel_accuracy(confusion)


def _per_class_count(confusion: np.ndarray) -> float:
    return float(confusion.trace() / len(confusion))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two classes by hand", {"confusion": np.array([[6, 2], [1, 1]])})
    yield Case("background everywhere", {"confusion": np.array([[90, 0], [10, 0]])})
    yield Case("four classes", {"confusion": rng.integers(1, 50, size=(4, 4))})
    absent = rng.integers(1, 50, size=(3, 3))
    absent[1] = 0
    yield Case("a class without a true pixel", {"confusion": absent})


EXERCISE = Exercise(
    id="metrics.pixel_accuracy",
    title="Pixel accuracy",
    chapter=1,
    points=1,
    statement=(
        "Return the share of all pixels that got their true label, a number from 0 to 1. "
        "confusion[i, j] counts the pixels of true class i that were labelled j."
    ),
    starter="def pixel_accuracy(confusion):\n    raise NotImplementedError",
    hints=(
        "Where in the table do the pixels stand that are right?",
        "On its diagonal: np.trace adds it up.",
    ),
    reference=pixel_accuracy,
    cases=_cases,
    mistakes=(
        Mistake("This is in percent. Return a share from 0 to 1.", _percent),
        Mistake(
            "Here every class weighs the same: that is the mean accuracy. For pixel accuracy every "
            "pixel weighs the same.",
            _mean_over_classes,
        ),
        Mistake("This is the share of pixels that are wrong.", _errors),
        Mistake(
            "The hits were divided by the number of classes. Divide by the number of pixels.",
            _per_class_count,
        ),
    ),
)
