"""From the cells of a predicted mask to the pixels of the picture, along one axis."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "paste_row"]


def paste_row(row: np.ndarray, start: float, end: float, width: int) -> np.ndarray:
    """Stretch a row of mask cells over a box, and read it at the pixels' centres.

    Example:
        >>> paste_row(np.array([0.0, 1.0]), 1.0, 5.0, 6)
        array([0.  , 0.  , 0.25, 0.75, 1.  , 0.  ])
    """
    pixels = np.arange(width) + 0.5
    place = (pixels - start) / (end - start) * len(row) - 0.5
    inside = (pixels >= start) & (pixels < end)
    return np.interp(place, np.arange(len(row)), row) * inside


def _corner_of_pixels(row: np.ndarray, start: float, end: float, width: int) -> np.ndarray:
    pixels = np.arange(width) * 1.0
    place = (pixels - start) / (end - start) * len(row) - 0.5
    inside = (pixels >= start) & (pixels < end)
    return np.interp(place, np.arange(len(row)), row) * inside


def _corner_of_cells(row: np.ndarray, start: float, end: float, width: int) -> np.ndarray:
    pixels = np.arange(width) + 0.5
    place = (pixels - start) / (end - start) * len(row)
    inside = (pixels >= start) & (pixels < end)
    return np.interp(place, np.arange(len(row)), row) * inside


def _everywhere(row: np.ndarray, start: float, end: float, width: int) -> np.ndarray:
    place = (np.arange(width) + 0.5 - start) / (end - start) * len(row) - 0.5
    return np.interp(place, np.arange(len(row)), row)


def _pinned_ends(row: np.ndarray, start: float, end: float, width: int) -> np.ndarray:
    pixels = np.arange(width) + 0.5
    place = (pixels - start) / (end - start) * (len(row) - 1)
    inside = (pixels >= start) & (pixels < end)
    return np.interp(place, np.arange(len(row)), row) * inside


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    by_hand = {"row": np.array([0.0, 1.0]), "start": 1.0, "end": 5.0, "width": 6}
    yield Case("by hand", by_hand)
    for cells in (3, 7):
        start = float(rng.uniform(1, 6))
        inputs = {
            "row": rng.uniform(0.1, 1, cells),
            "start": start,
            "end": start + float(rng.uniform(9, 14)),
            "width": 24,
        }
        yield Case(f"{cells} cells in a box between pixels", inputs)
    outside = {"row": rng.uniform(0.1, 1, 4), "start": -3.0, "end": 5.0, "width": 8}
    yield Case("a box that reaches out of the picture", outside)


EXERCISE = Exercise(
    id="cascades.paste_row",
    title="A mask back into the picture",
    chapter=10,
    points=2,
    statement=(
        "row holds the cells of a mask along one axis, stretched over a box from start to end. "
        "Return width numbers, one for each pixel of the picture: mix the two nearest cells "
        "linearly, reading at the **centre** of the pixel, with the values of the cells at "
        "**their** centres; beyond the outermost centres the edge value stays. Pixels whose centre "
        "lies outside the box (start <= centre < end is inside) get 0."
    ),
    starter="def paste_row(row, start, end, width):\n    raise NotImplementedError",
    hints=(
        "The centre of pixel j is at j + 0.5. Its share of the box is (j + 0.5 - start) / "
        "(end - start).",
        "Times the number of cells this is a place in cells. The centre of cell 0 is at 0.5 there: "
        "subtract 0.5 to count from centre to centre.",
        "np.interp(place, np.arange(len(row)), row) mixes, and keeps the edge values. Multiply by "
        "True and False for inside and outside.",
    ),
    reference=paste_row,
    cases=_cases,
    mistakes=(
        Mistake(
            "You read at the left edge of each pixel. Its centre is at j + 0.5; this moves the "
            "mask by half a pixel.",
            _corner_of_pixels,
        ),
        Mistake(
            "The cells' values sit at the centres of the cells: subtract 0.5 after multiplying by "
            "the number of cells.",
            _corner_of_cells,
        ),
        Mistake("Outside the box there is nothing: those pixels get 0.", _everywhere),
        Mistake(
            "You pinned the first and last cell's centres to the edges of the box: the mask is "
            "stretched by len(row) / (len(row) - 1).",
            _pinned_ends,
        ),
    ),
)
