"""One mean IoU for a whole data set."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "mean_iou"]


def mean_iou(preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int) -> float:
    """Mean over classes of the IoU counted over all images together.

    Example:
        >>> target = np.array([[[0, 0]], [[0, 1]]])
        >>> mean_iou(np.array([[[0, 0]], [[1, 1]]]), target, 2, 255)
        0.5833333333333333
    """
    known = target != ignore_index
    scores = []
    for k in range(num_classes):
        truly, said = (target == k) & known, (preds == k) & known
        union = (truly | said).sum()
        if union > 0:
            scores.append((truly & said).sum() / union)
    return float(np.mean(scores))


def _per_image(preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int) -> float:
    judged = [i for i in range(len(target)) if (target[i] != ignore_index).any()]
    scores = [mean_iou(preds[i], target[i], num_classes, ignore_index) for i in judged]
    return float(np.mean(scores))


def _absent_is_zero(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> float:
    known = target != ignore_index
    used = len(np.union1d(target[known], preds[known]))
    return mean_iou(preds, target, num_classes, ignore_index) * used / num_classes


def _true_classes_only(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> float:
    known = target != ignore_index
    used = len(np.union1d(target[known], preds[known]))
    total = mean_iou(preds, target, num_classes, ignore_index) * used  # invented classes add 0
    return total / len(np.unique(target[known]))


def _ignored_as_misses(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> float:
    del ignore_index
    return mean_iou(preds, target, num_classes, -1)


def _ignored_as_class_0(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> float:
    return mean_iou(preds, np.where(target == ignore_index, 0, target), num_classes, -1)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, preds: np.ndarray, target: np.ndarray, num_classes: int) -> Case:
        inputs = {"preds": preds, "target": target}
        return Case(name, inputs | {"num_classes": num_classes, "ignore_index": 255})

    def noisy(target: np.ndarray, num_classes: int) -> np.ndarray:
        wrong = rng.random(target.shape) < 0.3
        return np.where(wrong, rng.integers(0, num_classes, target.shape), target)

    target = np.array([[[0, 0], [0, 0]], [[0, 0], [0, 1]]])
    preds = np.array([[[0, 0], [0, 0]], [[1, 0], [0, 1]]])
    yield case("two images by hand", preds, target, 2)
    target = rng.integers(0, 3, size=(3, 5, 5))
    yield case("three images", noisy(target, 3), target, 3)
    target = rng.choice([0, 2], size=(2, 5, 5))
    yield case("a class that never occurs", np.where(target == 0, 2, target), target, 3)
    target = rng.integers(0, 2, size=(2, 5, 5))
    preds = target.copy()
    preds[:, 0] = 2
    yield case("a class that is only predicted", preds, target, 3)
    target = rng.integers(0, 3, size=(2, 6, 6))
    preds = noisy(target, 3)
    target[:, :3, :3] = 255
    target[1] = 255
    yield case("pixels nobody judged", preds, target, 3)


EXERCISE = Exercise(
    id="metrics.mean_iou",
    title="One number for a data set",
    chapter=1,
    points=4,
    statement=(
        "preds and target are label maps (images, h, w). Return the mean IoU: for every class the "
        "pixels that are k in both, divided by the pixels that are k in either, counted over all "
        "images together; then the mean over the classes that occur in either. Pixels whose target "
        "is ignore_index count nowhere, whatever was predicted there."
    ),
    starter=(
        "def mean_iou(preds, target, num_classes, ignore_index):\n    raise NotImplementedError"
    ),
    hints=(
        "Count first, over everything, and divide once per class at the end.",
        "(preds == k) & (target == k) marks the hits of class k; .sum() counts over all images.",
        "Switch off the ignored pixels on both sides: & (target != ignore_index).",
        "A class with an empty union has no score. Collect the scores in a list and average it.",
    ),
    reference=mean_iou,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the mean of every image's own score. In it a class with three pixels in one "
            "image weighs as much as one that fills a hundred: count over all images, then divide.",
            _per_image,
        ),
        Mistake(
            "A class that never occurs counts as 0 here. Leave it out of the mean.",
            _absent_is_zero,
        ),
        Mistake(
            "A class that is only predicted was left out. It occurs, with IoU 0: inventing a class "
            "must cost something.",
            _true_classes_only,
        ),
        Mistake(
            "Predictions at ignored pixels still count here, as errors. Nobody knows what is "
            "there: drop them too.",
            _ignored_as_misses,
        ),
        Mistake(
            "The ignored pixels were counted as class 0. Leave them out altogether.",
            _ignored_as_class_0,
        ),
    ),
)
