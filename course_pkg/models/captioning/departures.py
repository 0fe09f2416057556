"""What the captioner does otherwise than Show, Attend and Tell."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("Captioner",),
        chapter=11,
        papers=("xu2015",),
        code="kelvinxu/arctic-captions (capgen.py, evaluate_coco.py)",
        differences=(
            Departure(
                theirs="two layers in the networks that give the first state and the first memory, "
                "a ReLU and dropout between them, and two in the attention's",
                ours="one layer in each",
                why="cells and words of the small run have a tenth of the paper's numbers",
                read_in="evaluate_coco.py (n-layers-init, n-layers-att) and build_model",
            ),
            Departure(
                theirs="dropout of one half on the state before the output, and again behind the "
                "tanh",
                ours="behind the tanh alone; the share is an argument",
                why="less to tune; the small run needs little of it",
                read_in="capgen.py, build_model",
            ),
            Departure(
                theirs="cells are conv5_3 of a VGG, which knows a place from the padding round it",
                ours="any grid of features; a shallow encoder's cells may be told their place",
                why="the small encoder of the scenes sees too little to tell left from right",
                read_in="section 4.3",
                tag="R",
            ),
            Departure(
                theirs="the penalty on looks is summed over the batch and divided by the cells; "
                "the paper's equation sums over the cells for each sentence",
                ours="as the equation has it, in a mean over sentences; `CaptionLoss` turns the "
                "code's weight into that",
                why="then its size does not change with the batch",
                read_in="capgen.py, alpha_reg; equation 14",
            ),
            Departure(
                theirs="the gradients of REINFORCE and entropy are not divided by the batch, those "
                "of the nats are",
                ours="all are, and the weights make up for it (`CaptionLoss.as_published`)",
                why="a loss that is one number, with the same gradients",
                read_in="capgen.py, known_grads",
            ),
            Departure(
                theirs="the baseline moves at every step, also where the batch read the mean",
                ours="it moves where cells were drawn",
                why="it is to say what draws are worth",
                read_in="capgen.py, hard_attn_updates",
            ),
            Departure(
                theirs="an older version of the code gives the advantage the opposite sign, and "
                "without RL_sumCost each word is rewarded by its own nats, with no baseline",
                ours="the newest version: the sentence's mean nats, against the baseline",
                why="the newest agrees with the paper's equation 12",
                read_in="two versions of capgen.py",
            ),
            Departure(
                theirs="a hard network may read the mean or the best cell when it writes",
                ours="the same, and nothing is ever drawn there",
                why="the same picture gets the same sentence",
                read_in="capgen.py, sampling=False",
            ),
            Departure(
                theirs="the beam adds up log-probabilities and keeps finished sentences apart, and "
                "may write an unknown word",
                ours="a finished sentence stays in the beam until all have ended; no mark is ever "
                "written as a word",
                why="one search for all networks; a mark is no word",
                read_in="capgen.py, gen_sample",
            ),
        ),
    ),
)
