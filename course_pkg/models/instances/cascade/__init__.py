"""Multi-task network cascades (Dai, He and Sun 2016, figure 2): boxes, then masks, then classes.

`stages` holds the parts (warping a box, a mask for it, classes for it), `samples` says which boxes
they learn from and what is true of each, `network` runs three or five of them, `proposals` lends
its masks to the systems that judge regions. What reaches the boxes of an earlier stage is in
`detection.gradients`; many overlapping answers become a few in `mask_voting`, one folder up.
"""

from course_pkg.models.instances.cascade.network import (
    MNC_FULL,
    CascadeSize,
    MultitaskCascade,
)
from course_pkg.models.instances.cascade.proposals import cascade_proposals
from course_pkg.models.instances.cascade.samples import (
    Answers,
    answer_boxes,
    label_masks,
    sample_cascade_boxes,
)
from course_pkg.models.instances.cascade.stages import (
    ClassStage,
    MaskStage,
    Stage,
    warp_boxes,
)

__all__ = [
    "MNC_FULL",
    "Answers",
    "CascadeSize",
    "ClassStage",
    "MaskStage",
    "MultitaskCascade",
    "Stage",
    "answer_boxes",
    "cascade_proposals",
    "label_masks",
    "sample_cascade_boxes",
    "warp_boxes",
]
