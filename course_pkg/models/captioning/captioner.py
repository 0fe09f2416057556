"""Show, Attend and Tell: an LSTM that looks at a grid of cells anew before every word.

Soft attention reads the expectation and is trained by plain gradient descent. Hard attention reads
one drawn cell; its draws are trained by REINFORCE (`captioning_loss`). All else is the same, so
what they do differently is the reading's doing. Lecture 11.

Source: Xu et al. 2015, Show, Attend and Tell, sections 3 and 4, and the authors' code.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_pkg.data.vocabulary import Vocabulary
from course_pkg.models.backbones.cell_encoder import placed_cells
from course_pkg.models.sequences.beam_search import Decoded, State, Step, beam_search, greedy_decode
from course_pkg.ops.attention import additive_scores, masked_softmax, soft_attend
from course_pkg.ops.hard_attention import hard_attend

__all__ = ["CAPTIONER_PAPER", "Captioner", "CaptionerSize", "Looks", "Reading"]

Reading = Literal["soft", "hard", "once"]
Look = Literal["mean", "draw", "best"]


@dataclass(frozen=True)
class CaptionerSize:
    """How many numbers stand where.

    Attributes:
        features: of every cell of the grid.
        embed: of a word.
        hidden: of the LSTM.
        attention: of the space in which cells and state are compared.
        dropout: share of the numbers before the output that is dropped in training.
        places: give every cell its x and y as well. A deep encoder's features know their place
            from the padding at the edges; those of a shallow one do not, and "from left to right"
            is then out of reach.
    """

    features: int = 128
    embed: int = 64
    hidden: int = 128
    attention: int = 64
    dropout: float = 0.0
    places: bool = False


#: The sizes of the authors' script for COCO, on the 14 x 14 cells of VGG's conv5_3.
CAPTIONER_PAPER = CaptionerSize(features=512, embed=512, hidden=1800, attention=512, dropout=0.5)


class Looks(NamedTuple):
    """What the network says about a sentence that it is shown, and where it looked.

    Attributes:
        log_probs: of every next word, in nats.
        weights: share of every cell before every word.
        log_prob: of the cell that was drawn before every word, in nats; 0 where none was drawn.
    """

    log_probs: Float[Tensor, "n t v"]
    weights: Float[Tensor, "n t cells"]
    log_prob: Float[Tensor, "n t"]


class Captioner(nn.Module):
    """Cells in, a sentence out, one look a word.

    Glossary of shapes: n pictures, t words, cells of the grid (row by row), d features of a cell,
    v words of the vocabulary.

    Args:
        encoder: maps images (n, 3, h, w) to features (n, d, rows, columns).
        words: size of the vocabulary.
        size: how many numbers stand where; ``size.features`` is the encoder's d, to which
            ``size.places`` adds 2.
        reading: "soft" reads the mean of the cells, "hard" one drawn cell. "once" is the baseline
            of both: the mean cell makes the first state, and no word looks at the picture again.
        mean_probability: hard only: how often, in training, a whole batch reads the mean instead
            of drawing. The gradient then goes through the weights as in soft attention, which
            shows the draws the way before rewards can.

    Raises:
        ValueError: if reading or probability is unknown.

    Example:
        >>> encoder = torch.nn.Conv2d(3, 128, 8, stride=8)
        >>> net = Captioner(encoder, words=20)
        >>> cells = net.look_at(torch.zeros(2, 3, 32, 32))
        >>> net(cells, torch.ones(2, 5, dtype=torch.long)).weights.shape
        torch.Size([2, 5, 16])
    """

    def __init__(
        self,
        encoder: nn.Module,
        words: int,
        size: CaptionerSize | None = None,
        reading: Reading = "soft",
        mean_probability: float = 0.5,
    ) -> None:
        super().__init__()
        size = size or CaptionerSize()
        if reading not in ("soft", "hard", "once"):
            raise ValueError(
                f"Captioner: reading must be 'soft', 'hard' or 'once', got {reading!r}"
            )
        if not 0.0 <= mean_probability <= 1.0:
            raise ValueError(
                f"Captioner: mean_probability must be from 0 to 1, got {mean_probability}"
            )
        self.reading, self.mean_probability, self.size = reading, mean_probability, size
        d, m = size.features + 2 * size.places, size.hidden
        self.encoder = encoder
        self.embed = nn.Embedding(words, size.embed)
        self.first_hidden, self.first_memory = nn.Linear(d, m), nn.Linear(d, m)
        self.key = nn.Linear(d, size.attention)
        self.query = nn.Linear(m, size.attention, bias=False)
        self.score = nn.Parameter(torch.randn(size.attention) / size.attention**0.5)
        self.gate = nn.Linear(m, 1)
        self.lstm = nn.LSTMCell(size.embed + d, m)
        self.from_hidden = nn.Linear(m, size.embed)
        self.from_context = nn.Linear(d, size.embed, bias=False)
        self.to_words = nn.Linear(size.embed, words)
        # What rewards have been so far; a buffer, so that a resumed training goes on with it.
        self.register_buffer("baseline", torch.zeros(()))
        self.baseline: Tensor

    def look_at(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n cells d"]:
        """Cut the pictures into cells.

        Args:
            images: in [0, 1].

        Returns:
            The encoder's features, cells row by row; with ``size.places``, x and y after them.
        """
        grid = self.encoder(images)
        return placed_cells(grid) if self.size.places else grid.flatten(2).mT

    def forward(self, cells: Float[Tensor, "n cells d"], tokens: Int[Tensor, "n t"]) -> Looks:
        """Read true sentences and say for every place in them what comes next.

        It takes cells, not images: a fixed encoder's cells need to be computed only once.

        Args:
            cells: features, as `look_at` gives them.
            tokens: words that were said before each place, the start mark first.

        Returns:
            What comes next, and where it looked.
        """
        hard = self.training and self.reading == "hard"
        draws = hard and float(torch.rand(())) >= self.mean_probability  # one coin a batch
        state, said = self.start(cells), []
        for word in tokens.unbind(1):
            step, log_prob = self.step(word, state, "draw" if draws else "mean")
            state = step.state
            said.append((step.log_probs, step.weights, log_prob))
        return Looks(*(torch.stack(parts, 1) for parts in zip(*said, strict=True)))

    def start(self, cells: Float[Tensor, "n cells d"]) -> State:
        """Give all that the first step needs; hidden state and memory come from the mean cell.

        Args:
            cells: features, as `look_at` gives them.

        Returns:
            Hidden state, memory, cells, and the cells as the attention compares them.
        """
        mean = cells.mean(1)
        hidden, memory = self.first_hidden(mean).tanh(), self.first_memory(mean).tanh()
        return hidden, memory, cells, self.key(cells)

    def step(
        self, words: Int[Tensor, " n"], state: State, how: Look = "mean"
    ) -> tuple[Step, Float[Tensor, " n"]]:
        """Look at the picture, and say what comes after one word.

        Args:
            words: that were said last.
            state: from `start` or from the step before.
            how: read the mean of the cells, one drawn cell, or the one with the largest weight.

        Returns:
            The step, and the log-probability of the cell that was drawn (0 where none was).
        """
        hidden, memory, cells, keys = state
        weights = masked_softmax(additive_scores(self.query(hidden), keys, self.score))
        log_prob = weights.new_zeros(len(weights))
        if self.reading == "once":
            weights = torch.full_like(weights, 1 / weights.shape[-1])
            context = torch.zeros_like(cells[:, 0])  # what was seen at the start has to do
        elif how == "draw":
            context, log_prob, _ = hard_attend(weights, cells)
        elif how == "best":
            context = cells[torch.arange(len(cells), device=cells.device), weights.argmax(-1)]
        else:
            context = soft_attend(weights, cells)
        # A scalar a picture: how much this word listens to the picture at all.
        context = self.gate(hidden).sigmoid() * context
        word = self.embed(words)
        hidden, memory = self.lstm(torch.cat([word, context], 1), (hidden, memory))
        deep = (self.from_hidden(hidden) + word + self.from_context(context)).tanh()
        deep = F.dropout(deep, self.size.dropout, self.training)
        log_probs = self.to_words(deep).log_softmax(-1)
        return Step(log_probs, (hidden, memory, cells, keys), weights), log_prob

    def write(
        self,
        cells: Float[Tensor, "n cells d"],
        max_length: int = 40,
        beam_size: int = 1,
        how: Literal["mean", "best"] = "mean",
    ) -> Decoded:
        """Describe pictures, greedily or with a beam, and return the maps.

        Nothing is drawn here, so the same picture always gets the same sentence: a network that
        was trained with draws reads the mean as well, or the best cell alone.

        Args:
            cells: features, as `look_at` gives them.
            max_length: words at most.
            beam_size: 1 = greedy.
            how: read the mean of the cells or the one with the largest weight.

        Returns:
            Sentences with the map of every word, cells row by row.
        """

        def step(words: Tensor, state: State) -> Step:
            return self.step(words, state, how)[0]

        with torch.no_grad():
            state = self.start(cells)
        no_words = [Vocabulary.unknown]
        if beam_size == 1:
            return greedy_decode(step, state, max_length=max_length, never=no_words)
        return beam_search(step, state, beam_size=beam_size, max_length=max_length, never=no_words)
