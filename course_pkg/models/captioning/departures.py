"""What the captioner does otherwise than Show, Attend and Tell."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("Captioner",),
        chapter=11,
        papers=("xu2015",),
        code="kelvinxu/arctic-captions",
        differences=(
            Departure(
                theirs="two layers in the networks that give the first state, and two in the "
                "attention's",
                ours="one layer in each",
                why="cells and words of the small run have a tenth of the paper's numbers",
                read_in="the options of capgen.py and evaluate_coco.py",
            ),
            Departure(
                theirs="cells are conv5_3 of VGG-19, which knows a place from the padding round it",
                ours="any grid of features; a shallow encoder's cells may be told their place",
                why="the small encoder of the scenes sees too little to tell left from right",
                read_in="section 4.3",
                tag="M",
            ),
        ),
    ),
)
