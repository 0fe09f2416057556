"""A small picture of looks: a scene, and where the captioner looked for some of its words."""

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor

from course_pkg.data import SCENE_VOCABULARY
from course_pkg.engine import eval_mode
from course_pkg.models import Captioner
from course_pkg.recipes._core.sheet import paste_panels, photograph
from course_pkg.recipes.captioning.data import CaptionData

__all__ = ["paint_look", "picture_of_looks"]

_TEXT = 14  # pixels for the word under a panel
_GAP = 4


def paint_look(
    image: Float[Tensor, "3 h w"], weights: Float[Tensor, "rows columns"], size: int
) -> Image.Image:
    """Darken a picture where the network does not look.

    Args:
        image: in [0, 1].
        weights: one for every cell; the heaviest cell stays as bright as it is.
        size: side of the result in pixels.

    Returns:
        A square picture.

    Example:
        >>> paint_look(torch.ones(3, 4, 4), torch.tensor([[1.0, 0.0]]), 8).size
        (8, 8)
    """
    shade = Image.fromarray((weights / weights.max() * 255).round().byte().cpu().numpy())
    light = np.asarray(shade.resize((size, size), Image.Resampling.BILINEAR)) / 255
    pixels = np.asarray(photograph(image).resize((size, size), Image.Resampling.BILINEAR))
    return Image.fromarray((pixels * (0.25 + 0.75 * light[..., None])).astype(np.uint8))


def picture_of_looks(
    model: Captioner, data: CaptionData, count: int = 3, words: int = 7, size: int = 96
) -> Image.Image:
    """Draw scenes and, beside each, the looks that led to its first words that mean a place.

    Args:
        model: trained; it reads the true caption.
        data: its validation scenes are used.
        count: number of rows.
        words: panels a row, the scene itself not counted.
        size: side of a panel in pixels.

    Returns:
        The picture.
    """
    rows, said = [], []
    device = model.baseline.device
    for r in range(count):
        image, tokens = data.val[r * (len(data.val) // count)]
        with torch.no_grad(), eval_mode(model):
            looks = model(model.look_at(image[None].to(device)), tokens[None, :-1].to(device))
        coverage = data.val.coverage[r * (len(data.val) // count)]
        placed = [t for t in range(len(coverage)) if coverage[t].any()][:words]
        panels = [("", torch.ones(data.grid))]
        panels += [
            (SCENE_VOCABULARY.words[int(tokens[t + 1])], looks.weights[0, t].reshape(data.grid))
            for t in placed
        ]
        rows.append([paint_look(image, weights, size) for _, weights in panels])
        said.append([word for word, _ in panels])
    sheet = paste_panels(rows, _GAP, below=_TEXT)
    pen = ImageDraw.Draw(sheet)
    for r, row in enumerate(said):
        for c, word in enumerate(row):
            corner = (c * (size + _GAP) + 2, r * (size + _GAP + _TEXT) + size)
            pen.text(corner, word, fill="black")
    return sheet
