"""What the patch classifiers do otherwise than their papers."""

from course_pkg.models.departure import Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("ciresan_n4",),
        chapter=2,
        papers=("ciresan2012",),
        note="Only the architecture of N4 is here, with ReLU: not the way its windows were "
        "sampled, not the averaging of several networks. The sizes close without a remainder; "
        "the layer list itself could not be checked against the paper.",
    ),
    Departures(
        ("lenet_patch",),
        chapter=2,
        note="LeNet-5's plan with ReLU and max pooling, for windows of 32 pixels: the course's "
        "own.",
    ),
    Departures(
        ("to_fully_convolutional",),
        chapter=2,
        papers=("sermanet2014", "long2015"),
        note="Turns a network of the reader's own into one that answers everywhere; nothing of "
        "it is learnt.",
    ),
)
