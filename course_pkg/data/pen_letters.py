"""The alphabet as a pen draws it: 26 small letters, each a few strokes through a few points.

Not a font: the points say how a hand moves, in its order, and a smooth curve goes through them.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

__all__ = ["LETTERS", "letter_strokes"]

# x to the right, y up; the line stands at 0, small letters are 8 high, tall ones 14.
_POINTS = {
    "a": "7,6 4,8 1,7 0,4 1,1 4,0 7,3 7,8 7,2 9,0",
    "b": "0,14 0,7 0,0 0,5 3,8 6,7 7,4 6,1 3,0 0,2",
    "c": "7,6 4,8 1,7 0,4 1,1 4,0 7,2",
    "d": "7,6 4,8 1,7 0,4 1,1 4,0 7,3 7,14 7,3 9,0",
    "e": "0,4 4,4 7,5 6,7 4,8 1,7 0,4 1,1 4,0 7,1",
    "f": "6,13 4,14 2,12 2,6 2,0 / 0,8 5,8",
    "g": "7,6 4,8 1,7 0,4 1,1 4,0 7,3 7,8 7,-3 5,-6 1,-5",
    "h": "0,14 0,7 0,0 0,5 3,8 6,7 7,4 7,0",
    "i": "1,8 1,4 1,1 3,0 / 1,11 1,12",
    "j": "3,8 3,2 3,-3 1,-6 -1,-5 / 3,11 3,12",
    "k": "0,14 0,7 0,0 / 6,8 3,5 1,4 4,2 7,0",
    "l": "1,14 1,7 1,2 3,0",
    "m": "0,8 0,4 0,0 0,5 2,8 4,7 5,4 5,0 5,5 7,8 9,7 10,4 10,0",
    "n": "0,8 0,4 0,0 0,5 3,8 6,7 7,4 7,0",
    "o": "4,8 1,7 0,4 1,1 4,0 7,1 8,4 7,7 4,8",
    "p": "0,8 0,1 0,-6 0,5 3,8 6,7 7,4 6,1 3,0 0,2",
    "q": "7,6 4,8 1,7 0,4 1,1 4,0 7,3 7,8 7,0 7,-6 9,-4",
    "r": "0,8 0,4 0,0 0,5 2,7 5,8",
    "s": "6,7 3,8 1,6 3,4 6,3 6,1 3,0 0,1",
    "t": "2,12 2,6 2,1 4,0 6,1 / 0,8 5,8",
    "u": "0,8 0,3 1,0 4,0 7,3 7,8 7,3 9,0",
    "v": "0,8 2,4 4,0 6,4 8,8",
    "w": "0,8 1,4 3,0 4,3 5,6 7,0 9,4 10,8",
    "x": "0,8 4,4 8,0 / 8,8 4,4 0,0",
    "y": "0,8 2,4 4,1 / 8,8 5,2 3,-3 0,-6",
    "z": "0,8 4,8 7,8 4,4 0,0 4,0 8,0",
}
#: The letters that the pen can draw.
LETTERS = "".join(_POINTS)


def _read(text: str) -> list[np.ndarray]:
    strokes = [
        [[float(number) for number in point.split(",")] for point in stroke.split()]
        for stroke in text.split("/")
    ]
    return [np.array(stroke) for stroke in strokes]


_STROKES: Mapping[str, list[np.ndarray]] = {name: _read(text) for name, text in _POINTS.items()}


def letter_strokes(letter: str) -> list[Float[np.ndarray, "points 2"]]:
    """Look up the strokes of a small letter.

    Args:
        letter: one of `LETTERS`.

    Returns:
        For each stroke the points (x, y) that the pen passes, y up, as new arrays.

    Raises:
        ValueError: if there is no such letter.

    Example:
        >>> [stroke.tolist() for stroke in letter_strokes("i")]
        [[[1.0, 8.0], [1.0, 4.0], [1.0, 1.0], [3.0, 0.0]], [[1.0, 11.0], [1.0, 12.0]]]
    """
    if letter not in _STROKES:
        raise ValueError(
            f"letter_strokes: there are strokes for a to z, none for {letter!r}; write in small "
            "letters"
        )
    return [stroke.copy() for stroke in _STROKES[letter]]
