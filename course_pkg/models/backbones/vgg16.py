"""VGG-16, the body of the segmentation networks of this course.

FCN wants the convolutions with three of the pooled maps on the way out (`VGG16Trunk`). DeconvNet
and SegNet want them with pools that remember: `VGG16IndexEncoder`, in `models.encoder_decoders`.
Both read torchvision's ImageNet weights with `load_vgg16_convolutions`.

Source: Simonyan & Zisserman 2015, Very deep convolutional networks, configuration D.
Lectures 06, 07.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.data import IMAGENET, normalize

__all__ = [
    "CONVS_PER_STAGE",
    "VGG16_FULL",
    "VGG16Maps",
    "VGG16Size",
    "VGG16Trunk",
    "load_vgg16_convolutions",
    "start_convolutions",
]

CONVS_PER_STAGE = (2, 2, 3, 3, 3)


@dataclass(frozen=True)
class VGG16Size:
    """How wide a VGG-16 is; the default is the published one."""

    widths: tuple[int, int, int, int, int] = (64, 128, 256, 512, 512)  # channels of each stage
    hidden: int = 4096  # channels of fc6 and fc7


#: The widths of the paper.
VGG16_FULL = VGG16Size()


class VGG16Maps(NamedTuple):
    """The pooled maps that FCN reads, at strides 8, 16 and 32."""

    pool3: Float[Tensor, "n c3 h3 w3"]
    pool4: Float[Tensor, "n c4 h4 w4"]
    pool5: Float[Tensor, "n c5 h5 w5"]


def start_convolutions(convolutions: Iterable[nn.Conv2d]) -> None:
    """Draw first weights that keep the signal's size through thirteen layers."""
    # Without batch normalisation thirteen layers of torch's default start fade the signal out.
    for conv in convolutions:
        nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
        if conv.bias is not None:
            nn.init.zeros_(conv.bias)


class VGG16Trunk(nn.Module):
    """VGG-16's thirteen convolutions, with the maps after pools 3, 4 and 5 on the way out.

    ``features`` has torchvision's layers in torchvision's order, so a state dict of its VGG-16 fits
    key by key. Two things are as FCN needs them: the pools round sizes up (Caffe's rule), and the
    first convolution may pad by 100 pixels, so that a 7x7 layer still fits after five pools
    whatever the size of the image.

    Glossary of shapes: n images of h x w pixels; c3, c4, c5 channels (256, 512, 512); with
    ``first_padding`` p the padded side is H = h + 2p - 2, and the maps have H/8, H/16, H/32 cells a
    side, each halving rounded up.

    Source: Simonyan & Zisserman 2015, table 1, column D; Long et al. 2015, released net definition.

    Args:
        widths: channels of the five stages.
        first_padding: zero pixels around the image in the first convolution; FCN's is 100.
    """

    def __init__(self, widths: Sequence[int] = VGG16_FULL.widths, first_padding: int = 1) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for width, convs in zip(widths, CONVS_PER_STAGE, strict=True):
            for _ in range(convs):
                padding = first_padding if not layers else 1
                layers += [nn.Conv2d(channels, width, 3, padding=padding), nn.ReLU(inplace=True)]
                channels = width
            layers.append(nn.MaxPool2d(2, ceil_mode=True))
        self.features = nn.Sequential(*layers)
        start_convolutions(m for m in self.features if isinstance(m, nn.Conv2d))

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> VGG16Maps:
        """Return pool3, pool4 and pool5 of images in [0, 1]."""
        x = normalize(images, IMAGENET)
        pools = []
        for layer in self.features:
            x = layer(x)
            if isinstance(layer, nn.MaxPool2d):
                pools.append(x)
        return VGG16Maps(*pools[2:])


def load_vgg16_convolutions(network: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Copy the convolutions of torchvision's VGG-16 into a network that starts with them.

    Where both sides have batch normalisation (torchvision's ``vgg16_bn``, `VGG16IndexEncoder`) its
    numbers are copied too; a state dict of the plain ``vgg16`` leaves it as it is.

    Args:
        network: any module whose first thirteen convolutions are VGG-16's.
        weights: ``torchvision.models.vgg16(weights=...).state_dict()``, or ``vgg16_bn``'s.

    Raises:
        ValueError: if the two do not have the same convolutions.

    Source: the released FCN, DeconvNet and SegNet all start from VGG-16's ImageNet weights.

    Example:
        >>> trunk = VGG16Trunk(widths=(1, 1, 1, 1, 1))
        >>> state = {name: torch.zeros_like(value) for name, value in trunk.state_dict().items()}
        >>> load_vgg16_convolutions(trunk, state)
        >>> trunk.features[0].weight.abs().sum().item()
        0.0
    """
    # torchvision numbers its layers in one sequence, in which a convolution has a 4-d weight.
    layers = sorted({int(k.split(".")[1]) for k in weights if k.startswith("features.")})
    source = [i for i in layers if weights[f"features.{i}.weight"].dim() == 4]
    target = [m for m in network.modules() if isinstance(m, nn.Conv2d)][: len(source)]
    came = [tuple(weights[f"features.{i}.weight"].shape) for i in source]
    wanted = [tuple(conv.weight.shape) for conv in target]
    if len(source) != sum(CONVS_PER_STAGE) or came != wanted:
        raise ValueError(
            f"the weights do not fit: the network's first convolutions are {wanted}, those of the "
            f"state dict are {came}; pass the state dict of torchvision's vgg16 or vgg16_bn"
        )
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        for conv, i in zip(target, source, strict=True):
            conv.load_state_dict({k: weights[f"features.{i}.{k}"] for k in conv.state_dict()})
        for norm, i in zip(norms, (i + 1 for i in source), strict=False):
            if f"features.{i}.running_mean" in weights:
                norm.load_state_dict({k: weights[f"features.{i}.{k}"] for k in norm.state_dict()})
