"""Bilinear sampling and its gradients as the paper writes them: sums over every pixel.

Each output is a sum over the whole image, in which all pixels but four have weight 0. Hopelessly
slow, and the place to look when one wants to know what is being computed.

Source: Jaderberg et al. 2015, Spatial Transformer Networks, equations 5 to 7; lecture 15.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._shapes import check_axes

__all__ = ["grid_sample_loops", "sampling_gradients_loops"]


def grid_sample_loops(
    image: Float[Tensor, "h w"], x: Float[Tensor, " k"], y: Float[Tensor, " k"]
) -> Float[Tensor, " k"]:
    """Read a grey image at k places, mixing pixels by nearness.

    Args:
        image: one channel.
        x: columns in pixels, 0 at the centre of the first; need not be whole.
        y: rows in pixels.

    Returns:
        One value a place; outside the image there are zeros.

    Source: Jaderberg et al. 2015, equation 5.

    Example:
        >>> image = torch.tensor([[0., 10.], [20., 30.]])
        >>> grid_sample_loops(image, torch.tensor([0.5, 1.0]), torch.tensor([0.5, 0.25]))
        tensor([15., 15.])
    """
    check_axes("grid_sample_loops", image=(image, "h w"), x=(x, "k"), y=(y, "k"))
    h, w = image.shape
    output = torch.zeros_like(x)
    for i in range(len(x)):
        for n in range(h):
            for m in range(w):
                output[i] += image[n, m] * _tent(x[i] - m) * _tent(y[i] - n)
    return output


def sampling_gradients_loops(
    image: Float[Tensor, "h w"], x: Float[Tensor, " k"], y: Float[Tensor, " k"]
) -> tuple[Float[Tensor, "k h w"], Float[Tensor, " k"], Float[Tensor, " k"]]:
    """Say how each value read changes with every pixel and with its own place.

    The tent has kinks: at its top and at its feet it has no derivative, and the paper picks one
    (a sub-gradient). Between pixels this is what every library computes. Exactly on a pixel the
    formula as printed, taken literally, gives +U of that pixel alone; libraries, and
    `grid_sample`, take the slope towards the next pixel. So does this function.

    Args:
        image: one channel.
        x: columns in pixels.
        y: rows in pixels.

    Returns:
        Derivatives of the k values by the pixels, by x, and by y (per pixel of the image).

    Source: Jaderberg et al. 2015, equations 6 and 7.

    Example:
        >>> image = torch.tensor([[0., 10.], [20., 30.]])
        >>> middle = torch.tensor([0.5])
        >>> _, by_x, by_y = sampling_gradients_loops(image, middle, middle)
        >>> by_x, by_y
        (tensor([10.]), tensor([20.]))
    """
    check_axes("sampling_gradients_loops", image=(image, "h w"), x=(x, "k"), y=(y, "k"))
    h, w = image.shape
    by_pixel = torch.zeros(len(x), h, w, dtype=image.dtype, device=image.device)
    by_x, by_y = torch.zeros_like(x), torch.zeros_like(y)
    for i in range(len(x)):
        for n in range(h):
            for m in range(w):
                by_pixel[i, n, m] = _tent(x[i] - m) * _tent(y[i] - n)
                by_x[i] += image[n, m] * _slope(x[i] - m) * _tent(y[i] - n)
                by_y[i] += image[n, m] * _tent(x[i] - m) * _slope(y[i] - n)
    return by_pixel, by_x, by_y


def _tent(distance: Tensor) -> Tensor:
    return (1 - distance.abs()).clamp(min=0)


def _slope(distance: Tensor) -> Tensor:
    """+1 while the pixel lies ahead (-1 <= d < 0), -1 once it is passed (0 <= d < 1), else 0."""
    ahead, passed = (distance >= -1) & (distance < 0), (distance >= 0) & (distance < 1)
    return ahead.to(distance.dtype) - passed.to(distance.dtype)
