"""What the translators do otherwise than RNNsearch and its twin without attention."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        (
            "Translator",
            "AlignmentModel",
            "FixedVector",
            "rnnsearch",
            "rnn_encoder_decoder",
        ),
        chapter=12,
        papers=("bahdanau2015", "cho2014"),
        code="GroundHog (experiments/nmt: encdec.py, state.py)",
        differences=(
            Departure(
                theirs="RNNencdec, the network without attention, reads the sentence forwards only",
                ours="it reads both ways, as RNNsearch does; `forward_only=True` is the paper's",
                why="the two then differ in nothing but attention",
                read_in="state.py (prototype_search_state turns `backward` on, "
                "prototype_encdec_state does not)",
            ),
            Departure(
                theirs="embeddings and weights are drawn with deviation 0.01",
                ours="with one over the square root of the inputs, embeddings with 0.1",
                why="0.01 goes with layers of a thousand and with Adadelta; smaller layers would "
                "start with no signal",
                read_in="appendix B.1",
            ),
            Departure(
                theirs="Adadelta; gradients scaled to length 1 at most",
                ours="Adam with a falling rate; the same limit",
                why="a quarter of the steps on small data",
                read_in="appendix B.2",
            ),
            Departure(
                theirs="no dropout",
                ours="on words' vectors and on the maxout layer, 0 by default",
                why="29,000 sentences are learned by heart without it",
                read_in="appendix B",
            ),
            Departure(
                theirs="the main text feeds the output from the new state, appendix and code from "
                "the state before the word",
                ours="the state before the word",
                why="it is what was run",
                read_in="section 3.1, appendix A.2.2, and encdec.py",
            ),
            Departure(
                theirs="the state's first value comes from the leftward reader's state at the "
                "first word",
                ours="the same; without a leftward reader, from the last state",
                why="there is no other state that has read the whole sentence",
                read_in="appendix A.2.2",
            ),
            Departure(
                theirs="the beam leaves out unknown words if asked",
                ours="always, and ranks by the mean log-probability of a word",
                why="any other word has a better chance; the sum favours short sentences",
                read_in="sample.py of GroundHog",
                tag="M",
            ),
        ),
    ),
)
