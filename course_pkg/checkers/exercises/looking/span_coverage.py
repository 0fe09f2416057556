"""The truth for a listener's map: how much of every cell a letter fills."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "span_coverage"]


def span_coverage(start: int, end: int, cells: int, frames_per_cell: int) -> np.ndarray:
    """Measure which share of every cell lies between two frames.

    Example:
        >>> span_coverage(2, 7, cells=3, frames_per_cell=4)
        array([0.5 , 0.75, 0.  ])
    """
    first = np.arange(cells) * frames_per_cell
    shared = np.minimum(end, first + frames_per_cell) - np.maximum(start, first)
    return np.clip(shared, 0, None) / frames_per_cell


def _whole_cells(start: int, end: int, cells: int, frames_per_cell: int) -> np.ndarray:
    return np.ceil(span_coverage(start, end, cells, frames_per_cell))


def _share_of_the_span(start: int, end: int, cells: int, frames_per_cell: int) -> np.ndarray:
    return span_coverage(start, end, cells, frames_per_cell) * frames_per_cell / (end - start)


def _end_included(start: int, end: int, cells: int, frames_per_cell: int) -> np.ndarray:
    return span_coverage(start, end + 1, cells, frames_per_cell)


def _not_cut_at_zero(start: int, end: int, cells: int, frames_per_cell: int) -> np.ndarray:
    first = np.arange(cells) * frames_per_cell
    shared = np.minimum(end, first + frames_per_cell) - np.maximum(start, first)
    return shared / frames_per_cell


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, start: int, end: int, cells: int, step: int) -> Case:
        return Case(name, {"start": start, "end": end, "cells": cells, "frames_per_cell": step})

    yield case("exactly one cell", 4, 8, 3, 4)
    yield case("parts of two cells", 2, 7, 3, 4)
    yield case("inside one cell", 9, 11, 3, 8)
    yield case("over three cells", 3, 13, 4, 4)
    start = int(rng.integers(1, 3000))
    yield case("a longer sound", start, start + int(rng.integers(2, 500)), 900, 4)


EXERCISE = Exercise(
    id="looking.span_coverage",
    title="When was the letter?",
    chapter=13,
    points=1,
    statement=(
        "Cell number j of a listener holds the frames from j * frames_per_cell up to, not "
        "including, (j + 1) * frames_per_cell. A letter lasts from frame start up to, not "
        "including, frame end. Return for each of the cells which share of its frames belongs to "
        "the letter, from 0 to 1."
    ),
    starter="def span_coverage(start, end, cells, frames_per_cell):\n    raise NotImplementedError",
    hints=(
        "Two intervals share what lies after the later start and before the earlier end.",
        "np.arange(cells) * frames_per_cell are all the cells' starts at once.",
        "Where the earlier end comes before the later start they share nothing: clip at 0.",
    ),
    reference=span_coverage,
    cases=_cases,
    mistakes=(
        Mistake(
            "This says 1 for every cell that the letter touches. Return the share of the cell.",
            _whole_cells,
        ),
        Mistake(
            "These are shares of the letter; they add up to 1. Return shares of each cell: divide "
            "by frames_per_cell.",
            _share_of_the_span,
        ),
        Mistake(
            "This is one frame too long: the frame number end no longer belongs to the letter.",
            _end_included,
        ),
        Mistake(
            "Cells far away came out negative. Two intervals that do not meet share nothing.",
            _not_cut_at_zero,
        ),
    ),
)
