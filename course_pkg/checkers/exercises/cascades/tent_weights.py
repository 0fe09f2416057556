"""How much of each feature cell a sample takes."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "tent_weights"]


def tent_weights(places: np.ndarray, cells: int) -> np.ndarray:
    """max(0, 1 - distance to the centre of the cell), a row a sample.

    Example:
        >>> tent_weights(np.array([1.5, 2.0]), 4)
        array([[0. , 1. , 0. , 0. ],
               [0. , 0.5, 0.5, 0. ]])
    """
    centres = np.arange(cells) + 0.5
    return np.maximum(0.0, 1.0 - np.abs(places[:, None] - centres))


def _centres_at_whole_numbers(places: np.ndarray, cells: int) -> np.ndarray:
    return np.maximum(0.0, 1.0 - np.abs(places[:, None] - np.arange(cells)))


def _without_the_floor(places: np.ndarray, cells: int) -> np.ndarray:
    return 1.0 - np.abs(places[:, None] - (np.arange(cells) + 0.5))


def _normalised(places: np.ndarray, cells: int) -> np.ndarray:
    weights = tent_weights(places, cells)
    return weights / np.maximum(weights.sum(1, keepdims=True), 1e-12)


def _nearest(places: np.ndarray, cells: int) -> np.ndarray:
    distance = np.abs(places[:, None] - (np.arange(cells) + 0.5))
    return (distance == distance.min(1, keepdims=True)) * 1.0


def _turned(places: np.ndarray, cells: int) -> np.ndarray:
    return tent_weights(places, cells).T


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("by hand", {"places": np.array([1.5, 2.0]), "cells": 4})
    yield Case("at the border and outside", {"places": np.array([0.2, 5.9, -1.5]), "cells": 6})
    yield Case("far outside", {"places": np.array([-3.0, 9.0]), "cells": 5})
    yield Case("anywhere", {"places": rng.uniform(0, 8, 5), "cells": 8})


EXERCISE = Exercise(
    id="cascades.tent_weights",
    title="How much of each cell a sample takes",
    chapter=10,
    points=2,
    statement=(
        "places are where samples stand, in cells; cell u covers the stretch from u to u + 1. "
        "Return a table with a row for each sample and a column for each of the cells: "
        "max(0, 1 - distance between the sample and the **centre** of the cell). Outside the map "
        "there is nothing: a row may add up to less than 1."
    ),
    starter="def tent_weights(places, cells):\n    raise NotImplementedError",
    hints=(
        "The centre of cell u is at u + 0.5.",
        "places[:, None] - centres is a table of all distances, with their sign.",
        "np.maximum(0, ...) cuts the tent off at the ground.",
    ),
    reference=tent_weights,
    cases=_cases,
    mistakes=(
        Mistake(
            "You put the centre of cell u at u. It is at u + 0.5; this shifts everything by half "
            "a cell.",
            _centres_at_whole_numbers,
        ),
        Mistake("A tent ends at the ground: no weight is below 0.", _without_the_floor),
        Mistake(
            "Rows near the border and outside are meant to add up to less than 1: there is "
            "nothing to read there. Do not divide by the sum.",
            _normalised,
        ),
        Mistake(
            "That takes the nearest cell only. A sample between two centres takes some of both.",
            _nearest,
        ),
        Mistake("Rows and columns are swapped: a row for each sample.", _turned),
    ),
)
