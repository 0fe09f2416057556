"""Listen, Attend and Spell on spoken sentences, and its twin that hears only their mean.

The twins have the same weights in number and learn from the same sentences. What differs is what
the speller is given before each letter: a look at the whole sound, or the mean of it.
"""

from dataclasses import dataclass, field, replace
from functools import partial

import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data.length_batches import LengthBatches
from course_pkg.data.utterances import SPOKEN_VOCABULARY
from course_pkg.engine import LossSum, isolated_rng
from course_pkg.models import LAS_PAPER, ListenAttendSpell, SpeechSize
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.speech.data import SpokenData, collate_spoken, spoken_sentences
from course_pkg.recipes.speech.scores import measure_speller, transcribe

__all__ = ["RECIPES", "SpeechSettings"]


@dataclass(frozen=True)
class SpeechSettings:
    """One preset of a speech recipe.

    Attributes:
        counts: sentences to train and to measure on.
        words: least and largest number of words in a sentence.
        epochs: passes over the training sentences.
        batch_size: sentences per step.
        rate: Adam's largest learning rate; it falls to zero along a cosine.
        size: of the network.
    """

    counts: tuple[int, int]
    words: tuple[int, int]
    epochs: int
    batch_size: int = 32
    rate: float = 3e-3
    size: SpeechSize = field(default_factory=SpeechSize)


def _loss(model: nn.Module, batch: tuple[Tensor, Tensor, Tensor]) -> LossSum:
    sound, lengths, letters = batch
    said, target = letters[:, :-1], letters[:, 1:]
    logits = model(sound, lengths, said).logits
    total = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=0, reduction="sum")
    return LossSum(total, (target != 0).sum().to(total.dtype))


def _train(averaged: bool, name: str, settings: SpeechSettings, job: Job) -> Outcome[SpokenData]:
    data = spoken_sentences(settings.counts, settings.words)
    with isolated_rng(job.seed):
        model = ListenAttendSpell(len(SPOKEN_VOCABULARY), settings.size, averaged)
    loader = DataLoader(
        data.train,  # pyright: ignore[reportArgumentType] - a tuple is a dataset
        batch_sampler=LengthBatches([len(s.features) for s in data.train], settings.batch_size),
        collate_fn=collate_spoken,
    )
    history = learn(
        model,
        loader,
        _loss,
        rate=settings.rate,
        steps=settings.epochs * len(loader),
        warmup=100,
        config=job.train_config(name, clip_norm=1.0),
    )
    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_speller, model, data),
        predict=partial(transcribe, model),
        data=data,
        seconds=history.seconds,
    )


_TINY = SpeechSettings(
    counts=(800, 100),
    words=(1, 2),
    epochs=6,
    batch_size=24,
    rate=4e-3,
    size=SpeechSize(listen=48, spell=96),
)
_SMALL = replace(
    _TINY, counts=(4000, 400), words=(2, 4), epochs=5, batch_size=32, size=SpeechSize()
)
_FULL = replace(
    _SMALL,
    counts=(60_000, 2000),
    words=(2, 8),
    epochs=15,
    batch_size=64,
    rate=1e-3,
    size=replace(LAS_PAPER, bands=24),
)
_PRESETS = {"tiny": _TINY, "small": _SMALL, "full": _FULL}


def _recipe(name: str, what: str, averaged: bool) -> Recipe[SpeechSettings, SpokenData]:
    return Recipe(name, what, "spoken", _PRESETS, partial(_train, averaged, name))


RECIPES = (
    _recipe("las-spoken", "Listen, Attend and Spell on made-up speech", averaged=False),
    _recipe(
        "las-averaged-spoken", "The same speller, given the mean of all it heard", averaged=True
    ),
)
