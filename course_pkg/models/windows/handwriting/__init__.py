"""Handwriting (Graves 2013, sections 2, 4 and 5; figures 1, 10, 12 and 13).

`mixture_density` says where the pen may go next, `peephole_lstm` is the layer, `prediction` writes
without a text, and `network` slides a soft window along one.
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
from course_pkg.models.windows.handwriting.peephole_lstm import PeepholeLSTM
from course_pkg.models.windows.handwriting.prediction import PenPredictor

__all__ = [
    "Handwriting",
    "PeepholeLSTM",
    "PenMixture",
    "PenPredictor",
    "TextWindow",
    "Written",
    "decode_mixture",
    "pen_nll",
    "sample_pen",
    "text_window",
]
