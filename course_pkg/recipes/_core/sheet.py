"""Panels on one sheet, painted with PIL: a recipe's picture needs no plotting library."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from PIL import Image

__all__ = ["paste_panels", "photograph"]


def photograph(image: Float[torch.Tensor, "c h w"]) -> Image.Image:
    """A tensor as a picture.

    Args:
        image: of one or three channels, in [0, 1]; what lies outside is cut off.

    Returns:
        The picture, in colour.

    Example:
        >>> photograph(torch.ones(1, 2, 3)).getpixel((2, 1))
        (255, 255, 255)
    """
    pixels = (image.clamp(0, 1) * 255).round().byte().cpu().movedim(0, -1)
    return Image.fromarray(pixels.expand(*pixels.shape[:2], 3).numpy())


def paste_panels(
    rows: Sequence[Sequence[Image.Image]], gap: int = 4, below: int = 0, ground: str = "white"
) -> Image.Image:
    """Lay panels out in rows and columns; all cells are as large as the largest panel.

    Args:
        rows: of panels, each row from left to right.
        gap: pixels between two panels.
        below: pixels that stay free under each panel, for a word.
        ground: colour of the sheet.

    Returns:
        The sheet.

    Example:
        >>> panel = Image.new("RGB", (8, 6))
        >>> paste_panels([[panel, panel], [panel]], gap=2).size
        (18, 14)
    """
    width = max(panel.width for row in rows for panel in row) + gap
    height = max(panel.height for row in rows for panel in row) + below + gap
    size = (width * max(len(row) for row in rows) - gap, height * len(rows) - gap)
    sheet = Image.new("RGB", size, ground)
    for r, row in enumerate(rows):
        for c, panel in enumerate(row):
            sheet.paste(panel, (c * width, r * height))
    return sheet
