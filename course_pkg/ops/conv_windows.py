"""Picking up and putting down: the two halves of every convolution, and each other's gradient.

`pick_up` copies the cells under every position of a kernel. `put_down` adds such copies back where
they came from. As matrices one is the transpose of the other, so the gradient of picking up is
putting down and the other way round, to any order. This is all that a convolution and a transposed
convolution need beside a matrix product. (Torch calls the pair unfold and fold, im2col and col2im.)

Source: Chellapilla, Puri and Simard 2006, High performance convolutional neural networks for
document processing, section 4 (the unrolled windows); lecture 05.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import torch
from jaxtyping import Shaped
from torch import Tensor
from torch.nn import functional as F

from course_pkg.ops._arguments import as_ints
from course_pkg.ops.conv_sizes import conv_output_size

__all__ = ["pad_zeros", "pick_up", "put_down"]


def pad_zeros(
    image: Shaped[Tensor, "n c *size"], sides: Sequence[tuple[int, int]]
) -> Shaped[Tensor, "n c *padded"]:
    """Lay zeros round an image.

    Args:
        image: a batch with one or more axes of cells.
        sides: for every axis how many zeros come before it and how many after it.

    Returns:
        The larger image.

    Source: torch.nn.functional.pad, which names the last axis first; lecture 05.

    Example:
        >>> pad_zeros(torch.ones(1, 1, 2), [(1, 2)])
        tensor([[[0., 1., 1., 0., 0.]]])
    """
    return F.pad(image, list(itertools.chain.from_iterable(reversed(sides))))


def pick_up(
    image: Shaped[Tensor, "n c *size"],
    kernel_size: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> Shaped[Tensor, "n c *kernel_and_windows"]:
    """Copy what lies under the kernel, tap by tap, at every place where it can stand.

    Args:
        image: a batch with one or more axes of cells, padded already.
        kernel_size: taps along each axis.
        stride: cells between neighbouring windows along each axis.
        dilation: cells between neighbouring taps along each axis.

    Returns:
        Axes (n, c, taps..., windows...): first which tap of the kernel, then which window.

    Raises:
        ValueError: if the kernel does not fit into the image.

    Source: torch.nn.functional.unfold, for any number of axes; lecture 05.

    Example:
        >>> pick_up(torch.tensor([[[1, 2, 3, 4, 5]]]), kernel_size=[3], stride=[2], dilation=[1])
        tensor([[[[1, 3],
                  [2, 4],
                  [3, 5]]]])
    """
    size = image.shape[2:]
    windows = conv_output_size(size, kernel_size, stride, 0, dilation)
    return _LinearMap.apply(
        image,
        lambda cells: _gather(cells, kernel_size, windows, stride, dilation),
        lambda copies: _stamp(copies, size, stride, dilation),
    )


def put_down(
    copies: Shaped[Tensor, "n c *kernel_and_windows"],
    size: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> Shaped[Tensor, "n c *size"]:
    """Add every copy onto an empty canvas at the cell it was picked up from.

    Args:
        copies: axes (n, c, taps..., windows...), as `pick_up` returns them.
        size: cells of the canvas along each axis.
        stride: cells between neighbouring windows along each axis.
        dilation: cells between neighbouring taps along each axis.

    Returns:
        The canvas; where windows overlap the copies have been summed.

    Raises:
        ValueError: if the copies do not fit onto the canvas.

    Source: torch.nn.functional.fold, for any number of axes; lecture 05.

    Example:
        >>> put_down(torch.ones(1, 1, 3, 2), size=[5], stride=[2], dilation=[1])
        tensor([[[1., 1., 2., 1., 1.]]])
    """
    axes = len(size)
    kernel_size, windows = copies.shape[2 : 2 + axes], copies.shape[2 + axes :]
    if len(windows) != axes:
        raise ValueError(f"copies must have 2 + 2 * {axes} axes; got shape {tuple(copies.shape)}")
    fit = conv_output_size(as_ints("size", size, axes, 1), kernel_size, stride, 0, dilation)
    if any(have > places for have, places in zip(windows, fit, strict=True)):
        raise ValueError(f"size {tuple(size)} has room for {fit} windows; got {tuple(windows)}")
    return _LinearMap.apply(
        copies,
        lambda copies: _stamp(copies, size, stride, dilation),
        lambda cells: _gather(cells, kernel_size, windows, stride, dilation),
    )


def _gather(
    image: Tensor,
    kernel_size: Sequence[int],
    windows: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> Tensor:
    # One step to the next window moves `stride` cells, one step to the next tap `dilation` cells.
    # In memory that is all a window is: the same numbers, walked through with other steps.
    n_step, c_step, *steps = image.stride()
    tap_steps = [step * d for step, d in zip(steps, dilation, strict=True)]
    window_steps = [step * s for step, s in zip(steps, stride, strict=True)]
    view = image.as_strided(
        (*image.shape[:2], *kernel_size, *windows),
        (n_step, c_step, *tap_steps, *window_steps),
    )
    return view.clone(memory_format=torch.contiguous_format)


def _stamp(
    copies: Tensor, size: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> Tensor:
    axes = len(size)
    kernel_size, windows = copies.shape[2 : 2 + axes], copies.shape[2 + axes :]
    canvas = copies.new_zeros(*copies.shape[:2], *size)
    # The copies made by one tap never overlap: they are `stride` apart. So a tap is one addition.
    for tap in itertools.product(*map(range, kernel_size)):
        landing = tuple(
            slice(t * d, t * d + (n - 1) * s + 1, s)
            for t, n, s, d in zip(tap, windows, stride, dilation, strict=True)
        )
        canvas[(..., *landing)] += copies[(slice(None), slice(None), *tap)]
    return canvas


class _LinearMap(torch.autograd.Function):
    """A linear map that knows its transpose, which is its gradient, whose gradient is the map."""

    generate_vmap_rule = True

    @staticmethod
    def forward(
        x: Tensor, apply: Callable[[Tensor], Tensor], transpose: Callable[[Tensor], Tensor]
    ) -> Tensor:
        return apply(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        _, ctx.map, ctx.transpose = inputs

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        return _LinearMap.apply(grads[0], ctx.transpose, ctx.map), None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: Tensor | None) -> Tensor:
        return _LinearMap.apply(tangents[0], ctx.map, ctx.transpose)
