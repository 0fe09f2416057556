"""DRAW with and without windows on binary digits, and with a Kullback-Leibler term gone wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.engine import isolated_rng
from course_pkg.models import (
    DRAW,
    DrawSteps,
    draw_bound,
    draw_with_windows,
    draw_without_windows,
)
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.windows.draw.data import DigitSplit, DrawSource, binary_digits
from course_pkg.recipes.windows.draw.picture import picture_of_drawing
from course_pkg.recipes.windows.draw.scores import measure_draw

__all__ = ["RECIPES", "DrawSettings", "kl_averaged"]

DrawLoss = Callable[[DrawSteps, Tensor], Tensor]


@dataclass(frozen=True)
class DrawSettings:
    """One preset of a DRAW recipe.

    Attributes:
        build: makes the untrained model.
        steps: optimizer steps.
        batch_size: pictures per step.
        rate: learning rate at its highest.
        train: number of training digits; None = all.
        test: number of digits to measure on; None = all.
    """

    build: Callable[[], DRAW]
    steps: int
    batch_size: int = 100
    rate: float = 3e-3
    train: int | None = None
    test: int | None = None


def kl_averaged(steps: DrawSteps, latent: int, images: Tensor) -> Tensor:
    """Compute the loss as a common slip has it: the nats averaged over the random numbers.

    ``.mean()`` where ``.sum()`` belongs makes sending ``latent`` times too cheap. The pictures
    come out sharp, and the model is a poor one: what it sends is far from the prior.

    Args:
        steps: of drawing these pictures.
        latent: random numbers a step.
        images: of zeros and ones.

    Returns:
        One number a picture; no bound on anything.

    Example:
        >>> steps = DrawSteps(torch.zeros(1, 1, 1, 1, 1), torch.full((1, 1), 6.0), (None,), (None,))
        >>> kl_averaged(steps, 3, torch.ones(1, 1, 1, 1))
        tensor([2.6931])
    """
    return draw_bound(steps._replace(kl=steps.kl / latent), images)


def _train(
    name: str, source: DrawSource, averaged: bool, settings: DrawSettings, job: Job
) -> Outcome[DigitSplit]:
    data = binary_digits(source, job.data, settings.train, settings.test)
    with isolated_rng(job.seed):
        model = settings.build()

    def loss_fn(model: nn.Module, batch: Any) -> Tensor:
        images, _ = batch
        steps = model(images)
        if averaged:
            return kl_averaged(steps, model.latent_size, images).mean()  # type: ignore[arg-type]
        return draw_bound(steps, images).mean()

    history = learn(
        model,
        DataLoader(data.train, settings.batch_size, shuffle=True, drop_last=True),
        loss_fn,
        rate=settings.rate,
        steps=settings.steps,
        final=0.05,
        betas=(0.5, 0.999),
        config=job.train_config(name, clip_norm=5.0),
    )

    @torch.inference_mode()
    def predict(images: Tensor) -> Tensor:
        steps = model(images.to(model.canvas_start.device))
        return steps.canvases[-1].sigmoid()

    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_draw, model, data.val, job.seed),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=partial(picture_of_drawing, model, job.seed),
    )


_TINY = {"hidden": 64, "latent": 8, "steps": 8}
_SMALL = {"hidden": 128, "latent": 10, "steps": 10}
_WINDOWS_TINY = partial(draw_with_windows, read_size=6, write_size=6, **_TINY)
_WINDOWS_SMALL = partial(draw_with_windows, read_size=5, write_size=7, **_SMALL)

_WITH = {
    "tiny": DrawSettings(_WINDOWS_TINY, steps=700, batch_size=25, rate=5e-3, test=1000),
    "small": DrawSettings(_WINDOWS_SMALL, steps=6000),
    # The paper's sizes: 64 steps, 256 units, 100 random numbers, windows of 2 x 2 and 5 x 5.
    "full": DrawSettings(draw_with_windows, steps=94_000, batch_size=128, rate=1e-3),
}
_WITHOUT = {
    "tiny": replace(_WITH["tiny"], build=partial(draw_without_windows, **_TINY)),
    "small": replace(_WITH["small"], build=partial(draw_without_windows, **_SMALL)),
    "full": replace(_WITH["full"], build=draw_without_windows),
}


def _recipe(
    name: str,
    what: str,
    source: DrawSource,
    presets: Mapping[str, DrawSettings],
    averaged: bool = False,
    paper: Paper | None = None,
) -> Recipe[DrawSettings, DigitSplit]:
    if source == "digits":  # fewer than the tiny preset would measure
        presets = {**presets, "tiny": replace(presets["tiny"], test=None)}
    train = partial(_train, name, source, averaged)
    dataset = "binarized-mnist" if source == "fixed" else source
    return Recipe(name, what, dataset, presets, train, split="test", paper=paper)


_SIZES = "64 steps, 256 units, 100 random numbers a step; ours is smaller in the small preset"
_COINS = (
    "measured on the usual binarisation (ours with it: draw-fixed-mnist, draw-whole-fixed-mnist); "
    "here coins of our own are thrown, anew at every look in training, which alone is worth nats"
)

RECIPES = (
    _recipe("draw-digits", "DRAW with windows on scikit-learn's digits", "digits", _WITH),
    _recipe("draw-whole-digits", "DRAW without windows on these digits", "digits", _WITHOUT),
    _recipe(
        "draw-mnist",
        "DRAW with windows on binarised MNIST",
        "mnist",
        _WITH,
        paper=Paper(
            {"bound_nats": 80.97}, "R", f"Gregor et al. 2015, DRAW, table 1: {_SIZES}; {_COINS}"
        ),
    ),
    _recipe(
        "draw-whole-mnist",
        "DRAW without windows on binarised MNIST",
        "mnist",
        _WITHOUT,
        paper=Paper(
            {"bound_nats": 87.40}, "M", f"Gregor et al. 2015, DRAW, table 1: {_SIZES}; {_COINS}"
        ),
    ),
    _recipe(
        "draw-fixed-mnist",
        "DRAW with windows on the usual binarised MNIST",
        "fixed",
        _WITH,
        paper=Paper({"bound_nats": 80.97}, "R", f"Gregor et al. 2015, DRAW, table 1: {_SIZES}"),
    ),
    _recipe(
        "draw-whole-fixed-mnist",
        "DRAW without windows on the usual binarised MNIST",
        "fixed",
        _WITHOUT,
        paper=Paper({"bound_nats": 87.40}, "M", f"Gregor et al. 2015, DRAW, table 1: {_SIZES}"),
    ),
    _recipe(
        "draw-averaged-kl-mnist",
        "DRAW with windows, trained with its nats averaged instead of added up: a mistake",
        "mnist",
        _WITH,
        averaged=True,
    ),
)
