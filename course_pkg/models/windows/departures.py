"""What the networks with windows do otherwise than their papers."""

from course_pkg.models.departure import Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(("Handwriting", "TextWindow"), chapter=14, papers=("graves2013",)),
    Departures(
        (
            "DRAW",
            "WholeRead",
            "WholeWrite",
            "WindowRead",
            "WindowWrite",
            "draw_with_windows",
            "draw_without_windows",
        ),
        chapter=14,
        papers=("gregor2015",),
    ),
    Departures(("GlimpseClassifier",), chapter=14, papers=("gregor2015", "mnih2014")),
)
