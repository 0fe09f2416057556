"""What a stack of layers sees and costs: the receptive-field widget's arithmetic, without torch.

`course_pkg.models.full_resolution.receptive_field` reads the same two numbers off a network; a
test keeps the two equal.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

__all__ = ["Layer", "LayerCost", "path_profile", "stack_costs", "stack_problem"]

# A wider view than this says nothing about pictures of at most a thousand pixels.
_WIDEST = 4000


class Layer(NamedTuple):
    """A padded convolution; with ``channels`` 0 a max pool, which keeps its input's channels."""

    kernel_size: int
    stride: int = 1
    dilation: int = 1
    channels: int = 32


class LayerCost(NamedTuple):
    """What is known of a layer's output: in pixels of the image along an axis, and in numbers."""

    field: int  # pixels that a cell sees
    step: int  # pixels between the views of neighbouring cells
    cells: int  # cells a side
    multiplications: int
    numbers: int  # of the output, kept for the backward pass


def stack_costs(layers: Sequence[Layer], image_size: int) -> list[LayerCost]:
    """Follow a colour picture through a stack of padded layers.

    Padding is dilation * (kernel_size - 1) // 2: odd kernels of stride 1 keep the size.

    Args:
        layers: first to last.
        image_size: pixels a side.

    Returns:
        One entry for each layer.

    Example:
        >>> [cost.field for cost in stack_costs([Layer(3), Layer(2, 2, 1, 0), Layer(3)], 32)]
        [3, 4, 8]
    """
    field, step, cells, channels = 1, 1, image_size, 3
    costs = []
    for kernel_size, stride, dilation, width in layers:
        reach = dilation * (kernel_size - 1)
        field += reach * step
        step *= stride
        cells = (cells + 2 * (reach // 2) - reach - 1) // stride + 1
        multiplications = kernel_size**2 * channels * width * cells**2
        channels = width or channels
        costs.append(LayerCost(field, step, cells, multiplications, channels * cells**2))
    return costs


def stack_problem(layers: Sequence[Layer], image_size: int) -> str | None:
    """Say why a stack cannot be drawn.

    Args:
        layers: first to last.
        image_size: pixels a side.

    Returns:
        What is wrong and what to do, or None.

    Example:
        >>> stack_problem([Layer(2, 2)] * 4, 8)
        'Layer 4 has a window of 2 cells, but the map before it has only 1. ... smaller strides.'
    """
    before = image_size
    for number, (layer, cost) in enumerate(
        zip(layers, stack_costs(layers, image_size), strict=True), start=1
    ):
        if cost.cells < 1:
            reach = layer.dilation * (layer.kernel_size - 1) + 1
            return (
                f"Layer {number} has a window of {reach} cells, but the map before it has only "
                f"{before}. Use a larger picture, a smaller kernel or smaller strides."
            )
        if cost.field > _WIDEST:
            return (
                f"Layer {number} would see {cost.field} pixels; at most {_WIDEST} can be drawn. "
                f"Use smaller kernels or strides."
            )
        before = cost.cells
    return None


def path_profile(layers: Sequence[Layer]) -> Float[np.ndarray, " field"]:
    """Count the paths from every pixel of the field to the cell, along one axis.

    Args:
        layers: first to last.

    Returns:
        One share for each pixel of the last layer's field; the largest is 1. Zeros are holes that
        a dilation leaves.

    Example:
        >>> path_profile([Layer(3), Layer(3)]).round(2)
        array([0.33, 0.67, 1.  , 0.67, 0.33])
    """
    profile, step = np.ones(1), 1
    for kernel_size, stride, dilation, _ in layers:
        wider = np.zeros(len(profile) + (kernel_size - 1) * dilation * step)
        for tap in range(kernel_size):
            start = tap * dilation * step
            wider[start : start + len(profile)] += profile
        profile, step = wider / wider.max(), step * stride
    return profile
