"""Drag a box over a feature map, and see what RoI pool, align and warp read of it."""

from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.roi_crops import crop_of_box, roi_problem
from course_pkg.widgets.values import Numbers, WholeNumber, html_table

__all__ = ["RoIExplorer"]

_CELLS, _STRIDE = 8, 16
_PIXELS = _CELLS * _STRIDE
_EDGES = ("left", "top", "right", "bottom")


def _round_thing() -> list[list[int]]:
    """How much of each cell a disc covers, 0 to 9."""
    fine = (np.arange(_CELLS * 8) + 0.5) / 8
    inside = (fine[:, None] - 4.1) ** 2 + (fine - 3.9) ** 2 < 2.6**2
    share = inside.reshape(_CELLS, 8, _CELLS, 8).mean((1, 3))
    return np.rint(9 * share).astype(int).tolist()


class RoIExplorer(BookWidget):
    """Move the edges of a box; compare the bins and samples of the three ways to read it.

    Args:
        left: x0 of the box in pixels, 0 to 128; a feature cell is 16 pixels wide.
        top: y0.
        right: x1.
        bottom: y1.
        bins: along each axis of the crop, 1 to 4.
        samples: of RoI align, along each axis of each bin, 1 to 3.
        method: ``"pool"``, ``"align"``, ``"warp"`` as the equations have it, or ``"released"``, the
            warp of the authors' layer.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a number is out of range or the box is empty.

    Example:
        >>> w = RoIExplorer(left=24, top=24, right=56, bottom=56, bins=2, method="pool")
        >>> w.output
        array([[9., 9.],
               [9., 9.]])
        >>> w.method = "warp"
        >>> w.output
        array([[3.  , 5.75],
               [6.25, 9.  ]])
        >>> w.method = "released"
        >>> w.output
        array([[9., 9.],
               [9., 9.]])
    """

    _tag = "course-roi-explorer"
    _esm = module_source("roi_crops.js", "roi_explorer.js")
    _shown = (*_EDGES, "bins", "samples", "method")

    left = WholeNumber(0, _PIXELS, 21).tag(sync=True)
    top = WholeNumber(0, _PIXELS, 27).tag(sync=True)
    right = WholeNumber(0, _PIXELS, 104).tag(sync=True)
    bottom = WholeNumber(0, _PIXELS, 108).tag(sync=True)
    bins = WholeNumber(1, 4, 3).tag(sync=True)
    samples = WholeNumber(1, 3, 2).tag(sync=True)
    method = traitlets.Enum(["pool", "align", "warp", "released"], "pool").tag(sync=True)
    features = Numbers({2: _CELLS}, _round_thing()).tag(sync=True)
    limits = traitlets.Dict(
        {"pixels": _PIXELS, "stride": _STRIDE, "bins": 4, "samples": 3}, read_only=True
    ).tag(sync=True)

    def __init__(
        self,
        left: int = 21,
        top: int = 27,
        right: int = 104,
        bottom: int = 108,
        bins: int = 3,
        samples: int = 2,
        method: str = "pool",
        title: str = "What a crop reads of its box",
    ) -> None:
        super().__init__(
            left=left,
            top=top,
            right=right,
            bottom=bottom,
            bins=bins,
            samples=samples,
            method=method,
            title=title,
        )

    @traitlets.validate(*_EDGES)
    def _validate_together(self, proposal: Any) -> int:
        edges = {name: getattr(self, name) for name in _EDGES}
        problem = roi_problem(**{**edges, proposal.trait.name: proposal.value})
        if problem:
            raise traitlets.TraitError(problem)
        return proposal.value

    @property
    def output(self) -> Float[np.ndarray, "bins bins"]:
        """The crop that the figure shows."""
        box = (self.left, self.top, self.right, self.bottom)
        x0, y0, x1, y1 = (edge / _STRIDE for edge in box)
        features = np.asarray(self.features, float)
        return crop_of_box(self.method, features, (x0, y0, x1, y1), self.bins, self.samples)

    def fallback(self) -> str:
        """The map and the crop as tables."""
        box = f"{self.left}, {self.top}, {self.right}, {self.bottom}"
        name = {"released": "RoI warp as released"}.get(self.method, f"RoI {self.method}")
        caption = f"{name} of the box {box} (pixels, 16 a cell), {self.bins} bins a side"
        features = html_table("Features, one a cell of 16 pixels", np.asarray(self.features, float))
        return features + html_table(caption, self.output)
