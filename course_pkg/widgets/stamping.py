"""How often stamps overlap, and what that does to a photograph (the checkerboard's arithmetic).

Source: Odena, Dumoulin and Olah 2016, Deconvolution and Checkerboard Artifacts.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float, Int

__all__ = ["KernelShape", "overlap_counts", "stamp_photo", "stamp_weights"]

KernelShape = Literal["equal", "triangle"]


def overlap_counts(n: int, kernel_size: int, stride: int) -> Int[np.ndarray, " length"]:
    """How many of n stamps cover each output cell along an axis.

    Args:
        n: number of input cells.
        kernel_size: cells that a stamp covers.
        stride: cells from one stamp to the next.

    Returns:
        One count for each output cell, without padding.

    Example:
        >>> overlap_counts(4, kernel_size=3, stride=2)
        array([1, 1, 2, 1, 2, 1, 2, 1, 1])
    """
    counts = np.zeros((n - 1) * stride + kernel_size, dtype=int)
    for first in range(0, n * stride, stride):
        counts[first : first + kernel_size] += 1
    return counts


def stamp_weights(shape: KernelShape, kernel_size: int, stride: int) -> Float[np.ndarray, " k"]:
    """A kernel along one axis, scaled so that stamping keeps the mean brightness.

    Args:
        shape: ``"equal"`` weights, or a ``"triangle"``, which is linear interpolation where the
            kernel size is ``2 * stride - 1``.
        kernel_size: number of weights.
        stride: cells from one stamp to the next; the weights sum to it.

    Returns:
        The weights.

    Example:
        >>> stamp_weights("triangle", kernel_size=3, stride=2)
        array([0.5, 1. , 0.5])
    """
    centre = (kernel_size - 1) / 2
    distance = np.abs(np.arange(kernel_size) - centre)
    raw = np.ones(kernel_size) if shape == "equal" else 1 - distance / (centre + 1)
    return raw * stride / raw.sum()


def stamp_photo(
    photo: Float[np.ndarray, "h w"], weights: Float[np.ndarray, " k"], stride: int
) -> Float[np.ndarray, "output_h output_w"]:
    """Put a photograph through the transposed convolution with kernel ``weights`` x ``weights``.

    Args:
        photo: brightness of each pixel.
        weights: the kernel along one axis.
        stride: pixels from one stamp to the next.

    Returns:
        The larger picture, not clipped.

    Example:
        >>> stamp_photo(np.ones((1, 2)), np.ones(2), stride=1)
        array([[1., 2., 1.],
               [1., 2., 1.]])
    """

    def along(n: int) -> Float[np.ndarray, "length {n}"]:
        matrix = np.zeros(((n - 1) * stride + len(weights), n))
        for i in range(n):
            matrix[i * stride : i * stride + len(weights), i] = weights
        return matrix

    return along(photo.shape[0]) @ photo @ along(photo.shape[1]).T
