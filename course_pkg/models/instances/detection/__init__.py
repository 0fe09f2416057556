"""Detection as the cascade and today's reference need it.

`anchors` and `rpn` are the region proposal network (Ren et al. 2015), `gradients` what it hears of
later stages, `mask_rcnn` is torchvision's Mask R-CNN (He et al. 2017) on the body that our systems
share.
"""

from course_pkg.models.instances.detection.anchors import (
    BACKGROUND,
    UNSURE,
    anchor_grid,
    cell_anchors,
    match_boxes,
    sample_balanced,
)
from course_pkg.models.instances.detection.gradients import (
    clamp_gradient,
    gradient_where,
    inside_image,
)
from course_pkg.models.instances.detection.mask_rcnn import (
    MaskRCNNReference,
    mask_rcnn,
    mask_rcnn_coco,
)
from course_pkg.models.instances.detection.rpn import (
    AnchorAnswers,
    Proposals,
    ProposedBoxes,
    RegionProposalNetwork,
    RPNSize,
)

__all__ = [
    "BACKGROUND",
    "UNSURE",
    "AnchorAnswers",
    "MaskRCNNReference",
    "Proposals",
    "ProposedBoxes",
    "RPNSize",
    "RegionProposalNetwork",
    "anchor_grid",
    "cell_anchors",
    "clamp_gradient",
    "gradient_where",
    "inside_image",
    "mask_rcnn",
    "mask_rcnn_coco",
    "match_boxes",
    "sample_balanced",
]
