"""The half that SegNet and DeconvNet share: VGG-16 whose pools remember where the maxima were.

Source: Simonyan & Zisserman 2015, Very deep convolutional networks, configuration D.
Lecture 07.
"""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.data import IMAGENET, normalize
from course_pkg.models.backbones.vgg16 import CONVS_PER_STAGE, VGG16_FULL, start_convolutions
from course_pkg.models.encoder_decoders.unpooling import Pooled, pool_with_indices

__all__ = ["VGG16IndexEncoder"]


class VGG16IndexEncoder(nn.Module):
    """VGG-16's thirteen convolutions with batch normalisation, whose pools remember their maxima.

    Glossary of shapes: n images of h x w pixels; c channels of the last stage (512); the bottom map
    has h // 32 x w // 32 cells.

    Source: Noh et al. 2015, section 3.1; Badrinarayanan et al. 2017, section 3.

    Args:
        widths: channels of the five stages.
    """

    def __init__(self, widths: Sequence[int] = VGG16_FULL.widths) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        channels = 3
        for width, convs in zip(widths, CONVS_PER_STAGE, strict=True):
            layers: list[nn.Module] = []
            for _ in range(convs):
                conv = nn.Conv2d(channels, width, 3, padding=1)
                layers += [conv, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                channels = width
            self.stages.append(nn.Sequential(*layers))
        start_convolutions(m for m in self.modules() if isinstance(m, nn.Conv2d))

    def forward(
        self, images: Float[Tensor, "n 3 h w"]
    ) -> tuple[Float[Tensor, "n c hb wb"], list[Pooled]]:
        """Return the bottom map and, from the first pool to the last, what each must remember."""
        h, w = images.shape[-2:]
        if min(h, w) < 32:
            raise ValueError(
                f"five 2x2 pools need images of at least 32x32 pixels, but {h}x{w} came: "
                "enlarge or pad them"
            )
        x = normalize(images, IMAGENET)
        pooled = []
        for stage in self.stages:
            x, pool = pool_with_indices(stage(x))
            pooled.append(pool)
        return x, pooled
