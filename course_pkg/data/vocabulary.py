"""Words to numbers and back: what a network that reads or writes sentences needs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import torch
from jaxtyping import Int
from torch import Tensor

__all__ = ["SPECIALS", "Vocabulary", "pad_sequences"]

SPECIALS = ("<pad>", "<start>", "<end>", "<unknown>")


class Vocabulary:
    """A fixed list of words, each with its number.

    The first four numbers are the same in every vocabulary: 0 fills a short sentence up, 1 starts
    one, 2 ends one, 3 stands for a word that is not in the list.

    Args:
        words: the words in order, without the four specials.

    Raises:
        ValueError: if a word occurs twice or is one of the specials.

    Example:
        >>> v = Vocabulary(["a", "ball"])
        >>> v.encode(["a", "ball", "rolls"])
        tensor([1, 4, 5, 3, 2])
        >>> v.decode(torch.tensor([1, 4, 5, 2, 0]))
        ['a', 'ball']
    """

    pad, start, end, unknown = range(4)

    def __init__(self, words: Iterable[str]) -> None:
        self.words: tuple[str, ...] = SPECIALS + tuple(words)
        self._index = {word: i for i, word in enumerate(self.words)}
        if len(self._index) < len(self.words):
            twice = next(word for word, count in Counter(self.words).items() if count > 1)
            raise ValueError(
                f"Vocabulary: each word may occur once and none may be one of {SPECIALS}, "
                f"but {twice!r} comes again; drop the repetition"
            )

    def __len__(self) -> int:
        """How many words there are, the specials included."""
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        """Whether the word has a number of its own."""
        return word in self._index

    @classmethod
    def build(
        cls,
        sentences: Iterable[Sequence[str]],
        min_count: int = 1,
        max_words: int | None = None,
    ) -> "Vocabulary":
        """Collect the words of a corpus, the most frequent first.

        Args:
            sentences: each a sequence of words.
            min_count: leave out words that occur less often.
            max_words: keep at most this many; ``None`` keeps all.

        Returns:
            The vocabulary; equally frequent words stand in alphabetical order.

        Example:
            >>> Vocabulary.build([["a", "b"], ["b"]]).words[4:]
            ('b', 'a')
        """
        counts = Counter(chain.from_iterable(sentences))
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        kept = [word for word in ranked if counts[word] >= min_count and word not in SPECIALS]
        return cls(kept[:max_words])

    def encode(self, words: Sequence[str], ends: bool = True) -> Int[Tensor, " t"]:
        """The numbers of a sentence.

        Args:
            words: the sentence, one word an item.
            ends: put the start and end marks around it.

        Returns:
            int64 numbers; a word that is not in the list becomes ``unknown``.

        Raises:
            ValueError: if the sentence is one string, which would be read letter by letter.
        """
        if isinstance(words, str):
            raise ValueError(
                f"encode: expected a sequence of words, got the string {words!r}; split it first"
            )
        numbers = [self._index.get(word, self.unknown) for word in words]
        return torch.tensor([self.start, *numbers, self.end] if ends else numbers).long()

    def decode(self, numbers: Int[Tensor, " t"]) -> list[str]:
        """The words up to the end mark, without start marks and padding."""
        words: list[str] = []
        for number in numbers.tolist():
            if number == self.end:
                break
            if number not in (self.pad, self.start):
                words.append(self.words[number])
        return words


def pad_sequences(
    sequences: Sequence[Int[Tensor, " _"]], pad: int = Vocabulary.pad
) -> Int[Tensor, "n t"]:
    """Stack sequences of unequal length, filling the short ones up at the end.

    Args:
        sequences: at least one.
        pad: the number that fills up.

    Returns:
        One row a sequence, as long as the longest.

    Raises:
        ValueError: if there is no sequence.

    Example:
        >>> pad_sequences([torch.tensor([5, 6]), torch.tensor([7])])
        tensor([[5, 6],
                [7, 0]])
    """
    if not sequences:
        raise ValueError("pad_sequences: expected at least one sequence, got none")
    return torch.nn.utils.rnn.pad_sequence(list(sequences), batch_first=True, padding_value=pad)
