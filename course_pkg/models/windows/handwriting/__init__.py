"""Handwriting (Graves 2013, sections 4 and 5; figures 10 to 13).

`mixture_density` says where the pen may go next, `network` slides a soft window along the text.
"""

from course_pkg.models.windows.handwriting.mixture_density import (
    PenMixture,
    decode_mixture,
    pen_nll,
    sample_pen,
)
from course_pkg.models.windows.handwriting.network import (
    Handwriting,
    TextWindow,
    Written,
    text_window,
)

__all__ = [
    "Handwriting",
    "PenMixture",
    "TextWindow",
    "Written",
    "decode_mixture",
    "pen_nll",
    "sample_pen",
    "text_window",
]
