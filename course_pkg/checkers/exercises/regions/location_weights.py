"""How much each classifier of a row has to say at each pixel."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake, call_each

__all__ = ["EXERCISE", "location_weights"]


def location_weights(grid: int, size: int) -> np.ndarray:
    """Weights (grid, size) of classifiers in the middles of equal cells, mixed linearly.

    Example:
        >>> location_weights(2, 4)
        array([[1.  , 0.75, 0.25, 0.  ],
               [0.  , 0.25, 0.75, 1.  ]])
    """
    place = np.clip((np.arange(size) + 0.5) / size * grid - 0.5, 0, grid - 1)
    return np.maximum(0, 1 - np.abs(place - np.arange(grid)[:, None]))


def _nearest(grid: int, size: int) -> np.ndarray:
    cell = (np.arange(size) * grid) // size
    return (cell == np.arange(grid)[:, None]).astype(float)


def _corners(grid: int, size: int) -> np.ndarray:
    place = np.linspace(0, grid - 1, size)
    return np.maximum(0, 1 - np.abs(place - np.arange(grid)[:, None]))


def _no_half_pixel(grid: int, size: int) -> np.ndarray:
    place = np.clip(np.arange(size) / size * grid, 0, grid - 1)
    return np.maximum(0, 1 - np.abs(place - np.arange(grid)[:, None]))


def _fades_out(grid: int, size: int) -> np.ndarray:
    place = (np.arange(size) + 0.5) / size * grid - 0.5
    return np.maximum(0, 1 - np.abs(place - np.arange(grid)[:, None]))


def _turned(grid: int, size: int) -> np.ndarray:
    return location_weights(grid, size).T


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two classifiers, four pixels", {"grid": 2, "size": 4})
    yield Case("five and fifty, as in the paper's released code", {"grid": 5, "size": 50})
    yield Case("three, and a row that they do not divide", {"grid": 3, "size": 17})
    yield Case("a single classifier", {"grid": 1, "size": 6})
    for rows in rng.integers((1, 11), (9, 60), size=(3, 3, 2)):
        yield Case("several rows, one call each", {"grid": rows[:, 0], "size": rows[:, 1]})


EXERCISE = Exercise(
    id="regions.location_weights",
    title="A row of classifiers",
    chapter=9,
    points=3,
    statement=(
        "A row of size pixels is cut into grid cells of equal length; a classifier sits in the "
        "middle of each cell. A pixel between two of them listens to both, in linear proportion "
        "to how near its centre is; a pixel outside the outermost ones listens to the nearest "
        "alone. Return the weights (grid, size): each column adds up to 1."
    ),
    starter="def location_weights(grid, size):\n    raise NotImplementedError",
    hints=(
        "The centre of pixel j lies at (j + 0.5) / size of the row.",
        "Measured in cells, classifier k sits at k + 0.5, so subtract 0.5 from both.",
        "np.clip to 0 ... grid - 1, then 1 - distance, and nothing below 0.",
    ),
    reference=location_weights,
    cases=_cases,
    mistakes=(
        Mistake("Each pixel listens to one classifier only: mix the two nearest.", _nearest),
        Mistake(
            "The outermost classifiers sit on the outermost pixels. They sit in the middles of "
            "their cells, half a cell further in.",
            _corners,
        ),
        Mistake("Pixels and cells have their centres half a step in: add 0.5.", _no_half_pixel),
        Mistake(
            "Beyond the outermost classifiers the weights no longer add up to 1: clip the place "
            "first.",
            _fades_out,
        ),
        Mistake("Rows are classifiers and columns are pixels: transpose.", _turned),
    ),
    drive=call_each,
)
