"""Pixel shuffle: deal out channels as pixels."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "pixel_shuffle"]


def pixel_shuffle(x: np.ndarray, upscale_factor: int) -> np.ndarray:
    """Turn ``r * r`` channels into one that is ``r`` times larger.

    Example:
        >>> pixel_shuffle(np.array([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]), 2)
        array([[[1., 2.],
                [3., 4.]]])
    """
    r = upscale_factor
    channels, h, w = x.shape
    cells = x.reshape(channels // r**2, r, r, h, w)  # (c, i, j, h, w)
    cells = cells.transpose(0, 3, 1, 4, 2)  # (c, h, i, w, j)
    return cells.reshape(channels // r**2, r * h, r * w)


def _dealt(x: np.ndarray, r: int, split: tuple[int, ...], order: tuple[int, ...]) -> np.ndarray:
    channels, h, w = x.shape
    return x.reshape(*split, h, w).transpose(order).reshape(channels // r**2, r * h, r * w)


def _only_reshapes(x: np.ndarray, upscale_factor: int) -> np.ndarray:
    channels, h, w = x.shape
    r = upscale_factor
    return x.reshape(channels // r**2, r * h, r * w)


def _channel_last(x: np.ndarray, upscale_factor: int) -> np.ndarray:
    r = upscale_factor
    return _dealt(x, r, (r, r, x.shape[0] // r**2), (2, 3, 0, 4, 1))


def _turned(x: np.ndarray, upscale_factor: int) -> np.ndarray:
    r = upscale_factor
    return _dealt(x, r, (x.shape[0] // r**2, r, r), (0, 3, 2, 4, 1))


def _side_by_side(x: np.ndarray, upscale_factor: int) -> np.ndarray:
    r = upscale_factor
    return _dealt(x, r, (x.shape[0] // r**2, r, r), (0, 1, 3, 2, 4))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    # Tens say which channel, ones which pixel of it.
    four = np.array([10.0, 20.0, 30.0, 40.0]).reshape(4, 1, 1) + np.array([[1.0, 2.0], [3.0, 4.0]])
    yield Case("4 channels of 2 x 2 to one of 4 x 4", {"x": four, "upscale_factor": 2})
    yield Case("two output channels", {"x": rng.normal(size=(8, 2, 3)), "upscale_factor": 2})
    yield Case("three times as large", {"x": rng.normal(size=(9, 2, 2)), "upscale_factor": 3})
    yield Case(
        "a factor of 1 changes nothing", {"x": rng.normal(size=(3, 2, 2)), "upscale_factor": 1}
    )


EXERCISE = Exercise(
    id="upsampling.pixel_shuffle",
    title="Pixel shuffle",
    chapter=4,
    points=4,
    statement=(
        "With r = upscale_factor, turn x (c*r*r, h, w) into (c, r*h, r*w): every group of r*r "
        "channels becomes one channel, r times larger. Output pixel (r*y + i, r*x + j) of channel "
        "c comes from input channel c*r*r + r*i + j at (y, x)."
    ),
    starter="def pixel_shuffle(x, upscale_factor):\n    raise NotImplementedError",
    hints=(
        "Four channels of one pixel each: 1, 2, 3, 4. Which 2 x 2 picture do they make?",
        "Split the channel axis in three: x.reshape(c, r, r, h, w) has axes c, i, j, y, x.",
        "Bring the axes into the order c, y, i, x, j with transpose, then reshape once more.",
    ),
    reference=pixel_shuffle,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is one reshape and nothing moved: neighbours in memory became neighbours in the "
            "picture. The channel's i and j have to be carried beside y and x first (transpose).",
            _only_reshapes,
        ),
        Mistake(
            "The channels were split as (r, r, c). Groups of r*r neighbouring channels belong "
            "together: split them as (c, r, r).",
            _channel_last,
        ),
        Mistake(
            "Every little r x r square is mirrored at its diagonal: i and j are swapped. i moves "
            "down, j moves right.",
            _turned,
        ),
        Mistake(
            "The channels were laid side by side as whole pictures. Their pixels have to be "
            "interleaved: y before i, and x before j.",
            _side_by_side,
        ),
    ),
)
