"""What the recurrent layers do otherwise than their papers."""

from course_pkg.models.departure import Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("GRU", "BidirectionalGRU"),
        chapter=12,
        papers=("cho2014", "bahdanau2015"),
        code="lisa-groundhog/GroundHog",
    ),
)
