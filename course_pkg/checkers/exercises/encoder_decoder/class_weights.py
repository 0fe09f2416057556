"""Median frequency balancing: how much a pixel of each class should count."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "class_weights"]


def class_weights(labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Divide the median frequency by each class's own; frequencies only where a class occurs.

    Example:
        >>> class_weights(np.array([[[0, 0, 0, 1]], [[0, 2, 2, 2]]]), 3).round(2)
        array([1.  , 2.  , 0.67])
    """
    weights = np.zeros(num_classes)
    frequency = np.zeros(num_classes)
    for c in range(num_classes):
        with_it = labels[(labels == c).any(axis=(1, 2))]  # the images that show class c
        if len(with_it):
            frequency[c] = (with_it == c).sum() / (with_it != 255).sum()
    present = frequency > 0
    weights[present] = np.median(frequency[present]) / frequency[present]
    return weights


def _over_all_images(labels: np.ndarray, num_classes: int) -> np.ndarray:
    counts = np.array([(labels == c).sum() for c in range(num_classes)], float)
    present = counts > 0
    weights = np.zeros(num_classes)
    weights[present] = np.median(counts[present]) / counts[present]
    return weights


def _inverse_frequency(labels: np.ndarray, num_classes: int) -> np.ndarray:
    weights = np.zeros(num_classes)
    for c in range(num_classes):
        with_it = labels[(labels == c).any(axis=(1, 2))]
        if len(with_it):
            weights[c] = (with_it != 255).sum() / (with_it == c).sum()
    return weights


def _upside_down(labels: np.ndarray, num_classes: int) -> np.ndarray:
    weights = class_weights(labels, num_classes)
    return np.divide(1, weights, out=np.zeros(num_classes), where=weights > 0)


def _ignored_counted(labels: np.ndarray, num_classes: int) -> np.ndarray:
    return class_weights(np.where(labels == 255, 254, labels), num_classes)


def _absent_in_the_median(labels: np.ndarray, num_classes: int) -> np.ndarray:
    frequency = np.zeros(num_classes)
    for c in range(num_classes):
        with_it = labels[(labels == c).any(axis=(1, 2))]
        if len(with_it):
            frequency[c] = (with_it == c).sum() / (with_it != 255).sum()
    middle = np.median(frequency)
    return np.divide(middle, frequency, out=np.zeros(num_classes), where=frequency > 0)


def _mean_instead(labels: np.ndarray, num_classes: int) -> np.ndarray:
    weights = class_weights(labels, num_classes)
    frequency = np.divide(1, weights, out=np.zeros(num_classes), where=weights > 0)
    return weights * frequency[weights > 0].mean()


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    two = np.array([[[0, 0, 0, 0, 0, 0, 0, 1]], [[0, 0, 0, 2, 2, 2, 2, 2]]])
    yield Case("two images of 8 pixels", {"labels": two, "num_classes": 3})
    holes = two.copy()
    holes[0, 0, 1:4] = 255
    yield Case("some pixels ignored", {"labels": holes, "num_classes": 3})
    yield Case("a class that never occurs", {"labels": two, "num_classes": 5})
    yield Case(
        "an even number of classes",
        {"labels": np.array([[[0, 0, 0, 1, 2, 2, 3, 3]]]), "num_classes": 4},
    )
    yield Case("any labels", {"labels": rng.integers(0, 4, size=(3, 4, 5)), "num_classes": 4})


EXERCISE = Exercise(
    id="encoder_decoder.class_weights",
    title="Median frequency balancing",
    chapter=7,
    points=3,
    statement=(
        "labels (n, h, w) holds class numbers, 255 = ignore. The frequency of a class is its "
        "number of pixels over the number of labelled pixels, both counted only in the images "
        "that show the class. Return the weight of each class: the median of the frequencies over "
        "its own; classes that never occur get 0 and take no part in the median."
    ),
    starter="def class_weights(labels, num_classes):\n    raise NotImplementedError",
    hints=(
        "(labels == c).any(axis=(1, 2)) says for each image whether class c is in it.",
        "Within those images: pixels of class c over pixels that are not 255.",
        "np.median(frequency[frequency > 0]) over each frequency. A rare class gets a large "
        "weight.",
    ),
    reference=class_weights,
    cases=_cases,
    mistakes=(
        Mistake(
            "These frequencies are over all images. A class that stands in few images is not rare "
            "for that: count only in images that show it.",
            _over_all_images,
        ),
        Mistake(
            "This is one over the frequency. Divide the median frequency by it, so that the "
            "middle class counts 1 and the learning rate keeps its meaning.",
            _inverse_frequency,
        ),
        Mistake(
            "This is upside down: frequent classes got the large weights.",
            _upside_down,
        ),
        Mistake(
            "The ignored pixels were counted as labelled. 255 belongs to no class and to no total.",
            _ignored_counted,
        ),
        Mistake(
            "Classes that never occur took part in the median with a frequency of 0.",
            _absent_in_the_median,
        ),
        Mistake(
            "This is the mean of the frequencies over each of them. The median was asked for; one "
            "huge class does not move it.",
            _mean_instead,
        ),
    ),
)
