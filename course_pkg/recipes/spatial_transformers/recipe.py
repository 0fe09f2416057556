"""Every row of the paper's table of distorted digits: with a spatial transformer, and without.

Names are network-task-data: ``st-cnn-affine-rts-mnist``. A plain net and its twins with a
transformer share the number of parameters, the steps, the rate and the pictures.

"FCN" is the paper's word for a fully connected network.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data import DISTORTIONS, DigitSource
from course_pkg.engine import cosine_schedule, eval_mode, fit, isolated_rng
from course_pkg.models import (
    NetFamily,
    SpatialTransformerNet,
    TransformKind,
    digit_net,
    spatial_transformer_net,
)
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes.spatial_transformers.data import (
    ADDITION,
    CHUNK,
    DistortedData,
    RandomDraws,
    distorted_data,
    spoiled,
)
from course_pkg.recipes.spatial_transformers.picture import picture_of_transforms

__all__ = ["RECIPES", "DigitTraining", "Row"]


@dataclass(frozen=True)
class Row:
    """One network of the table.

    Attributes:
        family: fully connected or convolutional.
        kind: of its transformers; None = a plain net.
        transformers: how many work in parallel.
    """

    family: NetFamily
    kind: TransformKind | None = None
    transformers: int = 1

    @property
    def name(self) -> str:
        """As it begins the recipe's name."""
        if self.kind is None:
            return self.family
        times = f"{self.transformers}x" if self.transformers > 1 else ""
        return f"{times}st-{self.family}-{self.kind}"

    def build(self, data: DistortedData, budget: int) -> nn.Module:
        """Make the untrained network for some data."""
        if self.kind is None:
            return digit_net(self.family, data.side, data.channels, data.classes, budget)
        # Large pictures are halved once the digit has been found; 42 pixels are too few to halve
        # for the two large convolutions.
        halve = data.side == 60 or (data.side == 42 and self.family == "fcn")
        return spatial_transformer_net(
            self.family,
            self.kind,
            data.side,
            data.channels,
            data.classes,
            transformers=self.transformers,
            halve=halve,
            budget=budget,
        )


@dataclass(frozen=True)
class DigitTraining:
    """One preset.

    Attributes:
        steps: optimizer steps.
        batch_size: pictures a step, a multiple of 32.
        budget: parameters of the network at most.
        rate: learning rate at its highest.
        paper_sgd: train as the paper does: plain SGD, the rate divided by ten every third of the
            steps; otherwise Adam with a rate that falls along a cosine.
        train: number of training digits; None = all.
        test: number of test digits; None = all.
    """

    steps: int
    batch_size: int = 128
    budget: int = 400_000
    rate: float = 1e-3
    paper_sgd: bool = False
    train: int | None = None
    test: int | None = None


def _train(
    name: str, row: Row, source: DigitSource, kind: str, settings: DigitTraining, job: Job
) -> Outcome:
    data = distorted_data(source, kind, job.data, settings.train, settings.test)
    with isolated_rng(job.seed):
        model = row.build(data, settings.budget)
    optimizer, scheduler = _optimizer(model, settings)
    images, labels = data.images.to(job.device), data.labels.to(job.device)

    def loss_fn(model: nn.Module, batch: Any) -> Tensor:
        chosen = batch.flatten()
        pictures, answers = spoiled(kind, images[chosen], labels[chosen])
        return F.cross_entropy(model(pictures), answers)

    history = fit(
        model,
        DataLoader(RandomDraws(len(images)), settings.batch_size // CHUNK),
        loss_fn=loss_fn,
        optimizer=optimizer,
        scheduler=scheduler,
        steps=settings.steps,
        config=job.train_config(name, clip_norm=5.0),
    )
    model.eval()

    @torch.inference_mode()
    def predict(pictures: Tensor) -> Tensor:
        return model(pictures.to(next(model.parameters()).device)).argmax(dim=1)

    return Outcome(
        model=model,
        history=history,
        measure=partial(_measure, model, predict, data),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=partial(picture_of_transforms, model, data.val)
        if isinstance(model, SpatialTransformerNet)
        else None,
    )


def _optimizer(model: nn.Module, settings: DigitTraining) -> tuple[Any, Any]:
    if settings.paper_sgd:
        optimizer = torch.optim.SGD(model.parameters(), lr=settings.rate)
        third = max(1, settings.steps // 3)
        return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, third, gamma=0.1)
    adam = torch.optim.Adam(model.parameters(), lr=settings.rate)
    return adam, cosine_schedule(adam, settings.steps, final=0.02)


def _measure(
    model: nn.Module, predict: Callable[[Tensor], Tensor], data: DistortedData
) -> Mapping[str, Any]:
    wrong = 0
    with eval_mode(model):
        for pictures, answers in DataLoader(data.val, 256):
            wrong += int((predict(pictures).cpu() != answers).sum())
    return {
        "error": wrong / len(data.val),
        "test_digits": len(data.val),
        "parameters": sum(p.numel() for p in model.parameters()),
    }


_PLAIN = (Row("fcn"), Row("cnn"))
_TABLE = (*_PLAIN, *(Row(f, k) for f in ("fcn", "cnn") for k in ("affine", "projective", "tps")))
_CLUTTER = (*_PLAIN, Row("fcn", "affine"), Row("cnn", "affine"))
_SUMS = (
    *_PLAIN,
    Row("fcn", "affine"),
    *(Row("fcn", kind, transformers=2) for kind in ("affine", "projective", "tps")),
)
_ROWS: Mapping[str, Sequence[Row]] = {
    **dict.fromkeys(("R", "RTS", "P", "E"), _TABLE),
    "TC": _CLUTTER,
    ADDITION: _SUMS,
}
# The paper's errors in percent, in the order of the rows above.
_PAPER: Mapping[str, Sequence[float]] = {
    "R": (2.1, 1.2, 1.2, 1.3, 1.1, 0.7, 0.8, 0.7),
    "RTS": (5.2, 0.8, 0.8, 0.9, 0.8, 0.5, 0.6, 0.5),
    "P": (3.1, 1.5, 1.5, 1.4, 1.4, 0.8, 0.8, 0.8),
    "E": (3.2, 1.4, 2.7, 2.6, 2.4, 1.2, 1.3, 1.1),
    "TC": (13.2, 3.5, 2.0, 1.7),
    ADDITION: (47.7, 14.7, 22.6, 9.0, 5.9, 5.8),
}


def _presets(row: Row, task: str) -> Mapping[str, DigitTraining]:
    large = task in ("TC", ADDITION)
    if row.family == "fcn":
        small = DigitTraining(steps=6000, rate=3e-3)
        # The localisation nets of large pictures alone take more than 150,000.
        budget = 400_000 if large else 150_000
        tiny = DigitTraining(steps=900, batch_size=64, budget=budget, rate=2e-3, test=2000)
    else:  # a quarter of the weights: a convolution uses each of them at every place
        # As many steps as half an hour has room for: 60 or two times 42 pixels a side, 42, 28.
        steps = 1500 if large else 2500 if task == "RTS" else 5000
        small = DigitTraining(steps=steps, budget=100_000, rate=3e-3)
        tiny = DigitTraining(steps=150, batch_size=64, budget=25_000, rate=3e-3, test=1000)
    full = DigitTraining(steps=150_000, batch_size=256, rate=0.01, paper_sgd=True)
    return {"tiny": tiny, "small": small, "full": full}


def _what(row: Row, task: str) -> str:
    net = {"fcn": "Fully connected net", "cnn": "Convolutional net"}[row.family]
    if row.kind is not None:
        plural = f"{row.transformers} {row.kind} transformers"
        net += f" behind {plural if row.transformers > 1 else f'one {row.kind} transformer'}"
    seen = "sums of two digits" if task == ADDITION else f"digits {DISTORTIONS[task].what}"
    return f"{net}, on {seen}"


def _paper(task: str, percent: float) -> Paper:
    source = "Jaderberg et al. 2015, "
    source += "appendix A" if task == ADDITION else "table 1"
    source += ": 150,000 steps of 256 digits, mean of three runs"
    if task in ("P", "E"):
        source += "; how exactly it distorts the digits is known to us from memory only"
    return Paper({"error": round(percent / 100, 4)}, "R", source)


def _recipe(row: Row, task: str, source: DigitSource, paper: Paper | None) -> Recipe:
    name = f"{row.name}-{task.lower()}-{source}"
    presets = _presets(row, task)
    if source == "digits":  # with so few digits longer training would learn them by heart
        presets = {"tiny": replace(presets["tiny"], test=None)}
    train = partial(_train, name, row, source, task)
    return Recipe(name, _what(row, task), source, presets, train, split="test", paper=paper)


RECIPES = (
    *(
        _recipe(row, task, "mnist", _paper(task, percent))
        for task, rows in _ROWS.items()
        for row, percent in zip(rows, _PAPER[task], strict=True)
    ),
    *(
        _recipe(row, task, "digits", None)
        for task, rows in {"R": _CLUTTER, "RTS": _CLUTTER, "TC": _CLUTTER, ADDITION: _SUMS}.items()
        for row in rows
    ),
)
