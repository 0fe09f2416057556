"""FCN on VGG-16: the network that made segmentation one forward pass, as it was released.

A classifier is cut before its last layer, its fully connected layers become convolutions, and
skips bring back the places that five pools lost. The 100 pixels of padding in the first layer look
odd; they are what lets the 7x7 layer fc6 fit even on an image of one pixel.

Source: Long, Shelhamer, Darrell 2015, Fully convolutional networks for semantic segmentation,
sections 3 and 4, and the released net definitions (voc-fcn32s, -16s, -8s, -8s-atonce). Lecture 06.
"""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.backbones.vgg16 import (
    VGG16_FULL,
    VGG16Size,
    VGG16Trunk,
    load_vgg16_convolutions,
)
from course_pkg.models.fcn.alignment import Level
from course_pkg.models.fcn.heads import FCN, FCNHead

__all__ = [
    "AT_ONCE_SCALES",
    "VGG16Body",
    "fcn8s",
    "fcn8s_at_once",
    "fcn16s",
    "fcn32s",
    "load_torchvision_vgg16",
    "vgg16_levels",
]

#: What the released at-once networks multiply a map by before its score layer: pool4 by 0.01,
#: pool3 by 0.0001.
AT_ONCE_SCALES = (1.0, 0.01, 0.0001)

_PADDING = 100


class VGG16Body(nn.Module):
    """VGG-16 with its fully connected layers as convolutions: maps fc7, pool4 and pool3.

    Images are normalised with torchvision's ImageNet numbers, which its weights expect; the
    released net took BGR bytes minus their mean, which only changes the first layer's weights.

    Glossary of shapes: n images of h x w pixels; fc7 at stride 32 has d channels (4096) and pool4,
    pool3 at strides 16, 8 have 512 and 256. A 500 x 500 image gives 16, 44 and 88 cells a side.

    Source: Long et al. 2015, section 3.1 and the released net definition (dropout 0.5).

    Args:
        size: widths of the stages and of fc6 and fc7.
    """

    def __init__(self, size: VGG16Size) -> None:
        super().__init__()
        self.trunk = VGG16Trunk(size.widths, first_padding=_PADDING)
        self.fc6 = nn.Conv2d(size.widths[-1], size.hidden, 7)
        self.fc7 = nn.Conv2d(size.hidden, size.hidden, 1)
        self.dropout = nn.Dropout(0.5)

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> list[Float[Tensor, "n _ _ _"]]:
        """Return fc7, pool4, pool3."""
        pool3, pool4, pool5 = self.trunk(images)
        x = self.dropout(torch.relu(self.fc6(pool5)))
        x = self.dropout(torch.relu(self.fc7(x)))
        return [x, pool4, pool3]


def vgg16_levels(size: VGG16Size) -> list[Level]:
    """Say where the cells of fc7, pool4 and pool3 lie on the image.

    The first layer pads by 100 and its 3x3 kernel takes one back, so the padded image starts at
    pixel -99. A pooled cell sits in the middle of its block, and fc6 looks at seven cells, so its
    first one is centred on the fourth.

    Args:
        size: widths of the network.

    Returns:
        Levels of fc7, pool4 and pool3.

    Source: Long et al. 2015, released net definition; the arithmetic is ours.

    Example:
        >>> [level.origin for level in vgg16_levels(VGG16Size())]
        [12.5, -91.5, -95.5]
    """
    first = 1.0 - _PADDING

    def pooled(stride: int) -> float:
        return first + (stride - 1) / 2

    return [
        Level(size.hidden, 32, pooled(32) + 3 * 32),
        Level(size.widths[3], 16, pooled(16)),
        Level(size.widths[2], 8, pooled(8)),
    ]


def _fcn(num_classes: int, size: VGG16Size, skips: int, learn: str) -> FCN:
    levels = vgg16_levels(size)[: 1 + skips]
    return FCN(VGG16Body(size), FCNHead(num_classes, levels, learn_upsampling=learn))


def fcn32s(
    num_classes: int = 21,
    size: VGG16Size = VGG16_FULL,
    learn_upsampling: str = "between",
) -> FCN:
    """Build FCN-32s: scores of fc7, enlarged 32 times.

    Args:
        num_classes: classes with background; 21 for PASCAL VOC.
        size: widths, the published ones unless said otherwise.
        learn_upsampling: which enlargements learn, see `FCNHead`.

    Returns:
        The network, convolutions initialised, score layer at zero.

    Source: Long et al. 2015, section 4.1; released voc-fcn32s.

    Example:
        >>> with torch.device("meta"):
        ...     model = fcn32s()
        >>> sum(p.numel() for p in model.parameters())
        134346581
    """
    return _fcn(num_classes, size, 0, learn_upsampling)


def fcn16s(
    num_classes: int = 21,
    size: VGG16Size = VGG16_FULL,
    learn_upsampling: str = "between",
) -> FCN:
    """Build FCN-16s: FCN-32s with a skip from pool4. Start it with `init_from_coarser`.

    Args:
        num_classes: classes with background.
        size: widths of the network.
        learn_upsampling: which enlargements learn, see `FCNHead`.

    Returns:
        The network, score layers at zero.

    Source: Long et al. 2015, section 4.2; released voc-fcn16s.

    Example:
        >>> model = fcn16s(2, VGG16Size(widths=(1, 1, 1, 1, 1), hidden=1))
        >>> model(torch.zeros(1, 3, 20, 30)).shape
        torch.Size([1, 2, 20, 30])
    """
    return _fcn(num_classes, size, 1, learn_upsampling)


def fcn8s(
    num_classes: int = 21,
    size: VGG16Size = VGG16_FULL,
    learn_upsampling: str = "between",
) -> FCN:
    """Build FCN-8s: FCN-16s with a skip from pool3. Start it with `init_from_coarser`.

    Args:
        num_classes: classes with background.
        size: widths of the network.
        learn_upsampling: which enlargements learn, see `FCNHead`.

    Returns:
        The network, score layers at zero.

    Source: Long et al. 2015, section 4.2; released voc-fcn8s.

    Example:
        >>> model = fcn8s(2, VGG16Size(widths=(1, 1, 1, 1, 1), hidden=1))
        >>> model(torch.zeros(1, 3, 1, 1)).shape
        torch.Size([1, 2, 1, 1])
    """
    return _fcn(num_classes, size, 2, learn_upsampling)


def fcn8s_at_once(num_classes: int = 21, size: VGG16Size = VGG16_FULL) -> FCN:
    """Build the FCN-8s that is trained in one go, its skips scaled down so that none explodes.

    Args:
        num_classes: classes with background.
        size: widths of the network.

    Returns:
        The network, score layers at zero.

    Source: released voc-fcn8s-atonce; Shelhamer et al. 2017, section 4.2.

    Example:
        >>> fcn8s_at_once(2, VGG16Size(widths=(1, 1, 1, 1, 1), hidden=1)).head.scales
        (1.0, 0.01, 0.0001)
    """
    return FCN(VGG16Body(size), FCNHead(num_classes, vgg16_levels(size), AT_ONCE_SCALES))


def load_torchvision_vgg16(model: FCN, weights: Mapping[str, Tensor]) -> FCN:
    """Give an FCN the ImageNet weights of torchvision's VGG-16, fully connected layers included.

    A fully connected layer reads its 512x7x7 input in the order channel, row, column; seen as a
    convolution its weight has the same numbers in the same order.

    Args:
        model: a network of `fcn32s`, `fcn16s`, `fcn8s` or `fcn8s_at_once`. Changed in place.
        weights: ``torchvision.models.vgg16(weights="IMAGENET1K_V1").state_dict()``.

    Returns:
        ``model``.

    Raises:
        ValueError: if the body is not VGG-16, or its sizes are not those of the weights.

    Source: Long et al. 2015, section 4.1 (start from the ImageNet classifier).

    Example:
        >>> model = fcn32s(2, VGG16Size(widths=(1, 1, 1, 1, 1), hidden=2))
        >>> state = {k.replace("trunk.", ""): v for k, v in model.body.state_dict().items()}
        >>> state["classifier.0.weight"] = torch.ones(2, 49)
        >>> state |= {"classifier.0.bias": torch.ones(2), "classifier.3.bias": torch.ones(2)}
        >>> state["classifier.3.weight"] = torch.eye(2)
        >>> load_torchvision_vgg16(model, state).body.fc6.weight.sum().item()
        98.0
    """
    body = model.body
    if not isinstance(body, VGG16Body):
        raise ValueError(
            f"VGG-16's weights need a VGG-16 body, but this FCN stands on {type(body).__name__}: "
            "build it with fcn32s, fcn16s, fcn8s or fcn8s_at_once"
        )
    pairs = ((body.fc6, "classifier.0"), (body.fc7, "classifier.3"))
    for layer, name in pairs:
        if weights[f"{name}.weight"].numel() != layer.weight.numel():
            raise ValueError(
                f"the weights do not fit: {name} has {tuple(weights[f'{name}.weight'].shape)}, "
                f"which is not a {tuple(layer.weight.shape)} convolution seen as a linear layer"
            )
    load_vgg16_convolutions(body.trunk, weights)
    with torch.no_grad():
        for layer, name in pairs:
            layer.weight.copy_(weights[f"{name}.weight"].view_as(layer.weight))
            layer.bias.copy_(weights[f"{name}.bias"])  # pyright: ignore[reportOptionalMemberAccess]
    return model
