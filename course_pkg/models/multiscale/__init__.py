"""Chapter 8, first half: one network on several scales, and regions to tidy its answer.

Farabet et al. 2013, figure 1, in the order of its pipeline: `laplacian_pyramid`, `network`,
`superpixels` (their vote, and the classifier of segments), `purity_cover` (the best size of region
for every pixel, figure 2).
"""

from course_pkg.models.multiscale.laplacian_pyramid import (
    laplacian_pyramid,
    local_normalize,
    pyramid_expand,
    pyramid_reduce,
    rgb_to_yuv,
)
from course_pkg.models.multiscale.network import (
    MULTISCALE_FULL,
    MultiScaleNet,
    MultiScaleSize,
    PartialConv2d,
    multiscale_net,
    random_connections,
    with_mlp,
)
from course_pkg.models.multiscale.purity_cover import (
    class_entropy,
    label_by_cover,
    merge_tree,
    node_distributions,
    optimal_cover,
)
from course_pkg.models.multiscale.superpixels import (
    SegmentClassifier,
    distribution_loss,
    segment_descriptor,
    superpixel_vote,
    superpixels,
)

__all__ = [
    "MULTISCALE_FULL",
    "MultiScaleNet",
    "MultiScaleSize",
    "PartialConv2d",
    "SegmentClassifier",
    "class_entropy",
    "distribution_loss",
    "label_by_cover",
    "laplacian_pyramid",
    "local_normalize",
    "merge_tree",
    "multiscale_net",
    "node_distributions",
    "optimal_cover",
    "pyramid_expand",
    "pyramid_reduce",
    "random_connections",
    "rgb_to_yuv",
    "segment_descriptor",
    "superpixel_vote",
    "superpixels",
    "with_mlp",
]
