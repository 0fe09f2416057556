"""Every row of the paper's table of distorted digits: with a spatial transformer, and without.

Names are network-task-data: ``st-cnn-affine-rts-mnist``. A plain net and its twins with a
transformer share the number of parameters, the steps, the rate and the pictures.

"FCN" is the paper's word for a fully connected network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data import DISTORTIONS, DigitSource
from course_pkg.engine import cosine_schedule, fit, isolated_rng
from course_pkg.models import (
    SpatialTransformerNet,
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
from course_pkg.recipes.spatial_transformers.rows import (
    CLUTTER,
    PAPER_PERCENT,
    ROWS,
    SUMS,
    UNVERIFIED,
    Row,
)
from course_pkg.recipes.spatial_transformers.scores import measure_digits

__all__ = ["RECIPES", "DigitTraining", "localisation_groups"]


@dataclass(frozen=True)
class DigitTraining:
    """One preset.

    Attributes:
        steps: optimizer steps.
        batch_size: pictures a step, a multiple of 32.
        budget: parameters of the network at most.
        rate: learning rate at its highest.
        localisation: the rate of the transformers' localisation networks, as a share of that of
            the rest: what moves the picture for all that follows should move slowly.
        paper_sgd: train as the paper does: plain SGD, the rate divided by ten every third of the
            steps; otherwise Adam with a rate that falls along a cosine.
        train: number of training digits; None = all.
        test: number of test digits; None = all.
    """

    steps: int
    batch_size: int = 128
    budget: int = 400_000
    rate: float = 1e-3
    localisation: float = 1.0
    paper_sgd: bool = False
    train: int | None = None
    test: int | None = None


def _train(
    name: str, row: Row, source: DigitSource, kind: str, settings: DigitTraining, job: Job
) -> Outcome[DistortedData]:
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
        measure=partial(measure_digits, model, predict, data),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=partial(picture_of_transforms, model, data.val)
        if isinstance(model, SpatialTransformerNet)
        else None,
    )


def localisation_groups(model: nn.Module, rate: float, localisation: float) -> list[dict[str, Any]]:
    """Give the localisation networks a rate of their own.

    Args:
        model: with transformers in front or without.
        rate: of everything else.
        localisation: share of it for the transformers.

    Returns:
        Groups as torch's optimisers take them; one for a plain net.

    Raises:
        ValueError: if the share is not positive.

    Example:
        >>> [group["lr"] for group in localisation_groups(nn.Linear(1, 1), 0.5, 0.1)]
        [0.5]
    """
    if localisation <= 0:
        raise ValueError(f"localisation must be above 0, got {localisation}")
    if not isinstance(model, SpatialTransformerNet):
        return [{"params": list(model.parameters()), "lr": rate}]
    moving = list(model.transformers.parameters())
    others = [p for p in model.parameters() if not any(p is q for q in moving)]
    return [{"params": others, "lr": rate}, {"params": moving, "lr": rate * localisation}]


def _optimizer(model: nn.Module, settings: DigitTraining) -> tuple[Any, Any]:
    groups = localisation_groups(model, settings.rate, settings.localisation)
    if settings.paper_sgd:
        optimizer = torch.optim.SGD(groups, lr=settings.rate)
        third = max(1, settings.steps // 3)
        return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, third, gamma=0.1)
    adam = torch.optim.Adam(groups, lr=settings.rate)
    return adam, cosine_schedule(adam, settings.steps, final=0.02)


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
    # Four times as long, and the transformers at a tenth of the rate (the paper's own choice for
    # house numbers): at the full rate splines in front of a CNN made it worse.
    long = replace(small, steps=4 * small.steps, localisation=0.1)
    full = DigitTraining(steps=150_000, batch_size=256, rate=0.01, paper_sgd=True)
    return {"tiny": tiny, "small": small, "long": long, "full": full}


def _what(row: Row, task: str) -> str:
    net = {"fcn": "Fully connected net", "cnn": "Convolutional net"}[row.family]
    if row.kind is not None:
        plural = f"{row.transformers} {row.kind} transformers"
        net += f" behind {plural if row.transformers > 1 else f'one {row.kind} transformer'}"
    seen = "sums of two digits" if task == ADDITION else f"digits {DISTORTIONS[task].what}"
    return f"{net}, on {seen}"


def _paper(row: Row, task: str, percent: float) -> Paper:
    source = "Jaderberg et al. 2015, "
    source += "appendix A" if task == ADDITION else "table 1"
    source += ": 150,000 steps of 256 digits, mean of three runs"
    if task in ("P", "E"):
        source += "; how exactly it distorts the digits is known to us from memory only"
    tag = "M" if (task, row.name) in UNVERIFIED else "R"
    return Paper({"error": round(percent / 100, 4)}, tag, source)


def _recipe(
    row: Row, task: str, source: DigitSource, paper: Paper | None
) -> Recipe[DigitTraining, DistortedData]:
    name = f"{row.name}-{task.lower()}-{source}"
    presets = _presets(row, task)
    if source == "digits":  # with so few digits longer training would learn them by heart
        presets = {"tiny": replace(presets["tiny"], test=None)}
    train = partial(_train, name, row, source, task)
    return Recipe(name, _what(row, task), source, presets, train, split="test", paper=paper)


RECIPES = (
    *(
        _recipe(row, task, "mnist", _paper(row, task, percent))
        for task, rows in ROWS.items()
        for row, percent in zip(rows, PAPER_PERCENT[task], strict=True)
    ),
    *(
        _recipe(row, task, "digits", None)
        for task, rows in {"R": CLUTTER, "RTS": CLUTTER, "TC": CLUTTER, ADDITION: SUMS}.items()
        for row in rows
    ),
)
