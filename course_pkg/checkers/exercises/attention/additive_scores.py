"""Bahdanau's score: a small network that compares a query with every key."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "additive_scores"]


def additive_scores(query: np.ndarray, keys: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Score every key: v times the tanh of query plus key.

    Example:
        >>> additive_scores(np.zeros(2), np.array([[0.0, 0.0], [99.0, -99.0]]), np.array([1.0, -1]))
        array([0., 2.])
    """
    return np.tanh(query + keys) @ v


def _no_tanh(query: np.ndarray, keys: np.ndarray, v: np.ndarray) -> np.ndarray:
    return (query + keys) @ v


def _tanh_apart(query: np.ndarray, keys: np.ndarray, v: np.ndarray) -> np.ndarray:
    return (np.tanh(query) + np.tanh(keys)) @ v


def _tanh_outside(query: np.ndarray, keys: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.tanh((query + keys) @ v)


def _dot_product(query: np.ndarray, keys: np.ndarray, v: np.ndarray) -> np.ndarray:
    return keys @ query


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "one hidden number",
        {"query": np.array([-0.5]), "keys": np.array([[0.0], [1.0]]), "v": np.array([2.0])},
    )
    for cells, size in ((5, 3), (4, 4), (1, 2)):
        yield Case(
            f"{cells} cells of {size} numbers",
            {
                "query": rng.normal(size=size),
                "keys": rng.normal(size=(cells, size)),
                "v": rng.normal(size=size),
            },
        )


EXERCISE = Exercise(
    id="attention.additive_scores",
    title="The additive score",
    chapter=11,
    points=1,
    statement=(
        "query (d,) and keys (cells, d) are already projected. Return one score a cell: the inner "
        "product of v (d,) with tanh(query + key)."
    ),
    starter="def additive_scores(query, keys, v):\n    raise NotImplementedError",
    hints=(
        "numpy adds a vector (d,) to every row of a matrix (cells, d) by itself.",
        "The bend (tanh) comes after the sum and before v.",
        "np.tanh(…) is (cells, d); multiply it with v to get (cells,).",
    ),
    reference=additive_scores,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is what you get without tanh. Then the query adds the same number to all "
            "scores, and the softmax does not notice it at all.",
            _no_tanh,
        ),
        Mistake(
            "tanh was taken of query and keys apart. Then the query again adds the same number "
            "to every score. Add first, bend after.",
            _tanh_apart,
        ),
        Mistake("tanh comes before v, not after: v may make scores larger than 1.", _tanh_outside),
        Mistake(
            "This is the dot product of query and keys, another score; v is missing.", _dot_product
        ),
    ),
)
