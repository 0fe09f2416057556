"""FCN's heads on a small pretrained backbone: the same idea at a fiftieth of the parameters.

Source: Long et al. 2015, section 4 (any classifier can be the body); Tan & Le 2019 for the body.
Lecture 06.
"""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.data import LITE
from course_pkg.models.backbones.efficientnet_lite0 import (
    LITE0_CHANNELS,
    EfficientNetLite0,
)
from course_pkg.models.fcn.alignment import Level
from course_pkg.models.fcn.heads import FCN, FCNHead

__all__ = ["LITE0_LEVELS", "Lite0Body", "fcn8s_lite", "fcn16s_lite", "fcn32s_lite"]

#: Where the cells of the light body's maps lie, coarsest first: trained cells look at the middle
#: of their own block of pixels (see `EfficientNetLite0`).
LITE0_LEVELS = tuple(
    Level(LITE0_CHANNELS[f"stride{s}"], stride=s, origin=(s - 1) / 2) for s in (32, 16, 8)
)


class Lite0Body(nn.Module):
    """Maps at strides 32, 16 and 8 of an EfficientNet-Lite0, for images of any size.

    The image is filled up with mean grey, right and below, to whole blocks of 32 pixels: only then
    do the cells of all levels nest, whatever the size.

    Glossary of shapes: n images of h x w pixels; ceil(h / 32) x ceil(w / 32) cells on the coarsest
    map, twice and four times as many on the finer ones.
    """

    def __init__(self, backbone: EfficientNetLite0) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> list[Float[Tensor, "n _ _ _"]]:
        """Return the maps at strides 32, 16, 8."""
        h, w = images.shape[-2:]
        padded = F.pad(images, (0, -w % 32, 0, -h % 32), value=LITE.mean[0])
        maps = self.backbone(padded)
        return [maps.stride32, maps.stride16, maps.stride8]


def _fcn_lite(num_classes: int, backbone: EfficientNetLite0, skips: int, learn: str) -> FCN:
    head = FCNHead(num_classes, LITE0_LEVELS[: 1 + skips], border=1, learn_upsampling=learn)
    return FCN(Lite0Body(backbone), head)


def fcn32s_lite(
    num_classes: int, backbone: EfficientNetLite0, learn_upsampling: str = "between"
) -> FCN:
    """Build FCN-32s on the light backbone.

    Args:
        num_classes: channels of the logits.
        backbone: features, usually ``efficientnet_lite0_pretrained().backbone``.
        learn_upsampling: which enlargements learn, see `FCNHead`.

    Returns:
        The network, score layer at zero. It holds the backbone that came, not a copy.

    Source: Long et al. 2015, section 4.1.

    Example:
        >>> fcn32s_lite(5, EfficientNetLite0())(torch.zeros(2, 3, 40, 70)).shape
        torch.Size([2, 5, 40, 70])
    """
    return _fcn_lite(num_classes, backbone, 0, learn_upsampling)


def fcn16s_lite(
    num_classes: int, backbone: EfficientNetLite0, learn_upsampling: str = "between"
) -> FCN:
    """Build FCN-16s on the light backbone.

    Args:
        num_classes: channels of the logits.
        backbone: features at strides 16 and 32.
        learn_upsampling: which enlargements learn, see `FCNHead`.

    Returns:
        The network, score layers at zero.

    Source: Long et al. 2015, section 4.2.

    Example:
        >>> fcn16s_lite(5, EfficientNetLite0())(torch.zeros(2, 3, 33, 32)).shape
        torch.Size([2, 5, 33, 32])
    """
    return _fcn_lite(num_classes, backbone, 1, learn_upsampling)


def fcn8s_lite(
    num_classes: int, backbone: EfficientNetLite0, learn_upsampling: str = "between"
) -> FCN:
    """Build FCN-8s on the light backbone.

    Args:
        num_classes: channels of the logits.
        backbone: features at strides 8, 16 and 32.
        learn_upsampling: which enlargements learn, see `FCNHead`.

    Returns:
        The network, score layers at zero.

    Source: Long et al. 2015, section 4.2.

    Example:
        >>> fcn8s_lite(5, EfficientNetLite0())(torch.zeros(2, 3, 31, 95)).shape
        torch.Size([2, 5, 31, 95])
    """
    return _fcn_lite(num_classes, backbone, 2, learn_upsampling)
