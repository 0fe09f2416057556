"""Which class was taken for which."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "confusion_matrix"]


def confusion_matrix(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> np.ndarray:
    """Count, for every true class, what its pixels were labelled.

    Example:
        >>> confusion_matrix(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 255]), 2, 255)
        array([[1, 1],
               [0, 1]])
    """
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for true, predicted in zip(target.ravel(), preds.ravel(), strict=True):
        if true != ignore_index:
            counts[true, predicted] += 1
    return counts


def _columns_are_true(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> np.ndarray:
    return confusion_matrix(preds, target, num_classes, ignore_index).T.copy()


def _only_hits(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> np.ndarray:
    return np.diag(confusion_matrix(preds, target, num_classes, ignore_index).diagonal())


def _buffered(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> np.ndarray:
    return np.minimum(confusion_matrix(preds, target, num_classes, ignore_index), 1)


def _ignored_counts_as_class_0(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> np.ndarray:
    known = np.where(target == ignore_index, 0, target)
    return confusion_matrix(preds, known, num_classes, ignore_index)


def _ignored_counts_as_last_class(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> np.ndarray:
    known = np.where(target == ignore_index, num_classes - 1, target)
    return confusion_matrix(preds, known, num_classes, ignore_index)


def _only_classes_that_occur(
    preds: np.ndarray, target: np.ndarray, num_classes: int, ignore_index: int
) -> np.ndarray:
    counts = confusion_matrix(preds, target, num_classes, ignore_index)
    used = counts.sum(0) + counts.sum(1) > 0
    return counts[np.ix_(used, used)]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, preds: np.ndarray, target: np.ndarray, num_classes: int) -> Case:
        inputs = {"preds": preds, "target": target}
        return Case(name, inputs | {"num_classes": num_classes, "ignore_index": 255})

    target = np.array([[0, 0, 0, 0], [0, 0, 1, 1]])
    yield case("two classes by hand", np.array([[0, 0, 1, 1], [0, 0, 1, 0]]), target, 2)
    preds, target = rng.integers(0, 3, size=(2, 5, 7))
    yield case("three classes", preds, target, 3)
    known = rng.integers(0, 3, size=(6, 6))
    known[rng.random((6, 6)) < 0.3] = 255
    known[0, :3] = 255
    yield case("some pixels nobody judged", rng.integers(0, 3, size=(6, 6)), known, 3)
    few = rng.choice([0, 2], size=(2, 4, 5))
    yield case("a class that never occurs", few[0], few[1], 4)
    everything = np.full((4, 6), 255)
    yield case("nothing was judged", rng.integers(0, 2, size=(4, 6)), everything, 2)


EXERCISE = Exercise(
    id="metrics.confusion_matrix",
    title="The confusion matrix",
    chapter=1,
    points=2,
    statement=(
        "preds and target are label maps of one shape, with labels 0 to num_classes - 1. Return "
        "counts (num_classes, num_classes), whole numbers: in row i and column j how many pixels "
        "of true class i were labelled j. Pixels whose target is ignore_index count nowhere."
    ),
    starter=(
        "def confusion_matrix(preds, target, num_classes, ignore_index):\n"
        "    raise NotImplementedError"
    ),
    hints=(
        "Start from zeros of dtype int, and walk over both maps together, pixel by pixel.",
        "preds.ravel() and target.ravel() turn the maps into two rows that zip() can walk.",
        "Skip a pixel when its target is ignore_index, or else counts[true, predicted] += 1.",
    ),
    reference=confusion_matrix,
    cases=_cases,
    mistakes=(
        Mistake(
            "Rows and columns are swapped: rows are the true classes, columns the predicted ones.",
            _columns_are_true,
        ),
        Mistake(
            "Only hits are counted. The places beside the diagonal say which class was taken for "
            "which.",
            _only_hits,
        ),
        Mistake(
            "No count is above 1: counts[rows, columns] += 1 with arrays adds once per place, "
            "however often the place occurs. Loop, or use np.add.at or np.bincount.",
            _buffered,
        ),
        Mistake(
            "The ignored pixels were counted as class 0. Leave them out altogether.",
            _ignored_counts_as_class_0,
        ),
        Mistake(
            "The ignored pixels were counted as the last class. Leave them out altogether.",
            _ignored_counts_as_last_class,
        ),
        Mistake(
            "The table is smaller where a class never occurs. It always has num_classes rows.",
            _only_classes_that_occur,
        ),
    ),
)
