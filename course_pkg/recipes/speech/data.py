"""The data of the speech recipes: spoken sentences in memory, and what their letters cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_pkg.data.utterances import Utterance, sample_utterance
from course_pkg.data.vocabulary import pad_sequences

__all__ = ["SpokenData", "collate_spoken", "span_coverage", "spoken_sentences"]

# The data sets take their sentences from ranges of seeds that do not meet.
_TRAIN_SEED, _VAL_SEED = 0, 1 << 32
# Of the features, over a thousand sentences: networks like numbers around 0.
_MEAN, _DEVIATION = -7.0, 2.0


@dataclass(frozen=True)
class SpokenData:
    """What a speech recipe trains and measures on.

    Attributes:
        train: sentences to learn from.
        val: others.
    """

    train: tuple[Utterance, ...]
    val: tuple[Utterance, ...]


@cache
def spoken_sentences(
    counts: tuple[int, int], words: tuple[int, int], noise: float = 0.01, babble: float = 0.0
) -> SpokenData:
    """Speak sentences, always the same ones.

    Args:
        counts: how many to train and to measure on.
        words: least and largest number of words in a sentence.
        noise: behind the voice, see `sample_utterance`.
        babble: of somebody else.
    """
    train, val = (
        tuple(sample_utterance(first + i, words, noise, babble) for i in range(count))
        for first, count in zip((_TRAIN_SEED, _VAL_SEED), counts, strict=True)
    )
    return SpokenData(train, val)


def collate_spoken(
    batch: Sequence[Utterance],
) -> tuple[Float[Tensor, "n frames bands"], Int[Tensor, " n"], Int[Tensor, "n t"]]:
    """Put sentences of unequal length into one batch.

    Args:
        batch: sentences.

    Returns:
        Their features, scaled to about -1 to 1, the number of frames of each, and their letters
        between start and end marks.

    Example:
        >>> sound, lengths, letters = collate_spoken([sample_utterance(0), sample_utterance(1)])
        >>> len(sound), lengths.tolist(), letters.shape[1]
        (2, [179, 122], 17)
    """
    sound = [(spoken.features - _MEAN) / _DEVIATION for spoken in batch]
    return (
        torch.nn.utils.rnn.pad_sequence(sound, batch_first=True),
        torch.tensor([len(frames) for frames in sound]),
        pad_sequences([spoken.tokens for spoken in batch]),
    )


def span_coverage(
    spans: Int[Tensor, "k 2"], cells: int, frames_per_cell: int
) -> Float[Tensor, "k {cells}"]:
    """Measure how much of every cell of a listener each span covers.

    Args:
        spans: first frame of each and the first after it.
        cells: of the listener, in time.
        frames_per_cell: that were joined in one cell.

    Returns:
        Shares from 0 to 1.

    Example:
        >>> span_coverage(torch.tensor([[2, 7]]), cells=3, frames_per_cell=4)
        tensor([[0.5000, 0.7500, 0.0000]])
    """
    first = torch.arange(cells) * frames_per_cell
    start = torch.maximum(spans[:, :1], first)
    end = torch.minimum(spans[:, 1:], first + frames_per_cell)
    return (end - start).clamp_min(0) / frames_per_cell
