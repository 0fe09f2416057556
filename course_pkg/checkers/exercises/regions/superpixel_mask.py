"""A coarse mask made sharp by the borders that superpixels know."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "superpixel_mask"]


def superpixel_mask(coarse: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Keep whole superpixels in which the coarse mask has a mean above one half.

    Example:
        >>> superpixel_mask(np.array([[0.9, 0.4, 0.4]]), np.array([[0, 0, 1]]))
        array([[ True,  True, False]])
    """
    sums = np.bincount(segments.ravel(), coarse.ravel())
    return (sums / np.bincount(segments.ravel()) > 0.5)[segments]


def _pixels(coarse: np.ndarray, segments: np.ndarray) -> np.ndarray:
    return coarse > 0.5


def _heads(coarse: np.ndarray, segments: np.ndarray) -> np.ndarray:
    return superpixel_mask((coarse > 0.5).astype(float), segments)


def _any_pixel(coarse: np.ndarray, segments: np.ndarray) -> np.ndarray:
    chosen = np.unique(segments[coarse > 0.5])
    return np.isin(segments, chosen)


def _sums(coarse: np.ndarray, segments: np.ndarray) -> np.ndarray:
    return (np.bincount(segments.ravel(), coarse.ravel()) > 0.5)[segments]


def _means(coarse: np.ndarray, segments: np.ndarray) -> np.ndarray:
    sums = np.bincount(segments.ravel(), coarse.ravel())
    return (sums / np.bincount(segments.ravel()))[segments]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    coarse = np.array([[0.9, 0.4, 0.4, 0.6], [0.3, 0.4, 0.8, 0.1]])
    segments = np.array([[0, 0, 0, 1], [2, 2, 3, 3]])
    yield Case("four superpixels", {"coarse": coarse, "segments": segments})
    for side in (6, 9):
        blocks = np.arange(side) // 3
        labels = blocks[:, None] * (side // 3) + blocks
        drawn = rng.uniform(0, 1, size=(side, side))
        yield Case(f"{side} by {side}, in blocks", {"coarse": drawn, "segments": labels})
    alone = {"coarse": rng.uniform(0, 1, size=(3, 4)), "segments": np.arange(12).reshape(3, 4)}
    yield Case("every pixel a superpixel", alone)


EXERCISE = Exercise(
    id="regions.superpixel_mask",
    title="A coarse mask with sharp edges",
    chapter=9,
    points=2,
    statement=(
        "coarse (h, w) holds the probability of each pixel to belong to a thing, blurred as a "
        "10 x 10 grid is; segments (h, w) holds each pixel's superpixel, 0, 1, 2, ... without "
        "gaps. A superpixel belongs to the thing as a whole if the mean of coarse over its pixels "
        "is larger than 0.5. Return the mask (h, w)."
    ),
    starter="def superpixel_mask(coarse, segments):\n    raise NotImplementedError",
    hints=(
        "np.bincount(segments.ravel(), coarse.ravel()) adds coarse up in each superpixel.",
        "Divide by the number of pixels in each: np.bincount without the second argument.",
        "An array with one answer a superpixel, indexed by segments, is a map again.",
    ),
    reference=superpixel_mask,
    cases=_cases,
    mistakes=(
        Mistake(
            "Pixels decided one by one, so the edge is as blurred as the coarse mask.", _pixels
        ),
        Mistake(
            "Pixels voted yes or no. Take the mean of the probabilities: one sure pixel may "
            "outweigh two that hesitate.",
            _heads,
        ),
        Mistake("One pixel above 0.5 was enough. The mean has to be.", _any_pixel),
        Mistake("These are sums: a large superpixel always wins. Divide by its pixels.", _sums),
        Mistake("These are the means. Which of them are larger than 0.5?", _means),
    ),
)
