"""DRAW's window on a real photograph: move it, blur it, and see what it reads and writes back."""

import math
from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.filterbanks import filter_weights, seen_and_written
from course_pkg.widgets.photos import cat, pack_photo, picture_tag
from course_pkg.widgets.values import WholeNumber, format_number

__all__ = ["Filterbank"]

_MOST_PIXELS = 64  # a side; more would weigh on the page
_RANGES = {
    "centre_x": (-64.0, 128.0),
    "centre_y": (-64.0, 128.0),
    "stride": (0.0, 32.0),
    "variance": (0.01, 100.0),
    "intensity": (0.1, 4.0),
}


class _Bounded(traitlets.Float):
    """A finite number between two bounds."""

    def validate(self, obj: Any, value: Any) -> float:
        low, high = _RANGES[self.name or ""]
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not (math.isfinite(value) and low <= value <= high):
            raise traitlets.TraitError(
                f"{self.name} must be a number from {low:g} to {high:g}, but {value!r} came"
            )
        return float(value)


class Filterbank(BookWidget):
    """Place a window of Gaussian filters on a photograph.

    Args:
        centre_x: of the window in pixels from the left edge, -64 to 128.
        centre_y: from the top edge.
        stride: pixels between the filters, 0 to 32.
        variance: of each filter in square pixels, 0.01 to 100.
        intensity: factor of what is read, 0.1 to 4.
        patch_size: filters along a side, 1 to 12.
        shifted: count as the popular implementation does, one stride off.
        photo: brightness 0 to 255, at most 64 x 64; a cat where none is given.
        alt: what the photograph shows.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a setting is out of range.
        ValueError: if the photo is empty, too large or out of range.

    Example:
        >>> w = Filterbank(patch_size=3, stride=10)
        >>> w.centres_x
        [20.0, 30.0, 40.0]
        >>> w.shifted = True
        >>> w.centres_x
        [10.0, 20.0, 30.0]
    """

    _tag = "course-filterbank"
    _esm = module_source("photo.js", "filterbank.js")
    _shown = ("centre_x", "centre_y", "stride", "variance", "intensity", "patch_size", "shifted")

    centre_x = _Bounded(30.0).tag(sync=True)
    centre_y = _Bounded(30.0).tag(sync=True)
    stride = _Bounded(4.0).tag(sync=True)
    variance = _Bounded(1.0).tag(sync=True)
    intensity = _Bounded(1.0).tag(sync=True)
    patch_size = WholeNumber(1, 12, 8).tag(sync=True)
    shifted = traitlets.Bool(False).tag(sync=True)
    photo = traitlets.Dict(read_only=True).tag(sync=True)
    limits = traitlets.Dict(
        {name: list(ends) for name, ends in _RANGES.items()} | {"patch_size": [1, 12]},
        read_only=True,
    ).tag(sync=True)

    def __init__(
        self,
        centre_x: float = 30.0,
        centre_y: float = 30.0,
        stride: float = 4.0,
        variance: float = 1.0,
        intensity: float = 1.0,
        patch_size: int = 8,
        shifted: bool = False,
        photo: np.ndarray | None = None,
        alt: str = "The face of a cat",
        title: str = "A window anywhere",
    ) -> None:
        own = cat() if photo is None else photo
        self._pixels, packed = pack_photo(own, alt, _MOST_PIXELS)
        self.set_trait("photo", packed)
        super().__init__(
            centre_x=centre_x,
            centre_y=centre_y,
            stride=stride,
            variance=variance,
            intensity=intensity,
            patch_size=patch_size,
            shifted=shifted,
            title=title,
        )

    @property
    def centres_x(self) -> list[float]:
        """Where the filters of a row look, in pixels from the left edge."""
        start = -(self.patch_size - 1) / 2 - self.shifted
        return [self.centre_x + (start + i) * self.stride for i in range(self.patch_size)]

    @property
    def patch(self) -> Float[np.ndarray, "n n"]:
        """What the window reads, not clipped."""
        return self._both()[0]

    @property
    def written(self) -> Float[np.ndarray, "h w"]:
        """What writing that patch back gives, not clipped."""
        return self._both()[1]

    def _both(self) -> tuple[np.ndarray, np.ndarray]:
        height, width = self._pixels.shape
        rest = (self.stride, math.sqrt(self.variance), self.patch_size)
        rows = filter_weights(self.centre_y, *rest, height, self.shifted)
        columns = filter_weights(self.centre_x, *rest, width, self.shifted)
        return seen_and_written(self._pixels, rows, columns, self.intensity)

    def fallback(self) -> str:
        """The patch and what it writes, as two pictures."""
        settings = (
            f"window of {self.patch_size} × {self.patch_size} filters round "
            f"({format_number(self.centre_x)}, {format_number(self.centre_y)}), stride "
            f"{format_number(self.stride)}, variance {format_number(self.variance)}"
        )
        said = f"{self.photo['alt']}, read through a {settings}"
        back = f"{self.photo['alt']}, written back through the same window"
        return picture_tag(self.patch, said, 200) + picture_tag(self.written, back, 200)
