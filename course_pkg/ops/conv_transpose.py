"""Transposed convolution: stamp the kernel once per input number and let the overlaps add up.

It is the convolution run backwards: same kernel, same wiring, but where the convolution reads, it
writes. In matrices it is the transpose; it is also the gradient of a convolution with respect to
its input. It restores a shape and never the values, so "deconvolution" is the wrong name for it.

The whole convolution family can be imported from here.

Source: Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning, section 4;
Long, Shelhamer and Darrell 2015, Fully convolutional networks, section 3.3; lecture 05.
"""

import math

from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._arguments import Ints, as_ints, check_operands
from course_pkg.ops.conv import conv1d, conv2d
from course_pkg.ops.conv_loops import (
    conv1d_loops,
    conv2d_loops,
    conv_transpose1d_loops,
    conv_transpose2d_loops,
)
from course_pkg.ops.conv_matrix import conv_matrix
from course_pkg.ops.conv_sizes import (
    conv_output_size,
    conv_transpose_output_size,
    output_padding_for,
)
from course_pkg.ops.conv_windows import put_down

__all__ = [
    "conv1d",
    "conv1d_loops",
    "conv2d",
    "conv2d_loops",
    "conv_matrix",
    "conv_output_size",
    "conv_transpose1d",
    "conv_transpose1d_loops",
    "conv_transpose2d",
    "conv_transpose2d_loops",
    "conv_transpose_nd",
    "conv_transpose_output_size",
    "output_padding_for",
]


def conv_transpose1d(
    input: Float[Tensor, "*n c_in l"],
    weight: Float[Tensor, "c_in c_out_per_group k"],
    bias: Float[Tensor, " c_out"] | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Float[Tensor, "*n c_out l_out"]:
    """Stamp each number of a signal through the kernel, one stride apart, and sum the overlaps.

    Reads exactly like ``torch.nn.functional.conv_transpose1d``; the work is done by
    `conv_transpose_nd`.

    Args:
        input: a signal or a batch of them.
        weight: the stamps; the *input* channels come first.
        bias: a number added to each output channel.
        stride: cells between two neighbouring stamps.
        padding: cells cropped from both ends.
        output_padding: further cells kept at the end; picks one of the lengths that a convolution
            with this stride would have shrunk to the same length.
        groups: independent blocks into which the channels are split.
        dilation: cells between two neighbouring taps of the kernel.

    Returns:
        The canvas; `conv_transpose_output_size` tells its length.

    Raises:
        ValueError: if an argument is out of range or the tensors do not belong together.

    Source: Dumoulin and Visin 2016, section 4; lecture 05.

    Example:
        >>> conv_transpose1d(torch.tensor([[3., 9.]]), torch.ones(1, 1, 3), stride=2)
        tensor([[ 3.,  3., 12.,  9.,  9.]])
    """
    return conv_transpose_nd(
        input, weight, bias, stride, padding, output_padding, groups, dilation, axes=1
    )


def conv_transpose2d(
    input: Float[Tensor, "*n c_in h w"],
    weight: Float[Tensor, "c_in c_out_per_group kh kw"],
    bias: Float[Tensor, " c_out"] | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Float[Tensor, "*n c_out h_out w_out"]:
    """Stamp each number of an image through the kernel, one stride apart, and sum the overlaps.

    Reads exactly like ``torch.nn.functional.conv_transpose2d``; the work is done by
    `conv_transpose_nd`.

    Args:
        input: an image or a batch of them.
        weight: the stamps; the *input* channels come first.
        bias: a number added to each output channel.
        stride: cells between two neighbouring stamps, one int or (rows, columns).
        padding: cells cropped from each side, one int or (rows, columns).
        output_padding: further cells kept at the bottom and right, one int or (rows, columns).
        groups: independent blocks into which the channels are split.
        dilation: cells between two neighbouring taps of the kernel, one int or (rows, columns).

    Returns:
        The canvas; `conv_transpose_output_size` tells its size.

    Raises:
        ValueError: if an argument is out of range or the tensors do not belong together.

    Source: Dumoulin and Visin 2016, section 4; Long et al. 2015, section 3.3; lecture 05.

    Example:
        >>> small, stamp = torch.ones(1, 2, 2), torch.ones(1, 1, 3, 3)
        >>> conv_transpose2d(small, stamp, stride=2, padding=1, output_padding=1)
        tensor([[[1., 2., 1., 1.],
                 [2., 4., 2., 2.],
                 [1., 2., 1., 1.],
                 [1., 2., 1., 1.]]])
    """
    return conv_transpose_nd(
        input, weight, bias, stride, padding, output_padding, groups, dilation, axes=2
    )


def conv_transpose_nd(
    input: Float[Tensor, "*n_c_in_size"],
    weight: Float[Tensor, "c_in c_out_per_group *kernel"],
    bias: Float[Tensor, " c_out"] | None,
    stride: Ints,
    padding: Ints,
    output_padding: Ints,
    groups: int,
    dilation: Ints,
    *,
    axes: int,
) -> Float[Tensor, "*n_c_out_size"]:
    """Stamp along any number of axes: multiply by the kernels, put every copy down, crop.

    `conv_transpose1d` and `conv_transpose2d` are this function with 1 and 2 ``axes``.

    Args:
        input: axes (c_in, size...) or (n, c_in, size...).
        weight: the stamps; the input channels come first.
        bias: a number added to each output channel.
        stride: cells between two neighbouring stamps.
        padding: cells cropped from each side.
        output_padding: further cells kept at the end of each axis.
        groups: independent blocks into which the channels are split.
        dilation: cells between two neighbouring taps.
        axes: how many axes of cells the input has.

    Returns:
        Axes (c_out, size...), with n in front when the input had it.

    Raises:
        ValueError: if an argument is out of range or the tensors do not belong together.

    Source: Dumoulin and Visin 2016, section 4; lecture 05.

    Example:
        >>> voxel, stamp = torch.ones(1, 1, 1, 1), torch.ones(1, 1, 2, 2, 2)
        >>> conv_transpose_nd(voxel, stamp, None, 2, 0, 0, 1, 1, axes=3).sum()
        tensor(8.)
    """
    check_operands(input, weight, bias, groups, axes, transposed=True)
    batch = input if input.ndim == axes + 2 else input[None]
    (n, c_in, *size), (_, c_out_per_group, *kernel_size) = batch.shape, weight.shape
    stride, dilation = as_ints("stride", stride, axes, 1), as_ints("dilation", dilation, axes, 1)
    padding = as_ints("padding", padding, axes, 0)
    output_padding = as_ints("output_padding", output_padding, axes, 0)
    output_size = conv_transpose_output_size(
        size, kernel_size, stride, padding, output_padding, dilation
    )

    # Every input number times every tap of its kernels: a column holds one stamp.
    numbers = batch.reshape(n, groups, c_in // groups, math.prod(size))
    kernels = weight.reshape(groups, c_in // groups, weight[0].numel())
    c_out = groups * c_out_per_group
    stamps = (kernels.mT @ numbers).reshape(n, c_out, *kernel_size, *size)

    # Put the stamps down where the convolution's windows stood, padding included; then cut it off.
    canvas_size = [o + 2 * p for o, p in zip(output_size, padding, strict=True)]
    canvas = put_down(stamps, canvas_size, stride, dilation)
    crop = tuple(slice(p, p + o) for o, p in zip(output_size, padding, strict=True))
    output = canvas[(..., *crop)]

    if bias is not None:
        output = output + bias.reshape(c_out, *[1] * axes)
    return (output if input.ndim == axes + 2 else output[0]).contiguous()
