"""Chapter 2: label a pixel by classifying the patch around it, and the same answers in one pass.

Ciresan et al. 2012 slide a classifier over the image: `patch_classifier`. Read it first, then
`shift_and_stitch`: fully connected layers become convolutions, and shifted passes fill in the
places between the strides (Long et al. 2015, section 3.1; Sermanet et al. 2014).
"""

from course_pkg.models.patches.patch_classifier import (
    LENET_PATCH,
    N4_PATCH,
    ciresan_n4,
    label_every_pixel,
    lenet_patch,
    sliding_window_logits,
)
from course_pkg.models.patches.shift_and_stitch import (
    shift_and_stitch,
    to_fully_convolutional,
)

__all__ = [
    "LENET_PATCH",
    "N4_PATCH",
    "ciresan_n4",
    "label_every_pixel",
    "lenet_patch",
    "shift_and_stitch",
    "sliding_window_logits",
    "to_fully_convolutional",
]
