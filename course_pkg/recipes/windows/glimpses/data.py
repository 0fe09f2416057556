"""Digits hidden in clutter: anew in every batch of the training, once for what is measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import TensorDataset

from course_pkg.data import cluttered

__all__ = ["CANVAS", "ClutterSplit", "hide_digits"]

CANVAS = 60  # pixels a side


@dataclass(frozen=True)
class ClutterSplit:
    """What was trained on, and what was measured on.

    Attributes:
        train: plain digits; they are hidden batch by batch.
        val: hidden digits.
    """

    train: TensorDataset
    val: TensorDataset


def hide_digits(pieces: int, samples: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """Hide the digits of a batch, anew at every call.

    Args:
        pieces: bits of other digits around each.
        samples: (digit, number) pairs.

    Returns:
        Canvases, and the numbers.
    """
    images, labels = (torch.stack(list(part)) for part in zip(*samples, strict=True))
    return cluttered(images, CANVAS, pieces), labels
