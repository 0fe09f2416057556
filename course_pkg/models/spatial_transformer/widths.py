"""How wide a network of distorted digits may be: its parameters as a function of its width.

Source: Jaderberg et al. 2015, appendix A: all networks of a table have about as many parameters.
"""

from collections.abc import Callable

__all__ = ["cnn_cells", "cnn_parameters", "fcn_parameters", "widest"]


def fcn_parameters(width: int, side: int, channels: int, classes: int) -> int:
    """Count a net of two hidden layers of equal width."""
    return width * (channels * side**2 + 1) + width * (width + 1) + classes * (width + 1)


def cnn_parameters(width: int, side: int, channels: int, classes: int) -> int:
    """Count a net with ``width`` maps after the first convolution, twice as many after the next."""
    cells, _ = cnn_cells(side)
    convolutions = width * (81 * channels + 1) + 2 * width * (49 * width + 1)
    return convolutions + classes * (2 * width * cells**2 + 1)


def cnn_cells(side: int) -> tuple[int, bool]:
    """Cells along a side at the end, and whether there was room for the second pool."""
    left = (side - 8) // 2 - 6
    return (left // 2, True) if left > 1 else (left, False)


def widest(parameters: Callable[[int], int], budget: int) -> int:
    """Find the largest width whose parameters stay within a budget."""
    width = 0
    while parameters(width + 1) <= budget:
        width += 1
    if width < 1:
        raise ValueError(
            f"{budget} parameters are too few: the narrowest such network has {parameters(1)}"
        )
    return width
