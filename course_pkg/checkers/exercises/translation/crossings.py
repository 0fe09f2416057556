"""How many words change places."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "crossings"]


def crossings(weights: np.ndarray) -> int:
    """Pairs of written words whose most-read words stand in the opposite order.

    Example:
        >>> crossings(np.array([[0.9, 0.1, 0.0], [0.0, 0.2, 0.8], [0.1, 0.9, 0.0]]))
        1
    """
    places = weights.argmax(axis=1)
    return sum(int((places[i + 1 :] < place).sum()) for i, place in enumerate(places))


def _neighbours_only(weights: np.ndarray) -> int:
    places = weights.argmax(axis=1)
    return int((places[1:] < places[:-1]).sum())


def _off_the_diagonal(weights: np.ndarray) -> int:
    places = weights.argmax(axis=1)
    return int((places != np.arange(len(places))).sum())


def _along_the_wrong_axis(weights: np.ndarray) -> int:
    return crossings(weights.T)


def _equal_ones_too(weights: np.ndarray) -> int:
    places = weights.argmax(axis=1)
    return sum(int((places[i + 1 :] <= place).sum()) for i, place in enumerate(places))


def _every_pair_twice(weights: np.ndarray) -> int:
    return 2 * crossings(weights)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, places: list[int], sources: int) -> Case:
        weights = rng.dirichlet(np.full(sources, 0.4), len(places)) / 2
        weights[np.arange(len(places)), places] += 0.5
        return Case(name, {"weights": weights})

    yield case("a participle that jumps to the front", [0, 1, 5, 2, 3, 4], 6)
    yield case("nothing moves", [0, 1, 2, 3], 5)
    yield case("two written words from one read word", [1, 1, 0, 3], 4)
    yield case("all reversed", [4, 3, 2, 1, 0], 5)
    yield case("any order", rng.integers(0, 9, 7).tolist(), 9)


EXERCISE = Exercise(
    id="translation.crossings",
    title="Count the crossings",
    chapter=12,
    points=2,
    statement=(
        "weights has a row for each written word and a column for each word read. Each written "
        "word belongs to the column with its largest weight (of equal ones the first). Return the "
        "number of pairs of written words that belong to columns in the opposite order: the "
        "earlier word further right than the later one. Two words that belong to the same column "
        "do not cross."
    ),
    starter="def crossings(weights):\n    raise NotImplementedError",
    hints=(
        "weights.argmax(axis=1) gives every written word its column.",
        "Compare every word with all words after it, not with the next one only.",
        "sum((places[i + 1:] < place).sum() for i, place in enumerate(places)).",
    ),
    reference=crossings,
    cases=_cases,
    mistakes=(
        Mistake(
            "Only neighbours were compared. A participle that jumps over four words crosses all "
            "four of them.",
            _neighbours_only,
        ),
        Mistake(
            "That counts words off the diagonal. Where a language drops a word everything behind "
            "it is off the diagonal, and no order has changed.",
            _off_the_diagonal,
        ),
        Mistake(
            "The largest weight was looked for down the columns: rows are the written words.",
            _along_the_wrong_axis,
        ),
        Mistake("Two words from the same column do not cross: use <, not <=.", _equal_ones_too),
        Mistake("Every pair was counted twice.", _every_pair_twice),
    ),
)
