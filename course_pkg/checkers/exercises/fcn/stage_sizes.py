"""How large FCN's maps are."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake, call_each

__all__ = ["EXERCISE", "stage_sizes"]


def stage_sizes(size: int) -> np.ndarray:
    """Cells a side of pool3, pool4, pool5 and fc6 of the released FCN.

    Example:
        >>> stage_sizes(500)
        array([88, 44, 22, 16])
    """
    cells = size + 2 * 100 - 2  # padded by 100 on both sides; the 3 x 3 kernel takes one back
    sizes = []
    for pool in range(1, 6):
        cells = -(-cells // 2)  # half a window counts as a window
        if pool >= 3:
            sizes.append(cells)
    return np.array([*sizes, cells - 7 + 1])


def _rounded_down(size: int) -> np.ndarray:
    cells = [(size + 198) // 2**pool for pool in (3, 4, 5)]
    return np.array([*cells, cells[-1] - 6])


def _padding_once(size: int) -> np.ndarray:
    return stage_sizes(size - 100)


def _padding_kept(size: int) -> np.ndarray:
    return stage_sizes(size + 2)


def _no_padding(size: int) -> np.ndarray:
    return stage_sizes(size - 198)


def _fc6_padded(size: int) -> np.ndarray:
    return stage_sizes(size) + np.array([0, 0, 0, 6])


def _seven_less(size: int) -> np.ndarray:
    return stage_sizes(size) - np.array([0, 0, 0, 1])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("500 pixels", {"size": 500})
    yield Case("375 pixels: sizes are rounded up", {"size": 375})
    yield Case("a single pixel still gives one cell", {"size": 1})
    yield Case("224 pixels", {"size": 224})
    yield Case("some other size", {"size": 64 + 32 * int(rng.integers(5, 6000)) + 2})
    yield Case("any size", {"size": int(rng.integers(100, 200_000))})
    rows = rng.integers(100, 100_000, size=3)
    yield Case("several sizes, one call each", {"size": rows})


EXERCISE = Exercise(
    id="fcn.stage_sizes",
    title="From 500 pixels to 16 cells",
    chapter=6,
    points=1,
    statement=(
        "The released FCN pads a picture by 100 pixels on every side before its first 3 x 3 "
        "convolution, which itself adds no padding of its own; the other 3 x 3 layers keep the "
        "size. Five 2 x 2 pools halve it, rounding up. fc6 is a 7 x 7 convolution without padding. "
        "Return the cells a side of pool3, pool4, pool5 and fc6 for a picture of size x size."
    ),
    starter="def stage_sizes(size):\n    raise NotImplementedError",
    hints=(
        "Before the first pool: size + 200 - 2.",
        "Rounding up: -(-a // 2). Three pools give pool3, one more pool4, one more pool5.",
        "A 7 x 7 window fits pool5 - 6 times. Return np.array of the four numbers.",
    ),
    reference=stage_sizes,
    cases=_cases,
    mistakes=(
        Mistake(
            "The pools round up here: a window that is half empty still counts.", _rounded_down
        ),
        Mistake("100 pixels were added once; they come on both sides.", _padding_once),
        Mistake(
            "The first 3 x 3 layer takes a pixel back at each side: 100 is all the padding it has.",
            _padding_kept,
        ),
        Mistake("The 100 pixels of padding are missing.", _no_padding),
        Mistake("fc6 has no padding: its 7 x 7 window has to fit into pool5.", _fc6_padded),
        Mistake("A window of 7 fits into 7 cells once, not zero times: take off 6.", _seven_less),
    ),
    drive=call_each,
)
