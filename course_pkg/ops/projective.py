"""Projective grids: what a camera sees of a flat picture that it looks at from the side.

An affine map keeps parallel lines parallel. Eight numbers, a 3 x 3 matrix up to a factor, let them
meet: after the matrix every point is divided by its third coordinate.

Source: Jaderberg et al. 2015, Spatial Transformer Networks, section 3.2; Hartley and Zisserman
2004, Multiple View Geometry, section 2.3; lecture 15.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._shapes import check_axes
from course_pkg.ops.affine import check_size, identity_grid

__all__ = ["projective_from_points", "projective_grid"]

# The least third coordinate. Where it reaches zero lies the horizon, infinitely far away; behind it
# the picture would appear a second time, upside down. There, too, we read from very far away.
_HORIZON = 1e-6


def projective_grid(
    theta: Float[Tensor, "n 3 3"], size: Sequence[int], align_corners: bool = False
) -> Float[Tensor, "n h w 2"]:
    """Say for every pixel of an output where a projective map sends it in the source.

    Args:
        theta: one matrix an image; it maps (x, y, 1) of the target to (u, v, w), and the source is
            read at (u/w, v/w). With last row (0, 0, 1) this is `affine_grid`. Points on the horizon
            or behind it (w <= 0) read from far outside the source, where there is only padding.
        size: (n, c, h, w) of the output; c is not used.
        align_corners: as in `affine_grid`.

    Returns:
        Coordinates in the source, for `grid_sample`.

    Raises:
        ValueError: if ``size`` is not four numbers, or its n is not that of ``theta``.

    Source: Jaderberg et al. 2015, section 3.2 (8 parameters).

    Example:
        >>> tilt = torch.tensor([[[1., 0., 0.], [0., 1., 0.], [0.5, 0., 1.]]])
        >>> projective_grid(tilt, (1, 1, 1, 3), align_corners=True)[0, 0, :, 0]
        tensor([-2.0000,  0.0000,  0.6667])
    """
    check_axes("projective_grid", theta=(theta, "n 3 3"))
    h, w = check_size("projective_grid", len(theta), size)
    target = identity_grid(h, w, align_corners).to(theta)
    homogeneous = torch.cat([target, torch.ones_like(target[..., :1])], dim=-1).reshape(h * w, 3)
    u, v, depth = (homogeneous @ theta.mT).unbind(-1)
    depth = depth.clamp(min=_HORIZON)
    return torch.stack([u / depth, v / depth], dim=-1).reshape(len(theta), h, w, 2)


def projective_from_points(
    target: Float[Tensor, "n 4 2"], source: Float[Tensor, "n 4 2"]
) -> Float[Tensor, "n 3 3"]:
    """Find the projective map that sends four points to four others.

    Args:
        target: corners as (x, y), no three of them on a line.
        source: where each is to be read.

    Returns:
        Matrices with 1 in the lower right corner.

    Raises:
        ValueError: if no such map exists: three of the points lie on a line.

    Source: Hartley and Zisserman 2004, section 4.1 (the direct linear transformation, solved
        exactly for four points).

    Example:
        >>> square = torch.tensor([[[-1., -1.], [1., -1.], [1., 1.], [-1., 1.]]])
        >>> projective_from_points(square, 2 * square)[0].diagonal()
        tensor([2., 2., 1.])
    """
    check_axes("projective_from_points", target=(target, "n 4 2"), source=(source, "n 4 2"))
    x, y = target.double().unbind(-1)
    u, v = source.double().unbind(-1)
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    # u (g x + h y + 1) = a x + b y + c, and the same for v: two rows a point, eight unknowns.
    rows_u = torch.stack([x, y, one, zero, zero, zero, -u * x, -u * y], dim=-1)
    rows_v = torch.stack([zero, zero, zero, x, y, one, -v * x, -v * y], dim=-1)
    solved, info = torch.linalg.solve_ex(
        torch.cat([rows_u, rows_v], dim=1), torch.cat([u, v], dim=1)[..., None]
    )
    if bool((info != 0).any()) or not bool(solved.isfinite().all()):
        raise ValueError(
            "projective_from_points: three of the four points lie on a line in at least one item; "
            "move one of them"
        )
    matrix = torch.cat([solved[..., 0], one[:, :1]], dim=1).reshape(-1, 3, 3)
    return matrix.to(target.dtype)
