"""Six numbers that cut a window out of a picture."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "crop_theta"]


def crop_theta(box: np.ndarray, h: int, w: int) -> np.ndarray:
    """Find theta (2, 3) that fills the output with a box (x0, y0, x1, y1) of the source.

    Example:
        >>> crop_theta(np.array([0.0, 0.0, 2.0, 4.0]), 4, 4)
        array([[ 0.5,  0. , -0.5],
               [ 0. ,  1. ,  0. ]])
    """
    x0, y0, x1, y1 = box
    return np.array(
        [
            [(x1 - x0) / w, 0.0, (x0 + x1) / w - 1],
            [0.0, (y1 - y0) / h, (y0 + y1) / h - 1],
        ]
    )


def _inverse(box: np.ndarray, h: int, w: int) -> np.ndarray:
    theta = crop_theta(box, h, w)
    scale = np.diag(1 / np.diag(theta[:, :2]))
    return np.concatenate([scale, -scale @ theta[:, 2:]], axis=1)


def _corner(box: np.ndarray, h: int, w: int) -> np.ndarray:
    theta = crop_theta(box, h, w)
    theta[:, 2] = 2 * np.array([box[0] / w, box[1] / h]) - 1
    return theta


def _in_pixels(box: np.ndarray, h: int, w: int) -> np.ndarray:
    x0, y0, x1, y1 = box
    return np.array([[x1 - x0, 0.0, (x0 + x1 - w) / 2], [0.0, y1 - y0, (y0 + y1 - h) / 2]])


def _sides_swapped(box: np.ndarray, h: int, w: int) -> np.ndarray:
    return crop_theta(box, w, h)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("the upper left quarter", {"box": np.array([0.0, 0, 14, 14]), "h": 28, "w": 28})
    yield Case("everything", {"box": np.array([0.0, 0, 30, 20]), "h": 20, "w": 30})
    yield Case("in a wide picture", {"box": np.array([6.0, 2, 18, 8]), "h": 12, "w": 24})
    x0, y0 = rng.uniform(0, 20, 2)
    box = np.array([x0, y0, x0 + rng.uniform(2, 20), y0 + rng.uniform(2, 20)])
    yield Case("anywhere", {"box": box, "h": 42, "w": 60})
    yield Case("larger than the picture", {"box": np.array([-5.0, -5, 15, 15]), "h": 10, "w": 10})


EXERCISE = Exercise(
    id="sampling.crop_theta",
    title="Cut out a window",
    chapter=15,
    points=4,
    statement=(
        "Give the matrix theta (2, 3) with which affine_grid (align_corners=False) fills the whole "
        "output with the box (x0, y0, x1, y1) of a picture of h x w pixels. The box counts in "
        "pixels from the picture's upper left edge, so (0, 0, w, h) is everything, and theta is "
        "then the identity. There is no turn and no shear."
    ),
    starter="def crop_theta(box, h, w):\n    raise NotImplementedError",
    hints=(
        "theta maps target to source: (-1, -1) has to arrive at the box's upper left corner, "
        "(1, 1) at the lower right one.",
        "A place of p pixels from the left edge has the coordinate 2 * p / w - 1.",
        "The middle of the target, (0, 0), is read at the third column of theta: the box's middle.",
        "The scale is the share of the picture that the box takes, (x1 - x0) / w.",
    ),
    reference=crop_theta,
    cases=_cases,
    mistakes=(
        Mistake(
            "This maps source to target. The grid asks the other way round, where each output "
            "pixel comes from: a small box has a scale below 1.",
            _inverse,
        ),
        Mistake(
            "The third column is where the middle of the output is read: the middle of the box, "
            "not its corner.",
            _corner,
        ),
        Mistake(
            "These are pixels. The grid's coordinates run from -1 to 1 over the picture.",
            _in_pixels,
        ),
        Mistake("Width and height are swapped: x belongs to w.", _sides_swapped),
    ),
)
