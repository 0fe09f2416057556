"""Chapter 7: go down, remember where the maxima were, and come back up.

DeconvNet (Noh et al. 2015, figure 2) and SegNet (Badrinarayanan et al. 2017, figure 2). Read
`unpooling` (the pool that remembers, and the way back), `vgg16_encoder` (the half that both share),
then `segnet`, `deconvnet` and `proposal_inference` (how DeconvNet labels a whole image).
"""

from course_pkg.models.encoder_decoders.deconvnet import (
    DeconvNet,
    DeconvNetSize,
    deconvnet,
    deconvnet_light,
)
from course_pkg.models.encoder_decoders.proposal_inference import (
    deconvnet_inference,
    ensemble_scores,
)
from course_pkg.models.encoder_decoders.segnet import (
    SegNet,
    SegNetBasicEncoder,
    segnet,
    segnet_basic,
    segnet_basic_bilinear,
    segnet_bilinear,
)
from course_pkg.models.encoder_decoders.unpooling import (
    Pooled,
    pool_with_indices,
    unpool_with_indices,
    upsample_bilinear,
)
from course_pkg.models.encoder_decoders.vgg16_encoder import VGG16IndexEncoder

__all__ = [
    "DeconvNet",
    "DeconvNetSize",
    "Pooled",
    "SegNet",
    "SegNetBasicEncoder",
    "VGG16IndexEncoder",
    "deconvnet",
    "deconvnet_inference",
    "deconvnet_light",
    "ensemble_scores",
    "pool_with_indices",
    "segnet",
    "segnet_basic",
    "segnet_basic_bilinear",
    "segnet_bilinear",
    "unpool_with_indices",
    "upsample_bilinear",
]
