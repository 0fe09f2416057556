"""A small picture of label maps beside the truth, painted without a plotting library."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Int
from PIL import Image
from torch import Tensor

from course_pkg.recipes._core.sheet import paste_panels, photograph
from course_pkg.recipes.segmentation.data import Pictures

__all__ = ["label_colours", "picture_of_predictions"]

_WIDTH = 176  # pixels a column: three of them stay small enough for a repository


def label_colours(
    labels: Int[Tensor, "h w"], palette: Sequence[tuple[int, int, int]]
) -> np.ndarray:
    """Paint a label map; labels beyond the palette (255: ignored) become black.

    Args:
        labels: class of every pixel.
        palette: a colour for every class, 0 to 255.

    Returns:
        An array (h, w, 3) of bytes.

    Example:
        >>> label_colours(torch.tensor([[0, 255]]), [(9, 8, 7)]).tolist()
        [[[9, 8, 7], [0, 0, 0]]]
    """
    colours = np.zeros((256, 3), dtype=np.uint8)
    colours[: len(palette)] = palette
    return colours[labels.cpu().numpy()]


def picture_of_predictions(
    predict: Callable[[Tensor], Tensor],
    pictures: Pictures,
    palette: Sequence[tuple[int, int, int]],
    count: int = 2,
) -> Image.Image:
    """Draw image, truth and prediction side by side, one row for each of a few images.

    Args:
        predict: maps images (n, 3, h, w) to labels.
        pictures: rows are taken from it at even distances.
        palette: a colour for every class.
        count: number of rows, or as many as there are pictures.

    Returns:
        The picture.
    """
    rows = []
    for i in range(0, len(pictures), max(1, len(pictures) // count)):
        image, target = pictures[i]
        labels = predict(image[None])[0]
        photo = photograph(image)
        size = (_WIDTH, round(_WIDTH * photo.height / photo.width))
        maps = [Image.fromarray(label_colours(x, palette)) for x in (target, labels)]
        rows.append([photo.resize(size, Image.Resampling.BILINEAR)])
        rows[-1] += [painted.resize(size, Image.Resampling.NEAREST) for painted in maps]
    return paste_panels(rows[:count])
