"""A stack of layers to edit: what one cell of its last map sees, and what that costs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.stack_costs import (
    Layer,
    LayerCost,
    path_profile,
    stack_costs,
    stack_problem,
)
from course_pkg.widgets.values import WholeNumber, html_table

__all__ = ["ReceptiveField"]

_MOST_LAYERS = 20
_LARGEST = {"kernel_size": 15, "stride": 4, "dilation": 16, "channels": 4096}
_IMAGE = (8, 1024)


def _vgg16() -> list[Layer]:
    stack = []
    for channels, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        stack += [Layer(3, channels=channels)] * count + [Layer(2, 2, 1, 0)]
    return stack


_POOL = Layer(2, 2, 1, 0)
_STARTS = {
    "Nine 3 × 3 layers": [Layer(3)] * 9,
    "The same, two pools between": [Layer(3)] * 3
    + [_POOL]
    + [Layer(3)] * 3
    + [_POOL]
    + [Layer(3)] * 3,
    "Dilations 1, 2, 4, 8": [Layer(3, 1, d) for d in (1, 2, 4, 8)],
    "Dilations 4, 4, 4: holes": [Layer(3, 1, 4)] * 3,
    "VGG-16 to pool5": _vgg16(),
    "VGG-16 to fc6": [*_vgg16(), Layer(7, channels=4096)],
}


class _Layers(traitlets.TraitType):
    """A list of layers, each one to four whole numbers."""

    def validate(self, obj: Any, value: Any) -> list[list[int]]:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= _MOST_LAYERS:
            raise traitlets.TraitError(
                f"layers must be a list of 1 to {_MOST_LAYERS} layers, but {value!r} came"
            )
        return [self._layer(each) for each in value]

    def _layer(self, value: Any) -> list[int]:
        numbers = list(value) if isinstance(value, list | tuple) else []
        whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in numbers)
        if not 1 <= len(numbers) <= 4 or not whole:
            raise traitlets.TraitError(
                "a layer is (kernel_size, stride, dilation, channels), one to four whole numbers, "
                f"but {value!r} came"
            )
        layer = Layer(*map(int, numbers))
        for name, number in layer._asdict().items():
            low = 0 if name == "channels" else 1
            if not low <= number <= _LARGEST[name]:
                raise traitlets.TraitError(
                    f"{name} of a layer must be from {low} to {_LARGEST[name]}, but {number} came"
                )
        return list(layer)


class ReceptiveField(BookWidget):
    """Edit a stack of layers; see what a cell of the last one sees, and what the stack costs.

    Args:
        layers: first to last (kernel_size, stride, dilation, channels); what is left out is 1, 1
            and 32. Channels 0 make the layer a max pool. Nine 3 x 3 layers where none is given.
        image_size: pixels a side of the colour picture.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a number is out of range, or a window does not fit.

    Example:
        >>> w = ReceptiveField([(3,), (2, 2, 1, 0), (3,)], image_size=64)
        >>> w.field, w.step
        (8, 2)
        >>> w.layers = [(3,)] * 9
        >>> w.field, w.step
        (19, 1)
    """

    _tag = "course-receptive-field"
    _esm = module_source("stack_costs.js", "receptive_field.js")
    _shown = ("layers", "image_size")

    layers = _Layers([list(Layer(3))] * 9).tag(sync=True)
    image_size = WholeNumber(*_IMAGE, 224).tag(sync=True)
    starts = traitlets.Dict(
        {name: [list(layer) for layer in stack] for name, stack in _STARTS.items()}, read_only=True
    ).tag(sync=True)
    limits = traitlets.Dict(
        {**_LARGEST, "layers": _MOST_LAYERS, "image_size": list(_IMAGE)}, read_only=True
    ).tag(sync=True)

    def __init__(
        self,
        layers: Sequence[Sequence[int]] = ((3,),) * 9,
        image_size: int = 224,
        title: str = "What one cell sees, and what it costs",
    ) -> None:
        super().__init__(
            layers=[list(layer) for layer in layers], image_size=image_size, title=title
        )

    @traitlets.validate("layers", "image_size")
    def _validate_together(self, proposal: Any) -> Any:
        settings = {"layers": self.layers, "image_size": self.image_size}
        settings[proposal.trait.name] = proposal.value
        stack = [Layer(*layer) for layer in settings["layers"]]
        problem = stack_problem(stack, settings["image_size"])
        if problem:
            raise traitlets.TraitError(problem)
        return proposal.value

    @property
    def _stack(self) -> list[Layer]:
        return [Layer(*layer) for layer in self.layers]

    @property
    def costs(self) -> list[LayerCost]:
        """Field, step, cells, multiplications and numbers of every layer."""
        return stack_costs(self._stack, self.image_size)

    @property
    def field(self) -> int:
        """Pixels that a cell of the last layer sees along an axis."""
        return self.costs[-1].field

    @property
    def step(self) -> int:
        """Pixels between the views of neighbouring cells of the last layer."""
        return self.costs[-1].step

    @property
    def multiplications(self) -> int:
        """Multiplications of all convolutions, for one picture."""
        return sum(cost.multiplications for cost in self.costs)

    @property
    def activation_bytes(self) -> int:
        """Bytes that all outputs take in float32, for one picture."""
        return 4 * sum(cost.numbers for cost in self.costs)

    @property
    def profile(self) -> Float[np.ndarray, " field"]:
        """Paths from every pixel of the field to the cell, along an axis; the most is 1."""
        return path_profile(self._stack)

    def fallback(self) -> str:
        """Every layer's field, step and cells, and the cost of all."""
        columns = np.array([cost[:3] for cost in self.costs], float).T
        total = np.array([self.multiplications / 1e6, self.activation_bytes / 1e6])
        caption = f"Pixels seen, pixels between cells, cells a side; {self.image_size} pixels"
        return html_table(caption, columns, ("sees", "step", "cells")) + html_table(
            "Million multiplications, and megabytes of outputs", total.round(2)
        )
