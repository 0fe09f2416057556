"""Convolution as a matrix to touch: X, its transpose, and what both do to a vector."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_pkg.widgets.arithmetic import conv_matrix, conv_output_size
from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.values import LARGEST, Numbers, WholeNumber, html_table

__all__ = ["ConvMatrix", "conv_matrix_problem"]

# More rows than this cannot be taken in at a glance.
_MOST_ROWS = 16
_LIMITS = {1: {"kernel": 5, "input": 8}, 2: {"kernel": 3, "input": 4}}
_SETTINGS = ("stride", "padding", "dilation")


def conv_matrix_problem(
    x: ArrayLike, kernel: ArrayLike, stride: int, padding: int, dilation: int
) -> str | None:
    """Say why there is no matrix, or none that fits the figure, for these settings.

    Args:
        x: the input, a row or a grid.
        kernel: weights, with as many axes as ``x``.
        stride: cells from one window to the next.
        padding: zeros added at each end.
        dilation: distance between neighbouring kernel weights.

    Returns:
        What is wrong and what to do, or None.

    Example:
        >>> conv_matrix_problem([1, 2], [1, 1, 1], stride=1, padding=0, dilation=1)
        'The kernel reaches over 3 cells, but ... only 2. ... kernel or dilation.'
    """
    sizes = []
    for n, k in zip(np.shape(x), np.shape(kernel), strict=True):
        sizes.append(conv_output_size(n, k, stride, padding, dilation))
        if sizes[-1] < 1:
            return (
                f"The kernel reaches over {dilation * (k - 1) + 1} cells, but input and padding "
                f"together have only {n + 2 * padding}. Use a larger input, more padding, or a "
                f"smaller kernel or dilation."
            )
    rows = int(np.prod(sizes))
    if rows > _MOST_ROWS:
        return (
            f"X would have {rows} rows; at most {_MOST_ROWS} fit here. Use a larger stride, less "
            f"padding or a smaller input."
        )
    return None


class ConvMatrix(BookWidget):
    """See the matrix X of a convolution, and its transpose, which is the transposed convolution.

    Args:
        kernel: a row of at most 5 weights, or a grid of at most 3 x 3.
        input_size: length of the input, or (rows, columns); the input then counts 1, 2, 3, ...
            Not needed where ``x`` is given.
        stride: cells from one window to the next.
        padding: zeros added at each end; a column of X belongs to a real input cell only.
        dilation: distance between neighbouring kernel weights.
        x: the input that X multiplies.
        y: the vector that X transposed multiplies; None takes the result of X.
        letters: names of the input cells; a cell named "0" is a zero written out, which a reader
            cannot change.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a value is out of range or the kernel does not fit.

    Example:
        >>> w = ConvMatrix(kernel=[1, 2, 3], input_size=6, stride=2)
        >>> w.matrix
        array([[1., 2., 3., 0., 0., 0.],
               [0., 0., 1., 2., 3., 0.]])
        >>> w.y = [1, 10]
        >>> w.transposed
        array([ 1.,  2., 13., 20., 30.,  0.])
    """

    _tag = "course-conv-matrix"
    _esm = module_source("convolution.js", "conv_matrix.js", "conv_matrix_view.js")
    _shown = ("kernel", "x", "y", *_SETTINGS)

    kernel = Numbers({1: 5, 2: 3}, [1, 2, 3]).tag(sync=True)
    x = Numbers({1: 8, 2: 4}, [0, 1, 2, 3, 4, 0]).tag(sync=True)
    y = Numbers({1: _MOST_ROWS}, None, allow_none=True).tag(sync=True)
    stride = WholeNumber(1, 3, 1).tag(sync=True)
    padding = WholeNumber(0, 2, 0).tag(sync=True)
    dilation = WholeNumber(1, 2, 1).tag(sync=True)
    letters = traitlets.List(traitlets.Unicode()).tag(sync=True)
    limits = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        kernel: ArrayLike = (1, 2, 3),
        input_size: int | Sequence[int] | None = None,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
        letters: Sequence[str] = (),
        title: str = "Convolution as a matrix",
    ) -> None:
        if x is None and input_size is None:
            x, letters = [0, 1, 2, 3, 4, 0], list("0abcd0")
        elif input_size is not None and x is None:
            x = np.arange(1, 1 + math.prod(np.atleast_1d(input_size))).reshape(input_size)
        super().__init__(
            kernel=kernel,
            x=x,
            y=y,
            stride=stride,
            padding=padding,
            dilation=dilation,
            letters=list(letters),
            title=title,
        )

    @traitlets.default("limits")
    def _default_limits(self) -> dict[str, int]:
        settings = {"stride": 3, "padding": 2, "dilation": 2, "rows": _MOST_ROWS, "value": LARGEST}
        return {**settings, **_LIMITS[np.ndim(self.x)]}

    @traitlets.validate("kernel", "x", "y", *_SETTINGS)
    def _validate_together(self, proposal: Any) -> Any:
        names = ("kernel", "x", *_SETTINGS)
        settings = {name: getattr(self, name) for name in names}
        name, value = proposal.trait.name, proposal.value
        if name != "y":
            settings[name] = value
        if np.ndim(settings["kernel"]) != np.ndim(settings["x"]):
            raise traitlets.TraitError(
                "kernel and x must both be rows or both be grids, but they have "
                f"{np.ndim(settings['kernel'])} and {np.ndim(settings['x'])} dimensions"
            )
        problem = conv_matrix_problem(**settings)
        if problem:
            raise traitlets.TraitError(problem)
        if name == "y" and value is not None and len(value) != len(self.matrix):
            raise traitlets.TraitError(
                f"y must have one value for each of X's {len(self.matrix)} rows, "
                f"but {len(value)} came"
            )
        return value

    @traitlets.observe("kernel", "x", *_SETTINGS)
    def _drop_what_no_longer_fits(self, change: Any) -> None:
        if self.y is not None and len(self.y) != len(self.matrix):
            self.y = None
        if self.letters and len(self.letters) != np.size(self.x):
            self.letters = []

    @property
    def input_size(self) -> tuple[int, ...]:
        """Length of the input along each axis."""
        return np.shape(self.x)

    @property
    def matrix(self) -> Float[np.ndarray, "outputs inputs"]:
        """X for the present settings."""
        settings = {name: getattr(self, name) for name in _SETTINGS}
        return conv_matrix(np.asarray(self.kernel, float), self.input_size, **settings)

    @property
    def output(self) -> Float[np.ndarray, " outputs"]:
        """X times the flattened input: the convolution."""
        return self.matrix @ np.ravel(np.asarray(self.x, float))

    @property
    def transposed(self) -> Float[np.ndarray, " inputs"]:
        """X transposed times y (or times X x, where y is None): the transposed convolution."""
        return self.matrix.T @ (self.output if self.y is None else np.asarray(self.y, float))

    def fallback(self) -> str:
        """X, its transpose, and both products as tables."""
        rows, columns = self.matrix.shape
        y = "X x" if self.y is None else "y"
        return (
            html_table(f"X, {rows} x {columns}", self.matrix)
            + html_table("X x", self.output)
            + html_table(f"X transposed, {columns} x {rows}", self.matrix.T)
            + html_table(f"X transposed times {y}", self.transposed)
        )
