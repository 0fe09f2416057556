"""Superpixels vote: one label for every region."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "vote"]


def vote(probs: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Label all pixels of a region with the class of the largest mean probability in it.

    Example:
        >>> vote(np.array([[[0.9, 0.4, 0.4]], [[0.1, 0.6, 0.6]]]), np.array([[0, 0, 1]]))
        array([[0, 0, 1]])
    """
    labels = np.zeros(segments.shape, int)
    for region in np.unique(segments):
        inside = segments == region
        labels[inside] = probs[:, inside].mean(axis=1).argmax()
    return labels


def _heads_counted(probs: np.ndarray, segments: np.ndarray) -> np.ndarray:
    labels = np.zeros(segments.shape, int)
    each = probs.argmax(axis=0)
    for region in np.unique(segments):
        labels[segments == region] = np.bincount(each[segments == region]).argmax()
    return labels


def _no_vote(probs: np.ndarray, segments: np.ndarray) -> np.ndarray:
    return probs.argmax(axis=0)


def _loudest_pixel(probs: np.ndarray, segments: np.ndarray) -> np.ndarray:
    labels = np.zeros(segments.shape, int)
    for region in np.unique(segments):
        labels[segments == region] = probs[:, segments == region].max(axis=1).argmax()
    return labels


def _one_per_region(probs: np.ndarray, segments: np.ndarray) -> np.ndarray:
    regions = np.unique(segments)
    return np.array([probs[:, segments == r].mean(axis=1).argmax() for r in regions])


def _whole_image(probs: np.ndarray, segments: np.ndarray) -> np.ndarray:
    return np.full(segments.shape, probs.mean(axis=(1, 2)).argmax())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    first = np.array([[0.9, 0.4, 0.4, 0.1, 0.8, 0.75], [0.3, 0.2, 0.1, 0.0, 0.85, 0.1]])
    probs = np.stack((first, 1 - first))
    segments = np.array([[0, 0, 0, 1, 1, 1], [2, 2, 2, 2, 1, 1]])
    yield Case("three regions, two classes", {"probs": probs, "segments": segments})
    gaps = np.where(segments == 2, 9, segments)
    yield Case("numbers with gaps", {"probs": probs, "segments": gaps})
    yield Case(
        "every pixel its own region", {"probs": probs, "segments": np.arange(12).reshape(2, 6)}
    )
    drawn = rng.dirichlet(np.ones(4), size=(5, 6)).transpose(2, 0, 1)
    yield Case("any regions", {"probs": drawn, "segments": rng.integers(0, 5, size=(5, 6))})


EXERCISE = Exercise(
    id="multiscale.vote",
    title="Superpixels vote",
    chapter=8,
    points=2,
    statement=(
        "probs (k, h, w) holds every pixel's class probabilities, segments (h, w) the number of "
        "the superpixel it belongs to; numbers may have gaps. All pixels of a superpixel get one "
        "label: the class whose mean probability over its pixels is largest. Return labels (h, w)."
    ),
    starter="def vote(probs, segments):\n    raise NotImplementedError",
    hints=(
        "np.unique(segments) lists the region numbers. Go through them one at a time.",
        "inside = segments == region; probs[:, inside] is then (k, number of its pixels).",
        "probs[:, inside].mean(axis=1).argmax() is the label; labels[inside] = ... writes it "
        "everywhere in the region.",
    ),
    reference=vote,
    cases=_cases,
    mistakes=(
        Mistake(
            "Here every pixel had one vote. A pixel that is nearly sure should count more than two "
            "that hesitate: average the probabilities, then take the largest.",
            _heads_counted,
        ),
        Mistake(
            "These are the pixels' own labels. Nobody has voted yet.",
            _no_vote,
        ),
        Mistake(
            "The most certain pixel decided for its whole region. Take the mean, not the maximum.",
            _loudest_pixel,
        ),
        Mistake(
            "This is one label a region. Every pixel wants to know its own: return (h, w).",
            _one_per_region,
        ),
        Mistake(
            "The whole image voted as one region.",
            _whole_image,
        ),
    ),
)
