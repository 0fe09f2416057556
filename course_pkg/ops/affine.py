"""Affine grids: for every output pixel, the place in the source where its value is read.

The map goes from target to source. Asking "where does this output pixel come from?" gives every
pixel exactly one answer; pushing source pixels forward leaves holes and piles. The price is that
the numbers look inverted: a scale of 0.5 reads from the inner half and so enlarges it.

Convention:
    coordinates are (x, y), -1 and 1 at the source's edges: the outer edges of the border pixels
    (``align_corners=False``) or their centres (``align_corners=True``).

Source: Jaderberg et al. 2015, Spatial Transformer Networks, section 3.2; lecture 15.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._shapes import check_axes

__all__ = ["affine_grid", "check_size", "identity_grid"]


def affine_grid(
    theta: Float[Tensor, "n 2 3"], size: Sequence[int], align_corners: bool = False
) -> Float[Tensor, "n h w 2"]:
    """Say for every pixel of an output where an affine map sends it in the source.

    Equals ``torch.nn.functional.affine_grid`` for images. Six numbers hold shifting, scaling,
    rotating, mirroring and shearing.

    Args:
        theta: one matrix an image; it maps (x, y, 1) of the target to (x, y) of the source.
        size: (n, c, h, w) of the output, as torch has it; c is not used.
        align_corners: whether -1 and 1 are the centres of the border pixels or their outer edges.
            Use the same here and in `grid_sample`.

    Returns:
        Coordinates in the source, for `grid_sample`.

    Raises:
        ValueError: if ``size`` is not four numbers, or its n is not that of ``theta``.

    Source: Jaderberg et al. 2015, equation 1; lecture 15.

    Example:
        >>> halve = torch.tensor([[[0.5, 0., 0.], [0., 0.5, 0.]]])
        >>> affine_grid(halve, (1, 1, 1, 4))[0, 0, :, 0]
        tensor([-0.3750, -0.1250,  0.1250,  0.3750])
    """
    check_axes("affine_grid", theta=(theta, "n 2 3"))
    h, w = check_size("affine_grid", len(theta), size)
    target = identity_grid(h, w, align_corners).to(theta)
    # (h w, 3) @ (n, 3, 2): the third coordinate is 1, so the last column is the shift.
    homogeneous = torch.cat([target, torch.ones_like(target[..., :1])], dim=-1).reshape(h * w, 3)
    return (homogeneous @ theta.mT).reshape(len(theta), h, w, 2)


def identity_grid(h: int, w: int, align_corners: bool = False) -> Float[Tensor, "{h} {w} 2"]:
    """Give the coordinates of an image's own pixel centres: the grid that changes nothing.

    Args:
        h: rows, at least 1.
        w: columns, at least 1.
        align_corners: as in `affine_grid`.

    Returns:
        Float64 (x, y) of every pixel.

    Raises:
        ValueError: if a side is below 1.

    Source: Jaderberg et al. 2015, section 3.2 (the regular grid G).

    Example:
        >>> identity_grid(1, 4)[0, :, 0]
        tensor([-0.7500, -0.2500,  0.2500,  0.7500], dtype=torch.float64)
        >>> identity_grid(1, 3, align_corners=True)[0, :, 0]
        tensor([-1.,  0.,  1.], dtype=torch.float64)
    """
    if min(h, w) < 1:
        raise ValueError(f"identity_grid: height and width must be at least 1, got {h}x{w}")
    y, x = torch.meshgrid(_centres(h, align_corners), _centres(w, align_corners), indexing="ij")
    return torch.stack([x, y], dim=-1)


def check_size(name: str, n: int, size: Sequence[int]) -> tuple[int, int]:
    """Height and width of an output of a grid, if its four numbers make sense."""
    if len(size) != 4:
        raise ValueError(f"{name}: size must be (n, c, h, w), got {tuple(size)}")
    if size[0] != n:
        raise ValueError(
            f"{name}: size asks for {size[0]} images, but {n} came with the parameters; "
            "give one set of parameters an image"
        )
    if min(size[1:]) < 1:
        raise ValueError(f"{name}: c, h and w of size must be at least 1, got {tuple(size)}")
    return size[2], size[3]


def _centres(count: int, align_corners: bool) -> Tensor:
    if align_corners:  # one pixel has no two corners to pin: it sits in the middle
        return (
            torch.linspace(-1, 1, count, dtype=torch.float64)
            if count > 1
            else torch.zeros(1).double()
        )
    return (2 * torch.arange(count, dtype=torch.float64) + 1) / count - 1
