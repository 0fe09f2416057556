"""What the networks with windows do otherwise than their papers."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("Handwriting", "TextWindow", "PeepholeLSTM", "PenPredictor"),
        chapter=14,
        papers=("graves2013",),
        code="a reimplementation, sjvasquez/handwriting-synthesis; the author released none",
        differences=(
            Departure(
                theirs="sigma is the exponential of the network's number, however small; the "
                "reimplementation cuts it off at 1e-4",
                ours="cut off at 1e-4, and the gradient goes on below it",
                why="at log sigma -20 a point that misses its component has a gradient of 1e17, "
                "and at -46 there is none; a component that sank can still be pulled up",
                read_in="equation 20; rnn_cell.py",
                tag="V",
            ),
            Departure(
                theirs="the correlation is tanh of the network's number, up to 1",
                ours="0.99 times that",
                why="at 1 a Gaussian is a line, and its density infinite",
                read_in="equation 21",
                tag="M",
            ),
            Departure(
                theirs="gradients are cut off one by one: at 10 where they enter an LSTM, at 100 "
                "at the outputs",
                ours="the recipe scales the whole gradient to length 1 at most",
                why="one number, and what torch offers",
                read_in="sections 4.2 and 5.2",
                tag="M",
            ),
            Departure(
                theirs="nothing is said of how the window's numbers begin",
                ours="the bump's move begins at exp(-3) of a letter a point",
                why="at exp(0) it would be through a word before its first letter is written; "
                "the reimplementation divides the move by 25",
                read_in="section 5.1; rnn_cell.py",
                tag="V",
            ),
            Departure(
                theirs="lines of IAM-OnDB, movements normalised over the whole set",
                ours="words that a synthetic pen writes; `IAMOnDB` reads the real lines and "
                "divides each by its own median movement",
                why="the set may not be passed on; the median is not moved by jumps between words",
                read_in="section 4.2; drawing.py of the reimplementation",
                tag="M",
            ),
        ),
    ),
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
