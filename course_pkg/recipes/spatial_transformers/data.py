"""The data of the spatial transformers' recipes: digits in memory, spoiled anew at every step.

Training asks for random digits and spoils them on the device where the network is; what is
measured is spoiled once, always in the same way.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.utils.data import Dataset, TensorDataset

from course_pkg.data import DISTORTIONS, DigitSource, digit_sums, digit_tensors, distorted

__all__ = ["ADDITION", "CHUNK", "DistortedData", "RandomDraws", "distorted_data", "spoiled"]

ADDITION = "addition"
_TEST_SEED = 2015
CHUNK = 32  # draws in one item: a seed for every single one would cost more than its picture


@dataclass(frozen=True)
class DistortedData:
    """Digits to train on, and spoiled ones to measure on.

    Attributes:
        kind: a key of `DISTORTIONS`, or "addition".
        images: for training, not spoiled yet.
        labels: their numbers.
        val: (picture, answer) pairs of the test part, spoiled once.
    """

    kind: str
    images: Float[Tensor, "n 1 28 28"]
    labels: Int[Tensor, " n"]
    val: TensorDataset

    @property
    def side(self) -> int:
        """Of a spoiled picture, in pixels."""
        return 42 if self.kind == ADDITION else DISTORTIONS[self.kind].side

    @property
    def channels(self) -> int:
        """Of a spoiled picture: two digits have one each."""
        return 2 if self.kind == ADDITION else 1

    @property
    def classes(self) -> int:
        """How many answers there are: ten digits, or sums from 0 to 18."""
        return 19 if self.kind == ADDITION else 10


class RandomDraws(Dataset[Tensor]):
    """Numbers of digits drawn with repetition, in chunks.

    Args:
        count: how many digits there are.
        chunks: items of an epoch.
    """

    def __init__(self, count: int, chunks: int = 1024) -> None:
        self.count, self.chunks = count, chunks

    def __len__(self) -> int:
        """Items of an epoch."""
        return self.chunks

    def __getitem__(self, index: int) -> Int[Tensor, " m"]:
        """Numbers of some digits, from torch's global generator."""
        return torch.randint(self.count, (CHUNK,))


def spoiled(
    kind: str,
    images: Float[Tensor, "n 1 28 28"],
    labels: Int[Tensor, " n"],
    generator: torch.Generator | None = None,
) -> tuple[Float[Tensor, "n c side side"], Int[Tensor, " n"]]:
    """Turn digits into pictures and answers of a task.

    Args:
        kind: a key of `DISTORTIONS`, or "addition".
        images: digits.
        labels: their numbers.
        generator: draws, on the images' device; None = torch's global one.

    Returns:
        Pictures, and what a network should say to them.

    Example:
        >>> spoiled("addition", torch.rand(4, 1, 28, 28), torch.ones(4).long())[1]
        tensor([2, 2, 2, 2])
    """
    if kind == ADDITION:
        return digit_sums(images, labels, generator)
    return distorted(images, kind, generator), labels


def distorted_data(
    source: DigitSource,
    kind: str,
    root: Path | str | None = None,
    train: int | None = None,
    test: int | None = None,
) -> DistortedData:
    """Read digits and spoil the test part.

    Args:
        source: "mnist" or "digits".
        kind: a key of `DISTORTIONS`, or "addition".
        root: folder that holds MNIST; None = the one that COURSE_DATA names.
        train: how many digits to train on; None = all.
        test: how many to measure on; None = all.

    Returns:
        The data.

    Raises:
        FileNotFoundError: if MNIST is missing.
    """
    images, labels = digit_tensors(source, "train", root)
    test_images, test_labels = digit_tensors(source, "test", root)
    generator = torch.Generator().manual_seed(_TEST_SEED)
    pictures, answers = spoiled(kind, test_images[:test], test_labels[:test], generator)
    val = TensorDataset(pictures, answers)
    return DistortedData(kind, images[:train], labels[:train], val)
