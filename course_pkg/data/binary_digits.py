"""Digits in black and white: every grey value becomes a coin that is thrown once, or every time.

A model of pictures that gives each pixel a probability of being white is measured by the
probability it gives to whole pictures, in nats. On grey pictures such a number compares with
nothing; so the generative models of DRAW's time are all measured on digits whose pixels are 0 or 1,
drawn with the grey value as the probability.

Source: Salakhutdinov and Murray 2008, On the Quantitative Analysis of Deep Belief Networks
(binarised MNIST). Lecture 14.
"""

import torch
from torch import Tensor
from torch.utils.data import Dataset

from course_pkg.data._files import Root
from course_pkg.data.digit_tensors import DigitSource, binarize, digit_tensors
from course_pkg.data.digits import MNIST

__all__ = ["BinaryDigits"]


class BinaryDigits(Dataset[tuple[Tensor, int]]):
    """Digits of pixels 0 and 1, 28 x 28, as (picture (1, 28, 28), number) pairs.

    Args:
        source: "mnist" or "digits", see `digit_tensors`.
        split: "train" or "test".
        root: folder that holds MNIST; None = the one that COURSE_DATA names.
        seed: names the throw of all coins where they are thrown once.
        fresh: throw the coins at every look, from torch's global generator: more training
            pictures out of the same digits. What is measured must stay what it is, so a test set
            is thrown once.
        count: how many digits, from the first; None = all.

    Raises:
        FileNotFoundError: if MNIST is missing.
        ValueError: if ``count`` is not between 1 and the number of digits.

    Example:
        >>> image, label = BinaryDigits(split="test", count=3)[0]
        >>> image.shape, sorted(set(image.flatten().tolist()))
        (torch.Size([1, 28, 28]), [0.0, 1.0])
    """

    classes = MNIST.classes

    def __init__(
        self,
        source: DigitSource = "digits",
        split: str = "train",
        root: Root = None,
        seed: int = 0,
        fresh: bool = False,
        count: int | None = None,
    ) -> None:
        grey, labels = digit_tensors(source, split, root)
        if count is not None and not 1 <= count <= len(grey):
            raise ValueError(
                f"BinaryDigits: count must be from 1 to the {len(grey)} digits, got {count}"
            )
        self.labels: list[int] = labels[:count].tolist()
        self.fresh = fresh
        # Kept as bytes: a quarter of the memory of what is handed out.
        self._bytes = _kept_as_bytes(grey[:count], None if fresh else seed)

    def __len__(self) -> int:
        """How many digits there are."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """The picture of zeros and ones at a place in the data set, and its number."""
        image = self._bytes[index].float()
        return (binarize(image / 255) if self.fresh else image), self.labels[index]


def _kept_as_bytes(grey: Tensor, seed: int | None) -> Tensor:
    if seed is None:
        return (grey * 255).round().byte()
    generator = torch.Generator().manual_seed(seed)
    # A thousand digits at a time: the random numbers for all of MNIST would be 400 MB.
    return torch.cat([binarize(part, generator).byte() for part in grey.split(1000)])
