"""torchvision's ResNet-18 as a body: an adapter, and the example for other networks.

Source: He, Zhang, Ren & Sun 2016, Deep Residual Learning, table 1; the code is torchvision's.
Lectures 09, 10.
"""

from jaxtyping import Float
from torch import Tensor, nn
from torchvision.models import ResNet, ResNet18_Weights, resnet18

from course_pkg.data import IMAGENET, normalize
from course_pkg.models.backbones.efficientnet_lite0 import FeaturePyramid

__all__ = ["ResNet18Pyramid", "resnet18_pyramid"]


_CHANNELS = {"stride4": 64, "stride8": 128, "stride16": 256, "stride32": 512}


class ResNet18Pyramid(nn.Module):
    """The four stages of a ResNet-18, or of a ResNet-34, as a `PyramidBody`.

    Glossary of shapes: n images of h x w pixels; ceil(h/s) x ceil(w/s) cells at stride s; 64, 128,
    256 and 512 channels.

    Source: He et al. 2016, table 1.

    Args:
        resnet: the network; its pooling and classifier are left out.
    """

    channels = _CHANNELS
    mean = IMAGENET.mean

    def __init__(self, resnet: ResNet) -> None:
        super().__init__()
        self.stem = nn.Sequential(resnet.conv1, resnet.bn1, resnet.relu, resnet.maxpool)
        self.stages = nn.ModuleList((resnet.layer1, resnet.layer2, resnet.layer3, resnet.layer4))

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> FeaturePyramid:
        """Return the four maps of images in [0, 1]."""
        x = self.stem(normalize(images, IMAGENET))
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return FeaturePyramid(*maps)


def resnet18_pyramid(weights: ResNet18_Weights | None = None) -> ResNet18Pyramid:
    """Build the body.

    Args:
        weights: torchvision's, downloaded at the first use; None = random.

    Returns:
        The body.

    Example:
        >>> import torch
        >>> [tuple(x.shape[1:]) for x in resnet18_pyramid()(torch.zeros(1, 3, 64, 64))]
        [(64, 16, 16), (128, 8, 8), (256, 4, 4), (512, 2, 2)]
    """
    return ResNet18Pyramid(resnet18(weights=weights))
