"""Four feature maps that have heard of one another, where `LiteFeatures` keeps the finest alone.

A large thing is read from a coarse map and a small one from a fine map, at about the same number of
cells. The network is torchvision's; this file puts it on the body that the systems share.

Source: Lin et al. 2017, Feature Pyramid Networks, section 3. Lecture 10.
"""

from collections import OrderedDict

from jaxtyping import Float
from torch import Tensor, nn
from torchvision.ops import FeaturePyramidNetwork

from course_pkg.models.backbones.efficientnet_lite0 import (
    FeaturePyramid,
    efficientnet_lite0_pretrained,
)
from course_pkg.models.backbones.pyramid_body import pyramid_body
from course_pkg.models.instances.system import freeze_statistics

__all__ = ["PyramidFeatures", "pyramid_features"]


class PyramidFeatures(nn.Module):
    """Maps at strides 4, 8, 16 and 32, all of the same width.

    Batch norms keep their statistics, as in `LiteFeatures`.

    Glossary of shapes: n images of h x w pixels, multiples of 32; h/s x w/s cells at stride s.

    Source: Lin et al. 2017, section 3, without the fifth map.

    Args:
        body: the pretrained network, a `PyramidBody`.
        out_channels: of every map.

    Raises:
        ValueError: if the network is no body.
    """

    def __init__(self, body: nn.Module, out_channels: int = 64) -> None:
        super().__init__()
        channels, self.mean = pyramid_body(body).channels, pyramid_body(body).mean
        self.body, self.out_channels = body, out_channels
        widths = [channels[name] for name in FeaturePyramid._fields]
        self.fpn = FeaturePyramidNetwork(widths, out_channels)

    def train(self, mode: bool = True) -> "PyramidFeatures":
        """Switch to training or back; batch norms stay in evaluation mode."""
        super().train(mode)
        freeze_statistics(self)
        return self

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> dict[str, Tensor]:
        """Return the maps of images in [0, 1], "0" the finest, as torchvision names them."""
        maps = self.body(images)
        return self.fpn(OrderedDict((str(i), x) for i, x in enumerate(maps)))


def pyramid_features(out_channels: int = 64) -> PyramidFeatures:
    """Build the maps on the shared body with its ImageNet weights.

    Args:
        out_channels: of every map.

    Returns:
        The network; what is fresh, its convolutions after the pretrained body, is random.

    Example:
        >>> import torch
        >>> [tuple(x.shape[1:]) for x in pyramid_features(8)(torch.zeros(1, 3, 32, 64)).values()]
        [(8, 8, 16), (8, 4, 8), (8, 2, 4), (8, 1, 2)]
    """
    return PyramidFeatures(efficientnet_lite0_pretrained().backbone, out_channels).train()
