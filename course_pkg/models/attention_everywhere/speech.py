"""Listen, attend and spell: a pyramid of recurrent layers listens, and a speller looks back at it.

A second of sound is a hundred frames, a letter about ten of them. A speller that scores every frame
for every letter has a hard search; so each layer of the pyramid joins neighbouring pairs, and after
three of them there are eight times fewer cells to look at. Lecture 13.

Source: Chan, Jaitly, Le and Vinyals 2016, Listen, Attend and Spell, section 3.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from course_pkg.data.vocabulary import Vocabulary
from course_pkg.models.attention_everywhere.without_attention import averaged_cells
from course_pkg.models.sequences.beam_search import Decoded, State, Step, beam_search, greedy_decode
from course_pkg.models.sequences.bidirectional_lstm import read_both_ways
from course_pkg.ops.attention import masked_softmax, soft_attend

__all__ = ["LAS_PAPER", "ListenAttendSpell", "Listener", "SpeechSize", "Spelled", "join_pairs"]


@dataclass(frozen=True)
class SpeechSize:
    """How many numbers stand where.

    Attributes:
        bands: of a frame of sound.
        listen: of a listener's state, in each direction.
        pyramid: layers that halve the time, above one that does not.
        spell: of a speller's state.
        embed: of a letter.
        match: of the space in which the speller's state and the cells are compared.
        scaled: divide scores by the root of ``match``; the paper does not.
    """

    bands: int = 24
    listen: int = 64
    pyramid: int = 2
    spell: int = 128
    embed: int = 32
    match: int = 64
    scaled: bool = True


#: The sizes of the paper.
LAS_PAPER = SpeechSize(
    bands=40, listen=256, pyramid=3, spell=512, embed=512, match=512, scaled=False
)


class Spelled(NamedTuple):
    """What the network says about letters that it is shown, and where it listened.

    Attributes:
        logits: a score for every next letter, before the softmax.
        weights: share of every cell before every letter.
    """

    logits: Float[Tensor, "n t v"]
    weights: Float[Tensor, "n t cells"]


def join_pairs(
    states: Float[Tensor, "n t c"], lengths: Int[Tensor, " n"]
) -> tuple[Float[Tensor, "n half c2"], Int[Tensor, " n"]]:
    """Put every two neighbours in time side by side: half as many, twice as wide.

    Of an odd number the last stands beside zeros; nothing that was heard is dropped.

    Args:
        states: one row a moment; what comes after a sentence's end must be zero.
        lengths: moments of each sentence.

    Returns:
        The pairs, and how many of them each sentence has.

    Source: Chan et al. 2016, section 3.1, equation (5).

    Example:
        >>> pairs, lengths = join_pairs(torch.tensor([[[1.0], [2.0], [3.0]]]), torch.tensor([3]))
        >>> pairs, lengths
        (tensor([[[1., 2.],
                 [3., 0.]]]), tensor([2]))
    """
    n, t, c = states.shape
    even = nn.functional.pad(states, (0, 0, 0, t % 2))
    return even.reshape(n, (t + 1) // 2, 2 * c), (lengths + 1) // 2


class Listener(nn.Module):
    """A bidirectional LSTM, and a pyramid of them on top: each layer halves the time.

    Args:
        size: how many numbers stand where.

    Example:
        >>> cells, mask = Listener(SpeechSize())(torch.zeros(1, 9, 24), torch.tensor([9]))
        >>> cells.shape, mask
        (torch.Size([1, 3, 128]), tensor([[True, True, True]]))
    """

    def __init__(self, size: SpeechSize) -> None:
        super().__init__()
        inputs = [size.bands] + [4 * size.listen] * size.pyramid
        self.layers = nn.ModuleList(
            nn.LSTM(width, size.listen, batch_first=True, bidirectional=True) for width in inputs
        )

    def forward(
        self, sound: Float[Tensor, "n t bands"], lengths: Int[Tensor, " n"]
    ) -> tuple[Float[Tensor, "n cells c"], Bool[Tensor, "n cells"]]:
        """Listen to sentences of unequal length.

        Args:
            sound: frames; what comes after a sentence's end is not listened to.
            lengths: frames of each sentence, at least 1.

        Returns:
            The cells of the pyramid's top, and which of them are not padding.

        Raises:
            ValueError: if a length is below 1 or beyond the frames.
        """
        if lengths.min() < 1 or lengths.max() > sound.shape[1]:
            raise ValueError(
                f"Listener: lengths must be from 1 to the {sound.shape[1]} frames, got "
                f"{int(lengths.min())} to {int(lengths.max())}"
            )
        states = sound[:, : int(lengths.max())]
        for number, layer in enumerate(self.layers):
            if number:
                states, lengths = join_pairs(states, lengths)
            states = read_both_ways(layer, states, lengths.to(states.device))  # pyright: ignore[reportArgumentType] - ModuleList forgets the type
        inside = torch.arange(states.shape[1], device=states.device)
        return states, inside < lengths.to(states.device)[:, None]


class ListenAttendSpell(nn.Module):
    """Sound in, letters out, one look at the whole sound a letter.

    Glossary of shapes: n sentences, t letters, cells at the top of the pyramid, c numbers of a
    cell, d of the space in which they are compared, v letters of the alphabet with its marks.

    Args:
        letters: size of the alphabet with its marks, v.
        size: how many numbers stand where.
        averaged: the twin without attention: all it can look at is the mean of the cells.

    Example:
        >>> net = ListenAttendSpell(letters=14)
        >>> written = net.write(torch.zeros(2, 40, 24), torch.tensor([40, 31]), max_length=5)
        >>> written.weights.shape[2]
        10
    """

    def __init__(
        self, letters: int, size: SpeechSize | None = None, averaged: bool = False
    ) -> None:
        super().__init__()
        size = size or SpeechSize()
        self.averaged, self.size = averaged, size
        cell = 2 * size.listen
        self.listener = Listener(size)
        self.embed = nn.Embedding(letters, size.embed)
        self.lower = nn.LSTMCell(size.embed + cell, size.spell)
        self.upper = nn.LSTMCell(size.spell, size.spell)
        self.query = nn.Linear(size.spell, size.match)
        self.key = nn.Linear(cell, size.match, bias=False)
        self.hidden = nn.Linear(size.spell + cell, size.spell)
        self.to_letters = nn.Linear(size.spell, letters)

    @property
    def frames_per_cell(self) -> int:
        """Frames of sound that are joined in one cell of the pyramid's top."""
        return 2**self.size.pyramid

    def forward(
        self,
        sound: Float[Tensor, "n frames bands"],
        lengths: Int[Tensor, " n"],
        letters: Int[Tensor, "n t"],
    ) -> Spelled:
        """Read true letters and say for every place among them which might come next.

        Args:
            sound: frames, padded at the end.
            lengths: frames of each sentence.
            letters: that were written before each place, the start mark first.

        Returns:
            What comes next, and where it listened.
        """
        state, said = self.start(sound, lengths), []
        for letter in letters.unbind(1):
            logits, weights, state = self._step(letter, state)
            said.append((logits, weights))
        return Spelled(*(torch.stack(parts, 1) for parts in zip(*said, strict=True)))

    def start(self, sound: Float[Tensor, "n frames bands"], lengths: Int[Tensor, " n"]) -> State:
        """Listen, and give all that the first letter needs.

        Args:
            sound: frames, padded at the end.
            lengths: frames of each sentence.

        Returns:
            States of both layers, the last context, and the cells with their keys and mask.
        """
        cells, mask = self.listener(sound, lengths)
        if self.averaged:
            cells = averaged_cells(cells, mask)
            mask = torch.ones(cells.shape[:2], dtype=torch.bool, device=cells.device)
        zeros = cells.new_zeros(len(cells), self.size.spell)
        return (
            zeros,
            zeros,
            zeros,
            zeros,
            torch.zeros_like(cells[:, 0]),
            cells,
            self.key(cells),
            mask,
        )

    def step(self, letters: Int[Tensor, " n"], state: State) -> Step:
        """Write one letter more; what `decoding` asks for.

        Args:
            letters: that were written last.
            state: from `start` or from the step before.

        Returns:
            Log-probabilities of the next letter, the state, and where it listened.
        """
        logits, weights, state = self._step(letters, state)
        return Step(logits.log_softmax(-1), state, weights)

    def _step(self, letters: Tensor, state: State) -> tuple[Tensor, Tensor, State]:
        h1, c1, h2, c2, context, cells, keys, mask = state
        h1, c1 = self.lower(torch.cat([self.embed(letters), context], 1), (h1, c1))
        h2, c2 = self.upper(h1, (h2, c2))
        # Unlike Bahdanau's, this speller asks with the state it has now, not the one before.
        scores = (keys @ self.query(h2)[..., None]).squeeze(-1)
        if self.size.scaled:
            scores = scores / keys.shape[-1] ** 0.5
        weights = masked_softmax(scores, mask)
        context = soft_attend(weights, cells)
        logits = self.to_letters(self.hidden(torch.cat([h2, context], 1)).tanh())
        return logits, weights, (h1, c1, h2, c2, context, cells, keys, mask)

    @torch.no_grad()
    def write(
        self,
        sound: Float[Tensor, "n frames bands"],
        lengths: Int[Tensor, " n"],
        max_length: int = 40,
        beam_size: int = 1,
    ) -> Decoded:
        """Write down what is said, greedily or with a beam, and return the maps.

        A beam ranks by the mean log-probability of the letters, or short transcripts would win.

        Args:
            sound: frames, padded at the end.
            lengths: frames of each sentence.
            max_length: letters at most.
            beam_size: 1 = greedy.

        Returns:
            Letters with the end mark, and where the network listened for each.
        """
        state = self.start(sound, lengths)
        no_words = [Vocabulary.unknown]
        if beam_size == 1:
            return greedy_decode(self.step, state, max_length=max_length, never=no_words)
        return beam_search(
            self.step,
            state,
            beam_size=beam_size,
            max_length=max_length,
            length_power=1.0,
            never=no_words,
        )
