"""The data of co-localisation: a set of pictures for each digit, and digits to teach an encoder.

Only the encoder, which is trained on other digits, ever hears a class or a place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor
from torch.utils.data import TensorDataset

from course_pkg.data import DigitSource, digit_tensors, placed_digits
from course_pkg.models import theta_grid

__all__ = ["PIECES", "SIDE", "ColocalisationData", "colocalisation_data", "encoder_views"]

SIDE = 84  # of a picture in pixels
PIECES = 16  # of clutter, 6 x 6 pixels each
_DIGIT = 28
_SEED = 2015


@dataclass(frozen=True)
class ColocalisationData:
    """Digits for the encoder, and for every class the pictures to search.

    Attributes:
        train: (digit, number) pairs of the training part; the encoder's alone.
        val: for each class (picture, box) pairs made from the test part, once.
    """

    train: TensorDataset
    val: Mapping[int, TensorDataset]


def colocalisation_data(
    source: DigitSource,
    pieces: int,
    classes: Sequence[int],
    count: int,
    root: Path | str | None = None,
) -> ColocalisationData:
    """Hide digits of one class at a time on large black pictures.

    Args:
        source: "mnist" or "digits".
        pieces: of clutter on each picture, cut from the training digits.
        classes: which numbers; a set of pictures for each.
        count: pictures in a set. Where a class has fewer digits, some stand in several places.
        root: folder that holds MNIST; None = the one that COURSE_DATA names.

    Returns:
        The data; the same for every seed of a training.

    Raises:
        FileNotFoundError: if MNIST is missing.

    Example:
        >>> data = colocalisation_data("digits", 0, [3], 50)
        >>> [tuple(part.shape) for part in data.val[3].tensors]
        [(50, 1, 84, 84), (50, 4)]
    """
    images, labels = digit_tensors(source, "train", root)
    hidden, numbers = digit_tensors(source, "test", root)
    sets = {}
    for number in classes:
        draw = torch.Generator().manual_seed(_SEED + number)
        own = hidden[numbers == number]
        order = torch.cat([torch.randperm(len(own), generator=draw)] * (-(-count // len(own))))
        sets[number] = TensorDataset(
            *placed_digits(own[order[:count]], images, SIDE, pieces, generator=draw)
        )
    return ColocalisationData(TensorDataset(images, labels), sets)


def encoder_views(
    digits: Float[Tensor, "n 1 28 28"], others: Float[Tensor, "m 1 28 28"]
) -> Float[Tensor, "n 1 28 28"]:
    """Show digits as windows see them that have half found them: small, aside, in clutter.

    An encoder that knows only upright digits that fill its picture gives a window far from one no
    hint which way to go.

    Args:
        digits: to be seen, each wholly inside its view or nearly so.
        others: the digits that clutter is cut from.

    Returns:
        Windows of 0.3 to 0.9 of a cluttered picture's side, from torch's global generator.

    Example:
        >>> encoder_views(torch.rand(2, 1, 28, 28), torch.rand(5, 1, 28, 28)).shape
        torch.Size([2, 1, 28, 28])
    """
    pictures, boxes = placed_digits(digits, others, SIDE, PIECES)
    draws = torch.rand(len(digits), 3, device=digits.device)
    scale = 0.3 + 0.6 * draws[:, :1]
    room = (scale - _DIGIT / SIDE).clamp(min=0) + 0.05
    centre = (boxes[:, :2] + _DIGIT / 2) / (SIDE / 2) - 1
    shift = centre + room * (2 * draws[:, 1:] - 1)
    shift = torch.maximum(torch.minimum(shift, 1 - scale), scale - 1)
    grid = theta_grid("attention", torch.cat([scale, shift], dim=1), tuple(digits.shape))
    return F.grid_sample(pictures, grid, align_corners=False)
