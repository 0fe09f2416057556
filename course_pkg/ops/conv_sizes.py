"""How large is the result? The size formulas of convolution and of its transpose.

Many input sizes can share one output size (at stride 2, lengths 5 and 6 both give 2 windows of 3
when nothing is padded). The way back therefore needs one more number, ``output_padding``, which
says which of those sizes was meant.

Source: Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning; lecture 05.
"""

from collections.abc import Sequence
from typing import overload

from course_pkg.ops._arguments import Ints, as_ints, axis_count, padding_per_side

__all__ = ["conv_output_size", "conv_transpose_output_size", "output_padding_for"]


@overload
def conv_output_size(
    input_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
) -> int: ...
@overload
def conv_output_size(
    input_size: Sequence[int],
    kernel_size: Ints,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
) -> tuple[int, ...]: ...
def conv_output_size(
    input_size: Ints,
    kernel_size: Ints,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
) -> int | tuple[int, ...]:
    """Count the places where a convolution's kernel can stand.

    The dilated kernel covers ``dilation * (kernel_size - 1) + 1`` cells. It stands once at the
    start and once more for every whole stride that still fits behind it.

    Args:
        input_size: cells of the input, an int or one int an axis.
        kernel_size: taps of the kernel.
        stride: cells between two neighbouring windows.
        padding: zeros added to each side, or "valid" (none) or "same" (as many as keep the size).
        dilation: cells between two neighbouring taps.

    Returns:
        An int when every argument is an int, else a tuple with one int an axis.

    Raises:
        ValueError: if an argument is out of range, or the kernel is larger than the padded input.

    Source: Dumoulin and Visin 2016, section 2.4 and (for dilation) 5.1; lecture 05.

    Example:
        >>> conv_output_size(6, kernel_size=3, stride=2)
        2
        >>> conv_output_size((224, 160), kernel_size=7, stride=2, padding=3)
        (112, 80)
    """
    arguments = (input_size, kernel_size, stride, padding, dilation)
    axes = axis_count(*arguments)
    inputs = as_ints("input_size", input_size, axes, 1)
    kernels = as_ints("kernel_size", kernel_size, axes, 1)
    strides = as_ints("stride", stride, axes, 1)
    dilations = as_ints("dilation", dilation, axes, 1)
    sides = padding_per_side(padding, kernels, stride, dilation)

    sizes = []
    for i, k, s, d, (before, after) in zip(inputs, kernels, strides, dilations, sides, strict=True):
        padded, span = before + i + after, d * (k - 1) + 1
        if span > padded:
            raise ValueError(
                f"kernel_size {k} with dilation {d} covers {span} cells, but the padded input has "
                f"{padded}; enlarge input_size {i} or padding {padding!r}"
            )
        sizes.append((padded - span) // s + 1)
    return _like(arguments, sizes)


@overload
def conv_transpose_output_size(
    input_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int: ...
@overload
def conv_transpose_output_size(
    input_size: Sequence[int],
    kernel_size: Ints,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    dilation: Ints = 1,
) -> tuple[int, ...]: ...
def conv_transpose_output_size(
    input_size: Ints,
    kernel_size: Ints,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    dilation: Ints = 1,
) -> int | tuple[int, ...]:
    """Measure the canvas that a transposed convolution's stamps leave behind.

    The last stamp starts at ``(input_size - 1) * stride`` and covers
    ``dilation * (kernel_size - 1) + 1`` cells. ``padding`` is then cut off each side and
    ``output_padding`` cells are kept or added at the end.

    Args:
        input_size: cells of the input, an int or one int an axis.
        kernel_size: taps of the kernel.
        stride: cells between two neighbouring stamps.
        padding: cells cropped from each side (the padding of the convolution being transposed).
        output_padding: further cells at the end, fewer than stride or fewer than dilation.
        dilation: cells between two neighbouring taps.

    Returns:
        An int when every argument is an int, else a tuple with one int an axis.

    Raises:
        ValueError: if an argument is out of range, or cropping leaves nothing.

    Source: Dumoulin and Visin 2016, section 4, relationship 14; lecture 05.

    Example:
        >>> conv_transpose_output_size(2, kernel_size=3, stride=2, padding=1)
        3
        >>> conv_transpose_output_size((2, 2), 3, stride=2, padding=1, output_padding=1)
        (4, 4)
    """
    arguments = (input_size, kernel_size, stride, padding, output_padding, dilation)
    axes = axis_count(*arguments)
    inputs = as_ints("input_size", input_size, axes, 1)
    kernels = as_ints("kernel_size", kernel_size, axes, 1)
    strides = as_ints("stride", stride, axes, 1)
    paddings = as_ints("padding", padding, axes, 0)
    extras = as_ints("output_padding", output_padding, axes, 0)
    dilations = as_ints("dilation", dilation, axes, 1)

    sizes = []
    for i, k, s, p, extra, d in zip(
        inputs, kernels, strides, paddings, extras, dilations, strict=True
    ):
        if extra >= max(s, d):
            raise ValueError(
                f"output_padding must be smaller than stride or dilation; got output_padding "
                f"{extra} with stride {s} and dilation {d}"
            )
        canvas = (i - 1) * s + d * (k - 1) + 1 + extra
        if canvas <= 2 * p:
            raise ValueError(
                f"padding {p} crops {2 * p} cells, but the stamps cover {canvas}: nothing is left "
                f"of input_size {i}; lower the padding"
            )
        sizes.append(canvas - 2 * p)
    return _like(arguments, sizes)


def output_padding_for(
    output_size: Ints,
    kernel_size: Ints,
    stride: Ints = 1,
    padding: Ints = 0,
    dilation: Ints = 1,
) -> int | tuple[int, ...]:
    """Find the ``output_padding`` with which a transposed convolution restores a size.

    A convolution drops the cells at the end that do not fill a whole stride; their number is what
    its transpose has to be told.

    Args:
        output_size: the size to restore, that is the input size of the convolution.
        kernel_size: taps of the kernel.
        stride: stride of both.
        padding: padding of both.
        dilation: dilation of both.

    Returns:
        An int when every argument is an int, else a tuple with one int an axis.

    Raises:
        ValueError: if the convolution does not exist (see `conv_output_size`).

    Source: Dumoulin and Visin 2016, section 4, relationship 14 (their ``a``); lecture 05.

    Example:
        >>> output_padding_for(6, kernel_size=3, stride=2)
        1
    """
    axes = axis_count(output_size, kernel_size, stride, padding, dilation)
    wanted = as_ints("output_size", output_size, axes, 1)
    conv_output_size(wanted, kernel_size, stride, padding, dilation)  # refuses what cannot be
    each = (as_ints("", value, axes, 0) for value in (kernel_size, stride, padding, dilation))
    extras = [
        (o + 2 * p - d * (k - 1) - 1) % s for o, k, s, p, d in zip(wanted, *each, strict=True)
    ]
    return _like((output_size, kernel_size, stride, padding, dilation), extras)


def _like(arguments: Sequence[Ints | str], sizes: list[int]) -> int | tuple[int, ...]:
    """Answer ints with an int, and anything that named its axes with a tuple."""
    plain = all(isinstance(argument, int | str) for argument in arguments)
    return sizes[0] if plain else tuple(sizes)
