"""Chapters 9 and 10: find every thing, and its pixels.

`system` says what every instance system takes in and gives out; `components` is the baseline that
splits a semantic map. One folder a paper: `proposals`, `sds`, `hypercolumns`, `cascade`, and
`detection` (anchors, the proposal network and today's Mask R-CNN, with `pyramid_features` where it
reads four maps). `mask_voting` makes a few instances out of many overlapping answers.
"""

from course_pkg.models.instances import cascade, detection, hypercolumns, proposals, sds
from course_pkg.models.instances.cascade import *
from course_pkg.models.instances.components import (
    SemanticComponents,
    components_lite,
    instances_from_semantic,
)
from course_pkg.models.instances.detection import *
from course_pkg.models.instances.hypercolumns import *
from course_pkg.models.instances.mask_voting import vote_instances, vote_mask
from course_pkg.models.instances.proposals import *
from course_pkg.models.instances.pyramid_features import PyramidFeatures, pyramid_features
from course_pkg.models.instances.sds import *
from course_pkg.models.instances.system import (
    InstancePrediction,
    InstanceSystem,
    LiteFeatures,
    freeze_statistics,
    instance_prediction,
    lite_features,
    pad_to_batch,
    total_loss,
)

__all__ = [
    "InstancePrediction",
    "InstanceSystem",
    "LiteFeatures",
    "PyramidFeatures",
    "SemanticComponents",
    "components_lite",
    "freeze_statistics",
    "instance_prediction",
    "instances_from_semantic",
    "lite_features",
    "pad_to_batch",
    "pyramid_features",
    "total_loss",
    "vote_instances",
    "vote_mask",
]
__all__ += cascade.__all__
__all__ += detection.__all__
__all__ += hypercolumns.__all__
__all__ += proposals.__all__
__all__ += sds.__all__
