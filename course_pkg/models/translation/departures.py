"""What the translators do otherwise than RNNsearch and its twin without attention."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        (
            "Translator",
            "AlignmentModel",
            "FixedVector",
            "rnnsearch",
            "rnn_encoder_decoder",
        ),
        chapter=12,
        papers=("bahdanau2015", "cho2014"),
        code="lisa-groundhog/GroundHog",
        differences=(
            Departure(
                theirs="RNNencdec, the network without attention, reads the sentence forwards only",
                ours="it reads both ways, as RNNsearch does",
                why="the two then differ in nothing but attention",
                read_in="state.py of GroundHog",
            ),
        ),
    ),
)
