"""How a value changes when one looks a little further to the right."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "place_gradient"]


def place_gradient(image: np.ndarray, x: float, y: float) -> np.ndarray:
    """Differentiate a bilinear reading by its place: (by x, by y), in values per pixel.

    Example:
        >>> place_gradient(np.array([[0.0, 10.0], [20.0, 30.0]]), 0.5, 0.5)
        array([10., 20.])
    """
    rows, columns = np.indices(image.shape)
    near_x = np.maximum(0, 1 - np.abs(x - columns))
    near_y = np.maximum(0, 1 - np.abs(y - rows))
    slope_x = np.where(np.abs(x - columns) < 1, np.where(columns >= x, 1.0, -1.0), 0.0)
    slope_y = np.where(np.abs(y - rows) < 1, np.where(rows >= y, 1.0, -1.0), 0.0)
    return np.array([(image * slope_x * near_y).sum(), (image * near_x * slope_y).sum()])


def _other_sign(image: np.ndarray, x: float, y: float) -> np.ndarray:
    return -place_gradient(image, x, y)


def _order(image: np.ndarray, x: float, y: float) -> np.ndarray:
    return place_gradient(image, x, y)[::-1].copy()


def _upper_row_only(image: np.ndarray, x: float, y: float) -> np.ndarray:
    left, top = int(np.floor(x)), int(np.floor(y))
    padded = np.pad(image, 2)
    across = padded[top + 2, left + 3] - padded[top + 2, left + 2]
    down = padded[top + 3, left + 2] - padded[top + 2, left + 2]
    return np.array([across, down])


def _all_pixels(image: np.ndarray, x: float, y: float) -> np.ndarray:
    rows, columns = np.indices(image.shape)
    near_x = np.maximum(0, 1 - np.abs(x - columns))
    near_y = np.maximum(0, 1 - np.abs(y - rows))
    slope_x, slope_y = np.where(columns >= x, 1.0, -1.0), np.where(rows >= y, 1.0, -1.0)
    return np.array([(image * slope_x * near_y).sum(), (image * near_x * slope_y).sum()])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    four = np.array([[0.0, 10.0], [20.0, 30.0]])
    yield Case("in the middle of four", {"image": four, "x": 0.5, "y": 0.5})
    twisted = np.array([[0.0, 10.0], [20.0, 60.0]])
    yield Case("nearer to the lower row", {"image": twisted, "x": 0.5, "y": 0.75})
    wide = rng.normal(size=(4, 6))
    yield Case("in a larger picture", {"image": wide, "x": 2.7, "y": 1.2})
    yield Case("half outside", {"image": wide, "x": -0.3, "y": 2.5})
    yield Case("far outside", {"image": wide, "x": 20.5, "y": 1.5})


EXERCISE = Exercise(
    id="sampling.place_gradient",
    title="Which way is brighter?",
    chapter=15,
    points=5,
    statement=(
        "A picture (h, w) is read bilinearly at (x, y), in pixels, with zeros outside. Give the "
        "two derivatives of the value, by x and by y, as an array (2,). Each pixel with "
        "|x - column| < 1 pulls: +1 if it lies ahead (column >= x), -1 if behind, times its "
        "nearness along y; and the same the other way round. The places here never fall on a pixel."
    ),
    starter="def place_gradient(image, x, y):\n    raise NotImplementedError",
    hints=(
        "Start from the sum in read_between and differentiate max(0, 1 - |x - column|) by x.",
        "The tent rises by 1 per pixel before its top and falls by 1 behind it; beyond its feet "
        "it is flat.",
        "The derivative by x keeps the nearness along y: rows still count by how near they are.",
    ),
    reference=place_gradient,
    cases=_cases,
    mistakes=(
        Mistake(
            "The sign is turned round: moving to the right brings pixels ahead (column >= x) "
            "nearer, so they count with +1.",
            _other_sign,
        ),
        Mistake("The order is (by x, by y): columns first.", _order),
        Mistake(
            "You take the difference along one row and one column only; both rows count, each "
            "by its nearness to y.",
            _upper_row_only,
        ),
        Mistake(
            "Pixels further away than 1 pull too in your sum; the tent is flat there: slope 0.",
            _all_pixels,
        ),
    ),
)
