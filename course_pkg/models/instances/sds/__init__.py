"""SDS: simultaneous detection and segmentation (Hariharan et al. 2014, figure 1).

Read `region_crops` (a box, with and without what surrounds the region), `region_samples` (what is
true of a region), `network` (the two paths), `fitting` with `linear_fits` (the SVMs that score) and
`refinement` (coarse mask and superpixels joined).
"""

from course_pkg.models.instances.sds.fitting import (
    best_of_each,
    fit_refinement,
    fit_region_scores,
    superpixels_to_learn_from,
)
from course_pkg.models.instances.sds.linear_fits import (
    fit_linear,
)
from course_pkg.models.instances.sds.network import (
    SDS,
    RegionDetections,
    sds_lite,
)
from course_pkg.models.instances.sds.refinement import (
    RegionRefinement,
    coarse_inputs,
    superpixel_inputs,
)
from course_pkg.models.instances.sds.region_crops import (
    CONTEXT,
    CropPath,
    box_crops,
    expand_boxes,
    region_crops,
)
from course_pkg.models.instances.sds.region_samples import (
    RegionSamples,
    sample_regions,
)

__all__ = [
    "CONTEXT",
    "SDS",
    "CropPath",
    "RegionDetections",
    "RegionRefinement",
    "RegionSamples",
    "best_of_each",
    "box_crops",
    "coarse_inputs",
    "expand_boxes",
    "fit_linear",
    "fit_refinement",
    "fit_region_scores",
    "region_crops",
    "sample_regions",
    "sds_lite",
    "superpixel_inputs",
    "superpixels_to_learn_from",
]
