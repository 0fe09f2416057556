"""Translation with one vector, and with attention: two networks that differ in one part.

Both read the source in two directions (the paper's without attention reads in one, which can be
asked for) and write the target word by word. RNNsearch looks at the
source anew before every word, through `ops.additive_attention`; the encoder-decoder without
attention gets the two readers' last states, once, and they have to hold the whole sentence. All
else is the same, so what they score differently is attention's doing.

Source: Bahdanau, Cho, Bengio 2015, Neural Machine Translation by Jointly Learning to Align and
Translate, appendix A and B. Lecture 12.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_pkg.models.sequences.gru import GRU, BidirectionalGRU
from course_pkg.models.translation.bahdanau_attention import (
    AlignmentModel,
    FixedVector,
    SourceReading,
)
from course_pkg.ops import Attended
from course_pkg.ops._shapes import may_look

__all__ = [
    "RNNSEARCH_PAPER",
    "Translation",
    "Translator",
    "TranslatorSize",
    "rnn_encoder_decoder",
    "rnnsearch",
]


@dataclass(frozen=True)
class TranslatorSize:
    """How many numbers stand where.

    Attributes:
        embed: a word's vector (m in the paper).
        hidden: a state of each of the three units (n).
        alignment: hidden layer of the alignment model (n').
        maxout: hidden layer before the words, after the maximum of pairs (l).
        dropout: share of the words' vectors and of the maxout layer set to 0 in training.
    """

    embed: int = 620
    hidden: int = 1000
    alignment: int = 1000
    maxout: int = 500
    dropout: float = 0.0


#: The sizes of the paper.
RNNSEARCH_PAPER = TranslatorSize()


class Translation(NamedTuple):
    """What the network says about given sentences.

    Attributes:
        logits: one score per target position and word, before the softmax.
        weights: for every target position, the share of attention each source word got.
    """

    logits: Float[Tensor, "n t v"]
    weights: Float[Tensor, "n t s"]


class Translator(nn.Module):
    """Read a source sentence, then write the target one word at a time.

    Glossary of shapes: n sentences, s source words, t target words, v target vocabulary, d numbers
    a state, c = 2 d numbers an annotation.

    Args:
        source_words: size of the source vocabulary; number 0 is padding.
        target_words: size of the target vocabulary, v.
        size: numbers everywhere else.
        reader: gives the context of each target word, `AlignmentModel` or `FixedVector`.
        forward_only: no leftward reader; annotations then have d numbers.

    Source: Bahdanau et al. 2015, appendix A.2.
    """

    pad = 0

    def __init__(
        self,
        source_words: int,
        target_words: int,
        size: TranslatorSize,
        reader: AlignmentModel | FixedVector,
        forward_only: bool = False,
    ) -> None:
        super().__init__()
        d, c = size.hidden, (1 if forward_only else 2) * size.hidden
        self.source_embedding = nn.Embedding(source_words, size.embed)
        self.target_embedding = nn.Embedding(target_words, size.embed)
        self.encoder = (GRU if forward_only else BidirectionalGRU)(size.embed, d)
        self.start = nn.Linear(d, d)
        self.reader = reader
        self.decoder = GRU(size.embed, d)
        self.from_context = nn.Linear(c, 3 * d, bias=False)
        # U_o, V_o and C_o of the paper, beside each other; then W_o.
        self.deep = nn.Linear(d + size.embed + c, 2 * size.maxout)
        self.words = nn.Linear(size.maxout, target_words)
        self.dropout = nn.Dropout(size.dropout)

    def read(self, source: Int[Tensor, "n s"]) -> SourceReading:
        """Read whole sentences.

        Args:
            source: word numbers, filled up with 0 at the end.

        Raises:
            ValueError: if a sentence has no word.
        """
        mask = source != self.pad
        # Looked at on the CPU only: a GPU would have to stop for it, a compiler cannot.
        if may_look(mask) and not mask[:, 0].all():
            raise ValueError(
                "a source sentence starts with padding (0): every sentence needs at least one "
                "word, and padding belongs at the end"
            )
        vectors = self.dropout(self.source_embedding(source))
        if isinstance(self.encoder, GRU):
            annotations = self.encoder(vectors, mask)
            read = annotations[:, -1]  # behind its end a sentence's state stays as it was
        else:
            rightward, leftward = self.encoder(vectors, mask)
            annotations = torch.cat([rightward, leftward], dim=-1)
            read = leftward[:, 0]  # this reader has read everything when it is back at the start
        state = torch.tanh(self.start(read))
        return SourceReading(annotations, self.reader.keys(annotations), mask, state)

    def step(
        self, state: Float[Tensor, "n d"], vector: Float[Tensor, "n m"], reading: SourceReading
    ) -> tuple[Float[Tensor, "n d"], Attended]:
        """Look at the source with the old state, then take the last word in.

        Args:
            state: from before the word written last.
            vector: of that word.
            reading: the source.

        Returns:
            The new state, and what was looked at.
        """
        attended = self.reader(state, reading)
        inputs = self.decoder.project(vector) + self.from_context(attended.context)
        return self.decoder.step(state, inputs), attended

    def score(
        self,
        state: Float[Tensor, "*batch d"],
        vector: Float[Tensor, "*batch m"],
        context: Float[Tensor, "*batch c"],
    ) -> Float[Tensor, "*batch v"]:
        """Score every word of the vocabulary: deep output with maxout over pairs.

        Args:
            state: from before the last word, as in the paper's appendix.
            vector: of the last word.
            context: read for the word to come.
        """
        pairs = self.deep(torch.cat([state, vector, context], dim=-1)).unflatten(-1, (-1, 2))
        return self.words(self.dropout(pairs.amax(dim=-1)))

    def forward(self, source: Int[Tensor, "n s"], previous: Int[Tensor, "n t"]) -> Translation:
        """Score the words of given translations, each after the true words before it.

        Args:
            source: word numbers, filled up with 0 at the end.
            previous: the start mark and all words of the target but its end mark.
        """
        reading = self.read(source)
        vectors = self.dropout(self.target_embedding(previous))
        state, before, attended = reading.state, [], []
        for vector in vectors.unbind(dim=1):
            before.append(state)
            state, look = self.step(state, vector, reading)
            attended.append(look)
        contexts = torch.stack([look.context for look in attended], dim=1)
        weights = torch.stack([look.weights for look in attended], dim=1)
        # One large product over all positions instead of one a step.
        return Translation(self.score(torch.stack(before, dim=1), vectors, contexts), weights)


def rnnsearch(
    source_words: int, target_words: int, size: TranslatorSize = RNNSEARCH_PAPER
) -> Translator:
    """Build the network with attention.

    Args:
        source_words: size of the source vocabulary.
        target_words: size of the target vocabulary.
        size: the paper's by default, for 30,000 words a side.

    Example:
        >>> net = rnnsearch(10, 8, TranslatorSize(4, 5, 6, 7))
        >>> logits, weights = net(torch.tensor([[4, 5, 2]]), torch.tensor([[1, 6]]))
        >>> logits.shape, weights.sum(dim=-1).detach()
        (torch.Size([1, 2, 8]), tensor([[1., 1.]]))
    """
    reader = AlignmentModel(size.hidden, 2 * size.hidden, size.alignment)
    return _initialised(Translator(source_words, target_words, size, reader))


def rnn_encoder_decoder(
    source_words: int,
    target_words: int,
    size: TranslatorSize = RNNSEARCH_PAPER,
    forward_only: bool = False,
) -> Translator:
    """Build the twin without attention: the same network around one fixed vector.

    Args:
        source_words: size of the source vocabulary.
        target_words: size of the target vocabulary.
        size: as for `rnnsearch`; ``alignment`` is not used.
        forward_only: read the source from left to right alone, as the paper's RNNencdec does. By
            default it reads both ways, as RNNsearch: then the two differ in attention alone.

    Example:
        >>> net = rnn_encoder_decoder(10, 8, TranslatorSize(4, 5, 6, 7))
        >>> net(torch.tensor([[4, 5, 2]]), torch.tensor([[1]])).weights
        tensor([[[0.5000, 0.0000, 0.5000]]])
    """
    reader = FixedVector(forward_only)
    return _initialised(Translator(source_words, target_words, size, reader, forward_only))


def _initialised(model: Translator) -> Translator:
    """Small random weights and zero biases; the units and the alignment model have their own.

    The paper draws with deviation 0.01, for layers of a thousand inputs that Adadelta then
    rescales. Smaller layers need larger numbers: 1 / sqrt(inputs) here.
    """
    encoder = model.encoder
    reader = encoder.rightward if isinstance(encoder, BidirectionalGRU) else encoder
    for layer in (
        model.start,
        model.from_context,
        model.deep,
        model.words,
        model.decoder.input,
        reader.input,
    ):
        nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    if isinstance(encoder, BidirectionalGRU):
        nn.init.normal_(encoder.leftward.input.weight, std=encoder.leftward.hidden**-0.5)
    for embedding in (model.source_embedding, model.target_embedding):
        nn.init.normal_(embedding.weight, std=0.1)
    return model
