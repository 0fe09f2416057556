"""How many times the work: a network on every patch, or once on the whole picture."""

from typing import Any

import numpy as np
import traitlets
from jaxtyping import Int

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.patch_costs import (
    PatchCosts,
    amount,
    patch_cost_problem,
    patch_costs,
    times_read,
)
from course_pkg.widgets.values import WholeNumber, html_table

__all__ = ["PatchCost"]

_RANGES = {"image_size": (8, 512), "patch_size": (3, 65), "step": (1, 64), "channels": (1, 64)}
_CLASSES = 12


class PatchCost(BookWidget):
    """Change picture, patch and step; compare the patch loop's work with one dense pass.

    Args:
        image_size: pixels along a side of the picture, 8 to 512.
        patch_size: pixels along a side of a patch, odd, 3 to 65.
        step: pixels from one labelled pixel to the next, 1 to 64.
        channels: maps in each layer of the network, 1 to 64.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a number is out of range, the patch's side is even, or the picture
            too small for it.

    Example:
        >>> w = PatchCost(image_size=128, patch_size=33)
        >>> w.costs.passes
        16384
        >>> w.step = 4
        >>> w.costs.passes, round(w.ratio, 1)
        (1024, 16.1)
    """

    _tag = "course-patch-cost"
    _esm = module_source("patch_costs.js", "patch_cost.js")
    _shown = ("image_size", "patch_size", "step", "channels")

    image_size = WholeNumber(*_RANGES["image_size"], 64).tag(sync=True)
    patch_size = WholeNumber(*_RANGES["patch_size"], 33).tag(sync=True)
    step = WholeNumber(*_RANGES["step"], 1).tag(sync=True)
    channels = WholeNumber(*_RANGES["channels"], 16).tag(sync=True)
    limits = traitlets.Dict(
        {name: list(ends) for name, ends in _RANGES.items()} | {"classes": _CLASSES},
        read_only=True,
    ).tag(sync=True)

    def __init__(
        self,
        image_size: int = 64,
        patch_size: int = 33,
        step: int = 1,
        channels: int = 16,
        title: str = "One patch after the other, or all at once",
    ) -> None:
        super().__init__(
            image_size=image_size, patch_size=patch_size, step=step, channels=channels, title=title
        )

    @traitlets.validate("image_size", "patch_size")
    def _validate_together(self, proposal: Any) -> int:
        settings = {"image_size": self.image_size, "patch_size": self.patch_size}
        problem = patch_cost_problem(**{**settings, proposal.trait.name: proposal.value})
        if problem:
            raise traitlets.TraitError(problem)
        return proposal.value

    @property
    def costs(self) -> PatchCosts:
        """Passes and multiplications of both ways."""
        return patch_costs(self.image_size, self.patch_size, self.step, self.channels, _CLASSES)

    @property
    def ratio(self) -> float:
        """The loop's multiplications divided by those of the dense pass."""
        return self.costs.loop / self.costs.dense

    @property
    def times_read(self) -> Int[np.ndarray, "region region"]:
        """How many patches read each pixel, the mirrored border included."""
        along = times_read(self.image_size, self.patch_size, self.step)
        return np.outer(along, along)

    def fallback(self) -> str:
        """Passes and multiplications as a table."""
        costs = self.costs
        caption = (
            f"Patch loop and dense pass: picture {self.image_size}, patch {self.patch_size}, step "
            f"{self.step}; the loop does {amount(self.ratio)} times the work"
        )
        rows = [[costs.passes, 1], [costs.one_pass, costs.dense], [costs.loop, costs.dense]]
        names = ("forward passes", "multiplications a pass", "multiplications in all")
        return html_table(caption, np.array(rows, float), names)
