"""A picture of canvases that fill: a row for each picture, time from left to right."""

import torch
from PIL import Image
from torch import Tensor

from course_pkg.engine import eval_mode
from course_pkg.models import (
    DRAW,
)

__all__ = ["picture_of_canvases", "picture_of_drawing"]


def picture_of_canvases(canvases: Tensor, columns: int = 11, enlarge: int = 2) -> Image.Image:
    """Draw canvases over time: a row for each picture, time from left to right.

    Args:
        canvases: logits (t, n, 1, h, w).
        columns: at most so many moments, at even distances, the last one included.
        enlarge: screen pixels a side of each pixel.

    Returns:
        A grey picture.

    Example:
        >>> picture_of_canvases(torch.zeros(3, 2, 1, 4, 4)).size
        (28, 18)
    """
    t, n, _, h, w = canvases.shape
    moments = torch.linspace(0, t - 1, min(t, columns)).round().long()
    sheet = torch.ones(n, h + 1, len(moments), w + 1)
    sheet[:, :h, :, :w] = canvases[moments, :, 0].sigmoid().permute(1, 2, 0, 3).cpu()
    grey = (sheet.flatten(2).flatten(0, 1)[:-1, :-1] * 255).round().byte()
    grey = grey.repeat_interleave(enlarge, 0).repeat_interleave(enlarge, 1)
    return Image.fromarray(grey.numpy())


@torch.inference_mode()
def picture_of_drawing(model: DRAW, seed: int) -> Image.Image:
    """Let a model draw digits out of nothing.

    Args:
        model: trained.
        seed: of its random numbers.

    Returns:
        The picture.
    """
    generator = torch.Generator(model.canvas_start.device).manual_seed(seed)
    with eval_mode(model):
        return picture_of_canvases(model.sample(8, generator).canvases)
