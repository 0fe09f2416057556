"""Training and measuring a segmentation network: one function for all of them.

A recipe is a list of stages, mostly one; each builds a network, perhaps from the one before, and
trains it. What differs between families is how a network is built, what its loss is and how labels
are read off it. Validation images choose nothing here, neither a step nor a setting during the
run: the last weights are measured, once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.engine import (
    LossSum,
    evaluate,
    isolated_rng,
    median_frequency_weights,
)
from course_pkg.metrics import BoundaryF1, ConfusionMatrix
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.segmentation.data import SegmentationData, camvid, scenes
from course_pkg.recipes.segmentation.picture import picture_of_predictions
from course_pkg.recipes.segmentation.settings import (
    Pixels,
    Predict,
    Presets,
    SegmentationSet,
    SegmentationSettings,
    TrainingStage,
)

__all__ = ["segmentation_recipe"]


def segmentation_recipe(
    network: str, dataset: SegmentationSet, what: str, presets: Presets, paper: Paper | None = None
) -> Recipe[SegmentationSettings, SegmentationData]:
    """Make a recipe out of stages.

    Args:
        network: with the data set it makes the recipe's name, ``fcn8s-camvid``.
        dataset: what it is trained and measured on.
        what: one sentence for the list.
        presets: images and stages by preset.
        paper: the paper's number.

    Returns:
        The recipe.
    """
    train = partial(_train, dataset)
    return Recipe(f"{network}-{dataset}", what, dataset, presets, train, paper=paper)


def _train(
    dataset: SegmentationSet, settings: SegmentationSettings, job: Job
) -> Outcome[SegmentationData]:
    pixels, stages = settings
    data = _LOADERS[dataset](pixels, job)
    done: dict[str, Outcome[SegmentationData]] = {}
    previous: nn.Module | None = None
    for stage in stages:
        outcome = _train_stage(stage, f"{stage.name}-{dataset}", previous, data, job)
        done[f"{stage.name}-{dataset}"] = outcome
        previous = outcome.model
    *_, last = done.values()
    seconds = sum(outcome.seconds for outcome in done.values())
    return replace(last, seconds=seconds, stages=done if len(done) > 1 else {})


def _camvid(pixels: Pixels, job: Job) -> SegmentationData:
    return camvid(job.data, pixels.crop, pixels.zoom, (pixels.train, pixels.val))


def _scenes(pixels: Pixels, job: Job) -> SegmentationData:
    counts = (pixels.train or 2000, pixels.val or 200)
    return scenes(pixels.size, pixels.crop, pixels.zoom, counts)


_LOADERS: Mapping[SegmentationSet, Callable[[Pixels, Job], SegmentationData]] = {
    "camvid": _camvid,
    "scenes": _scenes,
}


def _train_stage(
    stage: TrainingStage, name: str, previous: nn.Module | None, data: SegmentationData, job: Job
) -> Outcome[SegmentationData]:
    how = stage.training
    classes = len(data.classes)
    with isolated_rng(job.seed):
        model = stage.build(classes, previous)
    weight = median_frequency_weights(data.train_targets(), classes) if how.balanced else None
    loader = DataLoader(
        data.train,
        how.batch_size,
        shuffle=True,
        # A rest of one image would have no batch statistics to speak of.
        drop_last=len(data.train) > how.batch_size,
        num_workers=how.workers,
        persistent_workers=how.workers > 0,
    )

    def loss_fn(model: nn.Module, batch: Any) -> LossSum | Tensor:
        images, target = batch
        return stage.loss(model, images, target, None if weight is None else weight.to(images))

    history = learn(
        model,
        loader,
        loss_fn,
        rate=how.rate,
        body_rate=how.body_rate,
        steps=how.epochs * len(loader),
        falling="poly",
        warmup=20,
        weight_decay=1e-4,
        config=job.train_config(name, precision=how.precision, clip_norm=5.0),
    )

    @torch.inference_mode()
    def predict(images: Tensor) -> Tensor:
        return stage.predict(model, images.to(next(model.parameters()).device))

    return Outcome(
        model=model,
        history=history,
        measure=partial(_measure, stage, model, data),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=partial(picture_of_predictions, predict, data.val, data.palette),
    )


def _measure(stage: TrainingStage, model: nn.Module, data: SegmentationData) -> dict[str, Any]:
    classes = len(data.classes)
    loader = DataLoader(data.val, stage.eval_batch)

    def scores(predict: Predict, *metrics: Any) -> dict[str, float]:
        return evaluate(model, loader, metrics, predict=lambda m, b: (predict(m, b[0]), b[1]))

    confusion = ConfusionMatrix(classes)
    metrics: dict[str, Any] = dict(scores(stage.predict, confusion, BoundaryF1(classes)))
    metrics["class_iou"] = [None if x != x else x for x in confusion.per_class_iou()]
    for name, predict in stage.also.items():
        metrics[f"miou_{name}"] = scores(predict, ConfusionMatrix(classes))["miou"]
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    return metrics
