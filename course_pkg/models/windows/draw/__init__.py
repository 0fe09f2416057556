"""DRAW (Gregor et al. 2015, sections 2 and 3).

Read `read_write` (the windows), `bound` (what a drawing costs, in nats), `network` (the loop) and
`glimpse_classifier` (section 4.1: an answer from a few glimpses).
"""

from course_pkg.models.windows.draw.bound import (
    DrawSteps,
    draw_bound,
    gaussian_kl,
)
from course_pkg.models.windows.draw.glimpse_classifier import (
    GlimpseAnswer,
    GlimpseClassifier,
)
from course_pkg.models.windows.draw.network import (
    DRAW,
    DrawSample,
    draw_with_windows,
    draw_without_windows,
)
from course_pkg.models.windows.draw.read_write import (
    WholeRead,
    WholeWrite,
    WindowRead,
    WindowWrite,
)

__all__ = [
    "DRAW",
    "DrawSample",
    "DrawSteps",
    "GlimpseAnswer",
    "GlimpseClassifier",
    "WholeRead",
    "WholeWrite",
    "WindowRead",
    "WindowWrite",
    "draw_bound",
    "draw_with_windows",
    "draw_without_windows",
    "gaussian_kl",
]
