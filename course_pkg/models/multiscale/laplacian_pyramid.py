"""A Laplacian pyramid: one image as details of several sizes and what is left of it.

Each level holds what the next smaller one cannot say; enlarged and added up they give the image
back exactly. Halving averages pairs of pixels (weights 1 3 3 1), so that a small pixel sits in the
middle of its four large ones: the grid on which pools and bilinear enlarging live as well, which
keeps the features of all scales aligned. Burt and Adelson's five weights sit on every second pixel.

Source: Burt & Adelson 1983, The Laplacian pyramid; Farabet et al. 2013, section 3.1. Lecture 08.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

__all__ = ["laplacian_pyramid", "local_normalize", "pyramid_expand", "pyramid_reduce", "rgb_to_yuv"]


def rgb_to_yuv(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    """Split colour into one plane of brightness and two of colour difference.

    Args:
        images: red, green, blue in [0, 1].

    Returns:
        Y in [0, 1]; U and V, which are 0 for grey.

    Source: ITU-R BT.601 weights; Farabet et al. 2013, section 5 (YUV input).

    Example:
        >>> rgb_to_yuv(torch.full((1, 3, 1, 1), 0.5)).flatten().round(decimals=3).abs()
        tensor([0.5000, 0.0000, 0.0000])
    """
    red, green, blue = images.unbind(1)
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    return torch.stack((y, 0.492111 * (blue - y), 0.877283 * (red - y)), dim=1)


def local_normalize(images: Float[Tensor, "n c h w"], size: int = 15) -> Float[Tensor, "n c h w"]:
    """Give every neighbourhood of every plane mean zero and deviation one.

    Where the picture is flat there is only noise to enlarge: below the plane's average deviation
    the divisor stays at that average.

    Args:
        images: planes of any range.
        size: side of the neighbourhood in pixels, odd.

    Returns:
        Planes of the same size.

    Raises:
        ValueError: if ``size`` is even or below 3.

    Source: Farabet et al. 2013, section 5 (15 x 15, as remembered, unverified); the floor of the
        divisor after Jarrett et al. 2009, section 2.1.

    Example:
        >>> local_normalize(torch.ones(1, 1, 4, 4)).abs().max().item()
        0.0
    """
    if size < 3 or size % 2 == 0:
        raise ValueError(f"the neighbourhood needs an odd side of at least 3, but size is {size}")

    def mean(x: Tensor) -> Tensor:
        return F.avg_pool2d(x, size, stride=1, padding=size // 2, count_include_pad=False)

    centred = images - mean(images)
    deviation = mean(centred.square()).sqrt()
    floor = deviation.mean((-2, -1), keepdim=True)
    return centred / torch.maximum(deviation, floor).clamp(min=1e-6)


def pyramid_reduce(images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c (h+1)//2 (w+1)//2"]:
    """Blur and halve: every new pixel weighs 4 x 4 old ones around its corner.

    Args:
        images: planes; an odd side is continued by one repeated pixel.

    Returns:
        Planes of half the size, rounded up.

    Source: Burt & Adelson 1983, REDUCE, with even weights.

    Example:
        >>> pyramid_reduce(torch.ones(1, 1, 5, 6)).shape
        torch.Size([1, 1, 3, 3])
    """
    c, h, w = images.shape[1:]
    padded = F.pad(images, (1, 1 + w % 2, 1, 1 + h % 2), mode="replicate")
    row = images.new_tensor([1.0, 3.0, 3.0, 1.0]) / 8
    kernel = torch.outer(row, row).expand(c, 1, 4, 4)
    return F.conv2d(padded, kernel, stride=2, groups=c)


def pyramid_expand(images: Float[Tensor, "n c hs ws"], size: tuple[int, int]) -> Tensor:
    """Enlarge twice, bilinearly, and cut to the size from before the halving.

    Args:
        images: planes of half the size.
        size: (h, w) wanted, at most twice as large.

    Returns:
        Planes of that size.

    Raises:
        ValueError: if the planes are not half of ``size``, rounded up.

    Source: Burt & Adelson 1983, EXPAND.

    Example:
        >>> pyramid_expand(torch.tensor([[[[0.0, 4.0]]]]), (1, 3))
        tensor([[[[0., 1., 3.]]]])
    """
    h, w = size
    half = ((h + 1) // 2, (w + 1) // 2)
    if tuple(images.shape[-2:]) != half:
        raise ValueError(
            f"planes that are to become {h}x{w} have to be {half[0]}x{half[1]}, but they are "
            f"{images.shape[-2]}x{images.shape[-1]}"
        )
    return F.interpolate(images, scale_factor=2, mode="bilinear")[..., :h, :w]


def laplacian_pyramid(
    images: Float[Tensor, "n c h w"], levels: int = 3
) -> list[Float[Tensor, "n c _ _"]]:
    """Split images into details, finest first, and the small image that is left.

    Args:
        images: planes.
        levels: how many images come back, at least 1; the last one is no difference.

    Returns:
        Level s has a side of h / 2^s pixels, rounded up.

    Raises:
        ValueError: if ``levels`` is below 1.

    Source: Burt & Adelson 1983; Farabet et al. 2013, section 3.1.

    Example:
        >>> [tuple(x.shape[-2:]) for x in laplacian_pyramid(torch.zeros(1, 3, 10, 7))]
        [(10, 7), (5, 4), (3, 2)]
    """
    if levels < 1:
        raise ValueError(f"a pyramid has at least 1 level, but levels is {levels}")
    pyramid = []
    current = images
    for _ in range(levels - 1):
        smaller = pyramid_reduce(current)
        h, w = current.shape[-2:]
        pyramid.append(current - pyramid_expand(smaller, (h, w)))
        current = smaller
    return [*pyramid, current]
