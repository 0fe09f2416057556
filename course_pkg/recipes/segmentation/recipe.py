"""Training and measuring a segmentation network: one function for all of them.

A recipe is a list of stages, mostly one; each builds a network, perhaps from the one before, and
trains it. What differs between families is how a network is built, what its loss is and how labels
are read off it. Validation images choose nothing here, neither a step nor a setting during the
run: the last weights are measured, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.engine import (
    LossSum,
    evaluate,
    fit,
    isolated_rng,
    median_frequency_weights,
    poly_schedule,
)
from course_pkg.metrics import BoundaryF1, ConfusionMatrix
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes.segmentation.data import SegmentationData, camvid, scenes
from course_pkg.recipes.segmentation.picture import picture_of_predictions
from course_pkg.recipes.segmentation.settings import Pixels, Predict, Settings, Stage, Training

__all__ = ["segmentation_recipe"]


def segmentation_recipe(
    name: str,
    what: str,
    presets: Mapping[str, tuple[Pixels, Sequence[Stage]]],
    paper: Paper | None = None,
) -> Recipe:
    """Make a recipe out of stages; its name ends with the data set's, scenes or camvid.

    Args:
        name: of the recipe.
        what: one sentence for the list.
        presets: images and stages by preset.
        paper: the paper's number.

    Returns:
        The recipe.
    """
    dataset = name.rpartition("-")[2]
    return Recipe(name, what, dataset, presets, partial(_train, dataset), paper=paper)


def _train(dataset: str, settings: Settings, job: Job) -> Outcome:
    pixels, stages = settings
    data = _load(dataset, pixels, job)
    done: dict[str, Outcome] = {}
    previous: nn.Module | None = None
    for stage in stages:
        outcome = _train_stage(stage, f"{stage.name}-{dataset}", previous, data, job)
        done[f"{stage.name}-{dataset}"] = outcome
        previous = outcome.model
    *_, last = done.values()
    seconds = sum(outcome.seconds for outcome in done.values())
    return replace(last, seconds=seconds, stages=done if len(done) > 1 else {})


def _load(dataset: str, pixels: Pixels, job: Job) -> SegmentationData:
    if dataset == "camvid":
        return camvid(job.data, pixels.crop, pixels.zoom, (pixels.train, pixels.val))
    counts = (pixels.train or 2000, pixels.val or 200)
    return scenes(pixels.size, pixels.crop, pixels.zoom, counts)


def _train_stage(
    stage: Stage, name: str, previous: nn.Module | None, data: SegmentationData, job: Job
) -> Outcome:
    how = stage.training
    classes = len(data.classes)
    with isolated_rng(job.seed):
        model = stage.build(classes, previous)
    weight = median_frequency_weights(data.train_targets(), classes) if how.balanced else None
    optimizer = torch.optim.AdamW(_parameter_groups(model, how), lr=how.rate, weight_decay=1e-4)
    loader = DataLoader(
        data.train,
        how.batch_size,
        shuffle=True,
        # A rest of one image would have no batch statistics to speak of.
        drop_last=len(data.train) > how.batch_size,
        num_workers=how.workers,
        persistent_workers=how.workers > 0,
    )
    steps = how.epochs * len(loader)

    def loss_fn(model: nn.Module, batch: Any) -> LossSum | Tensor:
        images, target = batch
        return stage.loss(model, images, target, None if weight is None else weight.to(images))

    history = fit(
        model,
        loader,
        loss_fn=loss_fn,
        optimizer=optimizer,
        scheduler=poly_schedule(optimizer, steps, warmup=min(20, steps // 10)),
        steps=steps,
        config=job.train_config(name, precision=how.precision, clip_norm=5.0),
    )
    model.eval()

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


def _parameter_groups(model: nn.Module, how: Training) -> list[dict[str, Any]]:
    """A pretrained body learns at its own rate; what is frozen does not learn."""
    body = getattr(model, "body", None) if how.body_rate is not None else None
    pretrained = set(body.parameters()) if isinstance(body, nn.Module) else set()
    learning = [p for p in model.parameters() if p.requires_grad]
    fresh = [p for p in learning if p not in pretrained]
    groups: list[dict[str, Any]] = [{"params": fresh}]
    tuned = [p for p in learning if p in pretrained]
    if tuned:
        groups.append({"params": tuned, "lr": how.body_rate})
    return groups


def _measure(stage: Stage, model: nn.Module, data: SegmentationData) -> dict[str, Any]:
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
