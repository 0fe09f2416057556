"""Overlap over union, class by class."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "class_iou"]


def class_iou(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Intersection over union of each class, and which classes have one.

    Example:
        >>> class_iou(np.array([[6, 3, 0], [1, 2, 0], [0, 0, 0]]))
        (array([0.6       , 0.33333333, 0.        ]), array([ True,  True, False]))
    """
    hits = confusion.diagonal()
    union = confusion.sum(0) + confusion.sum(1) - hits
    occurs = union > 0
    iou = np.zeros(len(confusion))
    iou[occurs] = hits[occurs] / union[occurs]
    return iou, occurs


def _hits_twice(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    union = confusion.sum(0) + confusion.sum(1)
    return confusion.diagonal() / np.maximum(union, 1), union > 0


def _accuracy(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    pixels = confusion.sum(1)
    return confusion.diagonal() / np.maximum(pixels, 1), class_iou(confusion)[1]


def _precision(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    pixels = confusion.sum(0)
    return confusion.diagonal() / np.maximum(pixels, 1), class_iou(confusion)[1]


def _dice(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    both = confusion.sum(0) + confusion.sum(1)
    return 2 * confusion.diagonal() / np.maximum(both, 1), both > 0


def _only_true_classes(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return class_iou(confusion)[0], confusion.sum(1) > 0


def _only_hit_classes(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return class_iou(confusion)[0], confusion.diagonal() > 0


def _absent_is_one(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    iou, occurs = class_iou(confusion)
    return np.where(occurs, iou, 1.0), occurs


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two classes by hand", {"confusion": np.array([[6, 3], [1, 2]])})
    yield Case("four classes", {"confusion": rng.integers(1, 50, size=(4, 4))})
    missed = rng.integers(1, 50, size=(4, 4))
    missed[:, 1] = 0
    yield Case("a class that is true but never predicted", {"confusion": missed})
    invented = rng.integers(1, 50, size=(4, 4))
    invented[2] = 0
    yield Case("a class that is predicted but never true", {"confusion": invented})
    absent = rng.integers(1, 50, size=(4, 4))
    absent[3] = absent[:, 3] = 0
    yield Case("a class that is neither", {"confusion": absent})


EXERCISE = Exercise(
    id="metrics.class_iou",
    title="Intersection over union",
    chapter=1,
    points=3,
    statement=(
        "Return two arrays with one entry per class. iou: the pixels that are class k in truth and "
        "prediction, divided by the pixels that are class k in truth or prediction. occurs: True "
        "where there is such a pixel at all; where not, write 0 into iou. confusion[i, j] counts "
        "the pixels of true class i that were labelled j."
    ),
    starter="def class_iou(confusion):\n    raise NotImplementedError",
    hints=(
        "The sum of row k: truly k. The sum of column k: labelled k. Which pixels are in both?",
        "Row and column both contain the hits, and the union has them once: row + column - hits.",
        "Where the union is 0 nothing can be divided: use occurs as an index on both sides.",
    ),
    reference=class_iou,
    cases=_cases,
    mistakes=(
        Mistake(
            "The union counts the hits twice: they are in the row and in the column. Take them off "
            "once.",
            _hits_twice,
        ),
        Mistake(
            "This is the class accuracy: it forgives a class for every pixel it takes from others. "
            "Add the column too.",
            _accuracy,
        ),
        Mistake(
            "Only what was predicted stands below the line. Add the pixels of the class that were "
            "missed: its row.",
            _precision,
        ),
        Mistake(
            "This is the Dice score, 2 hits / (row + column). Same order, other numbers: the IoU "
            "has the union below the line.",
            _dice,
        ),
        Mistake(
            "A class that is predicted but never true does occur: its IoU is an honest 0, and "
            "leaving it out would reward inventing it.",
            _only_true_classes,
        ),
        Mistake(
            "A class without a single hit may still occur: look at the union, not at the hits.",
            _only_hit_classes,
        ),
        Mistake(
            "A class that never occurs got IoU 1: a mean over it would rise for nothing. Write 0 "
            "and say so in `occurs`.",
            _absent_is_one,
        ),
    ),
    outputs=("iou", "occurs"),
)
