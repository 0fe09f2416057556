"""The seven things of the synthetic world, each drawn from a few shapes.

Every drawing takes a patch, the thing's main colour and six numbers in [0, 1) that vary its form.
``HALF_WIDTH`` is how far a thing reaches to each side, ``STATURE`` how tall it stands beside the
others, both in units of height: a house's height for STATURE.
"""

import numpy as np

from course_pkg.data._drawing import Patch
from course_pkg.data._textures import noise_tile, window

HALF_WIDTH = {
    "tree": 0.44,
    "house": 0.72,
    "car": 1.12,
    "ball": 0.5,
    "box": 0.62,
    "person": 0.28,
    "animal": 0.78,
}
STATURE = {
    "tree": 1.1,
    "house": 1.0,
    "car": 0.42,
    "ball": 0.26,
    "box": 0.34,
    "person": 0.6,
    "animal": 0.38,
}
_BARK, _GLASS, _RUBBER = (0.30, 0.22, 0.15), (0.55, 0.68, 0.75), (0.09, 0.09, 0.10)


def _tree(p: Patch, colour: np.ndarray, form: np.ndarray) -> None:
    p.rect(-0.05 - 0.03 * form[0], 0.05 + 0.03 * form[0], 0, 0.45, _BARK)
    if form[1] < 0.35:
        for low, wide in ((0.18, 0.36), (0.42, 0.29), (0.65, 0.21)):
            p.polygon([(-wide, low), (wide, low), (0, low + 0.35)], colour * (0.7 + 0.4 * low))
        return
    r = 0.19 + 0.05 * form[2]
    p.disc(-0.17, 0.55, r, 0.8 * colour)
    p.disc(0.18, 0.57 + 0.06 * form[3], r - 0.01, 0.9 * colour)
    p.disc(0.02, 0.74, 0.24, colour)


def _house(p: Patch, colour: np.ndarray, form: np.ndarray) -> None:
    roof = np.array([(0.45, 0.20, 0.15), (0.25, 0.25, 0.28), (0.50, 0.38, 0.25)])[int(3 * form[0])]
    if form[1] < 0.5:
        p.rect(0.22, 0.34, 0.6, 0.97, 0.8 * roof)
    p.rect(-0.56, 0.56, 0, 0.62, colour)
    p.polygon([(-0.7, 0.58), (0.7, 0.58), (0.25 * form[2], 1), (-0.25 * form[2], 1)], roof)
    door = -0.3 + 0.6 * form[3]
    p.rect(door - 0.09, door + 0.09, 0, 0.34, 0.6 * roof)
    for u in (-0.36, 0.0, 0.36):
        if abs(u - door) > 0.2:
            p.rect(u - 0.09, u + 0.09, 0.22, 0.44, _GLASS)


def _car(p: Patch, colour: np.ndarray, form: np.ndarray) -> None:
    back = -0.75 - 0.25 * form[0]
    p.polygon([(back, 0.6), (0.62, 0.6), (0.3, 1.0), (back + 0.2, 1.0)], 0.9 * colour)
    p.polygon([(back + 0.15, 0.63), (-0.18, 0.63), (-0.18, 0.92), (back + 0.28, 0.92)], _GLASS)
    p.polygon([(-0.08, 0.63), (0.45, 0.63), (0.23, 0.92), (-0.08, 0.92)], _GLASS)
    p.limb((-0.92, 0.43), (0.9, 0.41), 0.21, colour)
    p.disc(1.02, 0.46, 0.07, (0.98, 0.93, 0.65))
    for u in (-0.6, 0.6):
        p.disc(u, 0.2, 0.2, _RUBBER)
        p.disc(u, 0.2, 0.09, (0.65, 0.65, 0.66))


def _ball(p: Patch, colour: np.ndarray, form: np.ndarray) -> None:
    p.disc(0, 0.5, 0.49, colour)
    if form[0] < 0.5:  # a stripe, cut to the ball by what is already covered
        turn = 3.14 * form[1]
        across = np.abs(p.u * np.cos(turn) + (p.v - 0.5) * np.sin(turn)) - 0.1
        inside = np.sqrt(p.u**2 + (p.v - 0.5) ** 2) - 0.49
        p.paint(np.maximum(across, inside), 0.5 + 0.4 * form[2] - 0.3 * colour)
    away = np.sqrt((p.u + 0.15) ** 2 + (p.v - 0.65) ** 2)
    p.rgb *= 1.18 - 0.75 * away**2


def _box(p: Patch, colour: np.ndarray, form: np.ndarray) -> None:
    p.polygon([(0.35, 0), (0.58, 0.18), (0.58, 0.98), (0.35, 0.78)], 0.65 * colour)
    p.polygon([(-0.58, 0.78), (0.35, 0.78), (0.58, 0.98), (-0.35, 0.98)], 1.15 * colour)
    p.rect(-0.58, 0.35, 0, 0.78, colour)
    if form[0] < 0.5:  # planks
        for v in (0.26, 0.52):
            p.rect(-0.58, 0.35, v - 0.02, v + 0.02, 0.6 * colour)
    else:  # tape
        p.rect(-0.18, -0.05, 0, 0.78, 0.35 + 0.6 * colour)


def _person(p: Patch, colour: np.ndarray, form: np.ndarray) -> None:
    skin = (0.35 + 0.55 * form[0]) * np.array((1.0, 0.78, 0.64))
    legs = np.array([(0.18, 0.20, 0.35), (0.30, 0.27, 0.24), (0.55, 0.52, 0.45)])[int(3 * form[1])]
    stride = 0.04 + 0.1 * form[2]
    p.limb((-0.04, 0.45), (-stride, 0.05), 0.055, legs)
    p.limb((0.04, 0.45), (stride, 0.05), 0.055, 0.85 * legs)
    swing = 0.08 + 0.1 * form[3]
    p.limb((-0.1, 0.76), (-swing - 0.05, 0.48), 0.04, 0.9 * colour)
    p.limb((0.1, 0.76), (swing + 0.05, 0.48), 0.04, 0.8 * colour)
    p.limb((0, 0.5), (0, 0.74), 0.115, colour)
    p.disc(0, 0.91, 0.085, skin)
    p.polygon([(-0.085, 0.92), (0.085, 0.92), (0.06, 0.99), (-0.06, 0.99)], 0.3 * skin)


def _animal(p: Patch, colour: np.ndarray, form: np.ndarray) -> None:
    dark = 0.75 * colour
    for u, side in ((-0.36, dark), (0.34, dark), (-0.24, colour), (0.24, colour)):
        p.limb((u, 0.4), (u + 0.06 * (form[0] - 0.5), 0.05), 0.05, side)
    p.limb((-0.42, 0.6), (-0.66, 0.42 + 0.4 * form[1]), 0.045, dark)
    p.limb((-0.3, 0.52), (0.26, 0.54), 0.2, colour)
    p.limb((0.32, 0.6), (0.46, 0.8), 0.11, colour)
    p.limb((0.46, 0.82), (0.62, 0.78), 0.1, colour)
    p.limb((0.42, 0.88), (0.36, 0.95), 0.04, dark)
    if form[2] < 0.5:  # a coat with patches
        for u, v in ((-0.25, 0.58), (0.05, 0.5), (0.2, 0.62)):
            p.disc(u, v, 0.08, 0.5 - 0.3 * (colour - 0.5))


_DRAW = {
    "tree": _tree,
    "house": _house,
    "car": _car,
    "ball": _ball,
    "box": _box,
    "person": _person,
    "animal": _animal,
}


def draw(name: str, p: Patch, colour: np.ndarray, form: np.ndarray, light: float) -> None:
    """Draw the named thing on its patch, lit from the left (light < 0) or the right."""
    _DRAW[name](p, colour, form)
    rough = 0.22 if name == "tree" else 0.06
    noise = window(noise_tile(0.9), (form[4], form[5]), *p.alpha.shape)
    p.rgb *= (1 + rough * noise) * (0.93 + light * p.u + 0.14 * p.v)
