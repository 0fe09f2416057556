"""What came after: every cell asks all the others."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "self_attention"]


def self_attention(
    x: np.ndarray, to_query: np.ndarray, to_key: np.ndarray, to_value: np.ndarray
) -> np.ndarray:
    """Let every cell of x read all cells, by dot products scaled with 1 / sqrt(d).

    Example:
        >>> same = np.eye(2)
        >>> self_attention(np.zeros((3, 2)), same, same, same)
        array([[0., 0.],
               [0., 0.],
               [0., 0.]])
    """
    query, key, value = x @ to_query, x @ to_key, x @ to_value
    scores = query @ key.T / np.sqrt(key.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ value


def _attend(query: np.ndarray, key: np.ndarray, value: np.ndarray) -> np.ndarray:
    return _softmax(query @ key.T / np.sqrt(key.shape[1]), axis=1) @ value


def _softmax(scores: np.ndarray, axis: int) -> np.ndarray:
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def _unscaled(
    x: np.ndarray, to_query: np.ndarray, to_key: np.ndarray, to_value: np.ndarray
) -> np.ndarray:
    return _attend(x @ to_query * np.sqrt(to_key.shape[1]), x @ to_key, x @ to_value)


def _down_the_columns(
    x: np.ndarray, to_query: np.ndarray, to_key: np.ndarray, to_value: np.ndarray
) -> np.ndarray:
    scores = (x @ to_query) @ (x @ to_key).T / np.sqrt(to_key.shape[1])
    return _softmax(scores, axis=0) @ (x @ to_value)


def _swapped(
    x: np.ndarray, to_query: np.ndarray, to_key: np.ndarray, to_value: np.ndarray
) -> np.ndarray:
    return _attend(x @ to_key, x @ to_query, x @ to_value)


def _reads_keys(
    x: np.ndarray, to_query: np.ndarray, to_key: np.ndarray, to_value: np.ndarray
) -> np.ndarray:
    return _attend(x @ to_query, x @ to_key, x @ to_key)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    same = np.eye(2)
    x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    yield Case(
        "three cells, nothing learned", {"x": x, "to_query": same, "to_key": same, "to_value": same}
    )
    for name, n, c, d in (("five cells", 5, 4, 3), ("one cell", 1, 2, 2), ("wide", 4, 3, 9)):
        yield Case(
            name,
            {
                "x": rng.normal(size=(n, c)),
                "to_query": rng.normal(size=(c, d)),
                "to_key": rng.normal(size=(c, d)),
                "to_value": rng.normal(size=(c, d)),
            },
        )


EXERCISE = Exercise(
    id="summary.self_attention",
    title="Everybody asks everybody",
    chapter=16,
    points=3,
    statement=(
        "Self-attention. x (n, c) holds n cells; to_query, to_key and to_value (c, d) turn each of "
        "them into what it looks for, what it offers and what it hands over. Every cell i reads "
        "all cells j: the scores are query_i . key_j / sqrt(d), the softmax runs over j, and the "
        "answer (n, d) holds the values' means under these weights."
    ),
    starter=("def self_attention(x, to_query, to_key, to_value):\n    raise NotImplementedError"),
    hints=(
        "Start with the three products: query = x @ to_query, and so on.",
        "All scores at once are one product: query @ key.T has a row for every cell that asks.",
        "The weights of each row add up to 1, so the softmax runs along axis 1.",
        "d is the number of columns of to_key; divide the scores by its square root.",
    ),
    reference=self_attention,
    cases=_cases,
    mistakes=(
        Mistake("The scores are not divided by the square root of d.", _unscaled),
        Mistake(
            "The softmax runs down the columns, over the cells that ask. It has to run over the "
            "cells that are read: axis 1.",
            _down_the_columns,
        ),
        Mistake("Queries and keys have changed places.", _swapped),
        Mistake("The keys are read. Score with the keys, read the values.", _reads_keys),
    ),
)
