"""SegNet: keep where every maximum was, and let the decoder put it back there.

Where DeconvNet carries a bottleneck of 200 million parameters, SegNet drops it and keeps only the
convolutions: 13 down, 13 up. What crosses from one side to the other are the pools' indices, two
bits for a 2x2 window, instead of whole maps. A twin with the same parameters that enlarges
bilinearly shows what those two bits are worth.

Source: Badrinarayanan, Kendall, Cipolla 2017, SegNet, sections 3 and 4. Lecture 07.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.backbones.vgg16 import VGG16_FULL
from course_pkg.models.encoder_decoders.unpooling import (
    Pooled,
    pool_with_indices,
    unpool_with_indices,
    upsample_bilinear,
)
from course_pkg.models.encoder_decoders.vgg16_encoder import VGG16IndexEncoder

__all__ = [
    "SegNet",
    "SegNetBasicEncoder",
    "segnet",
    "segnet_basic",
    "segnet_basic_bilinear",
    "segnet_bilinear",
]

Upsample = Callable[[Tensor, Pooled], Tensor]
Widths = tuple[int, int, int, int, int]


class SegNetBasicEncoder(nn.Module):
    """SegNet-Basic's way down: four times 7x7 convolution, batch normalisation, ReLU, pool.

    Glossary of shapes: n images of h x w pixels; d channels (64); the bottom map has h // 16 x
    w // 16 cells, each of which sees 106 pixels a side.

    Source: Badrinarayanan et al. 2017, section 3.1 (no bias, context of 106 pixels).
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.stages = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, width, 7, padding=3, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
            )
            for channels in (3, width, width, width)
        )

    def forward(
        self, images: Float[Tensor, "n 3 h w"]
    ) -> tuple[Float[Tensor, "n d hb wb"], list[Pooled]]:
        """Return the bottom map and, from the first pool to the last, what each remembers."""
        h, w = images.shape[-2:]
        if min(h, w) < 16:
            raise ValueError(
                f"four 2x2 pools need images of at least 16x16 pixels, but {h}x{w} came: enlarge "
                "or pad them"
            )
        x = images
        pooled = []
        for stage in self.stages:
            x, pool = pool_with_indices(stage(x))
            pooled.append(pool)
        return x, pooled


class SegNet(nn.Module):
    """An encoder that remembers its pools, a decoder stage for each, and a classifier.

    Glossary of shapes: n images of h x w pixels in [0, 1]; k classes.

    Source: Badrinarayanan et al. 2017, figure 2.

    Args:
        encoder: returns the bottom map and what its pools remember.
        decoder: one stage per pool, the one of the first pool first.
        classifier: turns the last decoder map into logits.
        upsample: how a decoder stage gets back to the size from before its pool.
    """

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.ModuleList,
        classifier: nn.Module,
        upsample: Upsample,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.classifier = classifier
        self.upsample = upsample

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n k h w"]:
        """Return one score per class and pixel."""
        x, pooled = self.encoder(images)
        for stage, pool in zip(reversed(self.decoder), reversed(pooled), strict=True):
            x = stage(self.upsample(x, pool))
        return self.classifier(x)


def _decoder_stage(channels: Sequence[int], kernel_size: int, activates: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    for c, d in pairwise(channels):
        # SegNet-Basic has no bias; with batch normalisation right behind it none is missed.
        conv = nn.Conv2d(c, d, kernel_size, padding=kernel_size // 2, bias=activates)
        layers += [conv, nn.BatchNorm2d(d)]
        if activates:
            layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


def _segnet(num_classes: int, widths: Widths, upsample: Upsample) -> SegNet:
    narrow = [widths[0], *widths[:4]]
    # The first stage has one layer less: the classifier is the thirteenth.
    decoder = nn.ModuleList(
        _decoder_stage([width] * convs + [out], kernel_size=3, activates=True)
        for width, out, convs in zip(widths, narrow, (1, 2, 3, 3, 3), strict=True)
    )
    classifier = nn.Conv2d(widths[0], num_classes, 3, padding=1)
    return SegNet(VGG16IndexEncoder(widths), decoder, classifier, upsample)


def segnet(num_classes: int, widths: Widths = VGG16_FULL.widths) -> SegNet:
    """Build SegNet: VGG-16's thirteen convolutions down, thirteen up, indices across.

    Args:
        num_classes: channels of the logits.
        widths: channels of the five stages; (16, 32, 64, 64, 64) is fit for a laptop.

    Returns:
        The network, for images of at least 32 x 32.

    Source: Badrinarayanan et al. 2017, section 3, figure 2.

    Example:
        >>> segnet(11, (2, 2, 2, 2, 2)).eval()(torch.zeros(1, 3, 33, 45)).shape
        torch.Size([1, 11, 33, 45])
    """
    return _segnet(num_classes, widths, unpool_with_indices)


def segnet_bilinear(num_classes: int, widths: Widths = VGG16_FULL.widths) -> SegNet:
    """Build SegNet's twin: the same layers and parameters, bilinear instead of unpooling.

    It isolates what the indices are worth. The paper's own bilinear row is another net, in which
    nothing of the decoder is learnt.

    Args:
        num_classes: channels of the logits.
        widths: channels of the five stages.

    Returns:
        The network, for images of at least 32 x 32.

    Source: Badrinarayanan et al. 2017, section 4.3, for the question; the twin is ours.

    Example:
        >>> segnet_bilinear(11, (2, 2, 2, 2, 2)).eval()(torch.zeros(1, 3, 33, 45)).shape
        torch.Size([1, 11, 33, 45])
    """
    return _segnet(num_classes, widths, upsample_bilinear)


def _segnet_basic(num_classes: int, width: int, upsample: Upsample) -> SegNet:
    decoder = nn.ModuleList(
        _decoder_stage([width, width], kernel_size=7, activates=False) for _ in range(4)
    )
    return SegNet(SegNetBasicEncoder(width), decoder, nn.Conv2d(width, num_classes, 1), upsample)


def segnet_basic(num_classes: int, width: int = 64) -> SegNet:
    """Build SegNet-Basic: four 7x7 layers down, four up, no bias, no ReLU on the way up.

    Behind them stands a 1x1 classifier with a bias, as in the released definition. The paper feeds
    it locally contrast-normalised images (`local_normalize`).

    Args:
        num_classes: channels of the logits.
        width: channels of every layer; 64 as published.

    Returns:
        The network, for images of at least 16 x 16.

    Source: Badrinarayanan et al. 2017, section 3.1.

    Example:
        >>> segnet_basic(11, width=4).eval()(torch.zeros(1, 3, 36, 49)).shape
        torch.Size([1, 11, 36, 49])
    """
    return _segnet_basic(num_classes, width, unpool_with_indices)


def segnet_basic_bilinear(num_classes: int, width: int = 64) -> SegNet:
    """Build SegNet-Basic's twin: the same parameters, bilinear instead of unpooling.

    Args:
        num_classes: channels of the logits.
        width: channels of every layer.

    Returns:
        The network, for images of at least 16 x 16.

    Source: Badrinarayanan et al. 2017, section 4.3, for the question; the twin is ours.

    Example:
        >>> segnet_basic_bilinear(11, width=4).eval()(torch.zeros(1, 3, 36, 49)).shape
        torch.Size([1, 11, 36, 49])
    """
    return _segnet_basic(num_classes, width, upsample_bilinear)
