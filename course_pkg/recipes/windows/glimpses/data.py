"""Digits hidden in clutter: anew in every batch of the training, once for what is measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import TensorDataset

from course_pkg.data import placed_digits

__all__ = ["Clutter", "ClutterSplit", "hide_digits"]


@dataclass(frozen=True)
class Clutter:
    """How digits are hidden.

    Attributes:
        side: of a canvas in pixels.
        pieces: bits of other digits around each.
        piece: side of each bit in pixels.
    """

    side: int = 100
    pieces: int = 8
    piece: int = 8


@dataclass(frozen=True)
class ClutterSplit:
    """What was trained on, and what was measured on.

    Attributes:
        train: plain digits; they are hidden batch by batch.
        val: (canvas, number, box of the digit) triples.
    """

    train: TensorDataset
    val: TensorDataset


def hide_digits(
    how: Clutter, samples: Sequence[tuple[Tensor, Tensor]], generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Hide the digits of a batch, anew at every call.

    Args:
        how: they are hidden.
        samples: (digit, number) pairs.
        generator: draws; None = torch's global one.

    Returns:
        Canvases, the numbers, and the digits' boxes (x0, y0, x1, y1) in pixels.
    """
    images, labels = (torch.stack(list(part)) for part in zip(*samples, strict=True))
    canvas, boxes = placed_digits(
        images, images, how.side, how.pieces, how.piece, generator=generator
    )
    return canvas, labels, boxes
