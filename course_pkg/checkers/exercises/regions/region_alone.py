"""What SDS's second path sees: the region, and nothing around it."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "region_alone"]


def region_alone(crop: np.ndarray, mask: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Take the mean colour off, and set what is outside the region to zero.

    Example:
        >>> region_alone(np.array([[[0.5, 0.75]]]), np.array([[False, True]]), np.array([0.25]))
        array([[[0. , 0.5]]])
    """
    return (crop - mean[:, None, None]) * mask


def _black(crop: np.ndarray, mask: np.ndarray, mean: np.ndarray) -> np.ndarray:
    return crop * mask - mean[:, None, None]


def _without_the_mean(crop: np.ndarray, mask: np.ndarray, mean: np.ndarray) -> np.ndarray:
    return crop * mask


def _surroundings(crop: np.ndarray, mask: np.ndarray, mean: np.ndarray) -> np.ndarray:
    return (crop - mean[:, None, None]) * ~mask


def _whole_box(crop: np.ndarray, mask: np.ndarray, mean: np.ndarray) -> np.ndarray:
    return crop - mean[:, None, None]


def _mean_left(crop: np.ndarray, mask: np.ndarray, mean: np.ndarray) -> np.ndarray:
    return np.where(mask, crop, mean[:, None, None])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    mean = np.array([0.5, 0.25, 0.75])
    first = np.zeros((3, 2, 3))
    first[:, :, 1:] = 1.0
    mask = np.array([[False, True, False], [False, True, True]])
    yield Case("six pixels", {"crop": first, "mask": mask, "mean": mean})
    for side in (5, 8):
        inside = rng.random((side, side)) < 0.5
        inside[0, 0], inside[0, 1] = True, False
        crop = rng.uniform(0, 1, size=(3, side, side))
        yield Case(f"{side} by {side}", {"crop": crop, "mask": inside, "mean": mean})
    full = {"crop": rng.uniform(0, 1, size=(3, 4, 4)), "mask": np.ones((4, 4), bool), "mean": mean}
    yield Case("a region that fills its box", full)


EXERCISE = Exercise(
    id="regions.region_alone",
    title="The region alone",
    chapter=9,
    points=1,
    statement=(
        "crop (3, s, s) is a picture in [0, 1], mask (s, s) is True on the region, mean (3) is the "
        "mean colour that the network subtracts from its input. Return what the network's first "
        "layer should see in SDS's region path: the crop less the mean, and exactly zero outside "
        "the region."
    ),
    starter="def region_alone(crop, mask, mean):\n    raise NotImplementedError",
    hints=(
        "mean[:, None, None] lies over the picture, one number a colour plane.",
        "Zero is wanted after the subtraction. In which order do you subtract and mask?",
    ),
    reference=region_alone,
    cases=_cases,
    mistakes=(
        Mistake(
            "The background was painted black before the mean was taken off, so the network sees "
            "minus the mean there: a strong signal where there should be none. Subtract first.",
            _black,
        ),
        Mistake("The mean was not taken off the region.", _without_the_mean),
        Mistake("Region and surroundings are exchanged: keep where mask is True.", _surroundings),
        Mistake("This is the box path's input: the surroundings are still there.", _whole_box),
        Mistake(
            "The background has the mean colour, which is right before the subtraction. The "
            "question is what is there after it.",
            _mean_left,
        ),
    ),
)
