"""Where the cells of a map lie on the image, and what brings coarse cells onto a finer grid.

Sums and crops only make sense if the cells that meet look at the same place. So every map says
where its cells lie (`Level`), and kernel sizes and crop offsets follow from that by arithmetic
(`upsampling_geometry`): for VGG-16 padded by 100 they come out as the released 19; 5, 27; 5, 9, 31.

Source: Long, Shelhamer, Darrell 2015, Fully convolutional networks, section 3.3, and the released
nets' crop layers. Lecture 06.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.ops import bilinear_kernel

__all__ = [
    "BilinearUpsampling",
    "Level",
    "UpsamplingGeometry",
    "bilinear_conv_transpose",
    "upsampling_geometry",
]


class Level(NamedTuple):
    """A map that a head may score, and where its cells lie on the image.

    Cell i is centred on pixel ``origin + stride * i``, pixel 0 being the first one's centre.
    """

    channels: int
    stride: int
    origin: float


class UpsamplingGeometry(NamedTuple):
    """A bilinear transposed convolution that brings coarse cells onto a finer grid."""

    kernel_size: int
    stride: int
    crop: int  # cells to drop from the start of the finer map; if negative, of the upsampled one


def upsampling_geometry(coarse: Level, fine: Level) -> UpsamplingGeometry:
    """Find kernel, stride and crop that put coarse scores exactly onto the cells of a finer map.

    Bilinear weights of an even kernel 2s peak between two cells, those of an odd kernel 2s - 1 on a
    cell; which one fits depends on where the coarse centres fall. The rest of the shift is whole
    cells, and is cropped.

    Args:
        coarse: the level to enlarge.
        fine: the level to reach; the image itself is ``Level(channels, 1, 0.0)``.

    Returns:
        Kernel size, stride and crop.

    Raises:
        ValueError: if no bilinear kernel can align the two grids.

    Source: the released FCN nets derive their offsets the same way (crop layers, coordinate maps).

    Example:
        >>> fc7, image = Level(4096, stride=32, origin=12.5), Level(21, stride=1, origin=0.0)
        >>> upsampling_geometry(fc7, image)
        UpsamplingGeometry(kernel_size=64, stride=32, crop=-19)
    """
    stride = coarse.stride // fine.stride
    start = (coarse.origin - fine.origin) / fine.stride  # where coarse cell 0 lies, in fine cells
    if stride * fine.stride != coarse.stride or not (2 * start).is_integer():
        raise ValueError(
            f"cannot align a level of stride {coarse.stride} and origin {coarse.origin} with one "
            f"of stride {fine.stride} and origin {fine.origin}: the strides must divide and the "
            "centres must fall on fine cells or halfway between two"
        )
    kernel_size = 2 * stride - 1 if start.is_integer() else 2 * stride
    return UpsamplingGeometry(kernel_size, stride, round(start - (kernel_size - 1) / 2))


def bilinear_conv_transpose(num_classes: int, kernel_size: int, stride: int) -> nn.ConvTranspose2d:
    """Build a learnable upsampling that starts as bilinear interpolation of every class by itself.

    Args:
        num_classes: channels in and out.
        kernel_size: side of the kernel, 2 * stride or 2 * stride - 1.
        stride: factor of enlargement.

    Returns:
        A transposed convolution without bias; its weight is zero between different classes.

    Source: Long et al. 2015, section 3.3 and 4.2.

    Example:
        >>> bilinear_conv_transpose(2, kernel_size=4, stride=2).weight[0, 0, 1]
        tensor([0.1875, 0.5625, 0.5625, 0.1875], grad_fn=<SelectBackward0>)
    """
    layer = nn.ConvTranspose2d(num_classes, num_classes, kernel_size, stride, bias=False)
    with torch.no_grad():
        layer.weight.zero_()
        layer.weight[range(num_classes), range(num_classes)] = bilinear_kernel(kernel_size)
    return layer


class BilinearUpsampling(nn.Module):
    """The fixed last enlargement: one bilinear kernel, stamped for every class by itself.

    Glossary of shapes: n images, k classes, h x w cells; the result has (h - 1) * stride +
    kernel_size cells a side.

    Source: Long et al. 2015, section 4.2: the last layer's filters stay fixed to bilinear.
    """

    kernel: Tensor

    def __init__(self, kernel_size: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.register_buffer("kernel", bilinear_kernel(kernel_size)[None, None], persistent=False)

    def forward(self, scores: Float[Tensor, "n k h w"]) -> Float[Tensor, "n k h2 w2"]:
        """Enlarge every score map."""
        # Classes travel as images of their own: one kernel serves all of them.
        n, k = scores.shape[:2]
        return F.conv_transpose2d(scores.flatten(0, 1)[:, None], self.kernel, stride=self.stride)[
            :, 0
        ].unflatten(0, (n, k))
