"""Six ways to make a picture larger, side by side on the same numbers."""

from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_pkg.widgets.arithmetic import bilinear_upsample, conv_transpose, max_pool, pixel_shuffle
from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.values import LARGEST, Numbers, html_table

__all__ = ["UpsamplingFamily"]

_INPUT = ((1, 2, 6, 3), (3, 5, 2, 1), (1, 2, 2, 1), (7, 3, 4, 8))
_KERNEL = ((0.25, 0.5, 0.25), (0.5, 1, 0.5), (0.25, 0.5, 0.25))


class _SizedNumbers(Numbers):
    """Numbers of one fixed shape."""

    def __init__(self, shape: tuple[int, ...], default_value: list) -> None:
        self.shape = shape
        super().__init__({len(shape): max(shape)}, default_value)

    def validate(self, obj: Any, value: Any) -> list | None:
        numbers = super().validate(obj, value)
        shape = np.asarray(numbers).shape
        if shape != self.shape:
            came = " x ".join(map(str, shape))
            expected = " x ".join(map(str, self.shape))
            raise traitlets.TraitError(f"{self.name} must have size {expected}, but {came} came")
        return numbers


class UpsamplingFamily(BookWidget):
    """Compare six ways of upsampling, from nearest neighbour to pixel shuffle, side by side.

    A 4x4 input is max-pooled to 2x2, the places of the maxima are remembered, and every method
    brings the same four numbers back to 4x4.

    Args:
        input: 4 x 4 values.
        kernel: 3 x 3 weights of the transposed convolution (stride 2, padding 1, output padding 1).
        channel_weights: 4 weights that make the four channels for the pixel shuffle out of the
            pooled grid.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a size or a value is wrong.

    Example:
        >>> w = UpsamplingFamily()
        >>> w.pooled
        array([[5., 6.],
               [7., 8.]])
        >>> w.outputs["bed_of_nails"][0]
        array([5., 0., 6., 0.])
    """

    _tag = "course-upsampling-family"
    _esm = module_source("convolution.js", "upsampling_family.js")
    _shown = ("input", "kernel", "channel_weights")

    input = _SizedNumbers((4, 4), [list(row) for row in _INPUT]).tag(sync=True)
    kernel = _SizedNumbers((3, 3), [list(row) for row in _KERNEL]).tag(sync=True)
    channel_weights = _SizedNumbers((4,), [1, 2, 3, 4]).tag(sync=True)
    limits = traitlets.Dict({"value": LARGEST}, read_only=True).tag(sync=True)

    def __init__(
        self,
        input: ArrayLike = _INPUT,
        kernel: ArrayLike = _KERNEL,
        channel_weights: ArrayLike = (1, 2, 3, 4),
        title: str = "Six ways from 2 × 2 to 4 × 4",
    ) -> None:
        super().__init__(input=input, kernel=kernel, channel_weights=channel_weights, title=title)

    @property
    def pooled(self) -> Float[np.ndarray, "2 2"]:
        """The largest value of every 2 x 2 window."""
        return max_pool(np.asarray(self.input, float))[0]

    @property
    def indices(self) -> Int[np.ndarray, "2 2"]:
        """Flat positions of the pooled values in the input."""
        return max_pool(np.asarray(self.input, float))[1]

    @property
    def outputs(self) -> dict[str, Float[np.ndarray, "4 4"]]:
        """The output of every method, by the name that `course_pkg.ops` uses."""
        pooled, indices = max_pool(np.asarray(self.input, float))
        nails, unpooled = np.zeros((4, 4)), np.zeros((4, 4))
        nails[::2, ::2] = pooled
        np.put(unpooled, indices, pooled)
        channels = np.asarray(self.channel_weights, float)[:, None, None] * pooled
        kernel = np.asarray(self.kernel, float)
        return {
            "nearest": pooled.repeat(2, axis=0).repeat(2, axis=1),
            "bed_of_nails": nails,
            "max_unpool": unpooled,
            "bilinear": bilinear_upsample(pooled),
            "conv_transpose": conv_transpose(pooled, kernel, stride=2, padding=1, output_padding=1),
            "pixel_shuffle": pixel_shuffle(channels),
        }

    def fallback(self) -> str:
        """The input, the pooled grid and every output as tables."""
        tables = {"Input": np.asarray(self.input, float), "Pooled": self.pooled}
        tables |= {name.replace("_", " "): output for name, output in self.outputs.items()}
        return "".join(html_table(name, values) for name, values in tables.items())
