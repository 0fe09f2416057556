"""Where the cells of a window look."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "filter_centres"]


def filter_centres(centre: float, stride: float, patch_size: int) -> np.ndarray:
    """Positions of the cells along one axis, the middle of them at the centre.

    Example:
        >>> filter_centres(10.0, 2.0, 4).tolist()
        [7.0, 9.0, 11.0, 13.0]
    """
    return centre + (np.arange(patch_size) - (patch_size - 1) / 2) * stride


def _one_stride_off(centre: float, stride: float, patch_size: int) -> np.ndarray:
    return centre + (np.arange(patch_size) - patch_size / 2 - 0.5) * stride


def _starts_at_the_centre(centre: float, stride: float, patch_size: int) -> np.ndarray:
    return centre + np.arange(patch_size) * stride


def _half_a_stride_off(centre: float, stride: float, patch_size: int) -> np.ndarray:
    return centre + (np.arange(patch_size) - patch_size // 2) * stride


def _from_one(centre: float, stride: float, patch_size: int) -> np.ndarray:
    return centre + (np.arange(1, patch_size + 1) - (patch_size - 1) / 2) * stride


def _squeezed(centre: float, stride: float, patch_size: int) -> np.ndarray:
    return np.linspace(centre - stride / 2, centre + stride / 2, patch_size)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("four cells round 10, two apart", {"centre": 10.0, "stride": 2.0, "patch_size": 4})
    yield Case("an odd number of cells", {"centre": 3.5, "stride": 1.0, "patch_size": 5})
    yield Case("two cells", {"centre": 0.0, "stride": 3.0, "patch_size": 2})
    yield Case("a single cell", {"centre": 7.25, "stride": 2.0, "patch_size": 1})
    for name in ("any window", "any other window"):
        size = int(rng.integers(2, 13))
        centre, stride = float(rng.normal(scale=20)), float(rng.uniform(0.1, 5))
        yield Case(name, {"centre": centre, "stride": stride, "patch_size": size})


EXERCISE = Exercise(
    id="glimpse.filter_centres",
    title="Half of the cells on either side",
    chapter=14,
    points=1,
    statement=(
        "A window has patch_size cells along an axis, stride pixels apart, and stands at centre. "
        "Return where its cells look, from the first to the last, as an array. Their mean is the "
        "centre, whether there is an even or an odd number of them."
    ),
    starter="def filter_centres(centre, stride, patch_size):\n    raise NotImplementedError",
    hints=(
        "Four cells round 10, two apart: which four positions have the mean 10?",
        "Count the cells i = 0, 1, ..., patch_size - 1. Their mean is (patch_size - 1) / 2: take "
        "it off before you multiply with the stride.",
    ),
    reference=filter_centres,
    cases=_cases,
    mistakes=(
        Mistake(
            "Everything is one stride too far to the left: this is the paper's i - N/2 - 1/2, "
            "which counts i from 1, with an i that counts from 0. Take off (patch_size - 1) / 2.",
            _one_stride_off,
        ),
        Mistake(
            "Your first cell stands at the centre. Half of the cells belong on either side of it.",
            _starts_at_the_centre,
        ),
        Mistake(
            "With an even number of cells no cell stands at the centre itself: divide by 2, not by "
            "// 2.",
            _half_a_stride_off,
        ),
        Mistake(
            "Everything is one stride too far to the right: count the cells from 0, or take off "
            "(patch_size + 1) / 2.",
            _from_one,
        ),
        Mistake(
            "The stride is the distance between two neighbours, not of the whole window.", _squeezed
        ),
    ),
)
