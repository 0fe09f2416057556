"""The stage of a scene: sky, grass, road, water and wall, laid out, coloured and textured.

The colours overlap on purpose: water takes the sky's colours, a grey may be sky, road or wall,
dry grass has the colour of sand. What tells them apart is where they lie and how they are
textured, so that a lone pixel stays ambiguous.
"""

from dataclasses import dataclass

import numpy as np

from course_pkg.data._classes import STUFF
from course_pkg.data._textures import bricks, noise_tile, rows, window

_SKY, _GRASS, _ROAD, _WATER, _WALL = range(len(STUFF))

# Base colours a stuff class may take.
_COLOURS = {
    "sky": ((0.45, 0.65, 0.90), (0.62, 0.66, 0.70), (0.85, 0.62, 0.45), (0.30, 0.38, 0.58)),
    "grass": ((0.30, 0.50, 0.20), (0.48, 0.55, 0.25), (0.66, 0.60, 0.36), (0.42, 0.42, 0.36)),
    "road": ((0.42, 0.42, 0.44), (0.30, 0.30, 0.32), (0.60, 0.52, 0.40), (0.56, 0.57, 0.60)),
    "water": ((0.34, 0.50, 0.70), (0.50, 0.56, 0.62), (0.32, 0.46, 0.38), (0.70, 0.56, 0.46)),
    "wall": (
        (0.62, 0.34, 0.26),
        (0.56, 0.56, 0.58),
        (0.74, 0.66, 0.50),
        (0.45, 0.56, 0.72),
        (0.40, 0.50, 0.32),
    ),
}


@dataclass(frozen=True)
class Background:
    """A painted stage; lengths are fractions of the picture's side, y grows downwards."""

    image: np.ndarray  # float32 (3, h, w)
    stuff: np.ndarray  # int64 (h, w), an index into STUFF
    horizon: float
    front: float  # things stand below this line: in front of the wall, if there is one


def _lay_out(
    rng: np.random.Generator, y: np.ndarray, x: np.ndarray
) -> tuple[np.ndarray, float, float]:
    """Which stuff each pixel is; the horizon; the line in front of which things may stand."""
    horizon = rng.uniform(0.26, 0.46)
    bump, phase, pitch = rng.uniform(0.0, 0.04), rng.uniform(0, 6.3), rng.uniform(2, 9)
    skyline = horizon - bump * (1 + np.sin(pitch * x + phase))
    stuff = np.where(y < skyline, _SKY, _GRASS)
    has_water, has_road, has_wall = rng.random(3) < (0.4, 0.65, 0.45)
    across = rng.random() < 0.5

    # Every number is drawn whether or not it is used, so that one choice does not shift the next.
    wx, wy, wa, wb = rng.uniform((0.0, 0.1, 0.3, 0.07), (1.0, 0.6, 0.8, 0.16))
    if has_water:
        lake = ((x - wx) / wa) ** 2 + ((y - horizon - wy * (1 - horizon)) / wb) ** 2
        stuff[(lake < 1 + 0.2 * np.sin(9 * x + phase)) & (y > skyline)] = _WATER

    top, thick, vanish, aim, half = rng.uniform(
        (0.15, 0.16, 0.2, -0.4, 0.18), (0.55, 0.32, 0.8, 0.4, 0.4)
    )
    if has_road and across:
        edge = horizon + top * (1 - horizon) + 0.015 * np.sin(6 * x + phase)
        stuff[(y > edge) & (y < edge + thick)] = _ROAD
    elif has_road:
        depth = (y - horizon) / (1 - horizon)  # 0 at the horizon, 1 at the bottom edge
        stuff[(np.abs(x - vanish - aim * depth) < half * depth + 0.01) & (depth > 0)] = _ROAD

    front = horizon + 0.04
    base, height, left, span = rng.uniform((0.03, 0.12, -0.4, 0.5), (0.10, 0.5, 0.5, 1.2))
    if has_wall:
        base += horizon
        stuff[(y < base) & (y > base - height) & (x > left) & (x < left + span)] = _WALL
        front = base + 0.03
    return stuff, horizon, front


def _paint(
    rng: np.random.Generator, stuff: np.ndarray, horizon: float, y: np.ndarray, x: np.ndarray
) -> np.ndarray:
    """Give every stuff class its colour and its texture."""
    size = y.size
    offsets = rng.random((4, 2))
    soft = window(noise_tile(1.7), tuple(offsets[0]), size, size)
    choice = rng.random(len(STUFF))
    jitter = rng.uniform(-0.06, 0.06, (len(STUFF), 3))
    colours = np.array(
        [
            _COLOURS[name][int(c * len(_COLOURS[name]))]
            for name, c in zip(STUFF, choice, strict=True)
        ]
    )
    colours = (colours + jitter).astype(np.float32)

    # Rows of the ground's textures crowd together towards the horizon (and the hills above it).
    below = np.maximum(y[:, 0] - horizon + 0.1, 0) + 0.12
    receding = 90 * np.log(below / 0.12)
    blades = rows(noise_tile(0.7, 0.5), tuple(offsets[1]), receding, size)
    ripples = rows(noise_tile(1.0, 0.15), tuple(offsets[2]), 2.2 * receding, size)
    grain = window(noise_tile(0.3), tuple(offsets[3]), size, size)

    texture = np.empty((len(STUFF), size, size), np.float32)
    texture[_SKY] = 1.04 + 0.09 * soft + 0.25 * (y - horizon)
    texture[_GRASS] = 1 + 0.15 * blades + 0.07 * soft
    texture[_ROAD] = 1 + 0.05 * grain + 0.04 * soft
    texture[_WATER] = 1.02 + 0.14 * ripples
    texture[_WALL] = bricks(y, x, rng.uniform(14, 26)) * (1 + 0.04 * grain + 0.06 * soft)
    shade = np.take_along_axis(texture, stuff[None], 0)[0]
    image = colours.T[:, stuff]
    image *= shade

    # Haze: distance pales the ground towards the colour of the sky.
    haze = rng.uniform(0.1, 0.5) * np.exp(-9 * np.maximum(y - horizon, 0)) * (y > horizon)
    image += haze * (colours[_SKY][:, None, None] - image)
    return image


def paint_background(rng: np.random.Generator, size: int) -> Background:
    """Draw the stage of one scene."""
    y = ((np.arange(size, dtype=np.float32) + 0.5) / size)[:, None]
    x = y.T
    stuff, horizon, front = _lay_out(rng, y, x)
    image = _paint(rng, stuff, horizon, y, x)
    # A lens is never perfectly sharp; this also takes the stairs out of slanted borders.
    image[:, 1:-1] = 0.5 * image[:, 1:-1] + 0.25 * (image[:, :-2] + image[:, 2:])
    image[:, :, 1:-1] = 0.5 * image[:, :, 1:-1] + 0.25 * (image[:, :, :-2] + image[:, :, 2:])
    return Background(image, stuff, horizon, front)
