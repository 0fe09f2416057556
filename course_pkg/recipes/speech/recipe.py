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
        noise: deviation of the hiss behind the voice.
        babble: loudness of somebody who talks at the same time.
        epochs: passes over the training sentences.
        beam: beginnings kept in the search that is reported beside the greedy one; 1 = none.
        batch_size: sentences per step.
        rate: Adam's largest learning rate; it falls to zero along a cosine.
        size: of the network.
    """

    counts: tuple[int, int]
    words: tuple[int, int]
    epochs: int
    noise: float = 0.01
    babble: float = 0.0
    beam: int = 1
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
    data = spoken_sentences(settings.counts, settings.words, settings.noise, settings.babble)
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
        measure=partial(measure_speller, model, data, settings.beam),
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
    _TINY, counts=(4000, 400), words=(2, 4), epochs=5, beam=8, batch_size=32, size=SpeechSize()
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
# Longer sentences, a loud room, and somebody else who talks: clean speech is soon heard perfectly.
_CROWD = {
    name: replace(settings, words=(2, 4) if name == "tiny" else (3, 6), noise=0.02, babble=0.3)
    for name, settings in _PRESETS.items()
}
_CROWD["small"] = replace(_CROWD["small"], epochs=8)


def _recipe(
    name: str, what: str, averaged: bool, crowd: bool = False
) -> Recipe[SpeechSettings, SpokenData]:
    full_name = f"{name}-crowd" if crowd else f"{name}-spoken"
    return Recipe(
        full_name,
        what,
        "spoken-crowd" if crowd else "spoken",
        _CROWD if crowd else _PRESETS,
        partial(_train, averaged, full_name),
    )


RECIPES = (
    _recipe("las", "Listen, Attend and Spell on made-up speech", averaged=False),
    _recipe("las-averaged", "The same speller, given the mean of all it heard", averaged=True),
    _recipe("las", "Listen, Attend and Spell beside a second voice", averaged=False, crowd=True),
    _recipe(
        "las-averaged",
        "The same speller beside a second voice, given the mean of all it heard",
        averaged=True,
        crowd=True,
    ),
)
