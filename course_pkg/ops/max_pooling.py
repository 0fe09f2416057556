"""Max pooling that remembers where each maximum stood, and the unpooling that puts it back.

The pool throws away three numbers of four but keeps a note of which one survived. Unpooling reads
the note: every value returns to the very pixel it came from, and the rest stays zero. DeconvNet
(Noh et al. 2015, section 3.1) calls the notes switch variables, SegNet (Badrinarayanan et al. 2017)
pooling indices. Lecture 04.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_pkg.ops._shapes import check_axes

__all__ = ["max_pool_with_indices", "max_unpool", "max_unpool_adjoint"]


def max_pool_with_indices(
    input: Float[Tensor, "*batch h w"],
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
    dilation: int | tuple[int, int] = 1,
    ceil_mode: bool = False,
) -> tuple[Float[Tensor, "*batch oh ow"], Int[Tensor, "*batch oh ow"]]:
    """Keep the largest value of every window, and the flat position it came from.

    Same arguments and results as ``torch.nn.functional.max_pool2d(..., return_indices=True)``;
    padding never wins, and of equal values the first in reading order is taken.

    Args:
        input: feature maps, with any number of leading axes.
        kernel_size: window size in pixels, one number or (height, width).
        stride: step between windows; ``None`` means ``kernel_size``.
        padding: cells of minus infinity added on each side, at most half the window.
        dilation: step between the cells of one window.
        ceil_mode: also keep a last window that hangs over the right or bottom edge.

    Returns:
        The maxima, and for each the index ``row * w + column`` in its own feature map.

    Raises:
        ValueError: if an argument is out of range, the window does not fit, or a window would see
            nothing but padding (torch then returns an index outside the map).

    Source: Noh et al. 2015, section 3.1; lecture 04.

    Example:
        >>> x = torch.tensor([[1., 2., 6., 3.], [3., 5., 2., 1.],
        ...                   [1., 2., 2., 1.], [7., 3., 4., 8.]])
        >>> values, indices = max_pool_with_indices(x, 2)
        >>> values.tolist(), indices.tolist()
        ([[5.0, 6.0], [7.0, 8.0]], [[5, 2], [12, 15]])
    """
    kernel = _pair("kernel_size", kernel_size, 1)
    step = kernel if stride is None else _pair("stride", stride, 1)
    pad = _pair("padding", padding, 0)
    gap = _pair("dilation", dilation, 1)
    h, w = input.shape[-2:]
    rows = _window_positions(h, kernel[0], step[0], pad[0], gap[0], ceil_mode)  # (oh, kh)
    cols = _window_positions(w, kernel[1], step[1], pad[1], gap[1], ceil_mode)  # (ow, kw)
    rows, cols = rows.to(input.device), cols.to(input.device)

    position = (rows[:, None, :, None] * w + cols[None, :, None, :]).flatten(2)  # (oh, ow, kh*kw)
    real_row, real_col = (rows >= 0) & (rows < h), (cols >= 0) & (cols < w)
    inside = (real_row[:, None, :, None] & real_col[None, :, None, :]).flatten(2)
    if not bool(inside.any(-1).all()):
        raise ValueError(
            f"max_pool_with_indices: with kernel_size={kernel_size}, padding={padding} and "
            f"dilation={dilation} some window of this {h}x{w} map holds nothing but padding; "
            "use less padding or dilation"
        )
    # Every padding cell reads some real pixel (clamped), then loses to everything by -inf.
    flat = input.flatten(-2)
    windows = flat[..., position.clamp(0, h * w - 1)].masked_fill(~inside, -torch.inf)
    best = windows.argmax(-1, keepdim=True)
    # A window of nothing but -inf would let a padding cell win: take its first real cell instead.
    first_real = inside.int().argmax(-1, keepdim=True).expand(best.shape)
    best = torch.where(inside.expand(windows.shape).gather(-1, best), best, first_real)
    indices = position.expand(windows.shape).gather(-1, best).squeeze(-1)
    return windows.gather(-1, best).squeeze(-1), indices


def max_unpool(
    input: Float[Tensor, "*batch h w"],
    indices: Int[Tensor, "*batch h w"],
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
    output_size: tuple[int, ...] | list[int] | None = None,
) -> Float[Tensor, "*batch oh ow"]:
    """Put every value back where its paired pool found the maximum; zeros elsewhere.

    Same arguments and results as ``torch.nn.functional.max_unpool2d``. It undoes the places, not
    the values: what the pool dropped stays lost.

    Args:
        input: pooled values (or anything computed from them at the same size).
        indices: the positions that `max_pool_with_indices` returned.
        kernel_size: the paired pool's window.
        stride: the paired pool's step; ``None`` means ``kernel_size``.
        padding: the paired pool's padding.
        output_size: size before the pool, (h, w) or a full shape: several sizes pool to the same
            one, so an odd size has to be named.

    Returns:
        Feature maps of the size before pooling.

    Raises:
        ValueError: if ``output_size`` cannot have been pooled to this size, or an index lies
            outside of it.

    Source: Noh et al. 2015, section 3.1; lecture 04.

    Example:
        >>> indices = torch.tensor([[5, 2], [12, 15]])
        >>> max_unpool(torch.tensor([[1., 2.], [3., 4.]]), indices, 2)
        tensor([[0., 0., 2., 0.],
                [0., 1., 0., 0.],
                [0., 0., 0., 0.],
                [3., 0., 0., 4.]])
    """
    check_axes("max_unpool", input=(input, "*batch h w"), indices=(indices, "*batch h w"))
    oh, ow = _unpooled_size(input, kernel_size, stride, padding, output_size)
    if indices.numel() and not 0 <= int(indices.min()) <= int(indices.max()) < oh * ow:
        raise ValueError(
            f"max_unpool: indices must lie in [0, {oh * ow}) for an output of {oh}x{ow}, "
            f"got {int(indices.min())}..{int(indices.max())}; use the indices of the paired pool "
            "and, for an odd size, its input's size as output_size"
        )
    flat = input.new_zeros(*input.shape[:-2], oh * ow)
    return flat.scatter(-1, indices.flatten(-2), input.flatten(-2)).unflatten(-1, (oh, ow))


def max_unpool_adjoint(
    output: Float[Tensor, "*batch oh ow"], indices: Int[Tensor, "*batch h w"]
) -> Float[Tensor, "*batch h w"]:
    """Read a map at the remembered positions: the adjoint of `max_unpool`.

    Where unpooling writes, this reads; so it is also the gradient of unpooling, and on the pool's
    own input it gives the pooled maxima back.

    Args:
        output: a map of the unpooled size.
        indices: the positions that `max_pool_with_indices` returned.

    Returns:
        One value per remembered position.

    Source: lecture 04.

    Example:
        >>> x = torch.tensor([[1., 2.], [4., 3.]])
        >>> max_unpool_adjoint(x, torch.tensor([[2]]))
        tensor([[4.]])
    """
    return output.flatten(-2).gather(-1, indices.flatten(-2)).unflatten(-1, indices.shape[-2:])


def _pair(name: str, value: int | tuple[int, int], least: int) -> tuple[int, int]:
    """One number for both axes, or (vertical, horizontal), each at least ``least``."""
    pair = (value, value) if isinstance(value, int) else value
    if min(pair) < least:
        raise ValueError(f"{name} must be at least {least} along both axes, got {value}")
    return pair


def _window_positions(
    size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> Int[Tensor, "o k"]:
    """Row (or column) numbers that every window along one axis reads; outside = padding."""
    if padding > kernel // 2:
        raise ValueError(
            f"padding must be at most half of kernel_size {kernel}, got {padding}: "
            "a window could otherwise hold nothing but padding"
        )
    spare = size + 2 * padding - dilation * (kernel - 1) - 1
    count = (spare + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1  # the last window must begin inside the image or its left padding
    if count < 1:
        raise ValueError(
            f"max_pool_with_indices: a window of {dilation * (kernel - 1) + 1} cells does not fit "
            f"into {size} + 2 x {padding} of padding; use a smaller kernel_size or dilation"
        )
    starts = torch.arange(count)[:, None] * stride - padding
    return starts + dilation * torch.arange(kernel)


def _unpooled_size(
    input: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None,
    padding: int | tuple[int, int],
    output_size: tuple[int, ...] | list[int] | None,
) -> tuple[int, int]:
    """The size to unpool to, checked against what the pool could have seen."""
    kernel = _pair("kernel_size", kernel_size, 1)
    step = kernel if stride is None else _pair("stride", stride, 1)
    pad = _pair("padding", padding, 0)
    default = [
        (n - 1) * s - 2 * p + k
        for n, s, p, k in zip(input.shape[-2:], step, pad, kernel, strict=True)
    ]
    if output_size is None:
        wanted = default
    elif len(output_size) in (2, input.ndim):
        wanted = list(output_size[-2:])
    else:
        raise ValueError(
            f"output_size must be (h, w) or all {input.ndim} sizes, got {tuple(output_size)}"
        )
    for axis, (got, middle, s) in enumerate(zip(wanted, default, step, strict=True)):
        if not max(0, middle - s) < got < middle + s:
            raise ValueError(
                f"output_size[{axis}] must lie between {max(0, middle - s) + 1} and "
                f"{middle + s - 1} to pool to {input.shape[-2 + axis]}, got {got}"
            )
    return wanted[0], wanted[1]
