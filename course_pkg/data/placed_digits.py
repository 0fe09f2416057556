"""Digits whose place is known: what a network that finds them is measured against.

The pictures are those of `cluttered`; here the clutter may come from other digits than the ones to
be found, and every digit's box is kept.

Source: Jaderberg et al. 2015, Spatial Transformer Networks, appendix A.2 (co-localisation).
Lecture 15.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.data._pasting import paste, random_places, scatter_pieces

__all__ = ["placed_digits"]


def placed_digits(
    images: Float[Tensor, "n 1 h h"],
    others: Float[Tensor, "m 1 k k"],
    side: int = 84,
    pieces: int = 16,
    piece: int = 6,
    generator: torch.Generator | None = None,
) -> tuple[Float[Tensor, "n 1 {side} {side}"], Float[Tensor, "n 4"]]:
    """Put each digit somewhere on a large black canvas, and say where.

    A set of images with one class in common must not give that class away by its clutter, so the
    pieces are cut from other digits.

    Args:
        images: white on black, 0 to 1.
        others: the digits that pieces are cut from.
        side: of the canvas in pixels, at least that of a digit.
        pieces: how many bits of other digits lie around; 0 for none.
        piece: side of each in pixels, at most that of a digit.
        generator: draws, on the images' device; None = torch's global one.

    Returns:
        The canvases, and the box (x0, y0, x1, y1) of each whole digit picture in pixels. Where
        things overlap, the brighter one is seen.

    Raises:
        ValueError: if the canvas is smaller than a digit, or pieces are asked for that do not fit
            into one or have no digit to come from.

    Source: Jaderberg et al. 2015, appendix A.2.

    Example:
        >>> canvas, boxes = placed_digits(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 4, 4), 4, 0, 1)
        >>> boxes
        tensor([[0., 0., 4., 4.]])
    """
    digit = images.shape[-1]
    if side < digit:
        raise ValueError(
            f"placed_digits: a digit is {digit} pixels wide; side={side} is too small for it"
        )
    if pieces < 0 or not 1 <= piece <= others.shape[-1]:
        raise ValueError(
            f"placed_digits: pieces must be at least 0 and 1 to {others.shape[-1]} pixels wide, "
            f"got {pieces} of {piece}"
        )
    if pieces and not len(others):
        raise ValueError(
            f"placed_digits: {pieces} pieces are to be cut from others, which holds no digit; "
            "pass some, or pieces=0"
        )
    canvas = images.new_zeros(len(images), 1, side, side)
    corners = random_places(images, side - digit + 1, generator)
    paste(canvas, images, corners)
    scatter_pieces(canvas, others, pieces, piece, generator)
    upper_left = corners.flip(1).to(images.dtype)  # (row, column) becomes (x, y)
    return canvas, torch.cat([upper_left, upper_left + digit], dim=1)
