"""Detection as the cascade and today's reference need it.

`anchors` and `rpn` are the region proposal network (Ren et al. 2015, figure 3), `mask_rcnn` is
torchvision's Mask R-CNN (He et al. 2017, figure 1) on the body that our systems share.
"""

from course_pkg.models.instances.detection.anchors import (
    BACKGROUND,
    UNSURE,
    anchor_grid,
    cell_anchors,
    match_boxes,
    sample_balanced,
)
from course_pkg.models.instances.detection.mask_rcnn import (
    MaskRCNNReference,
    mask_rcnn,
)
from course_pkg.models.instances.detection.rpn import (
    Proposals,
    RegionProposalNetwork,
    RPNSize,
)

__all__ = [
    "BACKGROUND",
    "UNSURE",
    "MaskRCNNReference",
    "Proposals",
    "RPNSize",
    "RegionProposalNetwork",
    "anchor_grid",
    "cell_anchors",
    "mask_rcnn",
    "match_boxes",
    "sample_balanced",
]
