"""Using and measuring a trained translator: text in, text and attention out, BLEU by length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from course_pkg.data.multi30k import tokenize
from course_pkg.metrics.bleu import bleu_by_length, corpus_bleu
from course_pkg.models.translation.bahdanau_attention import AlignmentModel
from course_pkg.models.translation.decoding import translate
from course_pkg.models.translation.translator import Translator
from course_pkg.recipes.translation.data import TranslationData, collate_pairs

__all__ = ["TranslatedSentence", "measure_translator", "translate_sentences"]

_AT_ONCE = 100  # sentences; every hypothesis of the search holds its own copy of the source


@dataclass(frozen=True)
class TranslatedSentence:
    """A sentence, what the network made of it, and where it looked.

    Attributes:
        source: the words read, and the end mark.
        words: the words written, and the end mark unless the sentence was cut off.
        weights: for every written word the share of each source word; rows add up to 1.
        log_prob: of the translation, in nats.
    """

    source: tuple[str, ...]
    words: tuple[str, ...]
    weights: Float[Tensor, "t s"]
    log_prob: float

    @property
    def text(self) -> str:
        """The translation without its end mark."""
        return " ".join(word for word in self.words if word != "<end>")


def translate_sentences(
    model: Translator,
    data: TranslationData,
    sentences: Sequence[str] | Sequence[Sequence[str]],
    beam_size: int = 5,
) -> list[TranslatedSentence]:
    """Translate sentences, given as text or as words.

    Args:
        model: trained, in evaluation mode.
        data: brings the vocabularies.
        sentences: in the source language.
        beam_size: beginnings kept in the search.

    Returns:
        One translation each, in the same order.

    Raises:
        ValueError: if a single string is given, or a sentence without a word.
    """
    if isinstance(sentences, str):
        raise ValueError(
            f"translate_sentences: expected a list of sentences, got one string; pass "
            f"[{sentences!r}]"
        )
    cut = [tokenize(s) if isinstance(s, str) else list(s) for s in sentences]
    if not all(cut):
        raise ValueError("translate_sentences: a sentence has no word; leave it out")
    numbers = [data.source_vocabulary.encode(words)[1:] for words in cut]
    device = next(model.parameters()).device
    # Together with others of its length a sentence is done in the shortest time.
    order = sorted(range(len(cut)), key=lambda i: len(cut[i]))
    done: dict[int, TranslatedSentence] = {}
    for start in range(0, len(order), _AT_ONCE):
        part = order[start : start + _AT_ONCE]
        source, _ = collate_pairs([(numbers[i], numbers[i]) for i in part])
        found = translate(model, source.to(device), beam_size)
        for row, i in enumerate(part):
            tokens = found.tokens[row]
            tokens = tokens[tokens != 0]
            done[i] = TranslatedSentence(
                source=(*cut[i], "<end>"),
                words=tuple(data.target_vocabulary.words[k] for k in tokens.tolist()),
                weights=found.weights[row, : len(tokens), : len(cut[i]) + 1].cpu(),
                log_prob=float(found.log_prob[row]),
            )
    return [done[i] for i in range(len(cut))]


def measure_translator(model: Translator, data: TranslationData, beam_size: int) -> dict[str, Any]:
    """Score translations of the measured sentences, overall and by length of the source.

    Lists hold one number for each group of lengths that ``length_edges`` separates. On made-up
    sentences there are also ``exact_match``, ``word_accuracy`` (the share of the words of the true
    translations that come first after the true words before them) and, with attention,
    ``aligned``: the share for which the largest weight is at the true source word.
    """
    answers = translate_sentences(model, data, data.sources, beam_size)
    texts = [answer.text for answer in answers]
    references = list(data.references)
    lengths = [len(words) for words in data.sources]
    counts = torch.bincount(
        torch.bucketize(torch.tensor(lengths), torch.tensor(data.edges), right=True),
        minlength=len(data.edges) + 1,
    )
    metrics: dict[str, Any] = {
        "bleu": corpus_bleu(texts, references),
        "bleu_by_length": bleu_by_length(texts, references, lengths, data.edges),
        "length_edges": list(data.edges),
        "sentences_by_length": counts.tolist(),
    }
    forced = _teacher_forced(model, data)
    metrics["loss_nats"] = forced.nats
    if data.alignments:
        metrics["exact_match"] = _mean([a == b for a, b in zip(texts, references, strict=True)])
        metrics["word_accuracy"] = forced.right
        if isinstance(model.reader, AlignmentModel):
            metrics["aligned"] = forced.aligned
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    return metrics


class _Forced(NamedTuple):
    """Scores of the true translations: nats a word, shares of words right and looked up rightly."""

    nats: float
    right: float
    aligned: float


@torch.inference_mode()
def _teacher_forced(model: Translator, data: TranslationData) -> _Forced:
    device = next(model.parameters()).device
    nats, words, right, hits = 0.0, 0, 0, []
    for start in range(0, len(data.val), _AT_ONCE):
        source, target = collate_pairs(data.val[start : start + _AT_ONCE])
        source, target = source.to(device), target.to(device)
        logits, weights = model(source, target[:, :-1])
        wanted = target[:, 1:]
        nats += float(
            F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=0, reduction="sum")
        )
        words += int((wanted != 0).sum())
        right += int(((logits.argmax(dim=-1) == wanted) & (wanted != 0)).sum())
        places = weights.argmax(dim=-1)
        for row, alignment in zip(places, data.alignments[start : start + _AT_ONCE], strict=False):
            hits += [place == true for place, true in zip(row.tolist(), alignment, strict=False)]
    return _Forced(nats / words, right / words, _mean(hits) if hits else 0.0)


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values)
