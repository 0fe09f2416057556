"""Where the things of a scene stand: groups of one class, often touching, in perspective."""

from dataclasses import dataclass

import numpy as np

from course_pkg.data._background import Background
from course_pkg.data._classes import COLOUR_RGB, COLOURS, STUFF, THINGS
from course_pkg.data._drawing import Patch
from course_pkg.data._things import HALF_WIDTH, STATURE, draw

_WATER = STUFF.index("water")
# A tree is not blue: crowns take four of the colours.
_CROWNS = tuple(COLOURS.index(name) for name in ("green", "green", "orange", "yellow", "red"))
_GROUP_SIZES = (0.42, 0.33, 0.17, 0.08)  # chances of 1, 2, 3, 4 of a kind


@dataclass(frozen=True)
class Thing:
    """One thing, placed. Lengths are fractions of the picture's side, y grows downwards."""

    name: str
    x: float
    foot: float
    height: float
    colour: int  # index into COLOURS
    rgb: np.ndarray
    form: np.ndarray  # six numbers in [0, 1)
    flip: bool

    def paint(self, size: int, light: float, shift: float = 0.0) -> Patch:
        """Draw the thing alone on its patch, moved sideways by ``shift``."""
        side = HALF_WIDTH[self.name]
        patch = Patch(
            (self.x + shift) * size,
            self.foot * size,
            self.height * size,
            side,
            size,
            self.flip,
        )
        if patch.alpha.size:
            draw(self.name, patch, self.rgb, self.form, -light if self.flip else light)
        return patch


def make_thing(
    rng: np.random.Generator,
    name: str,
    x: float,
    foot: float,
    horizon: float,
    colour: int | None = None,
) -> Thing:
    """A thing of the named class at a place; its size follows from how near it stands."""
    near = (foot - horizon) / (1 - horizon)
    height = STATURE[name] * (0.26 + 0.42 * near) * rng.uniform(0.9, 1.1)
    own = int(rng.choice(_CROWNS)) if name == "tree" else int(rng.integers(len(COLOURS)))
    colour = own if colour is None else colour
    # Jitter per channel keeps a class or a colour from being one exact value.
    rgb = np.array(COLOUR_RGB[colour]) * rng.uniform(0.85, 1.1) + rng.uniform(-0.04, 0.04, 3)
    form = rng.random(6)
    flip = bool(rng.random() < 0.5)
    return Thing(name, x, foot, height, colour, np.clip(rgb, 0.03, 1), form, flip)


def _place(rng: np.random.Generator, ground: Background, far: float) -> tuple[float, float]:
    """A point on dry ground if one of four tries finds it."""
    tries = rng.random((4, 2))
    size = ground.stuff.shape[0]
    x, foot = 0.5, ground.front
    for a, b in tries:
        x = 0.06 + 0.88 * a
        foot = ground.front + b * (far - ground.front)
        if ground.stuff[min(int(foot * size), size - 1), int(x * size)] != _WATER:
            break
    return float(x), float(foot)


def place_things(rng: np.random.Generator, ground: Background) -> list[Thing]:
    """Two to five groups; each is one class, alone or up to four side by side."""
    things: list[Thing] = []
    names = rng.permutation(np.array(THINGS))[: rng.integers(2, 6)]
    for name in map(str, names):
        # Tall things stay back, or one house would hide everything.
        far = 0.72 if name in ("tree", "house") else 0.97
        x, foot = _place(rng, ground, far)
        count = 1 + int(rng.choice(4, p=_GROUP_SIZES))
        alike, huddled = rng.random(2) < (0.6, 0.8)
        first = make_thing(rng, name, x, foot, ground.horizon)
        things.append(first)
        step = 1 if x < 0.5 else -1
        for _ in range(count - 1):
            apart = rng.uniform(0.6, 0.95) if huddled else rng.uniform(1.2, 1.8)
            x += step * apart * 2 * HALF_WIDTH[name] * first.height
            beside = float(np.clip(foot + rng.uniform(-0.015, 0.015), ground.front, 0.99))
            shared = first.colour if alike else None
            things.append(make_thing(rng, name, x, beside, ground.horizon, shared))
    # Painted from far to near; a foot lower in the picture is nearer.
    return sorted(things, key=lambda thing: thing.foot)
