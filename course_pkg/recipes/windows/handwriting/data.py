"""Writings to train on and to measure on: words that the package writes itself, or real lines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from course_pkg.data import IAMOnDB, PenStrokes

__all__ = ["PenSource", "WritingSplit", "writings"]

PenSource = Literal["pen-strokes", "iam-ondb"]
_MEASURED = 300  # words


@dataclass(frozen=True)
class WritingSplit:
    """What was trained on, and what was measured on: other words, or other forms.

    Attributes:
        train: writings.
        val: others in other hands.
    """

    train: PenStrokes | IAMOnDB
    val: PenStrokes | IAMOnDB


def writings(
    source: PenSource, count: int, alphabet: str, letters: tuple[int, int], root: Path | str | None
) -> WritingSplit:
    """Find writings.

    Args:
        source: "pen-strokes": words that are written when asked for; "iam-ondb": real lines.
        count: words to train on; of real lines, all there are.
        alphabet: letters of the words.
        letters: fewest and most of a word.
        root: folder that holds the real lines; None = the one that COURSE_DATA names.

    Raises:
        FileNotFoundError: if the real lines are missing.
    """
    if source == "iam-ondb":
        return WritingSplit(IAMOnDB(root, "train"), IAMOnDB(root, "test"))
    train = PenStrokes(count, 1, alphabet, letters)
    return WritingSplit(train, PenStrokes(_MEASURED, 2, alphabet, letters))
