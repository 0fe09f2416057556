"""Translation with attention and without, at the same size: what is one fixed vector worth?

On German sentences about photographs, and on made-up ones whose true alignment is known. The twins
differ in nothing but the context; what the paper measured on 348 million words is measured here on
29,000 sentences, with Adam instead of Adadelta, and with dropout, which small data needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data.length_batches import LengthBatches
from course_pkg.engine import LossSum, isolated_rng
from course_pkg.models.translation.translator import TranslatorSize, rnn_encoder_decoder, rnnsearch
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.translation.data import (
    Corpus,
    TranslationData,
    collate_pairs,
    multi30k,
    phrases,
)
from course_pkg.recipes.translation.scores import measure_translator, translate_sentences

__all__ = ["RECIPES", "TranslationTraining"]

_BUILDERS = {
    "rnnsearch": rnnsearch,
    "rnnencdec": rnn_encoder_decoder,
    "rnnencdec-forward": partial(rnn_encoder_decoder, forward_only=True),
    # Is the vector too small, or has the network not learned enough? Lecture 12 asks both.
    "rnnencdec-wide": rnn_encoder_decoder,
    "rnnencdec-longer": rnn_encoder_decoder,
}


@dataclass(frozen=True)
class TranslationTraining:
    """Which sentences, which sizes, how long.

    Attributes:
        corpus: the sentences.
        size: of the network.
        epochs: passes over the training sentences.
        batch_size: sentences per step.
        rate: Adam's largest learning rate; it falls to zero along a cosine.
        precision: of the forward and backward pass.
        beam: beginnings kept in the search.
    """

    corpus: Corpus
    size: TranslatorSize
    epochs: int
    batch_size: int = 64
    rate: float = 2e-3
    precision: Literal["no", "bf16"] = "no"
    beam: int = 5


def _loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> LossSum:
    """Cross-entropy of every word and end mark, given the true words before it."""
    source, target = batch
    logits, _ = model(source, target[:, :-1])
    wanted = target[:, 1:]
    total = F.cross_entropy(
        logits.flatten(0, 1).float(), wanted.flatten(), ignore_index=0, reduction="sum"
    )
    return LossSum(total, (wanted != 0).sum().to(total.dtype))


def _load(dataset: str, corpus: Corpus, job: Job) -> TranslationData:
    return multi30k(job.data, corpus) if dataset == "multi30k" else phrases(corpus)


def _train(name: str, dataset: str, how: TranslationTraining, job: Job) -> Outcome[TranslationData]:
    data = _load(dataset, how.corpus, job)
    with isolated_rng(job.seed):
        model = _BUILDERS[name](len(data.source_vocabulary), len(data.target_vocabulary), how.size)
    lengths = [len(source) + len(target) for source, target in data.train]
    loader = DataLoader(
        data.train,  # pyright: ignore[reportArgumentType] - a list is a dataset
        batch_sampler=LengthBatches(lengths, how.batch_size),
        collate_fn=collate_pairs,
    )
    history = learn(
        model,
        loader,
        _loss,
        rate=how.rate,
        steps=how.epochs * len(loader),
        warmup=100,
        config=job.train_config(f"{name}-{dataset}", precision=how.precision, clip_norm=1.0),
    )
    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_translator, model, data, how.beam),
        predict=partial(translate_sentences, model, data, beam_size=how.beam),
        data=data,
        seconds=history.seconds,
    )


def _presets(dataset: str) -> Mapping[str, TranslationTraining]:
    if dataset == "phrases":
        tiny = TranslationTraining(
            Corpus(train=2000, val=150, clauses=(1, 3)),
            TranslatorSize(embed=32, hidden=64, alignment=32, maxout=32),
            epochs=8,
            batch_size=32,
            rate=6e-3,
        )
        small = replace(
            tiny,
            corpus=Corpus(train=10_000, val=500, clauses=(1, 5), edges=(12, 24, 36, 48)),
            size=TranslatorSize(embed=48, hidden=96, alignment=64, maxout=48),
            epochs=8,
            rate=3e-3,
        )
        full = replace(
            small,
            corpus=replace(small.corpus, train=40_000, val=2000),
            size=TranslatorSize(embed=64, hidden=256, alignment=128, maxout=64),
            epochs=20,
        )
        return {"tiny": tiny, "small": small, "full": full}
    whole = Corpus(min_count=3, edges=(9, 12, 15, 19))
    small = TranslationTraining(
        whole, TranslatorSize(embed=96, hidden=160, alignment=96, maxout=96, dropout=0.2), 7
    )
    tiny = replace(
        small,
        corpus=replace(whole, train=1500, val=60, min_count=2),
        size=TranslatorSize(embed=48, hidden=64, alignment=48, maxout=48),
        epochs=4,
        rate=5e-3,
    )
    full = replace(
        small,
        corpus=replace(whole, min_count=2),
        size=TranslatorSize(embed=300, hidden=512, alignment=512, maxout=300, dropout=0.4),
        epochs=25,
        rate=1e-3,
    )
    return {"tiny": tiny, "small": small, "full": full}


def _given_more(
    name: str, presets: Mapping[str, TranslationTraining]
) -> Mapping[str, TranslationTraining]:
    """Four times the state, or three times the steps, and all else as it was."""
    if name == "rnnencdec-wide":
        return {
            preset: replace(how, size=replace(how.size, hidden=4 * how.size.hidden))
            for preset, how in presets.items()
        }
    if name == "rnnencdec-longer":
        return {preset: replace(how, epochs=3 * how.epochs) for preset, how in presets.items()}
    return presets


def _recipe(name: str, dataset: str) -> Recipe[TranslationTraining, TranslationData]:
    what = {
        "rnnsearch": "RNNsearch: additive attention over a bidirectional reader",
        "rnnencdec": "The same network around one fixed vector, without attention",
        "rnnencdec-forward": "One fixed vector, from a reader that goes forwards alone",
        "rnnencdec-wide": "One fixed vector, with four times as many numbers in every state",
        "rnnencdec-longer": "One fixed vector, trained for three times as many steps",
    }[name]
    # The paper's network without attention reads forwards alone; the twin's number stands beside
    # it all the same, for nothing else in the paper is nearer to it.
    value = 26.75 if name == "rnnsearch" else 17.82
    paper = Paper(
        {"bleu": value},
        "R",
        "Bahdanau et al. 2015, Table 1: English to French, WMT 2014, sentences of up to 50 words; "
        "another language and about a thousand times as much text",
    )
    return Recipe(
        f"{name}-{dataset}",
        what,
        dataset,
        _given_more(name, _presets(dataset)),
        partial(_train, name, dataset),
        paper=paper if dataset == "multi30k" else None,
    )


_SETS = ("multi30k", "phrases")
_GIVEN_MORE = ("rnnencdec-wide", "rnnencdec-longer")

RECIPES = (
    *(_recipe(name, dataset) for name in _BUILDERS for dataset in _SETS if name not in _GIVEN_MORE),
    *(_recipe(name, "phrases") for name in _GIVEN_MORE),
)
