"""A small picture of instances beside the truth, painted without a plotting library."""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Bool, Float, UInt8
from PIL import Image
from torch import Tensor

from course_pkg.recipes._core.sheet import paste_panels
from course_pkg.recipes.instances.data import InstancePictures

__all__ = ["paint_instances", "picture_of_instances"]

_HEIGHT = 176  # pixels a row: small enough for a repository
# Neighbours in number are far apart in colour; the order goes round.
_COLOURS = torch.tensor(
    [
        [230, 75, 60],
        [60, 140, 230],
        [250, 190, 50],
        [90, 190, 90],
        [170, 90, 200],
        [60, 200, 200],
        [240, 130, 180],
        [150, 110, 70],
    ]
).float()


def paint_instances(
    image: Float[Tensor, "3 h w"], masks: Bool[Tensor, "k h w"], opacity: float = 0.55
) -> UInt8[Tensor, "h w 3"]:
    """Lay every instance over the image in a colour of its own.

    Args:
        image: in [0, 1].
        masks: one map an instance; of overlapping ones the first is seen.
        opacity: of the colours, 0 to 1.

    Returns:
        Bytes.

    Example:
        >>> paint_instances(torch.zeros(3, 1, 2), torch.tensor([[[True, False]]]), opacity=1.0)
        tensor([[[230,  75,  60],
                 [  0,   0,   0]]], dtype=torch.uint8)
    """
    painted = image.as_subclass(Tensor).cpu() * 255
    for i in range(len(masks) - 1, -1, -1):
        colour = _COLOURS[i % len(_COLOURS)][:, None, None]
        mixed = (1 - opacity) * image.cpu() * 255 + opacity * colour
        painted = torch.where(masks[i].cpu(), mixed, painted)
    return painted.round().byte().movedim(0, -1)


def picture_of_instances(
    predict: Callable[[Any], Any], pictures: InstancePictures, count: int = 3, least: float = 0.5
) -> Image.Image:
    """Draw image, truth and prediction side by side, one row for each of a few images.

    Args:
        predict: maps a list of images to a list of predictions.
        pictures: rows are taken from it at even distances.
        count: number of rows, or as many as there are pictures.
        least: predictions with a smaller score are not drawn.

    Returns:
        The picture.
    """
    rows = []
    for i in list(range(0, len(pictures), max(1, len(pictures) // count)))[:count]:
        image, target = pictures[i]
        (found,) = predict([image])
        sure = found["masks"][found["scores"] >= least]
        true = target["masks"].as_subclass(Tensor)
        none = torch.zeros(0, *image.shape[1:], dtype=torch.bool)
        panels = [paint_instances(image, masks).numpy() for masks in (none, true, sure)]
        width = round(_HEIGHT * image.shape[2] / image.shape[1])
        rows.append([Image.fromarray(p).resize((width, _HEIGHT)) for p in panels])
    return paste_panels(rows)
