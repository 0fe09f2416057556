"""A picture of what a spatial transformer does: before, and after, one column a digit."""

import torch
from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor
from torch.utils.data import TensorDataset

from course_pkg.engine import eval_mode
from course_pkg.models import SpatialTransformerNet
from course_pkg.recipes._core.sheet import paste_panels, photograph

__all__ = ["outline_in_pixels", "picture_of_transforms"]

_ENLARGE = 2
_GAP = 2
_PAINT = ((255, 170, 0), (0, 200, 255))


def outline_in_pixels(grid: Float[Tensor, "h w 2"], side: int) -> list[tuple[float, float]]:
    """Walk once round a grid's border and say where in the source picture each point lies.

    Args:
        grid: places that a transformer read, -1 to 1.
        side: of the source picture in pixels.

    Returns:
        (x, y) in pixels from the picture's upper left corner, the first point again at the end.

    Example:
        >>> from course_pkg.ops import identity_grid
        >>> outline_in_pixels(identity_grid(2, 2), side=4)
        [(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0)]
    """
    top, right = grid[0, :-1], grid[:-1, -1]
    bottom, left = grid[-1].flip(0)[:-1], grid[:, 0].flip(0)
    walk = (torch.cat([top, right, bottom, left]) + 1) * side / 2
    return [(x, y) for x, y in walk.tolist()]


def picture_of_transforms(
    model: SpatialTransformerNet, val: TensorDataset, count: int = 12
) -> Image.Image:
    """Draw digits with the border of what is read, and below them what comes out.

    Args:
        model: with its transformers.
        val: (picture, answer) pairs.
        count: number of columns.

    Returns:
        A picture; of several channels, the brighter one is seen.
    """
    pictures = val.tensors[0][:count]
    device = next(model.parameters()).device
    with eval_mode(model), torch.inference_mode():
        done = model.transform(pictures.to(device))
    columns = []
    for column in range(len(pictures)):
        first = _panel(pictures[column])
        paint = ImageDraw.Draw(first)
        for part, colour in zip(done, _PAINT, strict=False):
            walk = outline_in_pixels(part.grid[column].cpu(), pictures.shape[-1])
            paint.line([(x * _ENLARGE, y * _ENLARGE) for x, y in walk], fill=colour)
        columns.append([first, *(_panel(part.output[column]) for part in done)])
    rows = [list(row) for row in zip(*columns, strict=True)]
    return paste_panels(rows, _GAP, ground="black")


def _panel(picture: Float[Tensor, "c h w"]) -> Image.Image:
    image = photograph(picture.amax(dim=0, keepdim=True))
    return image.resize((image.width * _ENLARGE, image.height * _ENLARGE), Image.Resampling.NEAREST)
