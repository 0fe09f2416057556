"""How much two masks share."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "mask_iou"]


def mask_iou(a: np.ndarray, b: np.ndarray) -> float:
    """Shared pixels over pixels covered by either.

    Example:
        >>> mask_iou(np.array([[True, True, False]]), np.array([[False, True, False]]))
        0.5
    """
    together = np.logical_or(a, b).sum()
    return float(np.logical_and(a, b).sum() / together) if together else 0.0


def _box(mask: np.ndarray) -> np.ndarray:
    boxed = np.zeros_like(mask)
    if mask.any():
        rows, columns = np.nonzero(mask)
        boxed[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    return boxed


def _boxes(a: np.ndarray, b: np.ndarray) -> float:
    return mask_iou(_box(a), _box(b))


def _sum_of_areas(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / max(a.sum() + b.sum(), 1))


def _dice(a: np.ndarray, b: np.ndarray) -> float:
    return float(2 * (a & b).sum() / max(a.sum() + b.sum(), 1))


def _share_of_the_first(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / max(a.sum(), 1))


def _equal_pixels(a: np.ndarray, b: np.ndarray) -> float:
    return float((a == b).mean())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    a, b = np.zeros((5, 6), dtype=bool), np.zeros((5, 6), dtype=bool)
    a[1, 1:5] = a[1:4, 1] = True
    b[3, 1:5] = b[1:4, 4] = b[1, 3] = True
    yield Case("two corners whose boxes are equal", {"a": a, "b": b})
    for name in ("scattered", "scattered again"):
        drawn = rng.random((2, 7, 9)) < np.array([0.3, 0.5])[:, None, None]
        drawn[:, 3, 3] = True
        yield Case(name, {"a": drawn[0], "b": drawn[1]})
    yield Case("two empty masks", {"a": np.zeros((3, 3), bool), "b": np.zeros((3, 3), bool)})


EXERCISE = Exercise(
    id="regions.mask_iou",
    title="Overlap of masks",
    chapter=9,
    points=1,
    statement=(
        "a and b are masks (h, w) of True and False. Return their intersection over union: the "
        "number of pixels in both, divided by the number in at least one. Two empty masks have 0."
    ),
    starter="def mask_iou(a, b):\n    raise NotImplementedError",
    hints=(
        "a & b is True where both are, a | b where at least one is. Boxes play no part.",
        "Two empty masks would divide 0 by 0: answer that case first.",
    ),
    reference=mask_iou,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the overlap of the boxes around the masks. Two things can share a whole box "
            "and hardly a pixel: count pixels.",
            _boxes,
        ),
        Mistake(
            "Shared pixels were counted twice below the line: the union is not the sum of areas.",
            _sum_of_areas,
        ),
        Mistake(
            "This is twice the intersection over the sum of areas (the Dice score). It is never "
            "smaller than the IoU.",
            _dice,
        ),
        Mistake(
            "This is the share of the first mask that is covered. Divide by the union of both.",
            _share_of_the_first,
        ),
        Mistake(
            "Pixels outside both masks were counted as agreement. They belong to neither.",
            _equal_pixels,
        ),
    ),
)
