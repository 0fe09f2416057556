"""A skip: enlarge, crop, add."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "fuse"]


def fuse(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    """Coarse scores, enlarged twice, plus the part of the fine scores that lies under them.

    Example:
        >>> fuse(np.ones((1, 1, 1)), np.zeros((1, 9, 9)), 5)[0, 1]
        array([0.1875, 0.5625, 0.5625, 0.1875])
    """
    tent = np.array([0.25, 0.75, 0.75, 0.25])
    stamp = np.outer(tent, tent)
    k, h, w = coarse.shape
    large = np.zeros((k, 2 * h + 2, 2 * w + 2))
    for r in range(h):
        for c in range(w):
            large[:, 2 * r : 2 * r + 4, 2 * c : 2 * c + 4] += coarse[:, r, c, None, None] * stamp
    rows, columns = large.shape[1:]
    return large + fine[:, offset : offset + rows, offset : offset + columns]


def _upsampled(coarse: np.ndarray, fine: np.ndarray) -> np.ndarray:
    k, h, w = coarse.shape
    return fuse(coarse, np.zeros((k, 2 * h + 2, 2 * w + 2)), 0)


def _from_the_corner(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    return fuse(coarse, fine, 0)


def _centre_crop(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    _, h, w = coarse.shape
    top, left = (fine.shape[1] - 2 * h - 2) // 2, (fine.shape[2] - 2 * w - 2) // 2
    return _upsampled(coarse, fine) + fine[:, top : top + 2 * h + 2, left : left + 2 * w + 2]


def _mean(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    return fuse(coarse, fine, offset) / 2


def _largest(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    large = _upsampled(coarse, fine)
    return np.maximum(large, fuse(coarse, fine, offset) - large)


def _softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x)
    return powers / powers.sum(0)


def _softmax_first(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    return fuse(_softmax(coarse), _softmax(fine), offset)


def _nearest(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    large = np.zeros_like(_upsampled(coarse, fine))
    large[:, 1:-1, 1:-1] = coarse.repeat(2, axis=1).repeat(2, axis=2)
    return large + fuse(0 * coarse, fine, offset)


def _concatenated(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    return np.concatenate([_upsampled(coarse, fine), fuse(0 * coarse, fine, offset)])


def _not_enlarged(coarse: np.ndarray, fine: np.ndarray, offset: int) -> np.ndarray:
    h, w = coarse.shape[1:]
    return coarse + fine[:, offset : offset + h, offset : offset + w]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, k: int, h: int, w: int, offset: int, more: int) -> Case:
        fine = rng.normal(size=(k, 2 * h + 2 + offset + more, 2 * w + 2 + offset + more))
        return Case(name, {"coarse": rng.normal(size=(k, h, w)), "fine": fine, "offset": offset})

    yield case("two classes, 3 x 3 cells, offset 2", 2, 3, 3, 2, 5)
    yield case("offset 5, as in FCN-16s", 3, 4, 5, 5, 3)
    yield case("a single coarse cell", 2, 1, 1, 1, 4)
    yield case("offset 9, as in FCN-8s", 4, 2, 6, 9, 2)


EXERCISE = Exercise(
    id="fcn.fuse",
    title="A skip: enlarge, crop, add",
    chapter=6,
    points=5,
    statement=(
        "coarse is (classes, h, w), fine (classes, H, W), both scores before the softmax. Enlarge "
        "coarse twice by stamping: every cell puts its score times the 4 x 4 bilinear kernel (rows "
        ".25 .75 .75 .25) down, two cells apart, overlaps add, nothing is cropped: 2h + 2 by "
        "2w + 2. Crop as much from fine, starting offset cells from its top and its left. Return "
        "their sum."
    ),
    starter="def fuse(coarse, fine, offset):\n    raise NotImplementedError",
    hints=(
        "Start from np.zeros((classes, 2 * h + 2, 2 * w + 2)).",
        "Cell (r, c) stamps onto rows 2r to 2r + 3 and columns 2c to 2c + 3, for all classes at "
        "once: coarse[:, r, c, None, None] * stamp.",
        "fine[:, offset : offset + rows, offset : offset + columns], then add.",
    ),
    reference=fuse,
    cases=_cases,
    mistakes=(
        Mistake(
            "The fine map was taken from its corner. Its cells and the enlarged ones then look at "
            "different places: start at offset.",
            _from_the_corner,
        ),
        Mistake(
            "The fine map was cropped around its centre. That is right only by luck: start at "
            "offset.",
            _centre_crop,
        ),
        Mistake("This is the mean. FCN adds: halving the scores changes the softmax.", _mean),
        Mistake(
            "This takes the larger score. FCN's authors tried that; adding was better.", _largest
        ),
        Mistake(
            "The softmax came before the sum. Scores add up; probabilities of two heads do not.",
            _softmax_first,
        ),
        Mistake(
            "Coarse was copied (nearest). Stamp the bilinear kernel and let stamps add.", _nearest
        ),
        Mistake(
            "The maps were stacked. FCN sums the scores: the number of channels stays.",
            _concatenated,
        ),
        Mistake(
            "Coarse was added as small as it came. Enlarge it first: 2h + 2 by 2w + 2.",
            _not_enlarged,
        ),
    ),
)
