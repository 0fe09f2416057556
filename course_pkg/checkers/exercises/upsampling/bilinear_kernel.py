"""The stamp with which a transposed convolution interpolates bilinearly."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake, call_each

__all__ = ["EXERCISE", "bilinear_kernel"]


def bilinear_kernel(kernel_size: int) -> np.ndarray:
    """The tent of bilinear interpolation, along both axes.

    Example:
        >>> bilinear_kernel(3)
        array([[0.25, 0.5 , 0.25],
               [0.5 , 1.  , 0.5 ],
               [0.25, 0.5 , 0.25]])
    """
    half = (kernel_size + 1) // 2  # the tent reaches zero this far from its middle
    distance = np.abs(np.arange(kernel_size) - (kernel_size - 1) / 2)
    tent = 1 - distance / half
    return np.outer(tent, tent)


def _sums_to_one(kernel_size: int) -> np.ndarray:
    kernel = bilinear_kernel(kernel_size)
    return kernel / kernel.sum()


def _middle_on_a_cell(kernel_size: int) -> np.ndarray:
    half = (kernel_size + 1) // 2
    tent = 1 - np.abs(np.arange(kernel_size) - (half - 1)) / half
    return np.outer(tent, tent)


def _zero_at_the_edge(kernel_size: int) -> np.ndarray:
    middle = (kernel_size - 1) / 2
    tent = 1 - np.abs(np.arange(kernel_size) - middle) / max(middle, 1)
    return np.outer(tent, tent)


def _half_a_cell_short(kernel_size: int) -> np.ndarray:
    tent = 1 - np.abs(np.arange(kernel_size) - (kernel_size - 1) / 2) / (kernel_size / 2)
    return np.outer(tent, tent)


def _pyramid(kernel_size: int) -> np.ndarray:
    tent = 1 - np.abs(np.arange(kernel_size) - (kernel_size - 1) / 2) / ((kernel_size + 1) // 2)
    return np.minimum(tent[:, None], tent)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    # There is no randomness in a kernel: a handful of sizes is all there is to ask.
    yield Case("kernel_size 4, for stride 2", {"kernel_size": 4})
    yield Case("an odd size, 3", {"kernel_size": 3})
    yield Case("kernel_size 1", {"kernel_size": 1})
    yield Case("kernel_size 2", {"kernel_size": 2})
    yield Case("kernel_size 5", {"kernel_size": 5})
    yield Case("kernel_size 16, for stride 8", {"kernel_size": 16})
    rows = rng.integers(3, 40, size=3)
    yield Case("several sizes, one call each", {"kernel_size": rows})


EXERCISE = Exercise(
    id="upsampling.bilinear_kernel",
    title="The bilinear stamp",
    chapter=4,
    points=3,
    statement=(
        "FCN starts its learned upsampling from a kernel that interpolates bilinearly. Along one "
        "axis it is a tent around the middle of the kernel, falling by 1/half a cell, where half = "
        "(kernel_size + 1) // 2. The kernel is the product of the tent along the rows and the tent "
        "along the columns. Return it: kernel_size x kernel_size."
    ),
    starter="def bilinear_kernel(kernel_size):\n    raise NotImplementedError",
    hints=(
        "Where is the middle of 4 cells numbered 0, 1, 2, 3? Between two of them.",
        "The tent at cell i is 1 - |i - middle| / half. For 4 cells: 0.25 0.75 0.75 0.25.",
        "np.outer(tent, tent) multiplies every row weight by every column weight.",
    ),
    reference=bilinear_kernel,
    cases=_cases,
    mistakes=(
        Mistake(
            "This kernel adds up to 1. An output pixel is covered by several stamps, and their "
            "weights at that pixel are what has to add up to 1: do not divide.",
            _sums_to_one,
        ),
        Mistake(
            "The peak stands on a cell although the size is even. The middle of cells 0 to 3 is "
            "1.5; a peak on a cell shifts the whole picture by half a pixel.",
            _middle_on_a_cell,
        ),
        Mistake(
            "The outermost weights are zero, so the stamp is really two cells smaller. The tent "
            "reaches zero one step beyond the kernel: divide by half, not by the middle.",
            _zero_at_the_edge,
        ),
        Mistake(
            "This is what kernel_size / 2 gives for an odd size. Use (kernel_size + 1) // 2: for 3 "
            "cells the tent is 0.5 1 0.5.",
            _half_a_cell_short,
        ),
        Mistake(
            "This is a pyramid: the smaller of the two weights. Bilinear means one weight times "
            "the other.",
            _pyramid,
        ),
    ),
    drive=call_each,
)
