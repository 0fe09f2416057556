"""Soft attention: the mean of what every cell holds."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "expectation"]


def expectation(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Read the cells in proportion to their weights.

    Example:
        >>> expectation(np.array([0.25, 0.75]), np.array([[4.0, 0.0], [0.0, 8.0]]))
        array([1., 6.])
    """
    return weights @ values


def _best_cell(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    return values[weights.argmax()]


def _plain_mean(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    return values.mean(0)


def _keeps_the_cells(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    return weights[:, None] * values


def _divides_again(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (weights[:, None] * values).mean(0)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "two cells",
        {"weights": np.array([0.25, 0.75]), "values": np.array([[4.0, 0.0], [0.0, 8.0]])},
    )
    for name, cells, size in (
        ("six cells", 6, 3),
        ("as many numbers as cells", 4, 4),
        ("one cell", 1, 2),
    ):
        weights = rng.dirichlet(np.ones(cells))
        yield Case(name, {"weights": weights, "values": rng.normal(size=(cells, size))})


EXERCISE = Exercise(
    id="attention.expectation",
    title="Read softly",
    chapter=11,
    points=1,
    statement=(
        "weights (cells,) add up to 1 and values (cells, c) hold what stands in each cell. Return "
        "the mean of the cells under the weights, an array of c numbers."
    ),
    starter="def expectation(weights, values):\n    raise NotImplementedError",
    hints=(
        "A quarter of (4, 0) and three quarters of (0, 8): which vector is that?",
        "Multiply every row of values by its weight, then add the rows up.",
        "A vector times a matrix does both at once: weights @ values.",
    ),
    reference=expectation,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the heaviest cell alone. Soft attention reads all cells, in proportion.",
            _best_cell,
        ),
        Mistake("This is the plain mean: the weights were not used.", _plain_mean),
        Mistake(
            "The cells are weighted but not added up. One vector should come out.",
            _keeps_the_cells,
        ),
        Mistake(
            "This divides by the number of cells once more. The weights add up to 1 already: add "
            "the rows up, do not average them.",
            _divides_again,
        ),
    ),
)
