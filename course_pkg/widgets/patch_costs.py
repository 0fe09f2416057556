"""What it costs to label a picture patch by patch, and in one dense pass: counted, not timed.

The network is a stack of unpadded 3 x 3 convolutions, just deep enough that a patch shrinks to one
cell, and a 1 x 1 convolution to class scores. Its patches have an odd side.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

__all__ = ["PatchCosts", "amount", "patch_cost_problem", "patch_costs", "times_read"]

_UNITS = ((1e15, "quadrillion"), (1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


class PatchCosts(NamedTuple):
    """Counts for one picture; costs in multiplications."""

    side: int  # patches along a side of the picture
    passes: int  # forward passes of the loop
    region: int  # pixels along a side that the patches cover, mirrored border included
    one_pass: int
    loop: int
    dense: int


def patch_costs(
    image_size: int, patch_size: int, step: int, channels: int, classes: int
) -> PatchCosts:
    """Count passes and multiplications of the patch loop and of the dense pass.

    Args:
        image_size: pixels along a side of the picture, whose border is mirrored so that every pixel
            can have a patch.
        patch_size: pixels along a side of a patch, odd.
        step: pixels from one labelled pixel to the next.
        channels: maps of each 3 x 3 layer.
        classes: length of the score vector.

    Returns:
        The counts. The dense pass sees exactly the pixels that the patches cover.

    Example:
        >>> patch_costs(image_size=4, patch_size=3, step=1, channels=2, classes=1)
        PatchCosts(side=4, passes=16, region=6, one_pass=56, loop=896, dense=896)
    """
    side = (image_size - 1) // step + 1
    region = (side - 1) * step + patch_size

    def chain(size: int) -> int:
        total, c_in = 0, 3
        for layer in range(1, patch_size // 2 + 1):
            total += (size - 2 * layer) ** 2 * 9 * c_in * channels
            c_in = channels
        return total + (size - patch_size + 1) ** 2 * c_in * classes

    one_pass = chain(patch_size)
    return PatchCosts(side, side**2, region, one_pass, side**2 * one_pass, chain(region))


def times_read(image_size: int, patch_size: int, step: int) -> Int[np.ndarray, " region"]:
    """Count along an axis the patches that read each pixel of the padded picture.

    Args:
        image_size: pixels along a side of the picture.
        patch_size: pixels along a side of a patch.
        step: pixels from one patch to the next.

    Returns:
        One count for each pixel that lies between the first patch's start and the last one's end.
        In the picture the counts of both axes multiply.

    Example:
        >>> times_read(image_size=3, patch_size=3, step=1)
        array([1, 2, 3, 2, 1])
    """
    side = (image_size - 1) // step + 1
    counts = np.zeros((side - 1) * step + patch_size, dtype=int)
    for patch in range(side):
        counts[patch * step : patch * step + patch_size] += 1
    return counts


def patch_cost_problem(image_size: int, patch_size: int) -> str | None:
    """Say why a picture cannot be cut into such patches.

    Args:
        image_size: pixels along a side of the picture.
        patch_size: pixels along a side of a patch.

    Returns:
        One sentence for the reader, or None.

    Example:
        >>> patch_cost_problem(64, 32)
        'Patch size 32 is even: use an odd one, so that a patch has a middle pixel.'
    """
    if patch_size % 2 == 0:
        return (
            f"Patch size {patch_size} is even: use an odd one, so that a patch has a middle pixel."
        )
    if patch_size // 2 >= image_size:
        return (
            f"A picture of {image_size} pixels cannot be mirrored by {patch_size // 2}: use a "
            "smaller patch or a larger picture."
        )
    return None


def amount(value: float) -> str:
    """Write a count as one says it: three digits and a word, or all digits below a million.

    Args:
        value: a number from 0 on.

    Returns:
        The text, the same that the figure's JavaScript writes.

    Example:
        >>> amount(1.25), amount(12345), amount(452_300_000_000)
        ('1.25', '12,345', '452 billion')
    """
    for unit, word in _UNITS:
        if value >= unit:
            scaled = value / unit
            digits = 2 if scaled < 10 else 1 if scaled < 100 else 0
            return f"{_rounded(scaled, digits):.{digits}f} {word}"
    if value < 100:
        return f"{_rounded(value, 2 if value < 10 else 1):.2f}".rstrip("0").rstrip(".")
    return f"{int(_rounded(value, 0)):,}"


def _rounded(value: float, digits: int) -> float:
    # Halves go up, as in JavaScript; Python's own round sends them to the even neighbour.
    return math.floor(value * 10**digits + 0.5) / 10**digits
