"""Convolution: pick up the window under the kernel, multiply, add up, write one number.

All windows are answered by one matrix product: a row of the left matrix is a kernel, a column of
the right matrix is a window. What networks call convolution does not flip the kernel (it is
cross-correlation); so it is in torch, and so it is here.

Source: Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning, section 2;
lecture 05.
"""

import math

from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._arguments import Ints, as_ints, check_operands, padding_per_side
from course_pkg.ops.conv_sizes import conv_output_size
from course_pkg.ops.conv_windows import pad_zeros, pick_up

__all__ = ["conv1d", "conv2d", "conv_nd"]


def conv1d(
    input: Float[Tensor, "*n c_in l"],
    weight: Float[Tensor, "c_out c_in_per_group k"],
    bias: Float[Tensor, " c_out"] | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Float[Tensor, "*n c_out l_out"]:
    """Slide a kernel along a signal and write down one weighted sum per place.

    Reads exactly like ``torch.nn.functional.conv1d``; the work is done by `conv_nd`.

    Args:
        input: a signal or a batch of them.
        weight: one kernel per output channel.
        bias: a number added to each output channel.
        stride: cells between two neighbouring windows.
        padding: zeros added to both ends, "valid" for none, "same" to keep the length.
        dilation: cells between two neighbouring taps of the kernel.
        groups: independent blocks into which the channels are split.

    Returns:
        One number per window and output channel; `conv_output_size` counts the windows.

    Raises:
        ValueError: if an argument is out of range or the tensors do not belong together.

    Source: Dumoulin and Visin 2016, section 2; lecture 05.

    Example:
        >>> conv1d(torch.tensor([[1., 2., 3., 4.]]), torch.ones(1, 1, 3), stride=2, padding=1)
        tensor([[3., 9.]])
    """
    return conv_nd(input, weight, bias, stride, padding, dilation, groups, axes=1)


def conv2d(
    input: Float[Tensor, "*n c_in h w"],
    weight: Float[Tensor, "c_out c_in_per_group kh kw"],
    bias: Float[Tensor, " c_out"] | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Float[Tensor, "*n c_out h_out w_out"]:
    """Slide a kernel over an image and write down one weighted sum per place.

    Reads exactly like ``torch.nn.functional.conv2d``; the work is done by `conv_nd`.

    Args:
        input: an image or a batch of them.
        weight: one kernel per output channel.
        bias: a number added to each output channel.
        stride: cells between two neighbouring windows, one int or (rows, columns).
        padding: zeros added to each side, one int or (rows, columns); "valid" for none, "same" to
            keep the size.
        dilation: cells between two neighbouring taps of the kernel, one int or (rows, columns).
        groups: independent blocks into which the channels are split.

    Returns:
        One number per window and output channel; `conv_output_size` counts the windows.

    Raises:
        ValueError: if an argument is out of range or the tensors do not belong together.

    Source: Dumoulin and Visin 2016, section 2; lecture 05.

    Example:
        >>> conv2d(torch.ones(1, 3, 3), torch.ones(1, 1, 3, 3), padding=1)
        tensor([[[4., 6., 4.],
                 [6., 9., 6.],
                 [4., 6., 4.]]])
    """
    return conv_nd(input, weight, bias, stride, padding, dilation, groups, axes=2)


def conv_nd(
    input: Float[Tensor, "*n_c_in_size"],
    weight: Float[Tensor, "c_out c_in_per_group *kernel"],
    bias: Float[Tensor, " c_out"] | None,
    stride: Ints,
    padding: Ints | str,
    dilation: Ints,
    groups: int,
    *,
    axes: int,
) -> Float[Tensor, "*n_c_out_size"]:
    """Convolve along any number of axes: pad, pick up every window, multiply by the kernels.

    `conv1d` and `conv2d` are this function with 1 and 2 ``axes``.

    Args:
        input: axes (c_in, size...) or (n, c_in, size...).
        weight: one kernel per output channel.
        bias: a number added to each output channel.
        stride: cells between two neighbouring windows.
        padding: zeros added to each side, "valid" or "same".
        dilation: cells between two neighbouring taps.
        groups: independent blocks into which the channels are split.
        axes: how many axes of cells the input has.

    Returns:
        Axes (c_out, windows...), with n in front when the input had it.

    Raises:
        ValueError: if an argument is out of range or the tensors do not belong together.

    Source: Chellapilla, Puri and Simard 2006, section 4; lecture 05.

    Example:
        >>> volume, kernel = torch.ones(1, 3, 3, 3), torch.ones(1, 1, 3, 3, 3)
        >>> conv_nd(volume, kernel, None, 1, 0, 1, 1, axes=3)
        tensor([[[[27.]]]])
    """
    check_operands(input, weight, bias, groups, axes)
    batch = input if input.ndim == axes + 2 else input[None]
    n, (c_out, _, *kernel_size) = len(batch), weight.shape
    stride, dilation = as_ints("stride", stride, axes, 1), as_ints("dilation", dilation, axes, 1)
    sides = padding_per_side(padding, kernel_size, stride, dilation)
    windows = conv_output_size(batch.shape[2:], kernel_size, stride, padding, dilation)

    # A row of `kernels` is one kernel, a column of `columns` is one window: their product is every
    # kernel at every place. Groups are products side by side that share nothing.
    padded = pad_zeros(batch, sides)
    taps, places = weight[0].numel(), math.prod(windows)
    kernels = weight.reshape(groups, c_out // groups, taps)
    columns = pick_up(padded, kernel_size, stride, dilation).reshape(n, groups, taps, places)
    output = (kernels @ columns).reshape(n, c_out, *windows)

    if bias is not None:
        output = output + bias.reshape(c_out, *[1] * axes)
    return output if input.ndim == axes + 2 else output[0]
