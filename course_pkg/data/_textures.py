"""Fractal noise, made once and cut anew for every surface.

Natural textures have an amplitude spectrum that falls like 1 / frequency (Field 1987, JOSA A
4(12)): white noise is shaped in Fourier space into one large periodic tile, and a scene cuts
windows from it. That costs microseconds where making noise for each scene would cost milliseconds.
"""

from functools import cache

import numpy as np
from jaxtyping import Float

_SIDE = 512  # pixels of the periodic tile


@cache
def noise_tile(exponent: float, stretch: float = 1.0) -> Float[np.ndarray, "s s"]:
    """Periodic noise of unit deviation whose amplitude falls like 1 / frequency ** exponent.

    ``stretch`` > 1 draws the grain out sideways (ripples), < 1 upwards (blades of grass).
    """
    rng = np.random.default_rng(20150612)
    white = np.fft.rfft2(rng.standard_normal((_SIDE, _SIDE)))
    fy = np.fft.fftfreq(_SIDE)[:, None]
    fx = np.fft.rfftfreq(_SIDE)[None] * stretch
    radius = np.hypot(fy, fx)
    radius[0, 0] = np.inf  # no constant part
    tile = np.fft.irfft2(white / radius**exponent, (_SIDE, _SIDE))
    tile = (tile / tile.std()).astype(np.float32)
    tile.setflags(write=False)
    return tile


def window(tile: np.ndarray, offset: tuple[float, float], height: int, width: int) -> np.ndarray:
    """A height x width piece of a periodic tile; the offset is two numbers in [0, 1)."""
    side = len(tile)
    top, left = int(offset[0] * side), int(offset[1] * side)
    if top + height <= side and left + width <= side:
        return tile[top : top + height, left : left + width]
    return rows(tile, offset, np.arange(height), width)


def rows(
    tile: np.ndarray, offset: tuple[float, float], index: np.ndarray, width: int
) -> np.ndarray:
    """Chosen rows of a periodic tile: unequal steps between them make a texture recede."""
    side = len(tile)
    top, left = int(offset[0] * side), int(offset[1] * side)
    index = (index.astype(np.intp) + top) % side
    if left + width <= side:
        return tile[index, left : left + width]
    return tile[index[:, None], (np.arange(width) + left) % side]


def bricks(y: np.ndarray, x: np.ndarray, courses: float) -> np.ndarray:
    """Brightness of a brick wall: 1 on bricks, less in the joints; ``courses`` rows per unit."""
    course = np.floor(y * courses)
    bed = (y * courses - course) < 0.18
    along = x * courses * 0.45 + 0.5 * (course % 2)
    joint = (along - np.floor(along)) < 0.1
    return np.where(bed | joint, np.float32(0.72), np.float32(1.0))
