"""Why transposed convolutions leave checkerboards: count the stamps, look at a photograph."""

import numpy as np
import traitlets
from jaxtyping import Float, Int

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.photos import cameraman, pack_photo, picture_tag
from course_pkg.widgets.stamping import KernelShape, overlap_counts, stamp_photo, stamp_weights
from course_pkg.widgets.values import WholeNumber, html_table

__all__ = ["Checkerboard"]

_MOST_PIXELS = 64  # a side
_ROW, _GRID = 6, 4  # input cells that the two overlap figures stamp


class Checkerboard(BookWidget):
    """Choose a kernel size and a stride: see the overlaps, and a photograph stamped with them.

    Args:
        kernel_size: cells along a side of the kernel, 1 to 8.
        stride: cells from one stamp to the next, 1 to 4.
        weights: ``"equal"`` kernel values, or a ``"triangle"``.
        photo: brightness 0 to 255, at most 64 x 64; the cameraman where none is given.
        alt: what the photograph shows.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a setting is out of range.
        ValueError: if the photo is empty, too large or out of range.

    Example:
        >>> w = Checkerboard(kernel_size=3, stride=2)
        >>> w.counts
        array([1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1])
        >>> w.kernel_size = 4
        >>> w.counts
        array([1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1])
    """

    _tag = "course-checkerboard"
    _esm = module_source("convolution.js", "photo.js", "checkerboard.js")
    _shown = ("kernel_size", "stride", "weights")

    kernel_size = WholeNumber(1, 8, 3).tag(sync=True)
    stride = WholeNumber(1, 4, 2).tag(sync=True)
    weights = traitlets.Enum(["equal", "triangle"], "equal").tag(sync=True)
    photo = traitlets.Dict(read_only=True).tag(sync=True)
    limits = traitlets.Dict(
        {"kernel_size": 8, "stride": 4, "row": _ROW, "grid": _GRID}, read_only=True
    ).tag(sync=True)

    def __init__(
        self,
        kernel_size: int = 3,
        stride: int = 2,
        weights: KernelShape = "equal",
        photo: np.ndarray | None = None,
        alt: str = "A photographer behind his camera",
        title: str = "Where the checkerboard comes from",
    ) -> None:
        own = cameraman(48) if photo is None else photo
        self._pixels, packed = pack_photo(own, alt, _MOST_PIXELS)
        self.set_trait("photo", packed)
        super().__init__(kernel_size=kernel_size, stride=stride, weights=weights, title=title)

    @property
    def counts(self) -> Int[np.ndarray, " length"]:
        """How many stamps cover each output cell along an axis (6 input cells)."""
        return overlap_counts(_ROW, self.kernel_size, self.stride)

    @property
    def counts_2d(self) -> Int[np.ndarray, "length length"]:
        """The same in a picture (4 x 4 input cells): the counts of both axes multiply."""
        along = overlap_counts(_GRID, self.kernel_size, self.stride)
        return np.outer(along, along)

    @property
    def output(self) -> Float[np.ndarray, "h w"]:
        """The photograph after the transposed convolution, not clipped."""
        shape: KernelShape = "triangle" if self.weights == "triangle" else "equal"
        along = stamp_weights(shape, self.kernel_size, self.stride)
        return stamp_photo(self._pixels, along, self.stride)

    def fallback(self) -> str:
        """The stamped photograph as a picture, and the overlap counts as tables."""
        settings = f"kernel {self.kernel_size} and stride {self.stride}"
        return (
            picture_tag(self.output, f"{self.photo['alt']}, stamped with {settings}", 240)
            + html_table(f"Stamps on each cell, {settings}", self.counts.astype(float))
            + html_table("The same in a picture", self.counts_2d.astype(float))
        )
