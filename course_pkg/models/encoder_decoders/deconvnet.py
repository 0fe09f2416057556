"""DeconvNet: a VGG-16 run forwards down to one cell, and its mirror image back up to the pixels.

The way up undoes the way down layer by layer: an unpool puts every value where the pool beside it
had found its maximum, transposed convolutions fill the gaps. It is made for crops of one object,
224 x 224 pixels, which the bottleneck reads as a whole.

Source: Noh, Hong, Han 2015, Learning deconvolution network for semantic segmentation, section 3
and the released net definition. Lecture 07.
"""

from dataclasses import dataclass
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.backbones.vgg16 import VGG16_FULL
from course_pkg.models.encoder_decoders.unpooling import unpool_with_indices
from course_pkg.models.encoder_decoders.vgg16_encoder import VGG16IndexEncoder

__all__ = ["DeconvNet", "DeconvNetSize", "deconvnet", "deconvnet_light"]


@dataclass(frozen=True)
class DeconvNetSize:
    """How wide a DeconvNet is, and how large a map its bottleneck reads."""

    widths: tuple[int, int, int, int, int] = VGG16_FULL.widths  # channels of each stage
    hidden: int = VGG16_FULL.hidden  # channels of the bottleneck
    bottleneck: int = 7  # side of the map that it reads at once, in cells of 32 pixels


def _deconv(channels: int, out: int, kernel_size: int = 3, padding: int = 1) -> nn.Sequential:
    layer = nn.ConvTranspose2d(channels, out, kernel_size, padding=padding)
    return nn.Sequential(layer, nn.BatchNorm2d(out), nn.ReLU(inplace=True))


def _conv(channels: int, out: int, kernel_size: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, out, kernel_size), nn.BatchNorm2d(out), nn.ReLU(inplace=True)
    )


class DeconvNet(nn.Module):
    """Encoder with indices, a bottleneck of "fully connected" convolutions, the mirrored decoder.

    Batch normalisation and ReLU follow every layer but the last; there is no dropout. Layer sizes
    are those of the released definition. Where the bottleneck has a single cell, training needs at
    least two images a batch, or there is nothing to normalise over.

    Glossary of shapes: n images of h x w pixels, at least 32 * bottleneck a side (224 as
    published); k classes; after five pools h // 32 x w // 32 cells, after the bottleneck
    h // 32 - bottleneck + 1 a side (1 as published), and back.

    Source: Noh et al. 2015, section 3.1, figure 2, and the released net definition.

    Args:
        num_classes: k; 21 for PASCAL VOC.
        size: widths and bottleneck.
    """

    def __init__(self, num_classes: int, size: DeconvNetSize) -> None:
        super().__init__()
        widths, side = size.widths, size.bottleneck
        self.bottleneck_size = side
        self.encoder = VGG16IndexEncoder(widths)
        self.bottleneck = nn.Sequential(
            _conv(widths[4], size.hidden, side),
            _conv(size.hidden, size.hidden, 1),
            _deconv(size.hidden, widths[4], side, padding=0),
        )
        # As many layers per stage as on the way down; the last one narrows to the next stage.
        narrow = [widths[0], *widths[:4]]
        self.decoder = nn.ModuleList(
            nn.Sequential(*(_deconv(a, b) for a, b in pairwise([width] * convs + [out])))
            for width, out, convs in zip(widths, narrow, (2, 2, 3, 3, 3), strict=True)
        )
        self.score = nn.Conv2d(widths[0], num_classes, 1)

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n k h w"]:
        """Return one score per class and pixel."""
        smallest = 32 * self.bottleneck_size
        h, w = images.shape[-2:]
        if min(h, w) < smallest:
            raise ValueError(
                f"the bottleneck reads {self.bottleneck_size} cells of 32 pixels at once, so "
                f"images need at least {smallest} pixels a side, but {h}x{w} came: enlarge the crop"
            )
        x, pooled = self.encoder(images)
        x = self.bottleneck(x)
        for stage, pool in zip(reversed(self.decoder), reversed(pooled), strict=True):
            x = stage(unpool_with_indices(x, pool))
        return self.score(x)


def deconvnet(num_classes: int = 21) -> DeconvNet:
    """Build DeconvNet at its published size: about 252 million parameters.

    Args:
        num_classes: classes with background.

    Returns:
        The network, for images of at least 224 x 224.

    Source: Noh et al. 2015, section 3.1 and the released net definition.

    Example:
        >>> with torch.device("meta"):
        ...     model = deconvnet()
        >>> sum(p.numel() for p in model.parameters())
        251805653
    """
    return DeconvNet(num_classes, DeconvNetSize())


def deconvnet_light(num_classes: int) -> DeconvNet:
    """Build a DeconvNet for a laptop: narrow, with a bottleneck that reads 3 x 3 cells.

    Args:
        num_classes: channels of the logits.

    Returns:
        The network, for images of at least 96 x 96.

    Source: Noh et al. 2015, section 3.1, for the structure; the sizes are ours.

    Example:
        >>> deconvnet_light(3).eval()(torch.zeros(1, 3, 97, 130)).shape
        torch.Size([1, 3, 97, 130])
    """
    return DeconvNet(num_classes, DeconvNetSize((16, 32, 48, 64, 64), hidden=128, bottleneck=3))
