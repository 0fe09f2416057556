"""Writing a sentence word by word: greedily, or with a beam, for any network that can do one step.

A decoder gives one function, ``step(tokens, state) -> Step``, and keeps everything that belongs
to a row of the batch in ``state``, a tuple of tensors with the rows in front: the recurrent state,
and also the cells it attends to with their mask. The search copies and reorders rows of these
tensors and knows nothing else about the network. Captions, translation and speech share it.

Padding and the start mark are no words: whatever a network thinks of them, neither search writes
one before a sentence's end. What else is no word, a decoder names with ``never``.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["Decoded", "State", "Step", "StepFunction", "beam_search", "greedy_decode"]

State = tuple[Tensor, ...]


class Step(NamedTuple):
    """What a decoder says after reading one more word.

    Attributes:
        log_probs: of every word as the next one, in nats.
        state: to be handed to the next step, rows in front.
        weights: where it looked to say so; without attention an empty (rows, 0).
    """

    log_probs: Float[Tensor, "rows v"]
    state: State
    weights: Float[Tensor, "rows cells"]


StepFunction = Callable[[Int[Tensor, " rows"], State], Step]


class Decoded(NamedTuple):
    """Sentences, how sure the network is of them, and where it looked for every word.

    Attributes:
        tokens: words without the start mark; the end mark is there (unless the sentence was cut
            off) and padding follows it.
        log_prob: of the whole sentence with its end mark, in nats.
        weights: a row for every token, zero on padding.
    """

    tokens: Int[Tensor, "n t"]
    log_prob: Float[Tensor, " n"]
    weights: Float[Tensor, "n t cells"]


@torch.no_grad()
def greedy_decode(
    step: StepFunction,
    state: State,
    *,
    max_length: int,
    start: int = 1,
    end: int = 2,
    pad: int = 0,
    never: Iterable[int] = (),
) -> Decoded:
    """Take the most probable word each time and never look back.

    Args:
        step: one step of the decoder.
        state: before the first step, one row a sentence.
        max_length: words at most, the end mark included.
        start: number of the mark that is read first.
        end: number of the mark that ends a sentence.
        pad: number that fills up sentences that ended earlier.
        never: numbers that are not written, besides padding and the start mark; probabilities of
            the others stay as they are.

    Returns:
        One sentence a row, as long as the longest of them.

    Raises:
        ValueError: if ``max_length`` is below 1 or the state is empty.

    Example:
        >>> def always_three_then_end(tokens, state):
        ...     (steps,) = state
        ...     logits = torch.full((len(tokens), 4), -9.0)
        ...     logits[:, 3 if int(steps[0]) < 2 else 2] = 9.0
        ...     return Step(logits.log_softmax(-1), (steps + 1,), torch.zeros(len(tokens), 0))
        >>> greedy_decode(always_three_then_end, (torch.zeros(1),), max_length=9).tokens
        tensor([[3, 3, 2]])
    """
    rows, device = _check(state, max_length)
    tokens = torch.full((rows,), start, device=device)
    log_prob = torch.zeros(rows, device=device)
    finished = torch.zeros(rows, dtype=torch.bool, device=device)
    no_words = torch.tensor([pad, start, *never], device=device)
    said, looked = [], []
    while len(said) < max_length and not finished.all():
        log_probs, state, weights = step(tokens, state)
        best, tokens = log_probs.index_fill(-1, no_words, -torch.inf).max(-1)
        tokens = tokens.masked_fill(finished, pad)
        log_prob = log_prob + best.float().masked_fill(finished, 0.0)
        said.append(tokens)
        looked.append(weights.masked_fill(finished[:, None], 0.0))
        finished = finished | (tokens == end)
    return Decoded(torch.stack(said, 1), log_prob, torch.stack(looked, 1))


@torch.no_grad()
def beam_search(
    step: StepFunction,
    state: State,
    *,
    beam_size: int,
    max_length: int,
    length_power: float = 0.0,
    start: int = 1,
    end: int = 2,
    pad: int = 0,
    never: Iterable[int] = (),
) -> Decoded:
    """Keep the ``beam_size`` most probable beginnings, go on with all of them, return the best.

    A sentence that has ended stays in the beam with its probability, until all have ended: so the
    search stops only when no open beginning is left among the best. With one place in the beam it
    is `greedy_decode`; with places for all sentences it is exhaustive.

    Args:
        step: one step of the decoder.
        state: before the first step, one row a sentence.
        beam_size: beginnings kept, at least 1.
        max_length: words at most, the end mark included.
        length_power: at the end, log-probabilities are divided by length to this power: 0 ranks
            by probability, which favours short sentences; 1 by the mean over words.
        start: number of the mark that is read first.
        end: number of the mark that ends a sentence.
        pad: number that fills up sentences that ended earlier.
        never: numbers that are not written, besides padding and the start mark; probabilities of
            the others stay as they are.

    Returns:
        The best sentence a row; its ``log_prob`` is not divided by any length.

    Raises:
        ValueError: if ``beam_size`` or ``max_length`` is below 1 or the state is empty.

    Source: Sutskever et al. 2014, section 3.2; the length's power as in Wu et al. 2016, section 7,
    without their constant 5.

    Example:
        >>> def coin(tokens, state):
        ...     log_probs = torch.tensor([0.0, 0.0, 0.4, 0.6]).log()  # end .4, heads .6, for ever
        ...     return Step(log_probs.expand(len(tokens), 4), state, torch.zeros(len(tokens), 0))
        >>> greedy_decode(coin, (torch.zeros(1),), max_length=3).tokens
        tensor([[3, 3, 3]])
        >>> beam_search(coin, (torch.zeros(1),), beam_size=2, max_length=3).tokens
        tensor([[2]])
    """
    rows, device = _check(state, max_length)
    if beam_size < 1:
        raise ValueError(f"beam_search: beam_size must be at least 1, got {beam_size}")
    k = beam_size
    state = tuple(part.repeat_interleave(k, 0) for part in state)
    first = torch.arange(rows, device=device)[:, None] * k  # where each sentence's places begin
    tokens = torch.full((rows, 1), start, device=device).repeat(1, k)
    # All places start alike: only the first may grow at the first step, or all would stay alike.
    score = torch.full((rows, k), -torch.inf, device=device)
    score[:, 0] = 0.0
    finished = torch.zeros(rows, k, dtype=torch.bool, device=device)
    said = torch.zeros(rows, k, 0, dtype=torch.long, device=device)
    no_words = torch.tensor([pad, start, *never], device=device)
    looked: Tensor | None = None
    while said.shape[-1] < max_length and not finished.all():
        log_probs, state, weights = step(tokens.flatten(), state)
        v = log_probs.shape[-1]
        log_probs = log_probs.float().index_fill(-1, no_words, -torch.inf).reshape(rows, k, v)
        only_pad = torch.full((v,), -torch.inf, device=device)
        only_pad[pad] = 0.0
        log_probs = torch.where(finished[..., None], only_pad, log_probs)
        score, chosen = (score[..., None] + log_probs).flatten(1).topk(k)
        parent, tokens = (first + chosen // v).flatten(), chosen % v

        weights = weights.masked_fill(finished.reshape(-1, 1), 0.0).reshape(rows * k, 1, -1)
        looked = weights if looked is None else torch.cat([looked, weights], 1)
        looked = looked[parent]
        said = torch.cat([said.flatten(0, 1)[parent].reshape(rows, k, -1), tokens[..., None]], -1)
        finished = finished.flatten()[parent].reshape(rows, k) | (tokens == end)
        state = tuple(part[parent] for part in state)
    assert looked is not None  # max_length is at least 1

    written = said.ne(pad).sum(-1).clamp_min(1)
    best = (score / written**length_power).argmax(-1)
    row = torch.arange(rows, device=device)
    length = int(written[row, best].max()) if rows else 0
    maps = looked.reshape(rows, k, said.shape[-1], -1)
    return Decoded(said[row, best, :length], score[row, best], maps[row, best, :length])


def _check(state: State, max_length: int) -> tuple[int, torch.device]:
    if max_length < 1:
        raise ValueError(f"decoding: max_length must be at least 1, got {max_length}")
    if not state or len({len(part) for part in state}) > 1:
        shapes = [tuple(part.shape) for part in state]
        raise ValueError(
            "decoding: state must be tensors that all have one row a sentence, at least one of "
            f"them; got shapes {shapes}"
        )
    return len(state[0]), state[0].device
