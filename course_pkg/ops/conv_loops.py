"""Convolution and its transpose as plain loops, for one channel: the versions to read first.

Compare the innermost lines. The convolution *reads* the cell ``place * stride + tap * dilation``
and the transposed convolution *writes* to it; nothing else differs. Both take Python lists or
tensors, one number for each setting, and no batch, channels or groups.

Source: Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning; lecture 05.
"""

from collections.abc import Sequence
from itertools import product

import torch
from jaxtyping import Shaped
from torch import Tensor

from course_pkg.ops.conv_sizes import conv_output_size, conv_transpose_output_size

__all__ = ["conv1d_loops", "conv2d_loops", "conv_transpose1d_loops", "conv_transpose2d_loops"]


def conv1d_loops(
    input: Sequence[float] | Shaped[Tensor, " l"],
    weight: Sequence[float] | Shaped[Tensor, " k"],
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> Shaped[Tensor, " l_out"]:
    """Stand at every place, pick up what lies under the kernel, and sum.

    Args:
        input: the signal.
        weight: the kernel.
        stride: cells from one place to the next.
        padding: zeros imagined at both ends.
        dilation: cells from one tap to the next.

    Returns:
        One sum per place.

    Raises:
        ValueError: if an argument is out of range (see `conv_output_size`).

    Source: Dumoulin and Visin 2016, section 2; lecture 05.

    Example:
        >>> conv1d_loops([1, 2, 3, 4], [1, 1, 1], stride=2, padding=1)
        tensor([3, 9])
    """
    input, weight = _tensors(input, weight, axes=1)
    output = weight.new_zeros(conv_output_size(len(input), len(weight), stride, padding, dilation))
    for place in range(len(output)):
        for tap in range(len(weight)):
            cell = place * stride + tap * dilation - padding
            if 0 <= cell < len(input):  # a padding cell would add 0
                output[place] += input[cell] * weight[tap]
    return output


def conv_transpose1d_loops(
    input: Sequence[float] | Shaped[Tensor, " l"],
    weight: Sequence[float] | Shaped[Tensor, " k"],
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> Shaped[Tensor, " l_out"]:
    """Take every number, stamp it down through the kernel, and let the overlaps add up.

    Args:
        input: the numbers to stamp.
        weight: the stamp.
        stride: cells from one stamp to the next.
        padding: cells cropped from both ends.
        output_padding: further cells kept at the end.
        dilation: cells from one tap to the next.

    Returns:
        The canvas after the last stamp.

    Raises:
        ValueError: if an argument is out of range (see `conv_transpose_output_size`).

    Source: Dumoulin and Visin 2016, section 4; lecture 05.

    Example:
        >>> conv_transpose1d_loops([3, 9], [1, 1, 1], stride=2)
        tensor([ 3,  3, 12,  9,  9])
    """
    input, weight = _tensors(input, weight, axes=1)
    canvas = weight.new_zeros(
        conv_transpose_output_size(
            len(input), len(weight), stride, padding, output_padding, dilation
        )
    )
    for place in range(len(input)):
        for tap in range(len(weight)):
            cell = place * stride + tap * dilation - padding
            if 0 <= cell < len(canvas):  # what falls into the padding is cropped
                canvas[cell] += input[place] * weight[tap]
    return canvas


def conv2d_loops(
    input: Sequence[Sequence[float]] | Shaped[Tensor, "h w"],
    weight: Sequence[Sequence[float]] | Shaped[Tensor, "kh kw"],
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> Shaped[Tensor, "h_out w_out"]:
    """Stand at every place of an image, pick up what lies under the kernel, and sum.

    Args:
        input: the image, one channel.
        weight: the kernel.
        stride: cells from one place to the next, the same for rows and columns.
        padding: zeros imagined on all four sides.
        dilation: cells from one tap to the next.

    Returns:
        One sum per place.

    Raises:
        ValueError: if an argument is out of range (see `conv_output_size`).

    Source: Dumoulin and Visin 2016, section 2; lecture 05.

    Example:
        >>> conv2d_loops([[1, 2], [3, 4]], [[1, 1], [1, 1]], padding=1)
        tensor([[ 1,  3,  2],
                [ 4, 10,  6],
                [ 3,  7,  4]])
    """
    input, weight = _tensors(input, weight, axes=2)
    output = weight.new_zeros(
        conv_output_size(input.shape, weight.shape, stride, padding, dilation)
    )
    for row, column in product(*map(range, output.shape)):
        for tap_row, tap_column in product(*map(range, weight.shape)):
            y = row * stride + tap_row * dilation - padding
            x = column * stride + tap_column * dilation - padding
            if 0 <= y < len(input) and 0 <= x < len(input[0]):  # a padding cell would add 0
                output[row, column] += input[y, x] * weight[tap_row, tap_column]
    return output


def conv_transpose2d_loops(
    input: Sequence[Sequence[float]] | Shaped[Tensor, "h w"],
    weight: Sequence[Sequence[float]] | Shaped[Tensor, "kh kw"],
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> Shaped[Tensor, "h_out w_out"]:
    """Take every number of a picture, stamp it down through the kernel, let the overlaps add up.

    Args:
        input: the numbers to stamp, one channel.
        weight: the stamp.
        stride: cells from one stamp to the next, the same for rows and columns.
        padding: cells cropped from all four sides.
        output_padding: further rows kept at the bottom and columns at the right.
        dilation: cells from one tap to the next.

    Returns:
        The canvas after the last stamp.

    Raises:
        ValueError: if an argument is out of range (see `conv_transpose_output_size`).

    Source: Dumoulin and Visin 2016, section 4; lecture 05.

    Example:
        >>> conv_transpose2d_loops([[1, 2]], [[1, 1], [1, 1]])
        tensor([[1, 3, 2],
                [1, 3, 2]])
    """
    input, weight = _tensors(input, weight, axes=2)
    canvas = weight.new_zeros(
        conv_transpose_output_size(
            input.shape, weight.shape, stride, padding, output_padding, dilation
        )
    )
    for row, column in product(*map(range, input.shape)):
        for tap_row, tap_column in product(*map(range, weight.shape)):
            y = row * stride + tap_row * dilation - padding
            x = column * stride + tap_column * dilation - padding
            if 0 <= y < len(canvas) and 0 <= x < len(canvas[0]):  # the rest is cropped
                canvas[y, x] += input[row, column] * weight[tap_row, tap_column]
    return canvas


def _tensors(
    input: Sequence[object] | Tensor, weight: Sequence[object] | Tensor, axes: int
) -> list[Tensor]:
    """Make both tensors of one dtype, so that whole numbers stay whole and halves are not lost."""
    pair = [torch.as_tensor(input), torch.as_tensor(weight)]
    for name, tensor in zip(("input", "weight"), pair, strict=True):
        if tensor.ndim != axes:
            kind = "a row of numbers" if axes == 1 else "rows of numbers"
            raise ValueError(f"{name} must be {kind}; got shape {tuple(tensor.shape)}")
    dtype = torch.promote_types(pair[0].dtype, pair[1].dtype)
    return [tensor.to(dtype) for tensor in pair]
