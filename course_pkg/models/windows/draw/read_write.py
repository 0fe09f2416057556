"""The two eyes and the two hands of DRAW: whole picture, or a window that the network places.

A reader turns picture and error picture into numbers for the encoder, a writer turns the decoder's
state into something to add to the canvas. Both come in two forms with the same signature, so that
DRAW itself does not know which it has. Gregor et al. 2015, DRAW, sections 3.1 and 3.2; lecture 14.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.ops import (
    DrawWindow,
    decode_window,
    read_window,
    window_filters,
    write_window,
)

__all__ = ["WholeRead", "WholeWrite", "WindowRead", "WindowWrite"]


class WholeRead(nn.Module):
    """Hand every pixel of picture and error to the encoder.

    Args:
        size: height and width of the pictures.

    Source: Gregor et al. 2015, DRAW, equation 17.

    Example:
        >>> numbers, window = WholeRead((4, 6))(torch.ones(1, 1, 4, 6), torch.zeros(1, 1, 4, 6),
        ...                                     torch.zeros(1, 3))
        >>> numbers.shape, window
        (torch.Size([1, 48]), None)
    """

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.out_features = 2 * size[0] * size[1]

    def forward(
        self,
        image: Float[Tensor, "n 1 h w"],
        error: Float[Tensor, "n 1 h w"],
        state: Float[Tensor, "n d"],
    ) -> tuple[Float[Tensor, "n r"], None]:
        """Read both pictures; where the decoder stands does not matter.

        Args:
            image: what is to be drawn.
            error: what the canvas lacks of it.
            state: of the decoder, unused.

        Returns:
            The pixels, and no window.
        """
        return torch.cat([image, error], dim=1).flatten(1), None


class WindowRead(nn.Module):
    """Let the decoder's state place a window, and read picture and error through it.

    Args:
        size: height and width of the pictures.
        patch_size: cells along a side of the window, at least 2.
        hidden: numbers in the decoder's state.

    At first the cells tile the whole picture without gaps, each blurred over half its distance to
    the next. The paper does not say how it starts; with one pixel of blur the cells begin so far
    apart that for hundreds of steps nothing is learned.

    Source: Gregor et al. 2015, DRAW, equations 21 to 27.

    Example:
        >>> read = WindowRead((28, 28), patch_size=5, hidden=8)
        >>> numbers, window = read(torch.ones(2, 1, 28, 28), torch.zeros(2, 1, 28, 28),
        ...                        torch.zeros(2, 8))
        >>> numbers.shape, window.stride.shape
        (torch.Size([2, 50]), torch.Size([2]))
    """

    def __init__(self, size: tuple[int, int], patch_size: int, hidden: int) -> None:
        super().__init__()
        self.size, self.patch_size = size, patch_size
        self.out_features = 2 * patch_size**2
        self.where = nn.Linear(hidden, 5)
        _start_as_tiles(self.where, size, patch_size, writes=False)

    def forward(
        self,
        image: Float[Tensor, "n 1 h w"],
        error: Float[Tensor, "n 1 h w"],
        state: Float[Tensor, "n d"],
    ) -> tuple[Float[Tensor, "n r"], DrawWindow]:
        """Look at both pictures through the same window.

        Args:
            image: what is to be drawn.
            error: what the canvas lacks of it.
            state: of the decoder after the step before.

        Returns:
            The cells of both patches, and where the window stood.
        """
        window = decode_window(self.where(state), self.size, self.patch_size)
        rows, columns = window_filters(window, self.patch_size, self.size)
        both = torch.cat([image, error], dim=1)
        return read_window(both, rows, columns, window.intensity).flatten(1), window


class WholeWrite(nn.Module):
    """Add a whole picture to the canvas.

    Args:
        size: height and width of the canvas.
        hidden: numbers in the decoder's state.

    Source: Gregor et al. 2015, DRAW, equation 18.
    """

    def __init__(self, size: tuple[int, int], hidden: int) -> None:
        super().__init__()
        self.size = size
        self.what = nn.Linear(hidden, size[0] * size[1])

    def forward(self, state: Float[Tensor, "n d"]) -> tuple[Float[Tensor, "n 1 h w"], None]:
        """Compute what to add.

        Args:
            state: of the decoder.

        Returns:
            A picture of logits, and no window.
        """
        return self.what(state).unflatten(1, (1, *self.size)), None


class WindowWrite(nn.Module):
    """Add a small patch to the canvas, through a window of its own.

    Args:
        size: height and width of the canvas.
        patch_size: cells along a side of the window, at least 2.
        hidden: numbers in the decoder's state.

    At first the cells tile the whole canvas, as `WindowRead`'s do, and are loud enough for a patch
    of ones to add about one to every pixel.

    Source: Gregor et al. 2015, DRAW, equations 28 and 29.
    """

    def __init__(self, size: tuple[int, int], patch_size: int, hidden: int) -> None:
        super().__init__()
        self.size, self.patch_size = size, patch_size
        self.what = nn.Linear(hidden, patch_size**2)
        self.where = nn.Linear(hidden, 5)
        _start_as_tiles(self.where, size, patch_size, writes=True)

    def forward(self, state: Float[Tensor, "n d"]) -> tuple[Float[Tensor, "n 1 h w"], DrawWindow]:
        """Compute what to add, and where.

        Args:
            state: of the decoder.

        Returns:
            A picture of logits, zero away from the window, and where the window stood.
        """
        window = decode_window(self.where(state), self.size, self.patch_size)
        rows, columns = window_filters(window, self.patch_size, self.size)
        patch = self.what(state).unflatten(1, (1, self.patch_size, self.patch_size))
        return write_window(patch, rows, columns, window.intensity), window


def _start_as_tiles(
    where: nn.Linear, size: tuple[int, int], patch_size: int, *, writes: bool
) -> None:
    """Set where a window stands before anything is learned."""
    widest = decode_window(torch.zeros(1, 5), size, patch_size).stride  # spans the picture
    stride = max(float(widest), 1.0)
    # What is written is divided by the intensity. A cell's weights add up to one over its tile, so
    # each of the tile's stride ** 2 pixels would get that much less.
    intensity = stride**-2 if writes else 1.0
    variance = (stride / 2) ** 2
    start = torch.tensor([0.0, 0.0, math.log(variance), 0.0, math.log(intensity)])
    with torch.no_grad():
        where.bias.copy_(start)
