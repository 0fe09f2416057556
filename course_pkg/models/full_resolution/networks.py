"""Segment by convolving at full resolution, and two twins that do the same work on smaller maps.

Padding keeps every map as large as the image, so the answer comes out at every pixel without
another thought. The price is that compute and memory stay those of the full image in every layer,
and that the field of view grows by two pixels a layer only. The twins have the same parameters, to
the last one; they only halve the map now and then, and enlarge it again at the end.

Source: the course's own baseline, after Long et al. 2015, sections 3 and 4 (what pooling buys and
what skips bring back). Lecture 03.
"""

from collections.abc import Sequence

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["ConvStack", "downsampled_net", "full_resolution_net", "skip_net"]


def _upsample_to(x: Tensor, size: Sequence[int]) -> Tensor:
    return F.interpolate(x, list(size), mode="bilinear", align_corners=False)


class ConvStack(nn.Module):
    """3x3 convolutions with ReLU, a max pool before some of them, and a 1x1 classifier.

    Glossary of shapes: n images of h x w pixels with c channels; k classes; d channels inside.

    Args:
        in_channels: c.
        num_classes: k.
        width: d, the same in every layer.
        depth: number of 3x3 convolutions.
        pool_before: layers (counted from 0) whose input is halved by a 2x2 max pool.
        sums_scales: whether every map that was halved is added back on the way up.

    Raises:
        ValueError: if there is no layer, or a pool before a layer that does not exist.
    """

    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        width: int,
        depth: int,
        pool_before: Sequence[int] = (),
        sums_scales: bool = False,
    ) -> None:
        super().__init__()
        if depth < 1 or not set(pool_before) <= set(range(1, depth)):
            raise ValueError(
                "ConvStack needs at least one layer, and pools before layers 1 to depth - 1, but "
                f"depth is {depth} and pool_before is {tuple(pool_before)}"
            )
        self.layers = nn.ModuleList(
            nn.Conv2d(in_channels if i == 0 else width, width, 3, padding=1) for i in range(depth)
        )
        for conv in self.layers.parameters():
            # torch's default start loses half of the signal in every layer with ReLU.
            nn.init.kaiming_normal_(conv) if conv.dim() > 1 else nn.init.zeros_(conv)
        self.classifier = nn.Conv2d(width, num_classes, 1)
        self.pool_before = frozenset(pool_before)
        self.sums_scales = sums_scales

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n k h w"]:
        """Return one score per class and pixel."""
        x = images
        halved = []
        for i, conv in enumerate(self.layers):
            if i in self.pool_before:
                halved.append(x)
                x = F.max_pool2d(x, 2, ceil_mode=True)
            x = conv(x).relu()
        if self.sums_scales:
            for finer in reversed(halved):
                x = _upsample_to(x, finer.shape[-2:]) + finer
        # The classifier is linear and bilinear weights sum to one: scoring before enlarging gives
        # the same answer and costs less.
        return _upsample_to(self.classifier(x), images.shape[-2:])


def full_resolution_net(
    num_classes: int, width: int = 32, depth: int = 9, in_channels: int = 3
) -> ConvStack:
    """Build the stack that never halves: every layer works on every pixel.

    Args:
        num_classes: channels of the logits.
        width: channels of every layer.
        depth: number of 3x3 layers; one output pixel sees 1 + 2 * depth pixels.
        in_channels: channels of the image.

    Returns:
        The network.

    Source: lecture 03.

    Example:
        >>> full_resolution_net(5, width=4, depth=2)(torch.zeros(1, 3, 7, 9)).shape
        torch.Size([1, 5, 7, 9])
    """
    return ConvStack(in_channels, num_classes, width, depth)


def _thirds(depth: int) -> tuple[int, int]:
    if depth < 3:
        raise ValueError(f"halving twice needs at least 3 layers, but depth is {depth}")
    return depth // 3, 2 * depth // 3


def downsampled_net(
    num_classes: int, width: int = 32, depth: int = 9, in_channels: int = 3
) -> ConvStack:
    """Build the same layers with two pools, after each third, and one bilinear step back up.

    Args:
        num_classes: channels of the logits.
        width: channels of every layer.
        depth: number of 3x3 layers, at least 3.
        in_channels: channels of the image.

    Returns:
        The network; its parameters have the names and sizes of `full_resolution_net`'s.

    Raises:
        ValueError: if ``depth`` is below 3.

    Source: lecture 03.

    Example:
        >>> downsampled_net(5, width=4, depth=3)(torch.zeros(1, 3, 7, 9)).shape
        torch.Size([1, 5, 7, 9])
    """
    return ConvStack(in_channels, num_classes, width, depth, pool_before=_thirds(depth))


def skip_net(num_classes: int, width: int = 32, depth: int = 9, in_channels: int = 3) -> ConvStack:
    """Build `downsampled_net` with the maps from before each pool added back on the way up.

    Args:
        num_classes: channels of the logits.
        width: channels of every layer; equal widths are what makes the sum free of parameters.
        depth: number of 3x3 layers, at least 3.
        in_channels: channels of the image.

    Returns:
        The network; its parameters have the names and sizes of `full_resolution_net`'s.

    Raises:
        ValueError: if ``depth`` is below 3.

    Source: lecture 03; Long et al. 2015, section 4.2 for the sum.

    Example:
        >>> skip_net(5, width=4, depth=3)(torch.zeros(1, 3, 7, 9)).shape
        torch.Size([1, 5, 7, 9])
    """
    pools = _thirds(depth)
    return ConvStack(in_channels, num_classes, width, depth, pools, sums_scales=True)
