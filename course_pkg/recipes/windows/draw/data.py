"""Digits of zeros and ones, to train on and to measure on."""

from dataclasses import dataclass

from course_pkg.data import BinaryDigits

__all__ = ["DigitSplit"]


@dataclass(frozen=True)
class DigitSplit:
    """What was trained on, and what was measured on.

    Attributes:
        train: coins thrown anew at every look.
        val: the test digits, thrown once.
    """

    train: BinaryDigits
    val: BinaryDigits
