"""Handwriting without a data set: words written by a pen that follows vector letters.

Every word gets a hand of its own (slant, width, spacing, a wobbling line) and every letter is a
little different each time. The result is what Graves 2013 trained on, the movements of a pen, with
one thing that real data lack: it is known which letter each point belongs to. Lecture 14.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

from course_pkg.data.pen_letters import LETTERS, letter_strokes

__all__ = ["PenBatch", "PenStrokes", "Writing", "collate_writings", "pen_positions", "write_text"]

_UNIT = 2.0  # of a letter's own units; movements then have about unit size
_STEP = 2.6  # units between two points


class Writing(NamedTuple):
    """A written word.

    Attributes:
        points: for every point the movement to it from the one before, (x, y), y up, and 1 where
            the pen leaves the paper after it.
        text: numbers of the letters, 0 for the first of the alphabet.
        owner: which letter of the text each point belongs to.
    """

    points: Float[Tensor, "t 3"]
    text: Int[Tensor, " u"]
    owner: Int[Tensor, " t"]


class PenBatch(NamedTuple):
    """Writings of different lengths side by side, filled up with zeros.

    Attributes:
        points: movements and pen.
        mask: which points there are.
        text: numbers of the letters.
        text_mask: which letters there are.
        owner: which letter each point belongs to.
    """

    points: Float[Tensor, "n t 3"]
    mask: Bool[Tensor, "n t"]
    text: Int[Tensor, "n u"]
    text_mask: Bool[Tensor, "n u"]
    owner: Int[Tensor, "n t"]


def write_text(text: str, rng: np.random.Generator, alphabet: str = LETTERS) -> Writing:
    """Write a word by hand; another state of the generator is another hand.

    Args:
        text: at least one letter, a to z.
        rng: decides the hand and every wobble.
        alphabet: letters in the order of their numbers.

    Returns:
        The pen's movements.

    Raises:
        ValueError: if the text is empty or has a character that is not in the alphabet.

    Example:
        >>> written = write_text("hello", np.random.default_rng(0))
        >>> written.points.shape[1], len(written.text), int(written.points[-1, 2])
        (3, 5, 1)
    """
    strange = sorted(set(text) - set(alphabet))
    if not text or strange:
        raise ValueError(f"write_text: the text must be of letters from {alphabet!r}, got {text!r}")
    slant, width = rng.uniform(-0.1, 0.35), rng.uniform(0.85, 1.1)
    gap, wobble = rng.uniform(1.5, 3.0), rng.uniform(0.0, 0.5)
    places, lifts, owner = [], [], []
    left = 0.0
    for number, letter in enumerate(text):
        up = wobble * rng.normal()
        right = left
        for stroke in letter_strokes(letter):
            moved = stroke + 0.25 * rng.normal(size=stroke.shape)
            right = max(right, left + width * float(moved[:, 0].max()))
            curve = _evenly_spaced(_smooth(moved))
            x = left + width * curve[:, 0] + slant * curve[:, 1]
            places.append(np.stack([x, curve[:, 1] + up], axis=1))
            lifts += [0.0] * (len(curve) - 1) + [1.0]
            owner += [number] * len(curve)
        left = right + gap
    path = np.concatenate(places)
    moves = np.diff(path, axis=0, prepend=path[:1]) / _UNIT
    points = np.concatenate([moves, np.array(lifts)[:, None]], axis=1)
    return Writing(
        torch.from_numpy(points.astype(np.float32)),
        torch.tensor([alphabet.index(letter) for letter in text]),
        torch.tensor(owner),
    )


def pen_positions(points: Float[Tensor, "t 3"]) -> list[Float[Tensor, "p 2"]]:
    """Turn movements back into lines on paper, one for each time the pen was down.

    Args:
        points: movements (x, y) and pen, as in `Writing`.

    Returns:
        Places (x, y), y up, of each line.

    Example:
        >>> points = torch.tensor([[0., 0., 0.], [1., 0., 1.], [0., 1., 0.], [1., 1., 1.]])
        >>> [line.tolist() for line in pen_positions(points)]
        [[[0.0, 0.0], [1.0, 0.0]], [[1.0, 1.0], [2.0, 2.0]]]
    """
    places = points[:, :2].cumsum(0)
    ends = (points[:, 2] > 0.5).nonzero().flatten() + 1
    pieces = torch.tensor_split(places, ends.cpu())
    return [piece for piece in pieces if len(piece)]


class PenStrokes(Dataset[Writing]):
    """Random words, written: as many as one asks for, never stored.

    Args:
        length: how many.
        seed: data sets of different seeds have different words and hands.
        alphabet: letters that occur.
        letters: fewest and most letters of a word.

    Raises:
        ValueError: if the alphabet, the length or the number of letters is impossible.

    Example:
        >>> written = PenStrokes(10, seed=1, alphabet="aeinot", letters=(3, 3))[4]
        >>> len(written.text), written.points.dtype
        (3, torch.float32)
    """

    def __init__(
        self,
        length: int,
        seed: int = 0,
        alphabet: str = LETTERS,
        letters: tuple[int, int] = (3, 6),
    ) -> None:
        if not alphabet or set(alphabet) - set(LETTERS) or len(set(alphabet)) < len(alphabet):
            raise ValueError(
                f"PenStrokes: the alphabet must be different letters from a to z, got {alphabet!r}"
            )
        if length < 1 or not 1 <= letters[0] <= letters[1]:
            raise ValueError(
                "PenStrokes: length must be at least 1 and letters a range from 1 up, got "
                f"{length} and {letters}"
            )
        self.length, self.seed, self.alphabet, self.letters = length, seed, alphabet, letters

    def __len__(self) -> int:
        """How many words there are."""
        return self.length

    def __getitem__(self, index: int) -> Writing:
        """The word at a place in the data set, always the same."""
        if not -self.length <= index < self.length:
            raise IndexError(f"there are {self.length} writings, none at {index}")
        rng = np.random.default_rng([self.seed, index % self.length])
        count = rng.integers(self.letters[0], self.letters[1], endpoint=True)
        text = "".join(rng.choice(list(self.alphabet), count))
        return write_text(text, rng, self.alphabet)


def collate_writings(writings: Sequence[Writing]) -> PenBatch:
    """Put writings side by side, as a DataLoader's ``collate_fn``.

    Args:
        writings: at least one.

    Returns:
        One batch; masks say what is filling.

    Example:
        >>> data = PenStrokes(2, letters=(2, 4))
        >>> batch = collate_writings([data[0], data[1]])
        >>> bool((batch.points[~batch.mask] == 0).all())
        True
    """

    def pad(parts: Sequence[Tensor]) -> Tensor:
        return pad_sequence(list(parts), batch_first=True)

    return PenBatch(
        points=pad([w.points for w in writings]),
        mask=pad([torch.ones(len(w.points), dtype=torch.bool) for w in writings]),
        text=pad([w.text for w in writings]),
        text_mask=pad([torch.ones(len(w.text), dtype=torch.bool) for w in writings]),
        owner=pad([w.owner for w in writings]),
    )


def _smooth(points: np.ndarray, pieces: int = 8) -> np.ndarray:
    """A curve through all points (Catmull and Rom), sampled finely."""
    # Beyond either end the curve goes on straight.
    ends = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, start, end, after = ends[:-3], ends[1:-2], ends[2:-1], ends[3:]
    t = np.linspace(0, 1, pieces, endpoint=False)[None, :, None]
    b, s, e, a = (corner[:, None] for corner in (before, start, end, after))
    curve = 0.5 * (
        2 * s + (e - b) * t + (2 * b - 5 * s + 4 * e - a) * t**2 + (3 * s - b - 3 * e + a) * t**3
    )
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def _evenly_spaced(curve: np.ndarray) -> np.ndarray:
    """The same curve at points of about equal distance, both ends included."""
    along = np.concatenate([[0], np.linalg.norm(np.diff(curve, axis=0), axis=1).cumsum()])
    count = max(2, round(along[-1] / _STEP) + 1)
    wanted = np.linspace(0, along[-1], count)
    return np.stack([np.interp(wanted, along, curve[:, axis]) for axis in (0, 1)], axis=1)
