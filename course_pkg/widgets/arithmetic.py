"""The widgets' arithmetic in numpy, so that `w.output` needs no torch.

The figures compute the same in JavaScript; tests hold both against torch. The operations a reader
studies are in `course_pkg.ops`; these are their smallest forms, one channel and no batch.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

__all__ = [
    "bilinear_upsample",
    "conv_matrix",
    "conv_output_size",
    "conv_transpose",
    "conv_transpose_size",
    "max_pool",
    "pixel_shuffle",
]


def conv_transpose_size(
    n: int, k: int, stride: int, padding: int, output_padding: int, dilation: int
) -> int:
    """The output length of a transposed convolution along one axis, below 1 if nothing is left.

    Args:
        n: input length.
        k: kernel length.
        stride: cells from one stamp to the next.
        padding: cells cropped from each end.
        output_padding: cells given back at the far end.
        dilation: distance between neighbouring kernel weights.

    Returns:
        torch's output size.

    Example:
        >>> conv_transpose_size(2, 3, stride=2, padding=0, output_padding=0, dilation=1)
        5
    """
    return (n - 1) * stride - 2 * padding + dilation * (k - 1) + output_padding + 1


def conv_output_size(n: int, k: int, stride: int, padding: int, dilation: int) -> int:
    """The output length of a convolution along one axis, below 1 if the kernel does not fit.

    Args:
        n: input length.
        k: kernel length.
        stride: cells from one window to the next.
        padding: zeros added at each end.
        dilation: distance between neighbouring kernel weights.

    Returns:
        torch's output size.

    Example:
        >>> conv_output_size(6, 3, stride=2, padding=0, dilation=1)
        2
    """
    return (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1


def conv_transpose(
    x: Float[np.ndarray, "*size"],
    kernel: Float[np.ndarray, "*kernel_size"],
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> Float[np.ndarray, "*output_size"]:
    """Put ``x[i] * kernel`` down at every stride and add the overlaps, in one or two dimensions.

    Args:
        x: a row or a grid of values.
        kernel: weights, with as many axes as ``x``.
        stride: cells from one stamp to the next.
        padding: cells cropped from each side.
        output_padding: cells given back at the far sides.
        dilation: distance between neighbouring kernel weights.

    Returns:
        The output, as `torch.nn.functional.conv_transpose1d` or ``2d`` gives it.

    Raises:
        ValueError: if ``x`` and ``kernel`` differ in dimensions, or no output is left.

    Example:
        >>> conv_transpose(np.array([3.0, 9.0]), np.ones(3), stride=2)
        array([ 3.,  3., 12.,  9.,  9.])
    """
    if x.ndim != kernel.ndim or x.ndim not in (1, 2):
        raise ValueError(
            f"input and kernel must both have 1 or both have 2 dimensions, "
            f"but they have {x.ndim} and {kernel.ndim}"
        )
    sizes = [
        conv_transpose_size(n, k, stride, padding, output_padding, dilation)
        for n, k in zip(x.shape, kernel.shape, strict=True)
    ]
    if min(sizes) < 1:
        raise ValueError(f"no output is left: its size would be {sizes}; use less padding")
    # Stamps on a canvas that holds them all, and what output_padding adds after them.
    canvas = np.zeros([padding + size + padding for size in sizes])
    for cell in np.ndindex(*x.shape):
        for weight in np.ndindex(*kernel.shape):
            at = tuple(i * stride + j * dilation for i, j in zip(cell, weight, strict=True))
            canvas[at] += x[cell] * kernel[weight]
    return canvas[tuple(slice(padding, padding + size) for size in sizes)]


def conv_matrix(
    kernel: Float[np.ndarray, "*kernel_size"],
    input_size: Sequence[int],
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> Float[np.ndarray, "outputs inputs"]:
    """The convolution as a matrix X, so that ``X @ x.ravel()`` convolves x.

    Args:
        kernel: weights in one or two dimensions.
        input_size: length of x along each axis.
        stride: cells from one window to the next.
        padding: zeros added at each end.
        dilation: distance between neighbouring kernel weights.

    Returns:
        X, with one row for each output; ``X.T`` is the transposed convolution.

    Raises:
        ValueError: if the sizes do not go together, or the kernel does not fit.

    Example:
        >>> conv_matrix(np.array([1.0, 2.0, 3.0]), [6], stride=2)
        array([[1., 2., 3., 0., 0., 0.],
               [0., 0., 1., 2., 3., 0.]])
    """
    if len(input_size) != kernel.ndim:
        raise ValueError(
            f"input_size needs {kernel.ndim} lengths for a kernel with {kernel.ndim} dimensions, "
            f"but {list(input_size)} came"
        )
    sizes = [
        conv_output_size(n, k, stride, padding, dilation)
        for n, k in zip(input_size, kernel.shape, strict=True)
    ]
    if min(sizes) < 1:
        raise ValueError(f"the kernel does not fit into the input: output size {sizes}")
    matrix = np.zeros((*sizes, *input_size))
    for output in np.ndindex(*sizes):
        for weight in np.ndindex(*kernel.shape):
            at = [o * stride + j * dilation - padding for o, j in zip(output, weight, strict=True)]
            if all(0 <= t < n for t, n in zip(at, input_size, strict=True)):
                matrix[(*output, *at)] = kernel[weight]
    return matrix.reshape(int(np.prod(sizes)), int(np.prod(input_size)))


def max_pool(
    x: Float[np.ndarray, "rows columns"],
) -> tuple[
    Float[np.ndarray, "rows//2 columns//2"],
    Int[np.ndarray, "rows//2 columns//2"],
]:
    """The largest value of every 2x2 window and where it stood.

    Args:
        x: a grid with even sides.

    Returns:
        The values, and flat positions in ``x``; of equal values the first counts, as in torch.

    Raises:
        ValueError: if a side is odd.

    Example:
        >>> max_pool(np.array([[1.0, 2.0], [3.0, 5.0]]))
        (array([[5.]]), array([[3]]))
    """
    rows, columns = x.shape
    if rows % 2 or columns % 2:
        raise ValueError(f"2x2 pooling needs even sides, but {rows} x {columns} came")
    windows = x.reshape(rows // 2, 2, columns // 2, 2).transpose(0, 2, 1, 3)
    best = windows.reshape(rows // 2, columns // 2, 4).argmax(-1)
    r, c = np.indices(best.shape)
    positions = (2 * r + best // 2) * columns + 2 * c + best % 2
    return x.ravel()[positions], positions


def bilinear_upsample(x: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "2*h 2*w"]:
    """Double both sides by blending neighbours, as torch does with ``align_corners=False``.

    Args:
        x: a grid of values.

    Returns:
        The blended grid.

    Example:
        >>> bilinear_upsample(np.array([[0.0, 4.0]]))[0]
        array([0., 1., 3., 4.])
    """

    def blend(n: int) -> Float[np.ndarray, "2*{n} {n}"]:
        at = np.clip((np.arange(2 * n) + 0.5) / 2 - 0.5, 0, None)
        low = at.astype(int)
        matrix = np.zeros((2 * n, n))
        matrix[np.arange(2 * n), low] += 1 - (at - low)
        matrix[np.arange(2 * n), np.minimum(low + 1, n - 1)] += at - low
        return matrix

    return blend(x.shape[0]) @ x @ blend(x.shape[1]).T


def pixel_shuffle(channels: Float[np.ndarray, "4 h w"]) -> Float[np.ndarray, "2*h 2*w"]:
    """Interleave four channels into one grid with sides twice as long.

    Args:
        channels: channel 2i + j fills the cells with row phase i and column phase j.

    Returns:
        The interleaved grid.

    Example:
        >>> pixel_shuffle(np.array([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]))
        array([[1., 2.],
               [3., 4.]])
    """
    _, h, w = channels.shape
    return channels.reshape(2, 2, h, w).transpose(2, 0, 3, 1).reshape(2 * h, 2 * w)
