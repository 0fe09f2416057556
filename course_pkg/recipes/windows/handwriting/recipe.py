"""Handwriting: a pen that learns to write from words that the package writes itself."""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from course_pkg.data import LETTERS, PenStrokes, collate_writings
from course_pkg.engine import isolated_rng
from course_pkg.models import Handwriting
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.windows.handwriting.data import WritingSplit
from course_pkg.recipes.windows.handwriting.picture import picture_of_writing, sample_words
from course_pkg.recipes.windows.handwriting.scores import measure_handwriting, written_nll

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


def _train(settings: HandwritingSettings, job: Job) -> Outcome[WritingSplit]:
    words = partial(PenStrokes, alphabet=settings.alphabet, letters=settings.letters)
    data = WritingSplit(words(settings.steps * settings.batch_size, seed=1), words(300, seed=2))
    with isolated_rng(job.seed):
        model = Handwriting(
            len(settings.alphabet),
            settings.hidden,
            settings.bumps,
            settings.components,
            settings.layers,
        )
    history = learn(
        model,
        DataLoader(data.train, settings.batch_size, shuffle=True, collate_fn=collate_writings),
        lambda model, batch: written_nll(model, batch)[0],
        rate=3e-3,
        steps=settings.steps,
        warmup=10,
        final=0.05,
        config=job.train_config("handwriting-strokes", clip_norm=1.0),
    )

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


RECIPES = (
    Recipe(
        "handwriting-strokes",
        "Graves' handwriting network on words that the package writes",
        "pen-strokes",
        {
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
        },
        _train,
        split="test",
    ),
)
