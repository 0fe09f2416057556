"""What the recurrent networks do otherwise than Pinheiro and Collobert."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("RecurrentCNN", "plain_cnn1", "rcnn2", "rcnn3"),
        chapter=8,
        papers=("pinheiro2014",),
        note="The layer lists could not be checked against the paper; its patch sizes, 133; 25, "
        "121; 23, 67, 155 pixels, follow from them.",
    ),
    Departures(
        ("SameSizeRefinement", "same_size_refinement"),
        chapter=8,
        papers=("pinheiro2014",),
        differences=(
            Departure(
                theirs="no padding: every pass leaves a smaller map, and the image follows",
                ours="padded layers and an enlargement, so that every pass has the image's size",
                why="every pixel is trained in every pass, in minutes",
                read_in="Long et al. 2015, table 5, for what the passes do",
                tag="R",
            ),
        ),
        note="A form of our own. What is kept: one set of weights, the scores fed back, a loss on "
        "every pass.",
    ),
)
