"""Handwriting: a pen that learns to write, told what to write or left to itself."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data import IAM_ALPHABET, LETTERS, PenBatch, collate_writings
from course_pkg.engine import History, LossSum, isolated_rng
from course_pkg.models import Handwriting, PenPredictor
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.windows.handwriting.data import PenSource, WritingSplit, writings
from course_pkg.recipes.windows.handwriting.picture import picture_of_writing, sample_words
from course_pkg.recipes.windows.handwriting.scores import (
    measure_handwriting,
    measure_pen,
    pen_only_nll,
    written_nll,
)

__all__ = ["RECIPES", "HandwritingSettings"]


@dataclass(frozen=True)
class HandwritingSettings:
    """One preset of the handwriting recipe.

    Attributes:
        steps: optimizer steps.
        alphabet: letters that occur.
        letters: fewest and most letters of a word.
        hidden: numbers in the state of each layer.
        bumps: Gaussians of the window.
        components: Gaussians of the next point.
        layers: LSTM layers above the first.
        batch_size: words per step.
    """

    steps: int
    alphabet: str = LETTERS
    letters: tuple[int, int] = (3, 6)
    hidden: int = 400
    bumps: int = 10
    components: int = 20
    layers: int = 2
    batch_size: int = 32


def _with_text(
    name: str, source: PenSource, settings: HandwritingSettings, job: Job
) -> Outcome[WritingSplit]:
    data = _writings(source, settings, job)
    with isolated_rng(job.seed):
        model = Handwriting(
            len(settings.alphabet),
            settings.hidden,
            settings.bumps,
            settings.components,
            settings.layers,
        )
    history = _learn(model, data, lambda m, batch: written_nll(m, batch)[0], name, settings, job)
    shown = sample_words(settings.alphabet, settings.letters[1])

    def predict(words: list[str]) -> list[tuple[Tensor, Tensor]]:
        generator = torch.Generator(model.say.weight.device).manual_seed(job.seed)
        texts = [[settings.alphabet.index(letter) for letter in word] for word in words]
        device = model.say.weight.device
        return [
            model.write(torch.tensor(text, device=device), generator, bias=1.0) for text in texts
        ]

    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_handwriting, model, data.val),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=lambda: picture_of_writing([predict([w])[0][0] for w in shown]),
    )


def _without_text(
    name: str, source: PenSource, settings: HandwritingSettings, job: Job
) -> Outcome[WritingSplit]:
    data = _writings(source, settings, job)
    with isolated_rng(job.seed):
        model = PenPredictor(settings.hidden, settings.components, settings.layers + 1)
    history = _learn(model, data, pen_only_nll, name, settings, job)

    def predict(points: int) -> Tensor:
        generator = torch.Generator(model.say.weight.device).manual_seed(job.seed)
        return model.write(points, generator, bias=1.0)

    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_pen, model, data.val),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=lambda: picture_of_writing(list(predict(400).split(100))),
    )


def _writings(source: PenSource, settings: HandwritingSettings, job: Job) -> WritingSplit:
    count = settings.steps * settings.batch_size
    return writings(source, count, settings.alphabet, settings.letters, job.data)


def _learn(
    model: nn.Module,
    data: WritingSplit,
    loss: Callable[[nn.Module, PenBatch], LossSum],
    name: str,
    settings: HandwritingSettings,
    job: Job,
) -> History:
    return learn(
        model,
        DataLoader(data.train, settings.batch_size, shuffle=True, collate_fn=collate_writings),
        loss,
        rate=3e-3,
        steps=settings.steps,
        warmup=10,
        final=0.05,
        config=job.train_config(name, clip_norm=1.0),
    )


_PRESETS = {
    "tiny": HandwritingSettings(
        steps=300,
        alphabet="aceinotu",
        letters=(2, 4),
        hidden=96,
        bumps=3,
        components=6,
        layers=1,
        batch_size=24,
    ),
    "small": HandwritingSettings(
        steps=1500,
        letters=(2, 5),
        hidden=128,
        bumps=4,
        components=10,
        layers=1,
    ),
    "full": HandwritingSettings(steps=30_000, letters=(3, 12), batch_size=64),
}
# The paper's network and lines; its steps and its optimizer are not known here.
_IAM = {"paper": HandwritingSettings(steps=30_000, alphabet=IAM_ALPHABET)}

RECIPES = (
    Recipe(
        "handwriting-strokes",
        "Graves' handwriting network on words that the package writes",
        "pen-strokes",
        _PRESETS,
        partial(_with_text, "handwriting-strokes", "pen-strokes"),
        split="test",
    ),
    Recipe(
        "handwriting-without-text-strokes",
        "Graves' network that knows no text, on the same words",
        "pen-strokes",
        _PRESETS,
        partial(_without_text, "handwriting-without-text-strokes", "pen-strokes"),
        split="test",
    ),
    Recipe(
        "handwriting-iam",
        "Graves' handwriting network on the lines of IAM-OnDB",
        "iam-ondb",
        _IAM,
        partial(_with_text, "handwriting-iam", "iam-ondb"),
        split="test",
    ),
)
