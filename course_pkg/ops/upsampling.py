"""The upsampling family: six ways from a small feature map to a larger one.

Each is linear in its input, so each has an adjoint that goes the other way: `sum_pool` belongs to
`nearest_upsample`, `subsample` to `bed_of_nails`, `pixel_unshuffle` to `pixel_shuffle`. Max pooling
and bilinear interpolation have files of their own and are re-exported here; the learnable member,
the transposed convolution, is `course_pkg.ops.conv_transpose`. Lecture 04.
"""

from jaxtyping import Float
from torch import Tensor

from course_pkg.ops.bilinear import (
    bilinear_adjoint,
    bilinear_kernel,
    bilinear_matrix,
    bilinear_upsample,
)
from course_pkg.ops.max_pooling import max_pool_with_indices, max_unpool, max_unpool_adjoint

__all__ = [
    "bed_of_nails",
    "bilinear_adjoint",
    "bilinear_kernel",
    "bilinear_matrix",
    "bilinear_upsample",
    "max_pool_with_indices",
    "max_unpool",
    "max_unpool_adjoint",
    "nearest_upsample",
    "pixel_shuffle",
    "pixel_unshuffle",
    "subsample",
    "sum_pool",
]


def nearest_upsample(
    input: Float[Tensor, "*batch h w"], scale_factor: int = 2
) -> Float[Tensor, "*batch {scale_factor}*h {scale_factor}*w"]:
    """Repeat every value over a square of ``scale_factor`` x ``scale_factor`` pixels.

    Nothing new is invented and nothing is lost, but every edge becomes a staircase. Equals
    ``torch.nn.functional.interpolate(mode="nearest")`` for whole factors.

    Args:
        input: feature maps, with any number of leading axes.
        scale_factor: how many times larger, at least 1.

    Returns:
        The enlarged maps.

    Raises:
        ValueError: if ``scale_factor`` is below 1.

    Source: lecture 04.

    Example:
        >>> nearest_upsample(torch.tensor([[1., 2.]]))
        tensor([[1., 1., 2., 2.],
                [1., 1., 2., 2.]])
    """
    _check("scale_factor", scale_factor)
    return input.repeat_interleave(scale_factor, -2).repeat_interleave(scale_factor, -1)


def sum_pool(
    output: Float[Tensor, "*batch oh ow"], stride: int = 2
) -> Float[Tensor, "*batch oh//{stride} ow//{stride}"]:
    """Add up every ``stride`` x ``stride`` block: the adjoint of `nearest_upsample`.

    A value that was copied to four places receives the gradients of all four.

    Args:
        output: maps whose height and width are multiples of ``stride``.
        stride: side of the blocks.

    Returns:
        One sum per block.

    Raises:
        ValueError: if the size is not a multiple of ``stride``.

    Source: lecture 04.

    Example:
        >>> sum_pool(torch.tensor([[1., 2., 0., 1.], [3., 4., 0., 1.]]))
        tensor([[10.,  2.]])
    """
    _check_multiple("sum_pool", output, stride)
    oh, ow = output.shape[-2:]
    blocks = output.unflatten(-1, (ow // stride, stride)).unflatten(-3, (oh // stride, stride))
    return blocks.sum((-3, -1))  # (*batch, h, stride, w, stride)


def bed_of_nails(
    input: Float[Tensor, "*batch h w"], stride: int = 2
) -> Float[Tensor, "*batch {stride}*h {stride}*w"]:
    """Put every value into the top-left corner of its square and leave the rest zero.

    On its own it looks like nails on a board. Followed by a convolution it becomes the transposed
    convolution of lecture 05.

    Args:
        input: feature maps, with any number of leading axes.
        stride: side of the squares, at least 1.

    Returns:
        The enlarged maps, zero between the nails.

    Raises:
        ValueError: if ``stride`` is below 1.

    Source: lecture 04.

    Example:
        >>> bed_of_nails(torch.tensor([[1., 2.]]))
        tensor([[1., 0., 2., 0.],
                [0., 0., 0., 0.]])
    """
    _check("stride", stride)
    h, w = input.shape[-2:]
    board = input.new_zeros(*input.shape[:-2], stride * h, stride * w)
    board[..., ::stride, ::stride] = input
    return board


def subsample(
    output: Float[Tensor, "*batch oh ow"], stride: int = 2
) -> Float[Tensor, "*batch -(-oh//{stride}) -(-ow//{stride})"]:
    """Keep the top-left pixel of every square: the adjoint of `bed_of_nails`.

    Args:
        output: maps of any size; a last square that is cut off still gives its corner.
        stride: side of the squares, at least 1.

    Returns:
        One pixel per square.

    Raises:
        ValueError: if ``stride`` is below 1.

    Source: lecture 04.

    Example:
        >>> subsample(torch.tensor([[1., 9., 2., 9.]]))
        tensor([[1., 2.]])
    """
    _check("stride", stride)
    return output[..., ::stride, ::stride]


def pixel_shuffle(
    input: Float[Tensor, "*batch channels h w"], upscale_factor: int
) -> Float[Tensor, "*batch channels//{upscale_factor}**2 {upscale_factor}*h {upscale_factor}*w"]:
    """Deal out channels as pixels: ``r * r`` channels become one channel, ``r`` times larger.

    A convolution before it decides what the new pixels are, so the enlarging is learnable without
    any overlap of stamps. Same as ``torch.nn.functional.pixel_shuffle``.

    Args:
        input: feature maps whose number of channels is a multiple of ``upscale_factor`` squared.
        upscale_factor: ``r``, how many times larger.

    Returns:
        Maps with ``r * r`` times fewer channels;
        ``out[c, r*y + i, r*x + j] = in[c*r*r + r*i + j, y, x]``.

    Raises:
        ValueError: if the channels cannot be dealt out.

    Source: Shi et al. 2016, section 2.2; lecture 04.

    Example:
        >>> pixel_shuffle(torch.tensor([[[1.]], [[2.]], [[3.]], [[4.]]]), 2)
        tensor([[[1., 2.],
                 [3., 4.]]])
    """
    _check("upscale_factor", upscale_factor)
    channels, r = input.shape[-3], upscale_factor
    if channels % (r * r):
        raise ValueError(
            f"pixel_shuffle: channels must be a multiple of upscale_factor squared = {r * r}, "
            f"got {channels}"
        )
    cells = input.unflatten(-3, (channels // (r * r), r, r))  # (..., c, i, j, h, w)
    cells = cells.movedim((-4, -3), (-3, -1))  # (..., c, h, i, w, j)
    return cells.flatten(-2).flatten(-3, -2)


def pixel_unshuffle(
    output: Float[Tensor, "*batch c oh ow"], downscale_factor: int
) -> Float[
    Tensor,
    "*batch c*{downscale_factor}**2 oh//{downscale_factor} ow//{downscale_factor}",
]:
    """Collect pixels into channels: the adjoint of `pixel_shuffle`, and also its inverse.

    Moving numbers about changes no length, and for such a map adjoint and inverse are the same.

    Args:
        output: maps whose height and width are multiples of ``downscale_factor``.
        downscale_factor: ``r``, how many times smaller.

    Returns:
        Maps with ``r * r`` times more channels.

    Raises:
        ValueError: if the size is not a multiple of ``downscale_factor``.

    Source: Shi et al. 2016, section 2.2; lecture 04.

    Example:
        >>> pixel_unshuffle(torch.tensor([[[1., 2.], [3., 4.]]]), 2).flatten()
        tensor([1., 2., 3., 4.])
    """
    _check_multiple("pixel_unshuffle", output, downscale_factor)
    r, (oh, ow) = downscale_factor, output.shape[-2:]
    cells = output.unflatten(-1, (ow // r, r)).unflatten(-3, (oh // r, r))  # (..., c, h, i, w, j)
    return cells.movedim((-3, -1), (-4, -3)).flatten(-5, -3)


def _check(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value}")


def _check_multiple(what: str, output: Tensor, factor: int) -> None:
    _check("stride" if what == "sum_pool" else "downscale_factor", factor)
    if output.shape[-2] % factor or output.shape[-1] % factor:
        raise ValueError(
            f"{what}: height and width must be multiples of {factor}, "
            f"got {output.shape[-2]}x{output.shape[-1]}"
        )
