"""IoU in which each class weighs as much as it fills."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "frequency_weighted_iou"]


def frequency_weighted_iou(confusion: np.ndarray) -> float:
    """Mean of the classes' IoU, weighted by their true pixels.

    Example:
        >>> frequency_weighted_iou(np.array([[6, 2], [1, 1]]))
        0.5833333333333333
    """
    hits, pixels = confusion.diagonal(), confusion.sum(1)
    union = pixels + confusion.sum(0) - hits
    occurs = pixels > 0
    return float((pixels[occurs] * hits[occurs] / union[occurs]).sum() / pixels.sum())


def _iou(confusion: np.ndarray) -> np.ndarray:
    union = confusion.sum(0) + confusion.sum(1) - confusion.diagonal()
    return confusion.diagonal() / np.maximum(union, 1)


def _mean(confusion: np.ndarray) -> float:
    union = confusion.sum(0) + confusion.sum(1) - confusion.diagonal()
    return float(_iou(confusion)[union > 0].mean())


def _by_predictions(confusion: np.ndarray) -> float:
    return float((confusion.sum(0) * _iou(confusion)).sum() / confusion.sum())


def _not_divided(confusion: np.ndarray) -> float:
    return float((confusion.sum(1) * _iou(confusion)).sum())


def _mean_of_weighted(confusion: np.ndarray) -> float:
    share = confusion.sum(1) / confusion.sum()
    return float((share * _iou(confusion)).mean())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two classes by hand", {"confusion": np.array([[6, 2], [1, 1]])})
    yield Case("background everywhere", {"confusion": np.array([[90, 0], [10, 0]])})
    yield Case("five classes", {"confusion": rng.integers(1, 50, size=(5, 5))})
    invented = rng.integers(1, 50, size=(4, 4))
    invented[2] = 0
    yield Case("a class that is predicted but never true", {"confusion": invented})
    absent = rng.integers(1, 50, size=(4, 4))
    absent[3] = absent[:, 3] = 0
    yield Case("a class that is neither", {"confusion": absent})


EXERCISE = Exercise(
    id="metrics.frequency_weighted_iou",
    title="Frequency-weighted IoU",
    chapter=1,
    points=3,
    statement=(
        "Return the mean of the classes' IoU, in which each class weighs as many pixels as it "
        "truly has; a class without a true pixel weighs nothing. confusion[i, j] counts the pixels "
        "of true class i that were labelled j."
    ),
    starter="def frequency_weighted_iou(confusion):\n    raise NotImplementedError",
    hints=(
        "The weight of class k is the sum of its row, divided by the sum of the whole table.",
        "The weights add up to 1, so the weighted values only have to be added up.",
        "Take the classes with pixels only: elsewhere the union may be 0.",
    ),
    reference=frequency_weighted_iou,
    cases=_cases,
    mistakes=(
        Mistake("This is the plain mean IoU: every class weighs the same.", _mean),
        Mistake(
            "The weights are how often a class was predicted. A network could choose its own "
            "weights that way: use the true pixels, the rows.",
            _by_predictions,
        ),
        Mistake(
            "The weights do not add up to 1: divide by the number of all pixels.", _not_divided
        ),
        Mistake(
            "The weighted values were averaged once more. The weights already add up to 1: sum.",
            _mean_of_weighted,
        ),
    ),
)
