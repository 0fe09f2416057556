"""The baselines of chapter 3 follow no paper."""

from course_pkg.models.departure import Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("ConvStack", "full_resolution_net", "downsampled_net", "skip_net"),
        chapter=3,
        papers=("long2015",),
        note="The course's own baselines, for what pooling buys and what a skip brings back.",
    ),
)
