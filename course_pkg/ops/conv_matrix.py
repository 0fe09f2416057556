"""A convolution written out as one matrix X; its transpose is the transposed convolution.

Source: Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning, section 4.1;
lecture 05.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._arguments import Ints, as_ints, padding_per_side
from course_pkg.ops.conv_sizes import conv_output_size
from course_pkg.ops.conv_windows import pad_zeros, pick_up

__all__ = ["conv_matrix"]


def conv_matrix(
    weight: Float[Tensor, "*channels_and_kernel"],
    input_size: Ints,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    *,
    sparse: bool = False,
) -> Float[Tensor, "rows columns"]:
    """Write a convolution as a matrix X, so that ``X @ x.flatten()`` is the convolution of x.

    A row belongs to one output number and holds the kernel at the columns of the input cells that
    it reads, zeros elsewhere. So a column says where one input cell is written to, and
    ``X.T @ y.flatten()`` is the transposed convolution of y, with the ``output_padding`` that
    restores ``input_size`` (`output_padding_for` computes it). Gradients reach ``weight``.

    Args:
        weight: (c_out, c_in, k) or (c_out, c_in, kh, kw) as in torch, or one bare kernel (k,) or
            (kh, kw) for a single channel.
        input_size: length of the input, or its height and width; an int means a square image.
        stride: cells between two neighbouring windows.
        padding: zeros around the input; they take part as missing columns, not as columns of X.
        dilation: cells between two neighbouring taps of the kernel.
        sparse: return a sparse COO tensor that stores only the cells that the kernel touches.

    Returns:
        c_out times the number of windows rows, c_in times the number of input cells columns, both
        counted in the order in which ``flatten`` does.

    Raises:
        ValueError: if an argument is out of range or the kernel does not fit.

    Source: Dumoulin and Visin 2016, section 4.1; lecture 05.

    Example:
        >>> conv_matrix(torch.tensor([1., 2., 3.]), input_size=6, stride=2)
        tensor([[1., 2., 3., 0., 0., 0.],
                [0., 0., 1., 2., 3., 0.]])
    """
    if weight.ndim not in (1, 2, 3, 4) or 0 in weight.shape:
        raise ValueError(
            "weight must be (k), (kh, kw), (c_out, c_in, k) or (c_out, c_in, kh, kw), none of "
            f"them 0; got shape {tuple(weight.shape)}"
        )
    if weight.ndim <= 2:
        weight = weight[None, None]
    c_out, c_in, *kernel_size = weight.shape
    axes = len(kernel_size)
    input_size = as_ints("input_size", input_size, axes, 1)
    stride, dilation = as_ints("stride", stride, axes, 1), as_ints("dilation", dilation, axes, 1)
    sides = padding_per_side(padding, kernel_size, stride, dilation)
    windows = conv_output_size(input_size, kernel_size, stride, padding, dilation)

    # Number the input's cells 1, 2, 3, ... and surround them with zeros. What a window picks up
    # from the numbered cells is then the list of columns that its row of X has to fill.
    cells = math.prod(input_size) * c_in
    numbers = torch.arange(1, cells + 1, device=weight.device).reshape(1, c_in, *input_size)
    taps, places = weight[0].numel(), math.prod(windows)
    picked = pick_up(pad_zeros(numbers, sides), kernel_size, stride, dilation)
    picked = picked.reshape(taps, places)

    # Every output channel repeats the list with a kernel of its own: (c_out, taps, places).
    columns = picked.expand(c_out, taps, places)
    rows = torch.arange(c_out * places, device=weight.device).reshape(c_out, 1, places)
    rows = rows.expand_as(columns)
    values = weight.reshape(c_out, taps, 1).expand_as(columns)

    inside = columns > 0
    indices, values = (rows[inside], columns[inside] - 1), values[inside]
    shape = (c_out * places, cells)
    if sparse:
        # Said for all that happens inside, or some versions of torch warn in coalesce.
        with torch.sparse.check_sparse_tensor_invariants(True):
            return torch.sparse_coo_tensor(torch.stack(indices), values, shape).coalesce()
    return weight.new_zeros(shape).index_put(indices, values)
