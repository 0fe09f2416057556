"""Shapes as signed distances, painted on a small patch with soft edges.

A shape is a function that is negative inside and positive outside, measured in units of the
thing's height; its edge is spread over one pixel. Drawing on the thing's own patch, not on the
picture, is what makes a scene cheap. The painting methods are called some forty times a scene and
opt out of the check of types at each call (``no_type_check``), which costs as much as the painting.

Source of the distance functions: Hart 1996, Sphere tracing (The Visual Computer 12), appendix A.
"""

from math import hypot
from typing import no_type_check

import numpy as np

Colour = tuple[float, float, float] | np.ndarray


class Patch:
    """The pixels around one thing, in the thing's own coordinates.

    ``u`` runs to the right from the thing's middle and ``v`` upwards from its foot, both in units
    of its height. The patch is cut at the picture's border.

    Args:
        x: the thing's middle in pixels.
        foot: the row its foot stands on, in pixels.
        height: in pixels.
        half_width: in units of the height.
        size: side of the picture in pixels.
        flip: mirror left and right.
    """

    def __init__(
        self, x: float, foot: float, height: float, half_width: float, size: int, flip: bool = False
    ) -> None:
        reach = half_width * height + 1
        self.left, self.right = (min(max(int(e), 0), size) for e in (x - reach, x + reach + 1))
        self.top, self.bottom = (min(max(int(e), 0), size) for e in (foot - height - 1, foot + 2))
        u = (np.arange(self.left, self.right, dtype=np.float32) + 0.5 - x) / height
        self.u = (-u if flip else u)[None]
        self.v = ((foot - 0.5 - np.arange(self.top, self.bottom, dtype=np.float32)) / height)[
            :, None
        ]
        self.height = height
        self.area = slice(self.top, self.bottom), slice(self.left, self.right)
        shape = (len(self.v), self.u.shape[1])
        self.rgb = np.zeros((3, *shape), np.float32)
        self.alpha = np.zeros(shape, np.float32)

    @no_type_check
    def paint(self, distance: np.ndarray, colour: Colour) -> None:
        """Lay one shape over what is there."""
        cover = np.minimum(np.maximum(0.5 - distance * self.height, 0), 1)
        self.rgb += cover * (np.asarray(colour, np.float32)[:, None, None] - self.rgb)
        np.maximum(self.alpha, cover, out=self.alpha)

    @no_type_check
    def disc(self, cu: float, cv: float, radius: float, colour: Colour) -> None:
        """A disc around (cu, cv)."""
        self.paint(np.sqrt((self.u - cu) ** 2 + (self.v - cv) ** 2) - radius, colour)

    @no_type_check
    def rect(self, u0: float, u1: float, v0: float, v1: float, colour: Colour) -> None:
        """An upright rectangle."""
        across = np.abs(self.u - (u0 + u1) / 2) - (u1 - u0) / 2
        up = np.abs(self.v - (v0 + v1) / 2) - (v1 - v0) / 2
        self.paint(np.maximum(across, up), colour)

    @no_type_check
    def limb(
        self, a: tuple[float, float], b: tuple[float, float], radius: float, colour: Colour
    ) -> None:
        """A stick with round ends from a to b."""
        du, dv = b[0] - a[0], b[1] - a[1]
        pu, pv = self.u - a[0], self.v - a[1]
        along = (pu * (du / (du * du + dv * dv))) + pv * (dv / (du * du + dv * dv))
        along = np.minimum(np.maximum(along, 0), 1)
        self.paint(np.sqrt((pu - along * du) ** 2 + (pv - along * dv) ** 2) - radius, colour)

    @no_type_check
    def polygon(self, corners: list[tuple[float, float]], colour: Colour) -> None:
        """A convex polygon, corners counter-clockwise (u right, v up)."""
        distance: np.ndarray | None = None
        for (u0, v0), (u1, v1) in zip(corners, corners[1:] + corners[:1], strict=True):
            length = hypot(u1 - u0, v1 - v0)
            nu, nv = (v1 - v0) / length, (u0 - u1) / length
            side = (self.u - u0) * nu + (self.v - v0) * nv
            distance = side if distance is None else np.maximum(distance, side)
        self.paint(distance, colour)
