"""Chapter 6: fully convolutional networks (Long, Shelhamer and Darrell 2015, figures 1 and 3).

Read `alignment` (where the cells of a map lie on the image), `heads` (score, enlarge, add), `vgg16`
(FCN-32s, 16s and 8s as released) and `lite` (the same heads on a small pretrained body).
"""

from course_pkg.models.fcn.alignment import (
    BilinearUpsampling,
    Level,
    UpsamplingGeometry,
    bilinear_conv_transpose,
    upsampling_geometry,
)
from course_pkg.models.fcn.heads import (
    FCN,
    FCNHead,
    init_from_coarser,
)
from course_pkg.models.fcn.lite import (
    LITE0_LEVELS,
    Lite0Body,
    fcn8s_lite,
    fcn16s_lite,
    fcn32s_lite,
)
from course_pkg.models.fcn.vgg16 import (
    AT_ONCE_SCALES,
    VGG16Body,
    fcn8s,
    fcn8s_at_once,
    fcn16s,
    fcn32s,
    load_torchvision_vgg16,
    vgg16_levels,
)

__all__ = [
    "AT_ONCE_SCALES",
    "FCN",
    "LITE0_LEVELS",
    "BilinearUpsampling",
    "FCNHead",
    "Level",
    "Lite0Body",
    "UpsamplingGeometry",
    "VGG16Body",
    "bilinear_conv_transpose",
    "fcn8s",
    "fcn8s_at_once",
    "fcn8s_lite",
    "fcn16s",
    "fcn16s_lite",
    "fcn32s",
    "fcn32s_lite",
    "init_from_coarser",
    "load_torchvision_vgg16",
    "upsampling_geometry",
    "vgg16_levels",
]
