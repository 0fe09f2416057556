"""Drag a sampling grid over a photograph: which pixels does each output pixel read?"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import traitlets
from jaxtyping import Float

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.photos import cameraman, pack_photo, picture_tag
from course_pkg.widgets.sampling_grids import GridKind, read_bilinear, source_grid, target_grid
from course_pkg.widgets.values import WholeNumber, html_table

__all__ = ["TransformerExplorer"]

_MOST_PIXELS = 48  # a side of the source
_LIMIT = 4.0  # of a number in theta
_SIZES = (2, 16)
_SHAPES = {"affine": (2, 3), "projective": (3, 3), "tps": (16, 2)}


def _rest(kind: GridKind) -> list[list[float]]:
    if kind == "tps":
        return (target_grid(4, align_corners=True).reshape(16, 2)).round(6).tolist()
    return np.eye(*_SHAPES[kind]).tolist()


class _Theta(traitlets.TraitType):
    """Rows of numbers of one fixed shape."""

    def __init__(self, kind: GridKind) -> None:
        self.kind: GridKind = kind
        super().__init__(_rest(kind))

    def validate(self, obj: Any, value: Any) -> list[list[float]]:
        shape = _SHAPES[self.kind]
        try:
            array = np.asarray(value, float)
        except (TypeError, ValueError):
            array = np.full(1, np.nan)
        if array.shape != shape or not (np.abs(array) <= _LIMIT).all():
            raise traitlets.TraitError(
                f"{self.name} must be {shape[0]} x {shape[1]} numbers from -{_LIMIT:g} to "
                f"{_LIMIT:g}, but {value!r} came"
            )
        return array.tolist()


class TransformerExplorer(BookWidget):
    """Drag handles or set theta: see the grid, the picture it reads, and where each pixel is from.

    Args:
        kind: ``"affine"``, ``"projective"`` or ``"tps"``.
        theta: of that kind: a 2 x 3 matrix, a 3 x 3 matrix, or (x, y) of 16 control points; from
            target to source. The identity where none is given.
        output_size: pixels along a side of the output, 2 to 16.
        align_corners: whether -1 and 1 are the centres of the border pixels, or their outer edges.
        photo: brightness 0 to 255, at most 48 x 48; the cameraman where none is given.
        alt: what the photograph shows.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a setting is out of range.
        ValueError: if the photo is empty, too large or out of range.

    Example:
        >>> w = TransformerExplorer(theta=[[0.5, 0, 0], [0, 0.5, 0]], output_size=4)
        >>> w.grid[0, :, 0]
        array([-0.375, -0.125,  0.125,  0.375])
        >>> w.align_corners = True
        >>> w.grid[0, :, 0].round(3)
        array([-0.5  , -0.167,  0.167,  0.5  ])
    """

    _tag = "course-transformer-explorer"
    _esm = module_source(
        "convolution.js",
        "sampling_grids.js",
        "photo.js",
        "transformer_stage.js",
        "transformer_explorer.js",
    )
    _shown = ("kind", "output_size", "align_corners")

    kind = traitlets.Enum(list(_SHAPES), "affine").tag(sync=True)
    affine = _Theta("affine").tag(sync=True)
    projective = _Theta("projective").tag(sync=True)
    tps = _Theta("tps").tag(sync=True)
    output_size = WholeNumber(*_SIZES, 8).tag(sync=True)
    align_corners = traitlets.Bool(False).tag(sync=True)
    photo = traitlets.Dict(read_only=True).tag(sync=True)
    limits = traitlets.Dict({"theta": _LIMIT, "output_size": list(_SIZES)}, read_only=True).tag(
        sync=True
    )

    def __init__(
        self,
        kind: GridKind = "affine",
        theta: Sequence[Sequence[float]] | np.ndarray | None = None,
        output_size: int = 8,
        align_corners: bool = False,
        photo: np.ndarray | None = None,
        alt: str = "A photographer behind his camera",
        title: str = "Where does each output pixel come from?",
    ) -> None:
        own = cameraman(24) if photo is None else photo
        self._pixels, packed = pack_photo(own, alt, _MOST_PIXELS)
        self.set_trait("photo", packed)
        settings: dict[str, Any] = {} if theta is None else {kind: theta}
        super().__init__(
            kind=kind,
            output_size=output_size,
            align_corners=align_corners,
            title=title,
            **settings,
        )

    @property
    def theta(self) -> Float[np.ndarray, "rows columns"]:
        """The numbers of the kind that is shown."""
        return np.asarray(getattr(self, self.kind), float)

    @property
    def grid(self) -> Float[np.ndarray, "size size 2"]:
        """(x, y) in the source for every output pixel."""
        kind = cast(GridKind, self.kind)  # the trait allows nothing else
        return source_grid(kind, self.theta, self.output_size, self.align_corners)

    @property
    def output(self) -> Float[np.ndarray, "size size"]:
        """The picture that is read, brightness 0 to 255."""
        return read_bilinear(self._pixels, self.grid, self.align_corners)

    def fallback(self) -> str:
        """The sampled picture, and theta as a table."""
        size = f"{self.output_size} x {self.output_size}"
        return picture_tag(
            self.output, f"{self.photo['alt']}, read at {size} places", 240, pixelated=True
        ) + html_table(f"theta ({self.kind}), from target to source", self.theta.round(4))
