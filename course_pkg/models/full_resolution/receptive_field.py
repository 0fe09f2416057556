"""How much of the image one output cell sees, and how far apart neighbouring cells look.

Kernels and strides compose by one rule: a layer with kernel k and stride s behind layers that see
r pixels at step t sees r + (k - 1) t pixels at step s t; a dilation d spreads its taps to
d (k - 1) + 1. Nothing else about the network matters.

Source: Long et al. 2015, section 3 (composition of kernels and strides). Lectures 02 and 03.
"""

from collections.abc import Iterable
from typing import NamedTuple

from torch import nn

__all__ = ["FieldSize", "Window", "receptive_field", "windows_of"]


class Window(NamedTuple):
    """What of a layer decides the receptive field; sides in cells of the map before it."""

    kernel_size: int
    stride: int = 1
    dilation: int = 1


class FieldSize(NamedTuple):
    """Pixels that one output cell sees along an axis, and pixels between neighbouring cells."""

    size: int
    stride: int


def receptive_field(layers: Iterable[tuple[int, ...]]) -> FieldSize:
    """Compose layers into one window: the pixels that the last layer's cells see.

    Args:
        layers: from first to last (kernel_size, stride, dilation); stride and dilation may be left
            out and are then 1. `windows_of` reads them off a network.

    Returns:
        Size and stride, in pixels of the input.

    Raises:
        ValueError: if a layer has other than one to three numbers, or one below 1.

    Source: Long et al. 2015, section 3.

    Example:
        >>> receptive_field([(3,), (3,), (2, 2), (3,)])
        FieldSize(size=10, stride=2)
    """
    size, step = 1, 1
    for layer in layers:
        if not 1 <= len(layer) <= 3 or min(layer) < 1:
            raise ValueError(
                "a layer is (kernel_size, stride, dilation), one to three numbers of at least 1, "
                f"but {layer} came"
            )
        window = Window(*layer)
        size += (window.kernel_size - 1) * window.dilation * step
        step *= window.stride
    return FieldSize(size, step)


def windows_of(model: nn.Module) -> list[Window]:
    """Read kernel, stride and dilation off every convolution and pool of a plain chain of layers.

    Args:
        model: a network that applies its layers in the order in which it holds them. Transposed
            convolutions and adaptive pools have no fixed window and are refused.

    Returns:
        One window per layer, first to last.

    Raises:
        ValueError: if a layer's window is not square, or not fixed.

    Source: lecture 03.

    Example:
        >>> windows_of(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU(), nn.MaxPool2d(2)))
        [Window(kernel_size=5, stride=1, dilation=1), Window(kernel_size=2, stride=2, dilation=1)]
    """
    refused = (nn.ConvTranspose2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.MaxUnpool2d)
    windows = []
    for layer in model.modules():
        if isinstance(layer, refused):
            raise ValueError(
                f"a {type(layer).__name__} has no fixed window on its input: pass only the layers "
                "before it, or describe them to receptive_field by hand"
            )
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            numbers = (layer.kernel_size, layer.stride, layer.dilation)
        elif isinstance(layer, nn.AvgPool2d):
            numbers = (layer.kernel_size, layer.stride, 1)
        else:
            continue
        windows.append(Window(*(_side(number, layer) for number in numbers)))
    return windows


def _side(number: int | tuple[int, ...], layer: nn.Module) -> int:
    sides = {number} if isinstance(number, int) else set(number)
    if len(sides) != 1:
        raise ValueError(
            f"only square windows have one receptive field, but {layer} came: treat rows and "
            "columns apart with receptive_field"
        )
    return sides.pop()
