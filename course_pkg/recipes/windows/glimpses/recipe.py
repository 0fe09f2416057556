"""The classifier that only ever sees glimpses, on digits hidden in clutter.

Digits are put on their canvases, and clutter is thrown, anew in every batch; the test canvases are
made once. How often the last window's centre lies on the digit is measured beside the errors, and
how often it would by luck.
"""

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course_pkg.data import DigitSource, digit_tensors
from course_pkg.engine import isolated_rng
from course_pkg.models import GlimpseClassifier
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.windows.glimpses.data import Clutter, ClutterSplit, hide_digits
from course_pkg.recipes.windows.glimpses.scores import measure_glimpses

__all__ = ["RECIPES", "GlimpseSettings"]


@dataclass(frozen=True)
class GlimpseSettings:
    """One preset of the glimpse classifier.

    Attributes:
        steps: optimizer steps.
        glimpses: windows a picture.
        hidden: numbers in the state.
        patch_size: cells along a side of a window.
        batch_size: pictures per step.
        rate: learning rate at its highest.
        test: number of digits to measure on; None = all.
        clutter: how the digits are hidden.
    """

    steps: int
    glimpses: int = 8
    hidden: int = 256
    patch_size: int = 12
    batch_size: int = 64
    rate: float = 1e-3
    test: int | None = None
    clutter: Clutter = field(default_factory=Clutter)


def _train(
    name: str, source: DigitSource, settings: GlimpseSettings, job: Job
) -> Outcome[ClutterSplit]:
    images, labels = digit_tensors(source, "test", job.data)
    images, labels = images[: settings.test], labels[: settings.test]
    draws = torch.Generator().manual_seed(0)  # the same test canvases for every seed
    samples = list(zip(images, labels, strict=True))
    data = ClutterSplit(
        TensorDataset(*digit_tensors(source, "train", job.data)),
        TensorDataset(*hide_digits(settings.clutter, samples, draws)),
    )
    size = (settings.clutter.side, settings.clutter.side)
    with isolated_rng(job.seed):
        model = GlimpseClassifier(size, 10, settings.glimpses, settings.patch_size, settings.hidden)

    def loss_fn(model: nn.Module, batch: Any) -> Tensor:
        images, labels, _ = batch
        return F.cross_entropy(model(images).logits, labels)

    history = learn(
        model,
        DataLoader(
            data.train,
            settings.batch_size,
            shuffle=True,
            drop_last=True,
            collate_fn=partial(hide_digits, settings.clutter),
        ),
        loss_fn,
        rate=settings.rate,
        steps=settings.steps,
        final=0.02,
        config=job.train_config(name, clip_norm=5.0),
    )

    @torch.inference_mode()
    def predict(images: Tensor) -> Tensor:
        return model(images.to(model.start.device)).logits.argmax(dim=1)

    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_glimpses, model, data.val),
        predict=predict,
        data=data,
        seconds=history.seconds,
    )


_EMPTY = Clutter(side=60, pieces=0)
_TINY = GlimpseSettings(steps=400, glimpses=4, hidden=96, rate=3e-3, test=1000, clutter=_EMPTY)
_SMALL = GlimpseSettings(steps=4000, hidden=128, rate=2e-3)
_LONG = replace(_SMALL, steps=20_000)
_FULL = GlimpseSettings(steps=150_000, batch_size=128)

RECIPES = (
    Recipe(
        "glimpses-cluttered-mnist",
        "a classifier with a window of 12 x 12 cells, on MNIST digits in 100 x 100 of clutter",
        "cluttered-mnist",
        {"tiny": _TINY, "small": _SMALL, "long": _LONG, "full": _FULL},
        partial(_train, "glimpses-cluttered-mnist", "mnist"),
        split="test",
        paper=Paper(
            {"error": 0.0336},
            "R",
            "Gregor et al. 2015, DRAW, table 2: 8 glimpses of 12 x 12, canvases of 100 x 100 with "
            "8 pieces of 8 x 8, as here (the tiny preset: 60 x 60, none)",
        ),
    ),
    Recipe(
        "glimpses-cluttered-digits",
        "the same on scikit-learn's digits, in the tiny preset without clutter",
        "cluttered-digits",
        {"tiny": _TINY, "small": _SMALL, "long": _LONG, "full": _FULL},
        partial(_train, "glimpses-cluttered-digits", "digits"),
        split="test",
    ),
)
