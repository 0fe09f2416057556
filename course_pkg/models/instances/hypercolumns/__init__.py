"""Hypercolumns (Hariharan et al. 2015, figures 2 and 3): a pixel is all that lies above it.

`head` is the location-specific classifier on the stacked maps, `system` the detector around it.
"""

from course_pkg.models.instances.hypercolumns.head import (
    ALL_LAYERS,
    HypercolumnHead,
    location_weights,
    paste_probabilities,
)
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
    "HypercolumnSystem",
    "hypercolumns_lite",
    "location_weights",
    "paste_probabilities",
    "sample_boxes",
]
