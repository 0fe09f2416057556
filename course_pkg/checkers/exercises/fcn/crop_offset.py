"""Where 5, 9, 19, 27 and 31 come from."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "crop_offset"]


def crop_offset(
    coarse_origin: float, coarse_stride: int, fine_origin: float, fine_stride: int
) -> int:
    """Cells between the start of an upsampled map and the start of the map it has to meet.

    Example:
        >>> crop_offset(12.5, 32, 0.0, 1)
        -19
    """
    factor = coarse_stride // fine_stride
    start = (coarse_origin - fine_origin) / fine_stride  # coarse cell 0, counted in fine cells
    return round(start - (2 * factor - 1) / 2)  # its stamp begins half a kernel before it


def _in_pixels(
    coarse_origin: float, coarse_stride: int, fine_origin: float, fine_stride: int
) -> int:
    return round(coarse_origin - fine_origin - (2 * coarse_stride // fine_stride - 1) / 2)


def _no_kernel(
    coarse_origin: float, coarse_stride: int, fine_origin: float, fine_stride: int
) -> int:
    return int((coarse_origin - fine_origin) // fine_stride)


def _kernel_is_the_stride(
    coarse_origin: float, coarse_stride: int, fine_origin: float, fine_stride: int
) -> int:
    factor = coarse_stride // fine_stride
    return round((coarse_origin - fine_origin) / fine_stride - (factor - 1) / 2)


def _other_sign(
    coarse_origin: float, coarse_stride: int, fine_origin: float, fine_stride: int
) -> int:
    return -crop_offset(coarse_origin, coarse_stride, fine_origin, fine_stride)


def _kernel_in_coarse_cells(
    coarse_origin: float, coarse_stride: int, fine_origin: float, fine_stride: int
) -> int:
    start = (coarse_origin - fine_origin) / fine_stride
    return int(start - (2 * coarse_stride - 1) / 2)


def _case(name: str, *numbers: float) -> Case:
    names = ("coarse_origin", "coarse_stride", "fine_origin", "fine_stride")
    return Case(name, dict(zip(names, numbers, strict=True)))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("fc7 onto the image: -19", 12.5, 32, 0.0, 1)
    yield _case("fc7 onto pool4: 5", 12.5, 32, -91.5, 16)
    yield _case("the sum at stride 16 onto pool3: 9", -11.5, 16, -95.5, 8)
    yield _case("the sum at stride 8 onto the image: -31", -23.5, 8, 0.0, 1)
    drop = int(rng.integers(-20, 20))
    fine, stride = float(rng.integers(-50, 50)), int(2 ** rng.integers(1, 4))
    coarse = fine + stride * (drop + 3.5)  # factor 4: the stamp begins 3.5 cells before its middle
    yield _case("some other net, factor 4", coarse, 4 * stride, fine, stride)


EXERCISE = Exercise(
    id="fcn.crop_offset",
    title="The crop that puts cells onto cells",
    chapter=6,
    points=3,
    statement=(
        "Cell i of a map is centred on pixel origin + stride * i. Coarse scores are enlarged by "
        "factor = coarse_stride / fine_stride with a bilinear kernel of 2 * factor cells, without "
        "padding. Return how many cells after the start of the fine map the enlarged map starts: "
        "so many are cropped from the fine map's start. If the enlarged map starts earlier, the "
        "number is negative."
    ),
    starter=(
        "def crop_offset(coarse_origin, coarse_stride, fine_origin, fine_stride):\n"
        "    raise NotImplementedError"
    ),
    hints=(
        "Where does coarse cell 0 lie, in cells of the fine map? Pixels first, then divide.",
        "Coarse cell 0 becomes a stamp of 2 * factor cells with itself in the middle: the stamp "
        "begins (2 * factor - 1) / 2 cells earlier.",
        "round((coarse_origin - fine_origin) / fine_stride - (2 * factor - 1) / 2).",
    ),
    reference=crop_offset,
    cases=_cases,
    mistakes=(
        Mistake(
            "The distance of the origins is in pixels; a crop counts cells of the fine map. Divide "
            "by fine_stride.",
            _in_pixels,
        ),
        Mistake(
            "That is where the middle of the first stamp lies. The stamp begins half a kernel "
            "earlier.",
            _no_kernel,
        ),
        Mistake("The kernel is 2 * factor cells wide, twice the step.", _kernel_is_the_stride),
        Mistake(
            "The sign is the other way round: positive if the enlarged map starts after the fine "
            "one, so that the fine one is cropped.",
            _other_sign,
        ),
        Mistake(
            "The kernel's width was taken from coarse_stride. It is 2 * factor, in fine cells.",
            _kernel_in_coarse_cells,
        ),
    ),
)
