"""What the networks for speech, video and questions do otherwise than their papers."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

_LISTENER = Departures(
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
        Departure(
            theirs="small networks (MLPs) prepare state and cell for the score",
            ours="one linear layer each",
            why="the recurrent layers before them are deep enough for made-up speech",
            read_in="section 3.2",
            tag="M",
        ),
        Departure(
            theirs="the score is a dot product, not divided by anything",
            ours="divided by the square root of the width, but in `LAS_PAPER`",
            why="undivided, the tiny preset's listener does not find its place in its minute",
            read_in="section 3.2",
            tag="M",
        ),
        Departure(
            theirs="a language model rescores the best 32 transcripts",
            ours="none; the beam ranks by the mean log-probability of the letters, as theirs does "
            "before it is rescored",
            why="words of the made-up language are random: there is nothing to model",
            read_in="section 3.4; the abstract names 32 and the rescoring",
            tag="M",
        ),
        Departure(
            theirs="three layers halve the time, above one that does not; 40 bands",
            ours="that many in `LAS_PAPER`; two layers and 24 bands by default",
            why="made-up speech is slower and simpler",
            read_in="section 4",
            tag="M",
        ),
        Departure(
            theirs="weights drawn evenly from -0.1 to 0.1; asynchronous SGD",
            ours="torch's own draws; Adam with a falling rate",
            why="minutes of one core instead of many machines",
            read_in="section 4",
            tag="M",
        ),
    ),
)

_DESCRIBER = Departures(
    ("VideoDescriber",),
    chapter=13,
    papers=("yao2015",),
    differences=(
        Departure(
            theirs="a frame is described by a GoogLeNet and by a 3-D network that was trained on "
            "movements",
            ours="by an encoder that learned from still scenes; motion is what rises above a "
            "cell's own mean over the clip",
            why="no network for movements is small enough to run here",
            read_in="the abstract; section 3.1",
            tag="R",
        ),
        Departure(
            theirs="frames do not know when they were",
            ours="a learned vector tells each frame its moment",
            why="the clips ask what came first",
            read_in="section 3.2",
            tag="M",
        ),
    ),
)

_ANSWERER = Departures(
    ("SpatialMemoryNet",),
    chapter=13,
    papers=("xu2016",),
    code="VisionLearningGroup/Ask_Attend_and_Answer (example/train/mmnetwork.prototxt)",
    differences=(
        Departure(
            theirs="cells are the 7 x 7 of a GoogLeNet, which goes on learning at a tenth of the "
            "others' rate",
            ours="any grid of features, kept as it is in the recipes",
            why="cells of a fixed encoder are computed once, and all twins see the same",
            read_in="mmnetwork.prototxt, inception_5b and lr_mult",
        ),
        Departure(
            theirs="a cell's features alone tell where it is",
            ours="x and y stand behind them, and waves of its place if asked for",
            why="a small encoder does not know its place, and a dot product cannot ask for what is "
            "beside something by x and y alone",
            read_in="mmnetwork.prototxt, pool5",
        ),
        Departure(
            theirs="a question is filled up to 25 words, and the filling takes part: it has a "
            "vector, a score and a place in the sum",
            ours="it is masked",
            why="or an answer would depend on the other questions of a batch",
            read_in="mmnetwork.prototxt, slicer_w and SumOfWord",
        ),
        Departure(
            theirs="scores are plain dot products; all weights start from -0.08 to 0.08, in a "
            "space of 1,000 numbers",
            ours="scores are divided by the square root of the width; words start with deviation "
            "1, the rest as torch draws it",
            why="started as published, a minute of training in a space of 128 found no look; "
            "undivided, looks are sharp before anything is learned",
            read_in="mmnetwork.prototxt, input_match and weight_filler",
        ),
        Departure(
            theirs="the weights of the words' places start like all others",
            ours="they start at 1: a bag of words",
            why="or half of the places would begin by counting against their word",
            read_in="mmnetwork.prototxt, SumOfWord",
        ),
        Departure(
            theirs="the weighed sum of the words, and one number that is added, is the question",
            ours="a linear layer stands behind the sum",
            why="a question need not lie where its words do: those are made to be found in cells",
            read_in="mmnetwork.prototxt, SumOfWord",
        ),
        Departure(
            theirs="the layers that meet in scores have biases",
            ours="none",
            why="a bias on the cells' side would raise all scores of a word alike",
            read_in="mmnetwork.prototxt, embedding_A and embedding_C",
        ),
        Departure(
            theirs="dropout of 0.4 on the cells and before the answer",
            ours="before the answer, and as much as one asks for",
            why="fixed cells of small scenes need less",
            read_in="mmnetwork.prototxt, drop_pool5 and drop_final",
        ),
        Departure(
            theirs="SGD with momentum 0.9, gradients clipped at 10",
            ours="AdamW, clipped at 5",
            why="minutes instead of 300,000 steps",
            read_in="mm_solver.prototxt",
        ),
    ),
)

DEPARTURES = (_LISTENER, _DESCRIBER, _ANSWERER)
