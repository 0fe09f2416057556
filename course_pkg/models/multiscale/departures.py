"""What the multi-scale network and its regions do otherwise than Farabet et al."""

from course_pkg.models.departure import Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("MultiScaleNet", "PartialConv2d", "multiscale_net", "with_mlp"),
        chapter=8,
        papers=("farabet2013", "farabet2012"),
        note="The pyramid, the shared network and its window of 46 pixels are the paper's. How "
        "many maps each layer has and which of them it reads could not be checked against it.",
    ),
    Departures(
        ("SegmentClassifier",),
        chapter=8,
        papers=("farabet2013",),
        note="The tree that it reads merges superpixels by colour; the paper's came from learnt "
        "contours, for which no kept library has the weights.",
    ),
)
