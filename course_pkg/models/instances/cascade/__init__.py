"""Multi-task network cascades (Dai, He and Sun 2016, figure 2): boxes, then masks, then classes.

`stages` holds the parts (warping a box, a mask for it, a class for it), `network` runs three or
five of them, `mask_voting` turns many overlapping answers into a few.
"""

from course_pkg.models.instances.cascade.mask_voting import (
    vote_instances,
    vote_mask,
)
from course_pkg.models.instances.cascade.network import (
    MNC_FULL,
    CascadeSize,
    MultitaskCascade,
)
from course_pkg.models.instances.cascade.stages import (
    ClassStage,
    MaskStage,
    Stage,
    warp_boxes,
)

__all__ = [
    "MNC_FULL",
    "CascadeSize",
    "ClassStage",
    "MaskStage",
    "MultitaskCascade",
    "Stage",
    "vote_instances",
    "vote_mask",
    "warp_boxes",
]
