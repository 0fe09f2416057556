"""What the networks for speech, video and questions do otherwise than their papers."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("ListenAttendSpell", "Listener"),
        chapter=13,
        papers=("chan2015",),
        differences=(
            Departure(
                theirs="a tenth of the letters that the speller reads in training are its own",
                ours="it reads the true letters",
                why="one thing less to tune; sentences are short",
                read_in="section 3.3",
                tag="M",
            ),
        ),
    ),
    Departures(
        ("VideoDescriber",),
        chapter=13,
        papers=("yao2015",),
        differences=(
            Departure(
                theirs="motion comes from a 3-D network that was trained to recognise actions",
                ours="motion is what rises above a cell's own mean over the clip",
                why="no such network is small enough to run here",
                read_in="section 3.1",
                tag="M",
            ),
            Departure(
                theirs="frames do not know when they were",
                ours="a learned vector tells each frame its moment",
                why="the clips ask what came first",
                read_in="section 3.2",
                tag="M",
            ),
        ),
    ),
    Departures(
        ("SpatialMemoryNet",),
        chapter=13,
        papers=("xu2016",),
        differences=(
            Departure(
                theirs="scores are plain dot products",
                ours="they are divided by the square root of the width",
                why="or the first looks are sharp before anything is learned",
                read_in="section 3.1",
                tag="M",
            ),
        ),
    ),
)
