"""Listen, Attend and Spell on spoken sentences, and its twin that hears only their mean.

The twins have the same weights in number and learn from the same sentences. What differs is what
the speller is given before each letter: a look at the whole sound, or the mean of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data.length_batches import LengthBatches
from course_pkg.data.utterances import SPOKEN_VOCABULARY, Utterance
from course_pkg.engine import LossSum, eval_mode, isolated_rng
from course_pkg.metrics import PointingAccuracy
from course_pkg.models import LAS_PAPER, ListenAttendSpell, SpeechSize
from course_pkg.recipes._core.optimisation import learn
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe
from course_pkg.recipes.speech.data import (
    SpokenData,
    collate_spoken,
    span_coverage,
    spoken_sentences,
)

__all__ = ["RECIPES", "SpeechSettings", "Transcript", "edit_distance", "transcribe"]

_AT_ONCE = 100  # sentences


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


@dataclass(frozen=True)
class Transcript:
    """What the network wrote, and where it listened for every letter.

    Attributes:
        text: the letters.
        weights: a row for every letter and one for the end mark, over the sentence's own cells.
    """

    text: str
    weights: Float[Tensor, "t cells"]


def edit_distance(written: str, said: str) -> int:
    """Count the letters to insert, drop or replace to get from one text to the other.

    Args:
        written: any text.
        said: another.

    Source: Wagner and Fischer 1974, The String-to-String Correction Problem.

    Example:
        >>> edit_distance("sazi", "sasi mo")
        4
    """
    row = list(range(len(said) + 1))
    for i, letter in enumerate(written, start=1):
        above, row = row, [i]
        for j, other in enumerate(said, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != other)))
    return row[-1]


def transcribe(model: ListenAttendSpell, spoken: list[Utterance]) -> list[Transcript]:
    """Write down what is said.

    Args:
        model: trained, in evaluation mode.
        spoken: sentences.

    Returns:
        One transcript each.
    """
    device = next(model.parameters()).device
    done = []
    for start in range(0, len(spoken), _AT_ONCE):
        sound, lengths, letters = collate_spoken(spoken[start : start + _AT_ONCE])
        longest = letters.shape[1] + 5
        found = model.write(sound.to(device), lengths, max_length=longest)
        cells = _cells(model, lengths)
        for tokens, weights, own in zip(
            found.tokens.cpu(), found.weights.cpu(), cells, strict=True
        ):
            text = "".join(SPOKEN_VOCABULARY.decode(tokens))
            done.append(Transcript(text, weights[: len(text) + 1, :own]))
    return done


def _cells(model: ListenAttendSpell, lengths: Tensor) -> list[int]:
    """How many cells each sentence has; the twin has two, the mean and nothing."""
    if model.averaged:
        return [2] * len(lengths)
    return (-(-lengths // model.frames_per_cell)).tolist()


def _loss(model: nn.Module, batch: tuple[Tensor, Tensor, Tensor]) -> LossSum:
    sound, lengths, letters = batch
    said, target = letters[:, :-1], letters[:, 1:]
    logits = model(sound, lengths, said).logits
    total = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=0, reduction="sum")
    return LossSum(total, (target != 0).sum().to(total.dtype))


def _train(averaged: bool, name: str, settings: SpeechSettings, job: Job) -> Outcome:
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
        measure=partial(_measure, model, data),
        predict=partial(transcribe, model),
        data=data,
        seconds=history.seconds,
    )


@torch.inference_mode()
def _measure(model: ListenAttendSpell, data: SpokenData) -> Mapping[str, Any]:
    """Score what is written freely; look at where the network listens while it reads the truth."""
    device = next(model.parameters()).device
    pointing, right, letters_said = PointingAccuracy(), 0, 0
    with eval_mode(model):
        texts = [found.text for found in transcribe(model, list(data.val))]
        for start in range(0, len(data.val), _AT_ONCE):
            part = data.val[start : start + _AT_ONCE]
            sound, lengths, letters = collate_spoken(part)
            letters = letters.to(device)
            said = model(sound.to(device), lengths, letters[:, :-1])
            target = letters[:, 1:]
            right += int((said.logits.argmax(-1) == target)[target != 0].sum())
            letters_said += int((target != 0).sum())
            cells = _cells(model, lengths)
            for spoken, weights, own in zip(part, said.weights.cpu(), cells, strict=True):
                if not model.averaged:
                    truth = span_coverage(spoken.spans, own, model.frames_per_cell)
                    pointing.update(weights[: len(truth), :own], truth)
    truth = [spoken.text for spoken in data.val]
    pairs = list(zip(texts, truth, strict=True))
    metrics: dict[str, Any] = {
        "letter_error_rate": sum(edit_distance(*pair) for pair in pairs) / sum(map(len, truth)),
        "exact_match": sum(a == b for a, b in pairs) / len(pairs),
        "letter_accuracy": right / letters_said,
    }
    if not model.averaged:
        metrics |= pointing.compute()
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    return metrics


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


def _recipe(name: str, what: str, averaged: bool) -> Recipe:
    return Recipe(name, what, "spoken", _PRESETS, partial(_train, averaged, name))


RECIPES = (
    _recipe("las-spoken", "Listen, Attend and Spell on made-up speech", averaged=False),
    _recipe(
        "las-averaged-spoken", "The same speller, given the mean of all it heard", averaged=True
    ),
)
