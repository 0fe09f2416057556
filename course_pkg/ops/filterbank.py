"""DRAW's window: a grid of Gaussian filters that reads a small patch of a picture, and writes one.

Soft attention over a feature map chooses among cells that somebody laid out beforehand. This window
can stand anywhere and be of any size: five numbers say where its centre is, how far apart its
filters are, how blurred each one is and how strong the whole. All five are differentiable. The two
axes do not disturb each other, so reading is ``F_y @ image @ F_x.T`` and writing its transpose.

Positions follow the book: a pixel's centre lies at +0.5. Gregor et al. 2015, DRAW, section 3.2;
lecture 14.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._shapes import check_axes

__all__ = [
    "DrawWindow",
    "decode_window",
    "gaussian_filterbank",
    "read_window",
    "window_filters",
    "write_window",
]

# A filter whose mean is this many standard deviations outside sees nothing: exp(-32) of its peak.
_REACH = 8.0
# A narrower Gaussian touches one pixel already; its square must not vanish in float32.
_NARROWEST = 1e-3


class DrawWindow(NamedTuple):
    """Where a window stands, for each image of a batch.

    Attributes:
        centre_x: pixels from the left edge.
        centre_y: pixels from the top edge.
        stride: pixels between neighbouring filters.
        sigma: standard deviation of each filter in pixels.
        intensity: factor of what is read; what is written is divided by it.
    """

    centre_x: Float[Tensor, " n"]
    centre_y: Float[Tensor, " n"]
    stride: Float[Tensor, " n"]
    sigma: Float[Tensor, " n"]
    intensity: Float[Tensor, " n"]


def gaussian_filterbank(
    centre: Float[Tensor, " n"],
    stride: Float[Tensor, " n"],
    sigma: Float[Tensor, " n"],
    patch_size: int,
    size: int,
) -> Float[Tensor, "n {patch_size} {size}"]:
    """Build the filters of one axis: a row of weights over the pixels for every cell of the patch.

    Cell i, counted from 0, looks at ``centre + (i - (patch_size - 1) / 2) * stride``: half of the
    cells lie on either side of the centre. Its row adds up to one. Where a filter has left the
    picture by more than eight of its standard deviations there is nothing to see, and its row is
    exactly zero; dividing by what little is left there would be noise.

    Convention:
        The pixels' centres are at 0.5, 1.5, ..., ``size`` - 0.5.

    Args:
        centre: of the window along this axis, in pixels.
        stride: pixels between filters.
        sigma: standard deviation of each filter in pixels, above 0; below a thousandth of a pixel
            nothing changes any more.
        patch_size: cells of the patch along this axis.
        size: pixels of the picture along this axis.

    Returns:
        The weights, one matrix an image.

    Raises:
        ValueError: if a size is below 1, or a sigma is not positive (looked at on the CPU only: a
            GPU would have to stop for it).

    Source: Gregor et al. 2015, DRAW, equations 19 to 26.

    Example:
        >>> one = torch.ones(1)
        >>> gaussian_filterbank(2 * one, stride=one, sigma=0.01 * one, patch_size=2, size=4)
        tensor([[[0., 1., 0., 0.],
                 [0., 0., 1., 0.]]])
    """
    check_axes(
        "gaussian_filterbank", centre=(centre, "n"), stride=(stride, "n"), sigma=(sigma, "n")
    )
    if min(patch_size, size) < 1:
        raise ValueError(
            f"gaussian_filterbank: patch_size and size must be at least 1, got {patch_size} "
            f"and {size}"
        )
    _check_sigma(sigma)
    cells = torch.arange(patch_size, dtype=centre.dtype, device=centre.device)
    mean = centre[:, None] + (cells - (patch_size - 1) / 2) * stride[:, None]  # n, cells
    pixels = torch.arange(size, dtype=centre.dtype, device=centre.device) + 0.5
    squared = (pixels - mean[..., None]).square()  # n, cells, pixels
    # Relative to the nearest pixel, whose weight is then exp(0): no row can vanish by rounding.
    relative = squared - squared.amin(-1, keepdim=True)
    sigma = sigma[:, None].clamp(min=_NARROWEST)
    weights = torch.softmax(-relative / (2 * sigma[..., None].square()), dim=-1)
    beyond = torch.maximum(-mean, mean - size)  # pixels outside the picture, negative within
    return weights.masked_fill((beyond > _REACH * sigma)[..., None], 0)


def read_window(
    image: Float[Tensor, "n c h w"],
    filter_y: Float[Tensor, "n p h"],
    filter_x: Float[Tensor, "n q w"],
    intensity: Float[Tensor, " n"] | None = None,
) -> Float[Tensor, "n c p q"]:
    """Read a patch through the window: every cell is a blurred look at one place.

    Args:
        image: pictures.
        filter_y: weights over the rows, from `gaussian_filterbank`.
        filter_x: weights over the columns.
        intensity: factor of the patch; None = 1.

    Returns:
        The patches.

    Source: Gregor et al. 2015, DRAW, equation 27.

    Example:
        >>> image = torch.arange(16.).reshape(1, 1, 4, 4)
        >>> middle = torch.tensor([[[0., 1., 0., 0.], [0., 0., 1., 0.]]])
        >>> read_window(image, middle, middle)[0, 0]
        tensor([[ 5.,  6.],
                [ 9., 10.]])
    """
    check_axes(
        "read_window",
        image=(image, "n c h w"),
        filter_y=(filter_y, "n p h"),
        filter_x=(filter_x, "n q w"),
    )
    patch = filter_y[:, None] @ image @ filter_x[:, None].mT
    return patch if intensity is None else patch * intensity[:, None, None, None]


def write_window(
    patch: Float[Tensor, "n c p q"],
    filter_y: Float[Tensor, "n p h"],
    filter_x: Float[Tensor, "n q w"],
    intensity: Float[Tensor, " n"] | None = None,
) -> Float[Tensor, "n c h w"]:
    """Put a patch down through the window: the transpose of `read_window`.

    Every cell is spread over the pixels it would have read, with the same weights. Writing divides
    by the intensity where reading multiplies.

    Args:
        patch: what to write.
        filter_y: weights over the rows.
        filter_x: weights over the columns.
        intensity: divisor of the patch, not 0; None = 1.

    Returns:
        Pictures, zero where the window does not reach.

    Source: Gregor et al. 2015, DRAW, equation 29.

    Example:
        >>> middle = torch.tensor([[[0., 1., 0., 0.], [0., 0., 1., 0.]]])
        >>> write_window(torch.tensor([[[[1., 2.], [3., 4.]]]]), middle, middle)[0, 0]
        tensor([[0., 0., 0., 0.],
                [0., 1., 2., 0.],
                [0., 3., 4., 0.],
                [0., 0., 0., 0.]])
    """
    check_axes(
        "write_window",
        patch=(patch, "n c p q"),
        filter_y=(filter_y, "n p h"),
        filter_x=(filter_x, "n q w"),
    )
    if intensity is not None:
        patch = patch / intensity[:, None, None, None]
    return filter_y[:, None].mT @ patch @ filter_x[:, None]


def decode_window(raw: Float[Tensor, "n 5"], size: tuple[int, int], patch_size: int) -> DrawWindow:
    """Turn five unbounded numbers of a network into a window.

    All zeros mean: in the middle, spread over the longer side of the picture, one pixel of blur,
    strength one. A network that starts near zero starts by looking at everything.

    Args:
        raw: x, y, log variance, log stride (as a share of the whole picture), log intensity.
        size: height and width of the picture in pixels.
        patch_size: cells along a side of the patch, at least 2: one cell has no stride.

    Returns:
        The windows.

    Raises:
        ValueError: if ``patch_size`` is below 2 or a side below 1.

    Source: Gregor et al. 2015, DRAW, equations 21 to 24, moved by half a pixel: the paper counts
        pixel centres 1, 2, ..., here they are 0.5, 1.5, ....

    Example:
        >>> window = decode_window(torch.zeros(1, 5), (28, 28), patch_size=4)
        >>> [round(float(value), 3) for value in window]
        [14.0, 14.0, 9.0, 1.0, 1.0]
    """
    height, width = size
    if patch_size < 2 or min(size) < 1:
        raise ValueError(
            "decode_window: patch_size must be at least 2 and the picture at least 1x1, got "
            f"{patch_size} and {height}x{width}"
        )
    x, y, log_variance, log_stride, log_intensity = raw.unbind(1)
    return DrawWindow(
        centre_x=(width + 1) / 2 * (x + 1) - 0.5,
        centre_y=(height + 1) / 2 * (y + 1) - 0.5,
        stride=(max(size) - 1) / (patch_size - 1) * log_stride.exp(),
        sigma=(log_variance / 2).exp(),
        intensity=log_intensity.exp(),
    )


def window_filters(
    window: DrawWindow, patch_size: int, size: tuple[int, int]
) -> tuple[Float[Tensor, "n {patch_size} h"], Float[Tensor, "n {patch_size} w"]]:
    """Build both filterbanks of a square patch.

    Args:
        window: where it stands.
        patch_size: cells along a side.
        size: height and width of the picture in pixels.

    Returns:
        Weights over the rows, and over the columns: what `read_window` and `write_window` take.

    Example:
        >>> rows, columns = window_filters(decode_window(torch.zeros(1, 5), (6, 8), 3), 3, (6, 8))
        >>> rows.shape, columns.shape
        (torch.Size([1, 3, 6]), torch.Size([1, 3, 8]))
    """
    height, width = size
    rows = gaussian_filterbank(window.centre_y, window.stride, window.sigma, patch_size, height)
    columns = gaussian_filterbank(window.centre_x, window.stride, window.sigma, patch_size, width)
    return rows, columns


def _check_sigma(sigma: Tensor) -> None:
    if torch.compiler.is_compiling() or sigma.is_cuda:
        return
    if not bool((sigma > 0).all()):
        raise ValueError(
            "gaussian_filterbank: sigma must be positive, got a smallest value of "
            f"{float(sigma.min())}; pass the exponential of a network's output"
        )
