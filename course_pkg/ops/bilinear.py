"""Bilinear upsampling written as what it is: one small matrix for the rows, one for the columns.

Every output pixel looks back to a place between four input pixels and mixes them by nearness. The
mix is linear and the two axes do not disturb each other, so the whole operation is
``A_h @ image @ A_w.T``; its adjoint is the same with both matrices transposed. Lecture 04.
"""

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["bilinear_adjoint", "bilinear_kernel", "bilinear_matrix", "bilinear_upsample"]


def bilinear_upsample(
    input: Float[Tensor, "*batch h w"], scale_factor: int, align_corners: bool = False
) -> Float[Tensor, "*batch {scale_factor}*h {scale_factor}*w"]:
    """Enlarge by an integer factor, mixing the four nearest input pixels at every place.

    Equals ``torch.nn.functional.interpolate(mode="bilinear")``.

    Args:
        input: feature maps, with any number of leading axes.
        scale_factor: how many times larger, at least 1.
        align_corners: where the grid is pinned. False (the default everywhere in this book): pixels
            are squares and the squares' outer edges coincide. True: the centres of the corner
            pixels coincide.

    Returns:
        The enlarged maps.

    Raises:
        ValueError: if ``scale_factor`` is below 1.

    Source: lecture 04.

    Example:
        >>> bilinear_upsample(torch.tensor([[0., 4.]]), 2)
        tensor([[0., 1., 3., 4.],
                [0., 1., 3., 4.]])
    """
    rows, cols = _both_matrices(input, scale_factor, align_corners)
    return rows @ input @ cols.T


def bilinear_adjoint(
    output: Float[Tensor, "*batch oh ow"], scale_factor: int, align_corners: bool = False
) -> Float[Tensor, "*batch oh//{scale_factor} ow//{scale_factor}"]:
    """Send every output pixel back to the input pixels it was mixed from, with the same weights.

    The transpose of `bilinear_upsample`, and so its gradient. The weights that arrive at an inner
    input pixel add up to ``scale_factor`` squared.

    Args:
        output: maps of the enlarged size; height and width are multiples of ``scale_factor``.
        scale_factor: the enlargement that is transposed.
        align_corners: as in `bilinear_upsample`.

    Returns:
        Maps of the size before enlarging.

    Raises:
        ValueError: if the size is not a multiple of ``scale_factor``.

    Source: lecture 04.

    Example:
        >>> bilinear_adjoint(torch.ones(2, 4), 2)
        tensor([[4., 4.]])
    """
    _check_factor(scale_factor)
    oh, ow = output.shape[-2:]
    if oh % scale_factor or ow % scale_factor:
        raise ValueError(
            f"bilinear_adjoint: height and width must be multiples of scale_factor={scale_factor}, "
            f"got {oh}x{ow}"
        )
    small = output[..., : oh // scale_factor, : ow // scale_factor]
    rows, cols = _both_matrices(small, scale_factor, align_corners)
    return rows.T @ output @ cols


def bilinear_matrix(
    size: int, scale_factor: int, align_corners: bool = False
) -> Float[Tensor, "{scale_factor}*{size} {size}"]:
    """The weights of bilinear enlarging along one axis; every row adds up to one.

    Args:
        size: pixels along the axis, at least 1.
        scale_factor: how many times larger.
        align_corners: as in `bilinear_upsample`.

    Returns:
        Float64 weights, one row per output pixel.

    Raises:
        ValueError: if ``scale_factor`` is below 1.

    Source: lecture 04.

    Example:
        >>> bilinear_matrix(2, 2)
        tensor([[1.0000, 0.0000],
                [0.7500, 0.2500],
                [0.2500, 0.7500],
                [0.0000, 1.0000]], dtype=torch.float64)
    """
    _check_factor(scale_factor)
    out = torch.arange(size * scale_factor, dtype=torch.float64)
    if align_corners:
        place = out * ((size - 1) / max(size * scale_factor - 1, 1))
    else:  # centres at +0.5, so the map between the two grids has a half-pixel shift
        place = (out + 0.5) / scale_factor - 0.5
    place = place.clamp(0, size - 1)  # beyond the outermost centre the edge value is kept
    nearness = 1 - (place[:, None] - torch.arange(size, dtype=torch.float64)).abs()
    return nearness.clamp(min=0)


def bilinear_kernel(kernel_size: int) -> Float[Tensor, "{kernel_size} {kernel_size}"]:
    """The stamp with which a transposed convolution interpolates bilinearly.

    A tent: highest in the middle, falling off linearly along both axes. With
    ``kernel_size = 2 * stride`` and ``padding = stride // 2`` (even stride) the transposed
    convolution equals `bilinear_upsample` except within ``stride`` pixels of the border, where the
    stamps of the missing neighbours are missing too. FCN starts its learned upsampling here.

    Args:
        kernel_size: side of the stamp in pixels, at least 1; ``2 * stride`` for the use above.

    Returns:
        Float32 weights.

    Raises:
        ValueError: if ``kernel_size`` is below 1.

    Source: Long et al. 2015, section 3.3, and the authors' released code; lectures 04 and 06.

    Example:
        >>> bilinear_kernel(4)[1]
        tensor([0.1875, 0.5625, 0.5625, 0.1875])
    """
    if kernel_size < 1:
        raise ValueError(f"bilinear_kernel: kernel_size must be at least 1, got {kernel_size}")
    factor = (kernel_size + 1) // 2
    centre = factor - 1 if kernel_size % 2 else factor - 0.5
    tent = 1 - (torch.arange(kernel_size) - centre).abs() / factor
    return torch.outer(tent, tent)


def _both_matrices(small: Tensor, scale_factor: int, align_corners: bool) -> tuple[Tensor, Tensor]:
    """Row and column matrices for maps of the small size, in its dtype and on its device."""
    h, w = small.shape[-2:]
    rows = bilinear_matrix(h, scale_factor, align_corners)
    cols = bilinear_matrix(w, scale_factor, align_corners)
    return rows.to(small), cols.to(small)


def _check_factor(scale_factor: int) -> None:
    if scale_factor < 1:
        raise ValueError(f"scale_factor must be at least 1, got {scale_factor}")
