"""Hypercolumns (Hariharan et al. 2015, figure 2): a pixel is all that lies above it.

`head` is the location-specific classifier on the stacked maps, `system` the detector around it (the
paper's system 2), `refinement` the head behind SDS's detections (its system 1).
"""

from course_pkg.models.instances.hypercolumns.head import (
    ALL_LAYERS,
    HypercolumnHead,
    location_weights,
    paste_probabilities,
)
from course_pkg.models.instances.hypercolumns.projection import project_to_superpixels
from course_pkg.models.instances.hypercolumns.refinement import HypercolumnRefinement
from course_pkg.models.instances.hypercolumns.system import (
    BoxSamples,
    HypercolumnSystem,
    hypercolumns_lite,
    sample_boxes,
)

__all__ = [
    "ALL_LAYERS",
    "BoxSamples",
    "HypercolumnHead",
    "HypercolumnRefinement",
    "HypercolumnSystem",
    "hypercolumns_lite",
    "location_weights",
    "paste_probabilities",
    "project_to_superpixels",
    "sample_boxes",
]
