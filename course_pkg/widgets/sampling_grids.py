"""Grids and bilinear reading without torch: the arithmetic of the spatial transformer's figure.

Coordinates are (x, y) from -1 to 1, from target to source, as in `course_pkg.ops.affine_grid`.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float

__all__ = ["GridKind", "read_bilinear", "source_grid", "target_grid"]

GridKind = Literal["affine", "projective", "tps"]
_HORIZON = 1e-6


def target_grid(size: int, align_corners: bool) -> Float[np.ndarray, "size size 2"]:
    """Give the places of a square picture's own pixel centres.

    Args:
        size: pixels a side.
        align_corners: whether -1 and 1 are the centres of the border pixels, or their outer edges.

    Returns:
        (x, y) of every pixel.

    Example:
        >>> target_grid(2, align_corners=False)[0, :, 0]
        array([-0.5,  0.5])
    """
    if align_corners:
        along = np.linspace(-1, 1, size) if size > 1 else np.zeros(1)
    else:
        along = (2 * np.arange(size) + 1) / size - 1
    return np.stack(np.meshgrid(along, along), axis=-1)


def source_grid(
    kind: GridKind, theta: Float[np.ndarray, "rows columns"], size: int, align_corners: bool
) -> Float[np.ndarray, "size size 2"]:
    """Say where each pixel of a square output reads its source.

    Args:
        kind: of transformation.
        theta: a 2 x 3 matrix, a 3 x 3 matrix, or (x, y) of 16 control points.
        size: pixels a side of the output.
        align_corners: as in `target_grid`.

    Returns:
        (x, y) in the source.

    Example:
        >>> theta = np.array([[0.5, 0, 0], [0, 0.5, 0]])
        >>> source_grid("affine", theta, 2, align_corners=True)[0].tolist()
        [[-0.5, -0.5], [0.5, -0.5]]
    """
    target = target_grid(size, align_corners)
    if kind == "tps":
        control = target_grid(4, align_corners=True).reshape(16, 2)
        displacement = _spline(control, target.reshape(-1, 2)) @ (theta - control)
        return target + displacement.reshape(target.shape)
    mapped = np.concatenate([target, np.ones_like(target[..., :1])], axis=-1) @ theta.T
    if kind == "affine":
        return mapped
    return mapped[..., :2] / np.maximum(mapped[..., 2:], _HORIZON)


def read_bilinear(
    image: Float[np.ndarray, "h w"], grid: Float[np.ndarray, "... 2"], align_corners: bool
) -> Float[np.ndarray, "..."]:
    """Read a picture at the places of a grid, with zeros outside.

    Args:
        image: brightness.
        grid: (x, y) places.
        align_corners: as in `target_grid`.

    Returns:
        One value a place.

    Example:
        >>> read_bilinear(np.array([[0.0, 10.0]]), np.zeros((1, 2)), align_corners=False)
        array([5.])
    """
    h, w = image.shape
    x, y = (_to_pixels(grid[..., axis], (w, h)[axis], align_corners) for axis in (0, 1))
    left, top = np.floor(x), np.floor(y)
    total = np.zeros(x.shape)
    for row, column in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
        weight = (1 - np.abs(x - column)) * (1 - np.abs(y - row))
        inside = (row >= 0) & (row < h) & (column >= 0) & (column < w)
        r, c = (np.where(inside, each, 0).astype(int) for each in (row, column))
        total += np.where(inside, weight * image[r, c], 0)
    return total


def _to_pixels(place: np.ndarray, size: int, align_corners: bool) -> np.ndarray:
    return (place + 1) / 2 * (size - 1) if align_corners else ((place + 1) * size - 1) / 2


def _spline(control: np.ndarray, points: np.ndarray) -> np.ndarray:
    """How much of each control point's displacement arrives at each point."""
    k = len(control)
    plane = np.concatenate([np.ones((k, 1)), control], axis=1)
    system = np.block([[_bumps(control, control), plane], [plane.T, np.zeros((3, 3))]])
    ones = np.ones((len(points), 1))
    return np.hstack([_bumps(points, control), ones, points]) @ np.linalg.inv(system)[:, :k]


def _bumps(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    squared = ((points[:, None] - centres) ** 2).sum(-1)
    return squared * np.log(np.where(squared > 0, squared, 1))
