"""What the networks with spatial transformers do otherwise than their paper."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

_CLASSIFIERS = Departures(
    (
        "SpatialTransformerNet",
        "SpatialTransformer",
        "ParallelTransformers",
        "digit_net",
        "localisation_cnn",
        "localisation_fcn",
        "spatial_transformer_net",
    ),
    chapter=15,
    papers=("jaderberg2015",),
    differences=(
        Departure(
            theirs="coordinates run from -1 to 1 within the bounds of a picture; whether a bound "
            "is a pixel's centre or its edge is not said",
            ours="the edge",
            why="the convention of the whole package, and torch's default",
            read_in="section 3.2",
        ),
        Departure(
            theirs="widths of 128 to 256 units and 32 to 64 maps, about 400,000 weights",
            ours="as wide as 400,000 weights allow, twice as many maps in the second convolution",
            why="the widths of the single rows are not known to us",
            read_in="appendix A.4",
            tag="M",
        ),
        Departure(
            theirs="SGD with one rate on distorted digits, a tenth of it for the localisation "
            "networks on house numbers",
            ours="Adam; the `long` presets give the localisation networks a tenth, `full` is the "
            "paper's SGD",
            why="6,000 steps instead of 150,000; splines in front of a convolutional net got worse "
            "at the full rate",
            read_in="appendix A.4 and A.5",
            tag="R",
        ),
        Departure(
            theirs="sums: each of two transformers takes both digits and its two channels are "
            "joined with the other's to four",
            ours="the same",
            why="listed because reports of it differ",
            read_in="appendix A.1",
        ),
        Departure(
            theirs="house numbers (SVHN), birds (CUB-200), and the extension to three dimensions",
            ours="not built",
            why="their networks and their data are beyond what this course can train or test",
            read_in="sections 4.2 and 4.3, appendix A.3",
        ),
        Departure(
            theirs="how the digits of P and E are distorted",
            ours="as we remember it, see `DISTORTIONS`",
            why="no copy of that part of the appendix was at hand",
            read_in="appendix A.4",
            tag="M",
        ),
    ),
)

_COLOCALISER = Departures(
    ("Colocaliser", "ActivationEncoder"),
    chapter=15,
    papers=("jaderberg2015",),
    differences=(
        Departure(
            theirs="the localisation network is said to have 100,000 weights",
            ours="its layers as described; on 84 x 84 pixels they have 5,947",
            why="the two do not agree, and the layers are what was described",
            read_in="appendix A.2",
        ),
        Departure(
            theirs="nothing is said of how a window is kept in the picture, or how a search begins",
            ours="windows stay inside; the largest allowed one shrinks during the search, from the "
            "whole picture; descriptors have length 1; pictures are averaged over 3 x 3 pixels",
            why="windows of any place and size slide off the canvas: black is like black",
            read_in="appendix A.2",
        ),
        Departure(
            theirs="a search is made once, by SGD",
            ours="several, by Adam; that with the lowest loss is kept",
            why="some starts never find the digit, and the loss, which knows no box, tells",
            read_in="appendix A.2",
        ),
        Departure(
            theirs="random crops are patches of the picture; their sizes are not given",
            ours="a quarter to a half of the picture's side",
            why="about the size of a digit there",
            read_in="appendix A.2",
        ),
        Departure(
            theirs="clutter is cut from the training digits",
            ours="from digits of other classes",
            why="or the clutter, too, would have the common class in it",
            read_in="appendix A.2",
        ),
    ),
)

DEPARTURES = (_CLASSIFIERS, _COLOCALISER)
