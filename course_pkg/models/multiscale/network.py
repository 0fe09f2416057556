"""Multi-scale network: one small net on three sizes of the same image, side by side.

A 46 pixel window cannot tell road from wall. The same weights on the image at half and quarter
size see 92 and 184 pixels for no further parameters, and the classifier reads all three at once.

Source: Farabet, Couprie, Najman, LeCun 2013, Learning hierarchical features for scene labeling,
sections 3 and 5. Layer sizes are as remembered, unverified; the window of 46 pixels, which they
give, agrees. Superpixels and cover, which clean up the result, are in `purity_cover`. Lecture 08.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from course_pkg.models.multiscale.laplacian_pyramid import (
    laplacian_pyramid,
    local_normalize,
    rgb_to_yuv,
)

__all__ = [
    "MULTISCALE_FULL",
    "MultiScaleNet",
    "MultiScaleSize",
    "PartialConv2d",
    "multiscale_net",
    "random_connections",
    "with_mlp",
]


@dataclass(frozen=True)
class MultiScaleSize:
    """How wide the shared net is, and on how many sizes of the image it runs."""

    maps: tuple[int, int, int] = (16, 64, 256)  # output maps of the three stages
    fan_in: tuple[int, int] = (8, 32)  # input maps that one map of stages 2 and 3 sees
    scales: int = 3
    seed: int = 0  # of the random connections


#: The sizes of the paper.
MULTISCALE_FULL = MultiScaleSize()


def random_connections(
    in_channels: int, out_channels: int, fan_in: int, generator: torch.Generator
) -> Bool[Tensor, "{out_channels} {in_channels}"]:
    """Draw for every output map which input maps it may see.

    Args:
        in_channels: number of input maps.
        out_channels: number of output maps.
        fan_in: input maps for each output map, at most ``in_channels``.
        generator: source of randomness.

    Returns:
        True where output map (row) and input map (column) are connected.

    Raises:
        ValueError: if ``fan_in`` is below 1 or above ``in_channels``.

    Source: Farabet et al. 2013, section 5.

    Example:
        >>> random_connections(6, 2, 3, torch.Generator().manual_seed(0)).sum(dim=1)
        tensor([3, 3])
    """
    if not 1 <= fan_in <= in_channels:
        raise ValueError(
            f"every output map sees at least 1 and at most all {in_channels} input maps, but "
            f"fan_in is {fan_in}"
        )
    order = torch.rand(out_channels, in_channels, generator=generator, device="cpu").argsort(dim=1)
    return order < fan_in  # a row of order is a permutation, so fan_in entries are below fan_in


class PartialConv2d(nn.Module):
    """A convolution that keeps its size, and in which every output map sees only some input maps.

    Glossary of shapes: n images of h x w cells, c maps in, d maps out.

    Source: Farabet et al. 2013, section 5; the connection tables go back to LeCun et al. 1998.

    Args:
        connections: d rows, c columns, True where there is a kernel.
        kernel_size: odd side of the kernels.
    """

    mask: Tensor

    def __init__(self, connections: Bool[Tensor, "d c"], kernel_size: int) -> None:
        super().__init__()
        d, c = connections.shape
        self.conv = nn.Conv2d(c, d, kernel_size, padding=kernel_size // 2)
        self.register_buffer("mask", connections[:, :, None, None].to(self.conv.weight))
        # torch scales its start by all inputs; only those that are connected count here.
        with torch.no_grad():
            seen = connections.sum(dim=1).to(self.conv.weight)[:, None, None, None]
            self.conv.weight.mul_((c / seen).sqrt())

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d h w"]:
        """Convolve along the connections."""
        weight = self.conv.weight * self.mask
        return F.conv2d(x, weight, self.conv.bias, padding=self.conv.padding)


def _shared_net(size: MultiScaleSize) -> nn.Sequential:
    first, second, third = size.maps
    # Of 16 maps, 10 look at brightness and 6 at the two colour planes.
    bright = torch.arange(first, device="cpu") < round(first * 10 / 16)
    colour = torch.stack((bright, ~bright, ~bright), dim=1)
    generator = torch.Generator().manual_seed(size.seed)
    return nn.Sequential(
        PartialConv2d(colour, 7),
        nn.Tanh(),
        nn.MaxPool2d(2),
        PartialConv2d(random_connections(first, second, size.fan_in[0], generator), 7),
        nn.Tanh(),
        nn.MaxPool2d(2),
        PartialConv2d(random_connections(second, third, size.fan_in[1], generator), 7),
    )


class MultiScaleNet(nn.Module):
    """Laplacian pyramid, one shared net on every level, features side by side, a classifier.

    Image to YUV, pyramid, local normalisation, the shared net (7x7 convolution, tanh, pool; again;
    7x7 convolution) with the same weights on every level, coarse maps enlarged to the finest one,
    concatenated and classified cell by cell. A cell is 4 pixels; logits are enlarged bilinearly.

    Glossary of shapes: n images of h x w pixels; k classes; s scales; c maps of the last stage
    (256), so that s * c (768) numbers describe a cell; ch x cw cells.

    Source: Farabet et al. 2013, figure 1 and sections 3.1, 5.

    Args:
        shared: the net that runs on every scale; its cells are 4 pixels apart.
        classifier: from s * c maps to k.
        scales: s, number of pyramid levels.
    """

    def __init__(self, shared: nn.Module, classifier: nn.Module, scales: int) -> None:
        super().__init__()
        self.shared = shared
        self.classifier = classifier
        self.scales = scales

    def features(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n _ ch cw"]:
        """Return what all scales say about each cell of 4 x 4 pixels, the finest scale first.

        The image is continued right and below to whole cells of the coarsest scale.
        """
        h, w = images.shape[-2:]
        block = 4 * 2 ** (self.scales - 1)
        padded = F.pad(images, (0, -w % block, 0, -h % block), mode="replicate")
        maps: list[Tensor] = []
        for s, level in enumerate(laplacian_pyramid(rgb_to_yuv(padded), self.scales)):
            x = self.shared(local_normalize(level))
            maps.append(_enlarge(x, 2**s))
        return torch.cat(maps, dim=1)

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n k h w"]:
        """Return one score per class and pixel for images in [0, 1]."""
        h, w = images.shape[-2:]
        logits = self.classifier(self.features(images))
        return _enlarge(logits, 4)[..., :h, :w]


def _enlarge(x: Tensor, factor: int) -> Tensor:
    return F.interpolate(x, scale_factor=factor, mode="bilinear") if factor > 1 else x


def multiscale_net(num_classes: int, size: MultiScaleSize = MULTISCALE_FULL) -> MultiScaleNet:
    """Build the net with the linear classifier that trains its features.

    Args:
        num_classes: channels of the logits.
        size: widths, scales and connections.

    Returns:
        The network.

    Source: Farabet et al. 2013, section 3.1 (first training step).

    Example:
        >>> light = MultiScaleSize(maps=(8, 16, 32), fan_in=(4, 8))
        >>> multiscale_net(5, light)(torch.zeros(1, 3, 30, 41)).shape
        torch.Size([1, 5, 30, 41])
    """
    classifier = nn.Conv2d(size.maps[-1] * size.scales, num_classes, 1)
    return MultiScaleNet(_shared_net(size), classifier, size.scales)


def with_mlp(model: MultiScaleNet, hidden: int = 1024) -> MultiScaleNet:
    """Put a new two-layer classifier onto trained features, which stay as they are.

    Args:
        model: a trained net of `multiscale_net`. Its shared net is used on, frozen; its linear
            classifier is thrown away.
        hidden: maps between the two layers (1024 as remembered, unverified).

    Returns:
        A network of which only the classifier learns.

    Raises:
        ValueError: if the model's classifier is not the linear one.

    Source: Farabet et al. 2013, section 3.1 (second training step).

    Example:
        >>> model = with_mlp(multiscale_net(5, MultiScaleSize((8, 16, 32), (4, 8))), hidden=10)
        >>> [name for name, p in model.named_parameters() if p.requires_grad][0]
        'classifier.0.weight'
    """
    linear = model.classifier
    if not isinstance(linear, nn.Conv2d):
        raise ValueError(
            "with_mlp replaces the linear classifier of multiscale_net, but this model has a "
            f"{type(linear).__name__}"
        )
    mlp = nn.Sequential(
        nn.Conv2d(linear.in_channels, hidden, 1),
        nn.Tanh(),
        nn.Conv2d(hidden, linear.out_channels, 1),
    )
    model.shared.requires_grad_(False)
    return MultiScaleNet(model.shared, mlp, model.scales)
