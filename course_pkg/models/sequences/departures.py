"""What the recurrent layers do otherwise than their papers."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("GRU", "BidirectionalGRU"),
        chapter=12,
        papers=("cho2014", "bahdanau2015"),
        code="GroundHog",
        differences=(
            Departure(
                theirs="input weights are drawn with deviation 0.01",
                ours="as torch draws them, unless a network sets its own",
                why="the unit serves layers of many widths",
                read_in="appendix B.1",
            ),
        ),
        note="Not torch's `nn.GRU`: there z keeps the old state and r scales a product that was "
        "computed already.",
    ),
)
