"""Words that the package writes itself, to train on and to measure on."""

from dataclasses import dataclass

from course_pkg.data import PenStrokes

__all__ = ["WritingSplit"]


@dataclass(frozen=True)
class WritingSplit:
    """What was trained on, and what was measured on: words of different seeds.

    Attributes:
        train: words.
        val: other words in other hands.
    """

    train: PenStrokes
    val: PenStrokes
