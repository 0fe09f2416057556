"""Telling what passes in a clip: before every word the network chooses among the frames.

A clip as one mean frame is a double exposure: everything that ever passed is in it, faintly, and
nothing says which colour belongs to what. With one weight a frame, chosen anew before each word,
the network reads the frames in which the word happens. Lecture 13.

Source: Yao et al. 2015, Describing Videos by Exploiting Temporal Structure, section 3.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_pkg.data.vocabulary import Vocabulary
from course_pkg.models.attention_everywhere.without_attention import averaged_cells
from course_pkg.models.sequences.beam_search import Decoded, State, Step, beam_search, greedy_decode
from course_pkg.ops.attention import additive_attention

__all__ = ["Told", "VideoDescriber", "VideoSize", "describe_frames"]


@dataclass(frozen=True)
class VideoSize:
    """How many numbers stand where.

    Attributes:
        features: of a cell, as the encoder gives them.
        frame: describing a frame.
        embed: of a word.
        hidden: of the LSTM.
        attention: of the space in which frames and state are compared.
    """

    features: int = 96
    frame: int = 96
    embed: int = 32
    hidden: int = 96
    attention: int = 48


class Told(NamedTuple):
    """What the network says about words that it is shown, and which frames it read.

    Attributes:
        logits: a score for every next word, before the softmax.
        weights: share of every frame before every word.
    """

    logits: Float[Tensor, "n t v"]
    weights: Float[Tensor, "n t frames"]


def describe_frames(grid: Float[Tensor, "n t c rows columns"]) -> Float[Tensor, "n t f"]:
    """Describe each frame by what is in it, and by what is in it and not in the others.

    Three numbers for each feature: its mean over the cells, its maximum, and the largest rise of a
    cell above that cell's own mean over the clip. The rise tells what passes from what stands
    still, which no frame can tell by itself.

    Args:
        grid: features of every cell of every frame.

    Returns:
        3c numbers a frame.

    Example:
        >>> frames = torch.tensor([[0.0, 4.0], [2.0, 4.0]]).reshape(1, 2, 1, 1, 2)
        >>> describe_frames(frames)
        tensor([[[2., 4., 0.],
                 [3., 4., 1.]]])
    """
    rise = grid - grid.mean(1, keepdim=True)
    cells = grid.flatten(3)
    return torch.cat([cells.mean(3), cells.amax(3), rise.flatten(3).amax(3)], 2)


class VideoDescriber(nn.Module):
    """A clip in, a sentence out, one choice among the frames a word.

    Glossary of shapes: n clips, t words, f numbers that describe a frame, v words of the
    vocabulary.

    Args:
        encoder: maps images (n, 3, h, w) to features (n, size.features, rows, columns).
        words: size of the vocabulary.
        frames: of a clip.
        size: how many numbers stand where.
        averaged: the twin without attention: all it can look at is the mean of the frames.

    Example:
        >>> net = VideoDescriber(nn.Conv2d(3, 96, 8, stride=8), words=20, frames=8)
        >>> clips = torch.zeros(2, 8, 3, 32, 32)
        >>> net.write(net.watch(clips), max_length=5).weights.shape[2]
        8
    """

    def __init__(
        self,
        encoder: nn.Module,
        words: int,
        frames: int,
        size: VideoSize | None = None,
        averaged: bool = False,
    ) -> None:
        super().__init__()
        size = size or VideoSize()
        self.averaged, self.size = averaged, size
        self.encoder = encoder
        self.describe = nn.Linear(3 * size.features, size.frame)
        self.when = nn.Parameter(torch.randn(frames, size.frame) * 0.1)
        self.embed = nn.Embedding(words, size.embed)
        self.query = nn.Linear(size.hidden, size.attention)
        self.key = nn.Linear(size.frame, size.attention, bias=False)
        self.v = nn.Parameter(torch.randn(size.attention) / size.attention**0.5)
        self.cell = nn.LSTMCell(size.embed + size.frame, size.hidden)
        self.deep = nn.Linear(size.hidden + size.frame + size.embed, size.hidden)
        self.to_words = nn.Linear(size.hidden, words)

    def watch(self, clips: Float[Tensor, "n frames 3 h w"]) -> Float[Tensor, "n frames f"]:
        """Describe every frame; a fixed encoder's answers can be kept and used again.

        Args:
            clips: pictures in [0, 1].
        """
        return describe_frames(self.encoder(clips.flatten(0, 1)).unflatten(0, clips.shape[:2]))

    def forward(self, seen: Float[Tensor, "n frames f"], words: Int[Tensor, "n t"]) -> Told:
        """Read true sentences and say for every place in them which word might come next.

        Args:
            seen: the frames, as `watch` gives them.
            words: that were said before each place, the start mark first.

        Returns:
            What comes next, and which frames were read.
        """
        state, said = self.start(seen), []
        for word in words.unbind(1):
            logits, weights, state = self._step(word, state)
            said.append((logits, weights))
        return Told(*(torch.stack(parts, 1) for parts in zip(*said, strict=True)))

    def start(self, seen: Float[Tensor, "n frames f"]) -> State:
        """Put the frames in order, and give all that the first word needs.

        Args:
            seen: the frames, as `watch` gives them.

        Returns:
            Hidden state, memory, the frames and their keys.

        Raises:
            ValueError: if the clips are longer or shorter than the network's.
        """
        if seen.shape[1] != len(self.when):
            raise ValueError(
                f"VideoDescriber: made for clips of {len(self.when)} frames, got {seen.shape[1]}; "
                "cut them"
            )
        # Not linear: or the mean over the frames could not even say that something came first.
        frames = (self.describe(seen) + self.when).relu()
        if self.averaged:
            frames = averaged_cells(frames)
        zeros = frames.new_zeros(len(frames), self.size.hidden)
        return zeros, zeros, frames, self.key(frames)

    def step(self, words: Int[Tensor, " n"], state: State) -> Step:
        """Say one word more; what `decoding` asks for.

        Args:
            words: that were said last.
            state: from `start` or from the step before.

        Returns:
            Log-probabilities of the next word, the state, and the frames' weights.
        """
        logits, weights, state = self._step(words, state)
        return Step(logits.log_softmax(-1), state, weights)

    def _step(self, words: Tensor, state: State) -> tuple[Tensor, Tensor, State]:
        hidden, memory, frames, keys = state
        word = self.embed(words)
        read, weights = additive_attention(self.query(hidden), keys, frames, self.v)
        hidden, memory = self.cell(torch.cat([word, read], 1), (hidden, memory))
        deep = self.deep(torch.cat([hidden, read, word], 1)).tanh()
        return self.to_words(deep), weights, (hidden, memory, frames, keys)

    @torch.no_grad()
    def write(
        self, seen: Float[Tensor, "n frames f"], max_length: int = 20, beam_size: int = 1
    ) -> Decoded:
        """Tell what passes, greedily or with a beam, and return the weights.

        Args:
            seen: the frames, as `watch` gives them.
            max_length: words at most.
            beam_size: 1 = greedy.

        Returns:
            Sentences with the end mark, and the frames' weights at each word.
        """
        state = self.start(seen)
        no_words = [Vocabulary.unknown]
        if beam_size == 1:
            return greedy_decode(self.step, state, max_length=max_length, never=no_words)
        return beam_search(
            self.step, state, beam_size=beam_size, max_length=max_length, never=no_words
        )
