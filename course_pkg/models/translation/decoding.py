"""Translating: what the search over sentences needs to know of a `Translator`.

Source: Bahdanau, Cho, Bengio 2015, section 5.1 (beam search over conditional probabilities).
Lecture 12.
"""

import torch
from jaxtyping import Int
from torch import Tensor

from course_pkg.data.vocabulary import Vocabulary
from course_pkg.models.sequences.beam_search import Decoded, State, Step, beam_search
from course_pkg.models.translation.bahdanau_attention import SourceReading
from course_pkg.models.translation.translator import Translator

__all__ = ["decoder_step", "translate"]


def decoder_step(model: Translator, tokens: Int[Tensor, " rows"], state: State) -> Step:
    """One step of a translator, as `beam_search` and `greedy_decode` want it.

    Args:
        model: in evaluation mode.
        tokens: the words written last.
        state: the parts of a `SourceReading`; the writer's state is the last of them.

    Returns:
        Log-probabilities of the next word, the parts after the step, and the weights.
    """
    reading = SourceReading(*state)
    vectors = model.target_embedding(tokens)
    after, attended = model.step(reading.state, vectors, reading)
    logits = model.score(reading.state, vectors, attended.context)
    return Step(logits.log_softmax(-1), (*state[:-1], after), attended.weights)


@torch.no_grad()
def translate(
    model: Translator,
    source: Int[Tensor, "n s"],
    beam_size: int = 5,
    max_length: int = 80,
) -> Decoded:
    """Write the most probable translation that a beam search finds.

    Hypotheses are ranked by the mean log-probability of their words, or short ones would win.

    Args:
        model: in evaluation mode (dropout would guess anew every time).
        source: word numbers, filled up with 0 at the end.
        beam_size: beginnings kept; 1 is greedy.
        max_length: words at most, the end mark included. It must not follow from the batch, or a
            sentence would come out differently in other company.

    Returns:
        Words, log-probability and attention weights of every sentence.

    Raises:
        ValueError: if the model is in training mode, or a number is below 1.

    Example:
        >>> from course_pkg.models.translation.translator import TranslatorSize, rnnsearch
        >>> model = rnnsearch(9, 9, TranslatorSize(4, 5, 6, 7)).eval()
        >>> translate(model, torch.tensor([[4, 5, 2]]), max_length=3).weights.shape[-1]
        3
    """
    if model.training:
        raise ValueError("translate: the model is in training mode; call model.eval() first")
    return beam_search(
        lambda tokens, state: decoder_step(model, tokens, state),
        tuple(model.read(source)),
        beam_size=beam_size,
        max_length=max_length,
        length_power=1.0,
        # It says only that the right word is not in the vocabulary; any other has a better chance.
        never=[Vocabulary.unknown],
    )
