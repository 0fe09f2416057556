"""The weights of a window's cells over the pixels."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "filter_rows"]


def filter_rows(centres: np.ndarray, sigma: float, size: int) -> np.ndarray:
    """One row of Gaussian weights for each cell; every row adds up to one.

    Example:
        >>> filter_rows(np.array([1.0]), 0.5, 2).tolist()
        [[0.5, 0.5]]
    """
    pixels = np.arange(size) + 0.5
    weights = np.exp(-((pixels - centres[:, None]) ** 2) / (2 * sigma**2))
    return weights / weights.sum(axis=1, keepdims=True)


def _integer_pixels(centres: np.ndarray, sigma: float, size: int) -> np.ndarray:
    return filter_rows(centres + 0.5, sigma, size)


def _not_normalised(centres: np.ndarray, sigma: float, size: int) -> np.ndarray:
    pixels = np.arange(size) + 0.5
    return np.exp(-((pixels - centres[:, None]) ** 2) / (2 * sigma**2))


def _columns_normalised(centres: np.ndarray, sigma: float, size: int) -> np.ndarray:
    weights = _not_normalised(centres, sigma, size)
    return weights / weights.sum(axis=0, keepdims=True)


def _density(centres: np.ndarray, sigma: float, size: int) -> np.ndarray:
    return _not_normalised(centres, sigma, size) / (sigma * np.sqrt(2 * np.pi))


def _without_the_two(centres: np.ndarray, sigma: float, size: int) -> np.ndarray:
    return filter_rows(centres, sigma / np.sqrt(2), size)


def _sigma_not_squared(centres: np.ndarray, sigma: float, size: int) -> np.ndarray:
    return filter_rows(centres, np.sqrt(sigma), size)


def _lying(centres: np.ndarray, sigma: float, size: int) -> np.ndarray:
    return filter_rows(centres, sigma, size).T


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("a cell between two pixels", {"centres": np.array([1.0]), "sigma": 0.6, "size": 3})
    yield Case(
        "three cells over six pixels",
        {"centres": np.array([1.0, 3.0, 5.0]), "sigma": 0.8, "size": 6},
    )
    yield Case("a wide blur", {"centres": np.array([0.0, 2.5]), "sigma": 3.0, "size": 5})
    centres = np.sort(rng.uniform(0, 12, int(rng.integers(2, 6))))
    sigma = float(rng.uniform(0.6, 2.5))
    yield Case("any cells", {"centres": centres, "sigma": sigma, "size": 12})


EXERCISE = Exercise(
    id="glimpse.filter_rows",
    title="What a cell sees",
    chapter=14,
    points=2,
    statement=(
        "Each cell looks at the pixels through a Gaussian of standard deviation sigma round its "
        "position. Return its weights, one row a cell, one column a pixel, every row adding up to "
        "1. The centre of pixel 0 lies at 0.5, that of pixel 1 at 1.5, and so on to size pixels."
    ),
    starter="def filter_rows(centres, sigma, size):\n    raise NotImplementedError",
    hints=(
        "Begin with the distances: a table with centres[:, None] down and the pixels' centres "
        "across.",
        "exp(-distance ** 2 / (2 * sigma ** 2)), then divide every row by its own sum.",
        "weights.sum(axis=1, keepdims=True) keeps the sums as a column.",
    ),
    reference=filter_rows,
    cases=_cases,
    mistakes=(
        Mistake(
            "Your pixels lie at 0, 1, 2, ...: everything is read half a pixel off. Their centres "
            "are at 0.5, 1.5, ....",
            _integer_pixels,
        ),
        Mistake(
            "The rows do not add up to 1, so a flat grey picture comes out darker or brighter.",
            _not_normalised,
        ),
        Mistake(
            "The columns add up to 1. It is a cell's weights over the pixels, a row, that have to.",
            _columns_normalised,
        ),
        Mistake(
            "You divided by the Gaussian's own area. Between pixels and at the edge a sum over "
            "pixels differs from it: divide every row by its sum.",
            _density,
        ),
        Mistake("The 2 below sigma squared is missing.", _without_the_two),
        Mistake("sigma has to be squared: it is a length, like the distance.", _sigma_not_squared),
        Mistake("Turn it round: one row a cell, one column a pixel.", _lying),
    ),
)
