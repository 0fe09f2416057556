"""The mean IoU of a set of pictures."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "set_iou"]


def set_iou(predictions: np.ndarray, targets: np.ndarray, num_classes: int) -> float:
    """Mean IoU over the classes, every class counted over the whole set.

    Example:
        >>> float(set_iou(np.array([[[0, 1]]]), np.array([[[0, 255]]]), 2))
        1.0
    """
    labelled = targets != 255
    ious = []
    for k in range(num_classes):
        mine, true = labelled & (predictions == k), labelled & (targets == k)
        union = np.sum(mine | true)
        if union:  # a class that neither has is no one's fault
            ious.append(np.sum(mine & true) / union)
    return float(np.mean(ious))


def _mean_over_pictures(predictions: np.ndarray, targets: np.ndarray, num_classes: int) -> float:
    each = zip(predictions, targets, strict=True)
    return float(np.mean([set_iou(p[None], t[None], num_classes) for p, t in each]))


def _counts_255(predictions: np.ndarray, targets: np.ndarray, num_classes: int) -> float:
    ious = []
    for k in range(num_classes):
        mine, true = predictions == k, targets == k
        if np.sum(mine | true):
            ious.append(np.sum(mine & true) / np.sum(mine | true))
    return float(np.mean(ious))


def _absent_is_zero(predictions: np.ndarray, targets: np.ndarray, num_classes: int) -> float:
    kept = np.where(targets == 255, 255, predictions)
    ious = [
        np.sum((kept == k) & (targets == k)) / max(np.sum((kept == k) | (targets == k)), 1)
        for k in range(num_classes)
    ]
    return float(np.mean(ious))


def _accuracy(predictions: np.ndarray, targets: np.ndarray, num_classes: int) -> float:
    return float(np.mean((predictions == targets)[targets != 255]))


def _class_accuracy(predictions: np.ndarray, targets: np.ndarray, num_classes: int) -> float:
    found = [
        np.mean(predictions[targets == k] == k) for k in range(num_classes) if (targets == k).any()
    ]
    return float(np.mean(found))


def _sum_not_union(predictions: np.ndarray, targets: np.ndarray, num_classes: int) -> float:
    kept = np.where(targets == 255, 255, predictions)
    ious = [
        np.sum((kept == k) & (targets == k)) / (np.sum(kept == k) + np.sum(targets == k))
        for k in range(num_classes)
        if np.sum(kept == k) + np.sum(targets == k)
    ]
    return float(np.mean(ious))


def _case(name: str, predictions: np.ndarray, targets: np.ndarray, num_classes: int) -> Case:
    labels = {"predictions": predictions, "targets": targets, "num_classes": num_classes}
    return Case(name, labels)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    targets = np.array([[[0, 0, 0, 1]], [[0, 1, 1, 255]]])
    predictions = np.array([[[0, 0, 1, 1]], [[0, 1, 0, 1]]])
    yield _case("two pictures of four pixels, one unlabelled", predictions, targets, 2)
    targets = np.array([[[0, 0, 0, 0, 0, 1]], [[2, 2, 2, 2, 2, 2]]])
    predictions = np.array([[[0, 0, 0, 0, 0, 0]], [[2, 2, 2, 2, 2, 1]]])
    yield _case("a rare class, seen in one picture only", predictions, targets, 3)
    yield _case("a class that never occurs", np.array([[[0, 3]]]), np.array([[[0, 0]]]), 5)
    labels, guesses = rng.integers(0, 4, (2, 3, 6, 5))
    yield _case("three random pictures", guesses, labels, 4)
    holes = np.where(rng.random(labels.shape) < 0.3, 255, labels)
    yield _case("with unlabelled pixels", guesses, holes, 6)


EXERCISE = Exercise(
    id="fcn.set_iou",
    title="One number for a whole set",
    chapter=6,
    points=3,
    statement=(
        "predictions and targets are label maps, (pictures, height, width). A target of 255 means "
        "nobody knows: such a pixel counts nowhere, whatever was predicted. For every class count "
        "intersection and union over all pictures together and divide once; return the mean over "
        "the classes that occur in the prediction or the truth of the pixels that count."
    ),
    starter="def set_iou(predictions, targets, num_classes):\n    raise NotImplementedError",
    hints=(
        "Do not loop over the pictures at all: the comparison works on the whole array at once.",
        "For class k: mine = (predictions == k) & (targets != 255), true = targets == k.",
        "np.sum(mine & true) / np.sum(mine | true), where the union is not empty; then the mean.",
    ),
    reference=set_iou,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the mean of the pictures' own scores. A class with three pixels in one "
            "picture then weighs as much as a street: count over the whole set, divide once.",
            _mean_over_pictures,
        ),
        Mistake(
            "Pixels labelled 255 were counted: what was predicted there makes a union larger. "
            "Take them out first.",
            _counts_255,
        ),
        Mistake(
            "A class that occurs nowhere was given a score of 0. It has none: leave it out of the "
            "mean.",
            _absent_is_zero,
        ),
        Mistake("This is the share of right pixels. It lets the largest class decide.", _accuracy),
        Mistake(
            "This divides by the true pixels. IoU also charges a class for the pixels that it took "
            "from others: divide by the union.",
            _class_accuracy,
        ),
        Mistake(
            "Pixels in both maps were counted twice below the line: that is a sum, not a union.",
            _sum_not_union,
        ),
    ),
)
