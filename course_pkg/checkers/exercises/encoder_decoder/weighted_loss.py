"""Cross-entropy in which a pixel counts as much as its class."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "weighted_loss"]


def weighted_loss(probs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    """Average -log of the true class's probability, every pixel weighing as its class does.

    Example:
        >>> round(weighted_loss(np.array([[[0.5]], [[0.5]]]), np.array([[1]]), np.ones(2)), 4)
        0.6931
    """
    labelled = target != 255
    true = target[labelled]
    surprise = -np.log(probs[:, labelled][true, np.arange(len(true))])
    return float((weight[true] * surprise).sum() / weight[true].sum())


def _surprises(probs: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    true = target[target != 255]
    return true, -np.log(probs[:, target != 255][true, np.arange(len(true))])


def _over_pixels(probs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    true, surprise = _surprises(probs, target)
    return float((weight[true] * surprise).mean())


def _unweighted(probs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    return float(_surprises(probs, target)[1].mean())


def _summed(probs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    true, surprise = _surprises(probs, target)
    return float((weight[true] * surprise).sum())


def _over_all_pixels(probs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    return _summed(probs, target, weight) / target.size


def _no_minus(probs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    return -weighted_loss(probs, target, weight)


def _weight_inside_the_log(probs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    true, surprise = _surprises(probs, target)
    return float((surprise - np.log(weight[true])).mean())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    weight = np.array([0.5, 3.0])
    yield Case(
        "three pixels, one ignored",
        {
            "probs": np.array([[[0.8, 0.6, 0.5]], [[0.2, 0.4, 0.5]]]),
            "target": np.array([[0, 1, 255]]),
            "weight": weight,
        },
    )
    names = ("probs", "target", "weight")
    for name, k, h, w in (("two classes", 2, 2, 3), ("five classes", 5, 3, 2)):
        probs = rng.dirichlet(np.ones(k), size=(h, w)).transpose(2, 0, 1)
        target = rng.integers(0, k, size=(h, w))
        yield Case(name, dict(zip(names, (probs, target, rng.uniform(0.2, 4, k)), strict=True)))
    probs, target = np.full((2, 1, 2), 0.5), np.array([[1, 1]])
    yield Case("one class only", dict(zip(names, (probs, target, weight), strict=True)))


EXERCISE = Exercise(
    id="encoder_decoder.weighted_loss",
    title="A loss that cares for poles",
    chapter=7,
    points=3,
    statement=(
        "probs (k, h, w) holds each pixel's class probabilities, target (h, w) the true classes, "
        "255 = ignore; weight (k,) says how much a pixel of each class counts. Return the weighted "
        "mean, over the labelled pixels, of -log(probability of the true class): weights times "
        "surprises, added up, over the sum of those pixels' weights."
    ),
    starter="def weighted_loss(probs, target, weight):\n    raise NotImplementedError",
    hints=(
        "Leave the pixels with 255 out first: probs[:, target != 255] is (k, number of pixels).",
        "With true = target[target != 255], probs[:, ...][true, np.arange(len(true))] picks one "
        "probability a pixel.",
        "weight[true] is each pixel's weight: use it above the line and below.",
    ),
    reference=weighted_loss,
    cases=_cases,
    mistakes=(
        Mistake(
            "The sum was divided by the number of pixels. A weighted mean divides by the sum of "
            "the weights, as torch's cross_entropy does.",
            _over_pixels,
        ),
        Mistake(
            "The weights are not used: every pixel counts the same.",
            _unweighted,
        ),
        Mistake(
            "This is the sum. Divide by the sum of the labelled pixels' weights.",
            _summed,
        ),
        Mistake(
            "The sum was divided by the number of all pixels, the ignored ones among them.",
            _over_all_pixels,
        ),
        Mistake(
            "The sign is missing: a logarithm of a probability is negative, a loss is not.",
            _no_minus,
        ),
        Mistake(
            "The weight went into the logarithm. It multiplies the surprise.",
            _weight_inside_the_log,
        ),
    ),
)
