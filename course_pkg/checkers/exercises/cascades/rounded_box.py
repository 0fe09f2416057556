"""What RoI pooling makes of a box before it looks at a single feature."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "rounded_box"]


def rounded_box(box: np.ndarray, stride: int) -> np.ndarray:
    """The box that RoI pooling really reads, in pixels.

    Example:
        >>> rounded_box(np.array([5.0, 0.0, 21.0, 30.0]), 16)
        array([ 0.,  0., 32., 48.])
    """
    cells = np.floor(box / stride + 0.5)
    cells[2:] += 1
    return cells * stride


def _floor(box: np.ndarray, stride: int) -> np.ndarray:
    cells = np.floor(box / stride)
    cells[2:] += 1
    return cells * stride


def _without_the_last_cell(box: np.ndarray, stride: int) -> np.ndarray:
    return np.floor(box / stride + 0.5) * stride


def _in_cells(box: np.ndarray, stride: int) -> np.ndarray:
    return rounded_box(box, stride) / stride


def _rounds_pixels(box: np.ndarray, stride: int) -> np.ndarray:
    return np.floor(box + 0.5)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("by hand", {"box": np.array([5.0, 0.0, 21.0, 30.0]), "stride": 16})
    yield Case("on whole cells", {"box": np.array([16.0, 32.0, 48.0, 64.0]), "stride": 16})
    for stride in (4, 8, 16):
        start = rng.uniform(0, 200, 2)
        box = np.concatenate([start, start + rng.uniform(10, 90, 2)])
        yield Case(f"somewhere, stride {stride}", {"box": box, "stride": stride})


EXERCISE = Exercise(
    id="cascades.rounded_box",
    title="The box that RoI pooling really reads",
    chapter=10,
    points=1,
    statement=(
        "box = (x0, y0, x1, y1) in pixels, features every stride pixels. RoI pooling divides by "
        "the stride, rounds each of the four numbers to the nearest whole number (a half goes up), "
        "and reads all cells from the first to the last one, **the last one included**. Return the "
        "stretch of the picture under these cells, in pixels, as (x0, y0, x1, y1)."
    ),
    starter="def rounded_box(box, stride):\n    raise NotImplementedError",
    hints=(
        "In cells the box is box / stride. np.floor(v + 0.5) rounds and sends halves up.",
        "Cell j covers pixels from j * stride to (j + 1) * stride.",
        "The last cell belongs to the box, so it ends one cell later: add 1 to both far ends "
        "before you multiply by the stride.",
    ),
    reference=rounded_box,
    cases=_cases,
    mistakes=(
        Mistake("That rounds down. Round to the nearest: np.floor(v + 0.5).", _floor),
        Mistake(
            "The last cell is missing: RoI pooling reads it too, so both far ends are one cell "
            "further.",
            _without_the_last_cell,
        ),
        Mistake("These are cells. Multiply by the stride to come back to pixels.", _in_cells),
        Mistake(
            "You rounded pixels. Divide by the stride first: it is cells that are whole.",
            _rounds_pixels,
        ),
    ),
)
