"""Bodies: the networks that turn an image into maps, on which everything else is built.

Read `vgg16` (Simonyan and Zisserman 2015, table 1, column D: the body of FCN, SegNet and
DeconvNet), `efficientnet_lite0` (the small pretrained body that a laptop can train on),
`pyramid_body` with `resnet18` (what makes another network a body) and `cell_encoder` (a grid of
cells for the attention chapters). What pretrained weights expect of a picture is
`course_pkg.data.normalize`'s.
"""

from course_pkg.models.backbones.cell_encoder import (
    CELL_STRIDE,
    CellTagger,
    cell_coordinates,
    cell_encoder,
    placed_cells,
)
from course_pkg.models.backbones.efficientnet_lite0 import (
    LITE0_CHANNELS,
    EfficientNetLite0,
    EfficientNetLite0Classifier,
    FeaturePyramid,
    efficientnet_lite0_pretrained,
)
from course_pkg.models.backbones.pyramid_body import PyramidBody, pyramid_body
from course_pkg.models.backbones.resnet18 import ResNet18Pyramid, resnet18_pyramid
from course_pkg.models.backbones.vgg16 import (
    VGG16_FULL,
    VGG16Maps,
    VGG16Size,
    VGG16Trunk,
    load_vgg16_convolutions,
)

__all__ = [
    "CELL_STRIDE",
    "LITE0_CHANNELS",
    "VGG16_FULL",
    "CellTagger",
    "EfficientNetLite0",
    "EfficientNetLite0Classifier",
    "FeaturePyramid",
    "PyramidBody",
    "ResNet18Pyramid",
    "VGG16Maps",
    "VGG16Size",
    "VGG16Trunk",
    "cell_coordinates",
    "cell_encoder",
    "efficientnet_lite0_pretrained",
    "load_vgg16_convolutions",
    "placed_cells",
    "pyramid_body",
    "resnet18_pyramid",
]
