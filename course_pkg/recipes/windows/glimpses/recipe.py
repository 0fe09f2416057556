"""The classifier that only ever sees glimpses, on digits hidden in clutter.

Digits are put on their canvases, and clutter is thrown, anew in every batch; the test canvases are
made once. How often the last window's centre lies on the digit is measured beside the errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course_pkg.data import DigitSource, cluttered, digit_tensors
from course_pkg.engine import eval_mode, isolated_rng
from course_pkg.models import GlimpseClassifier
from course_pkg.recipes._core.optimisation import learn
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe

__all__ = ["RECIPES", "ClutterSplit", "GlimpseSettings"]

_SIDE = 60


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
        pieces: bits of other digits around each.
    """

    steps: int
    glimpses: int = 8
    hidden: int = 256
    patch_size: int = 12
    batch_size: int = 64
    rate: float = 1e-3
    test: int | None = None
    pieces: int = 6


@dataclass(frozen=True)
class ClutterSplit:
    """What was trained on, and what was measured on.

    Attributes:
        train: plain digits; they are hidden batch by batch.
        val: hidden digits.
    """

    train: TensorDataset
    val: TensorDataset


def _hide(pieces: int, samples: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    images, labels = (torch.stack(list(part)) for part in zip(*samples, strict=True))
    return cluttered(images, _SIDE, pieces), labels


def _train(name: str, source: DigitSource, settings: GlimpseSettings, job: Job) -> Outcome:
    images, labels = digit_tensors(source, "test", job.data)
    images, labels = images[: settings.test], labels[: settings.test]
    clutter = torch.Generator().manual_seed(0)  # the same test canvases for every seed
    hidden = cluttered(images, _SIDE, settings.pieces, generator=clutter)
    data = ClutterSplit(
        TensorDataset(*digit_tensors(source, "train", job.data)), TensorDataset(hidden, labels)
    )
    with isolated_rng(job.seed):
        model = GlimpseClassifier(
            (_SIDE, _SIDE), 10, settings.glimpses, settings.patch_size, settings.hidden
        )

    def loss_fn(model: nn.Module, batch: Any) -> Tensor:
        images, labels = batch
        return F.cross_entropy(model(images).logits, labels)

    history = learn(
        model,
        DataLoader(
            data.train,
            settings.batch_size,
            shuffle=True,
            drop_last=True,
            collate_fn=partial(_hide, settings.pieces),
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
        measure=partial(_measure, model, data.val),
        predict=predict,
        data=data,
        seconds=history.seconds,
    )


@torch.inference_mode()
def _measure(model: GlimpseClassifier, data: TensorDataset) -> dict[str, Any]:
    device, right, loss = model.start.device, 0, 0.0
    with eval_mode(model):
        for images, labels in DataLoader(data, 100):
            logits = model(images.to(device)).logits.cpu()
            right += int((logits.argmax(1) == labels).sum())
            loss += float(F.cross_entropy(logits, labels, reduction="sum"))
    return {
        "accuracy": right / len(data),
        "error": 1 - right / len(data),
        "loss_nats": loss / len(data),
        "test_digits": len(data),
        "parameters": sum(p.numel() for p in model.parameters()),
    }


_TINY = GlimpseSettings(steps=400, glimpses=4, hidden=96, rate=3e-3, test=1000, pieces=0)
_SMALL = GlimpseSettings(steps=4000, glimpses=6, hidden=128, rate=2e-3)
_FULL = GlimpseSettings(steps=150_000, batch_size=128)

RECIPES = (
    Recipe(
        "glimpses-cluttered-mnist",
        "a classifier with a window of 12 x 12 cells, on MNIST digits in 60 x 60 of clutter",
        "cluttered-mnist",
        {"tiny": _TINY, "small": _SMALL, "full": _FULL},
        partial(_train, "glimpses-cluttered-mnist", "mnist"),
        split="test",
        paper=Paper(
            {"error": 0.0336},
            "R",
            "Gregor et al. 2015, DRAW, table 2: 8 glimpses, but canvases of 100 x 100 with 8 "
            "distractors of 8 x 8; ours are the easier 60 x 60 with 6 of 6 x 6",
        ),
    ),
    Recipe(
        "glimpses-cluttered-digits",
        "the same on scikit-learn's digits, in the tiny preset without clutter",
        "cluttered-digits",
        {"tiny": _TINY, "small": _SMALL, "full": _FULL},
        partial(_train, "glimpses-cluttered-digits", "digits"),
        split="test",
    ),
)
