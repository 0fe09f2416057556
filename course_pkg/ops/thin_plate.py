"""Thin-plate splines: pull a few points of a picture, and the rest bends along as little as it can.

The displacement of a point is a plane plus one bump U(r) = r^2 log r^2 for every control point,
with weights chosen so that the control points go exactly where they are told. Among all surfaces
through the given values it is the one that bends least, like a thin sheet of metal.

Source: Bookstein 1989, Principal Warps: Thin-Plate Splines and the Decomposition of Deformations;
Jaderberg et al. 2015, Spatial Transformer Networks, section 3.2; lecture 15.
"""

from collections.abc import Sequence
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops.affine import check_size, identity_grid

__all__ = ["tps_control_points", "tps_grid", "tps_weights"]


def tps_control_points(side: int = 4) -> Float[Tensor, "{side}**2 2"]:
    """Give the regular grid of points that a spline is held by: 4 x 4 in the paper.

    Args:
        side: points along each axis, at least 2.

    Returns:
        Float64 (x, y), row by row, the corners at -1 and 1.

    Raises:
        ValueError: if ``side`` is below 2.

    Source: Jaderberg et al. 2015, section 3.2 (16 points).

    Example:
        >>> tps_control_points(2).tolist()
        [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]
    """
    if side < 2:
        raise ValueError(f"tps_control_points: side must be at least 2, got {side}")
    return identity_grid(side, side, align_corners=True).reshape(-1, 2)


def tps_grid(
    source: Float[Tensor, "n k 2"],
    size: Sequence[int],
    align_corners: bool = False,
    control_points: Float[Tensor, "k 2"] | None = None,
) -> Float[Tensor, "n h w 2"]:
    """Say for every pixel of an output where a spline through the control points reads the source.

    The grid is computed as the pixel's own place plus a displacement, so where no point has moved
    it is the identity to the last bit.

    Args:
        source: where each control point is read in the source; the spline's parameters.
        size: (n, c, h, w) of the output; c is not used.
        align_corners: as in `affine_grid`.
        control_points: places of the control points in the target; None = `tps_control_points`.

    Returns:
        Coordinates in the source, for `grid_sample`.

    Raises:
        ValueError: if ``size`` does not fit, k is not a square and no points are given, or the
            control points lie on one line.

    Source: Bookstein 1989; Jaderberg et al. 2015, section 3.2 (k = 16, 32 parameters).

    Example:
        >>> rest = tps_control_points().float()[None]
        >>> bool((tps_grid(rest, (1, 1, 5, 7))[0] == identity_grid(5, 7).float()).all())
        True
    """
    h, w = check_size("tps_grid", len(source), size)
    if control_points is None:
        side = round(source.shape[1] ** 0.5)
        if side < 2 or side**2 != source.shape[1]:
            raise ValueError(
                f"tps_grid: {source.shape[1]} points are no square grid of at least 2 x 2; pass "
                "control_points to say where they lie in the target"
            )
        control_points = tps_control_points(side)
        mixing = _weights_for(side, h, w, align_corners)
    else:
        pixels = identity_grid(h, w, align_corners).to(control_points.device).reshape(-1, 2)
        mixing = tps_weights(control_points, pixels)
    moved = source - control_points.to(source)
    displacement = (mixing.to(source) @ moved).reshape(len(source), h, w, 2)
    return identity_grid(h, w, align_corners).to(source) + displacement


def tps_weights(
    control_points: Float[Tensor, "k 2"], points: Float[Tensor, "m 2"]
) -> Float[Tensor, "m k"]:
    """Say how much of each control point's displacement arrives at other points.

    A spline is linear in what it interpolates, so everything that depends on places alone can be
    worked out once; training multiplies by this matrix and never solves a system.

    Args:
        control_points: at least three, not on one line.
        points: where the displacement is wanted.

    Returns:
        Float64 weights; each row adds up to one.

    Raises:
        ValueError: if the control points do not determine a spline.

    Source: Bookstein 1989, equations for L and its inverse.

    Example:
        >>> corners = tps_control_points(2)
        >>> tps_weights(corners, torch.zeros(1, 2).double())
        tensor([[0.2500, 0.2500, 0.2500, 0.2500]], dtype=torch.float64)
    """
    return _spread(points, control_points, _solved(control_points))


def _solved(control_points: Tensor) -> Tensor:
    """The inverse that depends on the control points alone, without its columns for the plane."""
    control_points = control_points.double()
    k = len(control_points)
    plane = torch.cat([torch.ones_like(control_points[:, :1]), control_points], dim=1)
    # [[K, P], [P', 0]]: the bumps meet the values, and contain no plane of their own.
    system = torch.zeros(k + 3, k + 3, dtype=torch.float64, device=control_points.device)
    system[:k, :k] = _bumps(control_points, control_points)
    system[:k, k:], system[k:, :k] = plane, plane.T
    if k < 3 or int(torch.linalg.matrix_rank(plane)) < 3 or len(control_points.unique(dim=0)) < k:
        raise ValueError(
            f"tps_weights: the {k} control points must be different, at least three, and not all "
            "on one line"
        )
    return torch.linalg.inv(system)[:, :k]


def _spread(points: Tensor, control_points: Tensor, inverse: Tensor) -> Tensor:
    control_points, points = control_points.double(), points.double()
    ones = torch.ones_like(points[:, :1])
    return torch.cat([_bumps(points, control_points), ones, points], dim=1) @ inverse


def _bumps(points: Tensor, centres: Tensor) -> Tensor:
    """U(r) = r^2 log r^2 of all distances; 0 at 0, which is its limit."""
    squared = (points[:, None] - centres).square().sum(-1)
    return torch.xlogy(squared, squared)


# The paper's 4 x 4 points, solved once. A compiled or exported network holds these numbers and
# neither solves nor checks anything; it can be written as ONNX, which knows no inverse.
_PAPER_SIDE = 4
_PAPER_SOLVED = _solved(tps_control_points(_PAPER_SIDE))


def _weights_for(side: int, h: int, w: int, align_corners: bool) -> Tensor:
    if not torch.compiler.is_compiling():
        return _regular_weights(side, h, w, align_corners)
    points = tps_control_points(side)
    solved = _PAPER_SOLVED if side == _PAPER_SIDE else _solved(points)
    pixels = identity_grid(h, w, align_corners).reshape(-1, 2)
    return _spread(pixels, points, solved)


@lru_cache(maxsize=64)
def _regular_weights(side: int, h: int, w: int, align_corners: bool) -> Tensor:
    # Shared between calls: nobody may write into it, and a first call without gradients must not
    # leave an inference tensor behind, which no later backward pass could use.
    with torch.inference_mode(False), torch.device("cpu"):
        pixels = identity_grid(h, w, align_corners).reshape(-1, 2)
        return tps_weights(tps_control_points(side), pixels)
