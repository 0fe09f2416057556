"""DRAW's window in numpy: the filterbank widget's arithmetic, without torch."""

import numpy as np
from jaxtyping import Float

__all__ = ["filter_weights", "seen_and_written"]

_REACH = 8.0


def filter_weights(
    centre: float, stride: float, sigma: float, patch_size: int, size: int, shifted: bool = False
) -> Float[np.ndarray, "{patch_size} {size}"]:
    """Build the filters of one axis, as `course_pkg.ops.gaussian_filterbank` does.

    Args:
        centre: of the window, in pixels; a pixel's centre lies at +0.5.
        stride: pixels between filters.
        sigma: standard deviation of each filter in pixels, above 0.
        patch_size: cells along the axis.
        size: pixels along the axis.
        shifted: count the cells from 0 in the formula that counts them from 1, a known mistake.

    Returns:
        A row for every cell; rows add up to 1, or are zero outside the picture.

    Example:
        >>> filter_weights(2.0, 1.0, 0.01, patch_size=2, size=4).round(3).tolist()
        [[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
    """
    mean = centre + (np.arange(patch_size) - (patch_size - 1) / 2 - shifted) * stride
    squared = (np.arange(size) + 0.5 - mean[:, None]) ** 2
    weights = np.exp(-(squared - squared.min(1, keepdims=True)) / (2 * sigma**2))
    weights /= weights.sum(1, keepdims=True)
    weights[np.maximum(-mean, mean - size) > _REACH * sigma] = 0
    return weights


def seen_and_written(
    picture: Float[np.ndarray, "h w"],
    filter_y: Float[np.ndarray, "p h"],
    filter_x: Float[np.ndarray, "q w"],
    intensity: float,
) -> tuple[Float[np.ndarray, "p q"], Float[np.ndarray, "h w"]]:
    """Read a picture through a window, and write what was read back through the same window.

    Args:
        picture: grey values.
        filter_y: weights over the rows.
        filter_x: weights over the columns.
        intensity: factor of the reading, divisor of the writing, above 0.

    Returns:
        The patch, and the picture that writing it gives.

    Example:
        >>> patch, picture = seen_and_written(np.ones((2, 2)), np.eye(2), np.eye(2), 3.0)
        >>> patch.tolist(), picture.tolist()
        ([[3.0, 3.0], [3.0, 3.0]], [[1.0, 1.0], [1.0, 1.0]])
    """
    patch = intensity * (filter_y @ picture @ filter_x.T)
    return patch, filter_y.T @ (patch / intensity) @ filter_x
