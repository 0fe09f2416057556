"""Digits of zeros and ones, to train on and to measure on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from course_pkg.data import BinarizedMNIST, BinaryDigits, DigitSource

__all__ = ["DigitSplit", "DrawSource", "binary_digits"]

# "fixed" is MNIST with all coins thrown once, for everybody: what the literature measures on.
DrawSource = DigitSource | Literal["fixed"]


@dataclass(frozen=True)
class DigitSplit:
    """What was trained on, and what was measured on.

    Attributes:
        train: coins thrown anew at every look; of the fixed digits, as they are.
        val: the test digits, thrown once.
    """

    train: BinaryDigits | BinarizedMNIST
    val: BinaryDigits | BinarizedMNIST


def binary_digits(
    source: DrawSource, root: Path | str | None, train: int | None, test: int | None
) -> DigitSplit:
    """Read digits.

    Args:
        source: "mnist", "digits", or "fixed" (see `BinarizedMNIST`).
        root: folder that holds the data sets; None = the one that COURSE_DATA names.
        train: how many to train on; None = all.
        test: how many to measure on; None = all.

    Raises:
        FileNotFoundError: if the files are missing.
    """
    if source == "fixed":
        return DigitSplit(
            BinarizedMNIST(root, "train", count=train), BinarizedMNIST(root, "test", count=test)
        )
    return DigitSplit(
        BinaryDigits(source, "train", root, fresh=True, count=train),
        BinaryDigits(source, "test", root, seed=0, count=test),
    )
