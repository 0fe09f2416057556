"""From a coordinate between -1 and 1 to a place counted in pixels."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "pixel_place"]


def pixel_place(x: float, size: int, align_corners: bool) -> float:
    """Turn a coordinate from -1 to 1 into pixels; 0 is the first pixel's centre.

    Example:
        >>> pixel_place(-1.0, 4, align_corners=False), pixel_place(-1.0, 4, align_corners=True)
        (-0.5, 0.0)
    """
    if align_corners:
        return (x + 1) / 2 * (size - 1)
    return (x + 1) / 2 * size - 0.5


def _always_aligned(x: float, size: int, align_corners: bool) -> float:
    return (x + 1) / 2 * (size - 1)


def _swapped(x: float, size: int, align_corners: bool) -> float:
    return pixel_place(x, size, not align_corners)


def _no_half(x: float, size: int, align_corners: bool) -> float:
    return pixel_place(x, size, align_corners) if align_corners else (x + 1) / 2 * size


def _from_zero(x: float, size: int, align_corners: bool) -> float:
    return x * (size - 1) if align_corners else x * size - 0.5


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    for align in (True, False):  # here the mistakes differ from one another at once
        named = f"align_corners={align}"
        yield Case(f"a quarter in, {named}", {"x": -0.5, "size": 4, "align_corners": align})
        yield Case(f"the left edge, {named}", {"x": -1.0, "size": 4, "align_corners": align})
        yield Case(f"the middle, {named}", {"x": 0.0, "size": 5, "align_corners": align})
        place = float(rng.uniform(-1.2, 1.2))
        yield Case(f"anywhere, {named}", {"x": place, "size": 28, "align_corners": align})
        yield Case(f"a single pixel, {named}", {"x": 0.0, "size": 1, "align_corners": align})


EXERCISE = Exercise(
    id="sampling.pixel_place",
    title="Where is -1?",
    chapter=15,
    points=2,
    statement=(
        "Grids count from -1 to 1 across a picture, arrays count pixels. Turn x into a place along "
        "an axis of size pixels, where 0 is the centre of the first pixel and size - 1 the centre "
        "of the last. With align_corners=True, -1 and 1 are these two centres; with False they are "
        "the outer edges of the two pixels, half a pixel further out."
    ),
    starter="def pixel_place(x, size, align_corners):\n    raise NotImplementedError",
    hints=(
        "(x + 1) / 2 goes from 0 to 1. Over how many pixels should that be spread?",
        "From centre to centre there are size - 1 pixels, from edge to edge size.",
        "The left edge of the first pixel lies at -0.5.",
    ),
    reference=pixel_place,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is align_corners=True in both cases. With False, -1 is the edge of the picture, "
            "half a pixel before the first centre.",
            _always_aligned,
        ),
        Mistake("The two cases are the wrong way round: True pins the centres.", _swapped),
        Mistake(
            "Half a pixel is missing: with align_corners=False, -1 lies at -0.5, for 0 is the "
            "first pixel's centre and not its edge.",
            _no_half,
        ),
        Mistake(
            "Your x goes from 0 to 1; a grid's goes from -1 to 1. Start with (x + 1) / 2.",
            _from_zero,
        ),
    ),
)
