"""What the networks with windows do otherwise than their papers."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("Handwriting", "TextWindow", "PeepholeLSTM", "PenPredictor"),
        chapter=14,
        papers=("graves2013",),
        code="a copy of the paper's text, and a reimplementation "
        "(sjvasquez/handwriting-synthesis); the author released none",
        differences=(
            Departure(
                theirs="sigma is the exponential of the network's number, however small; the "
                "reimplementation cuts it off at 1e-4",
                ours="cut off at 1e-4, and the gradient goes on below it",
                why="at log sigma -20 a point that misses its component has a gradient of 1e17, "
                "and at -46 there is none; a component that sank can still be pulled up",
                read_in="equation 21; rnn_cell.py",
            ),
            Departure(
                theirs="the correlation is tanh of the network's number, up to 1",
                ours="0.99 times that",
                why="at 1 a Gaussian is a line, and its density infinite",
                read_in="equation 22",
            ),
            Departure(
                theirs="the pen's number is the logit of staying on the paper",
                ours="of leaving it",
                why="a sign; what is drawn is the same",
                read_in="equation 18",
            ),
            Departure(
                theirs="gradients are cut off one by one, at 10 where they enter an LSTM and at "
                "100 at the outputs; rmsprop with momentum",
                ours="the whole gradient is scaled to length 1 at most; Adam",
                why="one number, and what torch offers; the paper, too, had numerical trouble late "
                "in training",
                read_in="section 4.2, equations 38 to 45",
            ),
            Departure(
                theirs="trained again with noise on its weights, of a strength that is learned",
                ours="not built",
                why="31 nats a line of some 1,100 in the paper; a method of its own",
                read_in="sections 4.2 and 5.2",
            ),
            Departure(
                theirs="nothing is said of how the window's numbers begin; the reimplementation "
                "divides the move by 25",
                ours="a bump's move begins at exp(-3) of a letter a point",
                why="at exp(0) it would be through a word before its first letter is written",
                read_in="section 5.1; rnn_cell.py",
            ),
            Departure(
                theirs="movements of IAM-OnDB, mean 0 and deviation 1 over the training set",
                ours="words of a synthetic pen in units of a pen's width; `IAMOnDB` divides each "
                "real line by its own median movement, as the reimplementation does",
                why="the set may not be passed on; the median is not moved by jumps between words",
                read_in="section 4.2; drawing.py",
            ),
            Departure(
                theirs="57 characters: letters, and one that stands for digits and most marks",
                ours="82, digits and marks among them, and one for all others",
                why="what is kept apart can still be joined",
                read_in="section 5.2",
            ),
            Departure(
                theirs="trained on the training set, the test set and the larger validation set",
                ours="the recipe trains on the training set and measures on the test set",
                why="a number should be of lines that were not trained on",
                read_in="section 4",
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
        code="two reimplementations, jbornschein/draw and ericjang/draw; the authors released none",
        differences=(
            Departure(
                theirs="the bound's constant is printed as one T/2 for all random numbers",
                ours="one half for each random number of each step",
                why="that is the divergence of two Gaussians; the gradients are the same",
                read_in="equation 11",
                tag="R",
            ),
            Departure(
                theirs="a row of the filterbank is divided by its sum; where that is zero nothing "
                "is said, and reimplementations add a small number",
                ours="a row adds up to one, or is exactly zero beyond eight sigmas",
                why="no number that nobody meant decides how a window fades",
                read_in="equations 25 and 26; ericjang/draw",
                tag="R",
            ),
            Departure(
                theirs="pixels are counted from 1",
                ours="a pixel's centre is at half: 0.5, 1.5 and so on",
                why="the convention of the whole package; the windows are the same",
                read_in="section 3.1",
                tag="R",
            ),
            Departure(
                theirs="nothing is said of how windows begin",
                ours="writing begins as tiles without gaps: half a stride of blur",
                why="with one pixel of blur a wide window paints dots, and nothing is learned for "
                "hundreds of steps",
                read_in="section 3",
                tag="M",
            ),
            Departure(
                theirs="sigma of the random numbers is the exponential of the encoder's number",
                ours="the same; states and canvas before the first step are learned",
                why="zeros are one value among others",
                read_in="equation 2",
                tag="R",
            ),
            Departure(
                theirs="measured on the usual binarised MNIST, whose coins were thrown once",
                ours="coins of our own, anew at every look in training; `BinarizedMNIST` and the "
                "recipes `draw-fixed-mnist` use the usual ones",
                why="the usual files are no part of MNIST's; fresh coins are worth some nats, so "
                "the two do not compare",
                read_in="section 4.2",
                tag="M",
            ),
        ),
    ),
    Departures(
        ("GlimpseClassifier",),
        chapter=14,
        papers=("gregor2015", "mnih2014"),
        differences=(
            Departure(
                theirs="nothing is said of where the first glimpse is",
                ours="the whole picture, blurred, whatever the picture",
                why="from there a gradient can tell which part is worth a closer look",
                read_in="section 4.1",
                tag="M",
            ),
            Departure(
                theirs="digits of MNIST on 100 x 100 pixels with 8 pieces of 8 x 8",
                ours="the same in all presets but the tiny one: 60 x 60, without pieces",
                why="a page has a minute",
                read_in="section 4.1",
                tag="R",
            ),
        ),
    ),
)
