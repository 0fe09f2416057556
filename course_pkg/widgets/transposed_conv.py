"""Transposed convolution to touch: every stamp, every overlap, every setting."""

from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_pkg.widgets.arithmetic import conv_transpose, conv_transpose_size
from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.values import LARGEST, Numbers, WholeNumber, html_table

__all__ = ["TransposedConv", "transposed_conv_problem"]

# What still fits a page: the output has at most 44 cells in one dimension, 21 x 21 in two.
_LIMITS = {
    1: {"stride": 4, "padding": 4, "output_padding": 3, "dilation": 3, "kernel": 5, "input": 8},
    2: {"stride": 3, "padding": 3, "output_padding": 2, "dilation": 2, "kernel": 4, "input": 5},
}
_SETTINGS = ("stride", "padding", "output_padding", "dilation")


def transposed_conv_problem(
    input: ArrayLike,
    kernel: ArrayLike,
    stride: int,
    padding: int,
    output_padding: int,
    dilation: int,
) -> str | None:
    """Say why a transposed convolution with these settings cannot be.

    Args:
        input: a row or grid of values.
        kernel: weights, with as many axes as ``input``.
        stride: cells from one stamp to the next.
        padding: cells cropped from each side.
        output_padding: cells given back at the far sides.
        dilation: distance between neighbouring kernel weights.

    Returns:
        What is wrong and what to do, or None.

    Example:
        >>> transposed_conv_problem([1, 2], [1, 1], 1, 0, 1, 1)
        'Output padding 1 is too large: ... Use at most 0, or a larger stride.'
    """
    most = max(stride, dilation) - 1
    if output_padding > most:
        return (
            f"Output padding {output_padding} is too large: it must be smaller than the stride "
            f"({stride}) or the dilation ({dilation}). Use at most {most}, or a larger stride."
        )
    for n, k in zip(np.shape(input), np.shape(kernel), strict=True):
        size = conv_transpose_size(n, k, stride, padding, output_padding, dilation)
        if size < 1:
            terms = (
                f"({n} − 1)·{stride} − 2·{padding} + {dilation}·({k} − 1) + {output_padding} + 1"
            )
            return (
                f"Padding {padding} crops everything away: the output size would be {terms} = "
                f"{str(size).replace('-', '−')}. Use less padding, or a larger input, kernel or "
                f"stride."
            )
    return None


class TransposedConv(BookWidget):
    """Watch a transposed convolution put its stamps down, in one or two dimensions.

    In a notebook every setting can also be read and assigned from Python: ``w.stride = 3``, then
    ``w.output``.

    Args:
        input: a row of at most 8 values, or a grid of at most 5 x 5.
        kernel: a row of at most 5 weights, or a grid of at most 4 x 4.
        stride: cells from one stamp to the next.
        padding: cells cropped from each side of the output.
        output_padding: cells given back at the far sides.
        dilation: distance between neighbouring kernel weights.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a value is out of range, or torch would refuse the combination.

    Example:
        >>> w = TransposedConv(input=[3, 9], kernel=[1, 1, 1], stride=2)
        >>> w.output
        array([ 3.,  3., 12.,  9.,  9.])
        >>> w.stride = 1
        >>> w.output
        array([ 3., 12., 12.,  9.])
    """

    _tag = "course-transposed-conv"
    _esm = module_source("convolution.js", "stamp_view.js", "zeros_view.js", "transposed_conv.js")
    _shown = ("input", "kernel", *_SETTINGS)

    input = Numbers({1: 8, 2: 5}, [1, 2, 3]).tag(sync=True)
    kernel = Numbers({1: 5, 2: 4}, [1, 2, 1]).tag(sync=True)
    stride = WholeNumber(1, 4, 2).tag(sync=True)
    padding = WholeNumber(0, 4, 0).tag(sync=True)
    output_padding = WholeNumber(0, 3, 0).tag(sync=True)
    dilation = WholeNumber(1, 3, 1).tag(sync=True)
    limits = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        input: ArrayLike = (1, 2, 3),
        kernel: ArrayLike = (1, 2, 1),
        stride: int = 2,
        padding: int = 0,
        output_padding: int = 0,
        dilation: int = 1,
        title: str = "Transposed convolution",
    ) -> None:
        super().__init__(
            input=input,
            kernel=kernel,
            stride=stride,
            padding=padding,
            output_padding=output_padding,
            dilation=dilation,
            title=title,
        )

    @traitlets.default("limits")
    def _default_limits(self) -> dict[str, int]:
        return {**_LIMITS[np.ndim(self.input)], "value": LARGEST}

    @traitlets.validate("input", "kernel", *_SETTINGS)
    def _validate_together(self, proposal: Any) -> Any:
        """Refuse what torch would refuse, with the sentence that the figure shows."""
        settings = {name: getattr(self, name) for name in ("input", "kernel", *_SETTINGS)}
        settings[proposal.trait.name] = proposal.value
        dimensions = np.ndim(settings["input"])
        if np.ndim(settings["kernel"]) != dimensions:
            raise traitlets.TraitError(
                f"input and kernel must both be rows or both be grids, but input has "
                f"{dimensions} dimensions and kernel has {np.ndim(settings['kernel'])}"
            )
        for name in _SETTINGS:
            most = _LIMITS[dimensions][name]
            if settings[name] > most:
                raise traitlets.TraitError(
                    f"{name} must be at most {most} for a {dimensions}-D input, "
                    f"but {settings[name]} came"
                )
        problem = transposed_conv_problem(**settings)
        if problem:
            raise traitlets.TraitError(problem)
        return proposal.value

    @property
    def output(self) -> Float[np.ndarray, "*size"]:
        """What the transposed convolution gives for the present settings."""
        x, kernel = np.asarray(self.input, float), np.asarray(self.kernel, float)
        settings = {name: getattr(self, name) for name in _SETTINGS}
        return conv_transpose(x, kernel, **settings)

    def fallback(self) -> str:
        """Input, kernel and output as tables."""
        words = ", ".join(f"{name.replace('_', ' ')} {getattr(self, name)}" for name in _SETTINGS)
        size = " x ".join(map(str, self.output.shape))
        return (
            html_table("Input", np.asarray(self.input, float))
            + html_table("Kernel", np.asarray(self.kernel, float))
            + html_table(
                f"Output of the transposed convolution ({words}): size {size}", self.output
            )
        )
