"""How many connected regions a mask has."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "count_regions"]


def count_regions(mask: np.ndarray) -> int:
    """Count the regions of True pixels that hang together along edges.

    Example:
        >>> count_regions(np.array([[True, False, True], [True, False, False]]))
        2
    """
    left = mask.astype(bool)  # a copy: visited pixels are taken away
    h, w = left.shape
    regions = 0
    while left.any():
        regions += 1
        first = np.argwhere(left)[0]
        todo = [(int(first[0]), int(first[1]))]
        while todo:
            r, c = todo.pop()
            if 0 <= r < h and 0 <= c < w and left[r, c]:
                left[r, c] = False
                todo += [(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)]
    return regions


def _corners_connect(mask: np.ndarray) -> int:
    left = mask.astype(bool)
    h, w = left.shape
    regions = 0
    while left.any():
        regions += 1
        first = np.argwhere(left)[0]
        todo = [(int(first[0]), int(first[1]))]
        while todo:
            r, c = todo.pop()
            if 0 <= r < h and 0 <= c < w and left[r, c]:
                left[r, c] = False
                todo += [(r + i, c + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return regions


def _row_by_row(mask: np.ndarray) -> int:
    """Counts every run of True in a row that has no True directly above its start."""
    above = np.vstack([np.zeros((1, mask.shape[1]), dtype=bool), mask[:-1]])
    before = np.hstack([np.zeros((mask.shape[0], 1), dtype=bool), mask[:, :-1]])
    return int((mask & ~above & ~before).sum())


def _runs(mask: np.ndarray) -> int:
    before = np.hstack([np.zeros((mask.shape[0], 1), dtype=bool), mask[:, :-1]])
    return int((mask & ~before).sum())


def _pixels(mask: np.ndarray) -> int:
    return int(mask.sum())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, rows: tuple[str, ...]) -> Case:
        return Case(name, {"mask": np.array([[cell == "#" for cell in row] for row in rows])})

    yield case("two blocks", (".##..", ".##.#", "....#"))
    yield case("corners do not connect", ("##...", "##...", "..##.", "..##."))
    yield case("a U: two arms, one region", ("#...#", "#...#", "#####"))
    yield case("one thing inside another", ("#####", "#...#", "#.#.#", "#...#", "#####"))
    yield case("nothing", ("....", "...."))
    yield Case("scattered pixels", {"mask": rng.random((12, 15)) < 0.5})


EXERCISE = Exercise(
    id="vision_tasks.count_regions",
    title="How many can you count?",
    chapter=1,
    points=4,
    statement=(
        "mask (h, w) is True where a label map shows one class. Return how many connected regions "
        "the True pixels form. Two pixels hang together if they share an edge; touching at a "
        "corner is not enough."
    ),
    starter="def count_regions(mask):\n    raise NotImplementedError",
    hints=(
        "Pick any True pixel, walk to everything that hangs together with it, take all that away, "
        "and count one. Repeat until nothing is left.",
        "For the walk keep a list of places to visit. Take one out, clear it if it is True, and "
        "put its four neighbours in.",
        "Work on a copy of the mask, and skip places outside of it.",
    ),
    reference=count_regions,
    cases=_cases,
    mistakes=(
        Mistake(
            "Pixels that only touch at a corner were taken for neighbours. Four neighbours, not "
            "eight.",
            _corners_connect,
        ),
        Mistake(
            "A region is counted again where it grows a second arm upwards, as a U does. Looking "
            "above and to the left is not enough: walk through the whole region.",
            _row_by_row,
        ),
        Mistake(
            "Every row of a region is counted anew. Regions go on from one row to the next.", _runs
        ),
        Mistake("This is the number of pixels, not of regions.", _pixels),
    ),
)
