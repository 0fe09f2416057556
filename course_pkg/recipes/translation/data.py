"""The data of the translation recipes: sentences as numbers, and what they should become."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jaxtyping import Int
from torch import Tensor

from course_pkg.data.multi30k import Multi30k, tokenize
from course_pkg.data.phrases import sample_sentence_pairs
from course_pkg.data.vocabulary import Vocabulary, pad_sequences

__all__ = ["Corpus", "TranslationData", "collate_pairs", "multi30k", "phrases"]

# Training and measuring sentences of the made-up language come from lists of different seeds.
_TRAIN_SEED, _VAL_SEED = 1, 2

Pair = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Corpus:
    """Which sentences, and how much of them.

    Attributes:
        train: number of training pairs; None = all there are.
        val: number of pairs to measure on; None = all there are.
        min_count: words seen less often in training are "unknown".
        clauses: least and largest number of statements in a made-up sentence.
        edges: first source length of every group that BLEU is reported for, but the shortest.
    """

    train: int | None = None
    val: int | None = None
    min_count: int = 1
    clauses: tuple[int, int] = (1, 3)
    edges: tuple[int, ...] = (12, 24)


@dataclass(frozen=True)
class TranslationData:
    """What a translation recipe trains and measures on.

    Attributes:
        train: source (words and end mark) and target (start mark, words, end mark) as numbers.
        val: the same, for measuring.
        sources: the words of the measured sentences.
        references: their true translations as text.
        source_vocabulary: of the training sentences.
        target_vocabulary: likewise.
        edges: of the groups of lengths.
        alignments: for each word of each true translation the place of its source word, where
            that is known; else empty.
    """

    train: Sequence[Pair]
    val: Sequence[Pair]
    sources: Sequence[Sequence[str]]
    references: Sequence[str]
    source_vocabulary: Vocabulary
    target_vocabulary: Vocabulary
    edges: tuple[int, ...]
    alignments: Sequence[tuple[int, ...]] = ()


def collate_pairs(pairs: Sequence[Pair]) -> tuple[Int[Tensor, "n s"], Int[Tensor, "n t"]]:
    """Fill the sources and the targets of a batch up to equal lengths.

    Args:
        pairs: sources and targets as numbers.

    Example:
        >>> collate_pairs([(torch.tensor([4, 2]), torch.tensor([1, 5, 2]))] * 2)[0]
        tensor([[4, 2],
                [4, 2]])
    """
    sources, targets = zip(*pairs, strict=True)
    return pad_sequences(sources), pad_sequences(targets)


def multi30k(root: Path | str | None, corpus: Corpus) -> TranslationData:
    """Read German sentences and their English translations.

    Args:
        root: folder that holds ``multi30k``; None = the one that COURSE_DATA names.
        corpus: how many.

    Returns:
        Training pairs, and the validation part's pairs for measuring.
    """
    train = _spread(Multi30k(root, "train").pairs, corpus.train)
    val = _spread(Multi30k(root, "val").pairs, corpus.val)
    cut = [(tokenize(source), tokenize(target)) for source, target in train]
    sources = [tokenize(source) for source, _ in val]
    # BLEU does its own cutting into words: it gets the reference as it was written.
    return _numbered(cut, sources, [target for _, target in val], corpus)


def phrases(corpus: Corpus) -> TranslationData:
    """Make sentences whose alignment is known; none of those measured is trained on.

    Args:
        corpus: how many, and how long.
    """
    train = sample_sentence_pairs(corpus.train or 4000, _TRAIN_SEED, corpus.clauses)
    seen = {pair.source for pair in train}
    wanted = corpus.val or 300
    # Short sentences can coincide with trained ones: make some more and drop those.
    fresh = sample_sentence_pairs(2 * wanted, _VAL_SEED, corpus.clauses)
    val = [pair for pair in fresh if pair.source not in seen][:wanted]
    return _numbered(
        [(pair.source, pair.target) for pair in train],
        [pair.source for pair in val],
        [" ".join(pair.target) for pair in val],
        corpus,
        [pair.alignment for pair in val],
    )


def _numbered(
    train: Sequence[tuple[Sequence[str], Sequence[str]]],
    sources: Sequence[Sequence[str]],
    references: Sequence[str],
    corpus: Corpus,
    alignments: Sequence[tuple[int, ...]] = (),
) -> TranslationData:
    left = Vocabulary.build((source for source, _ in train), corpus.min_count)
    right = Vocabulary.build((target for _, target in train), corpus.min_count)

    def pair(source: Sequence[str], target: Sequence[str]) -> Pair:
        return left.encode(source)[1:], right.encode(target)

    return TranslationData(
        train=[pair(source, target) for source, target in train],
        val=[pair(s, tokenize(r)) for s, r in zip(sources, references, strict=True)],
        sources=sources,
        references=references,
        source_vocabulary=left,
        target_vocabulary=right,
        edges=corpus.edges,
        alignments=alignments,
    )


def _spread(pairs: Sequence[tuple[str, str]], limit: int | None) -> Sequence[tuple[str, str]]:
    """At most so many, from all over the list."""
    if limit is None or limit >= len(pairs):
        return pairs
    return [pairs[i * len(pairs) // limit] for i in range(limit)]
