"""Training and measuring an instance system: one function for all of them, one budget for all.

Systems that are compared get the same images in the same cuts, the same number of steps, the same
optimizer and rates, and the same body; only the network differs. Validation images choose nothing:
the last weights are measured, once, on whole images.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import torch
from torch import nn
from torch.utils.data import DataLoader

from course_pkg.data import collate_instances
from course_pkg.engine import isolated_rng
from course_pkg.models import total_loss
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.instances.data import InstanceData, instance_nuclei, instance_scenes
from course_pkg.recipes.instances.picture import picture_of_instances
from course_pkg.recipes.instances.scores import measure_instances

__all__ = ["InstanceBudget", "InstanceSet", "InstanceSettings", "instance_recipe"]

InstanceSet = Literal["nuclei", "scenes"]


@dataclass(frozen=True)
class InstanceBudget:
    """What every system of a comparison may use.

    Attributes:
        crop: height and width of training images, pixels.
        train: number of training images; None = all there are.
        val: number of images to measure on; None = all there are.
        steps: of the optimizer (AdamW, a rate that falls to zero).
        batch_size: images a step.
        rate: learning rate of what starts from nothing.
        body_rate: learning rate of the pretrained ``body``.
        precision: of the forward and backward pass.
        workers: processes that prepare images.
    """

    crop: tuple[int, int]
    train: int | None = None
    val: int | None = None
    steps: int = 100
    batch_size: int = 4
    rate: float = 1e-3
    body_rate: float = 2e-4
    precision: Literal["no", "bf16"] = "no"
    workers: int = 0


class InstanceSettings(NamedTuple):
    """One preset of an instance recipe.

    Attributes:
        budget: what the network may use.
        build: makes it for a number of classes.
    """

    budget: InstanceBudget
    build: Callable[[int], nn.Module]


def instance_recipe(
    network: str,
    dataset: InstanceSet,
    what: str,
    presets: Mapping[str, InstanceSettings],
    paper: Paper | None = None,
) -> Recipe[InstanceSettings, InstanceData]:
    """Make a recipe out of a network.

    Args:
        network: with the data set it makes the recipe's name, ``mnc3-nuclei``.
        dataset: what it is trained and measured on.
        what: one sentence for the list.
        presets: budget and network (built for a number of classes) by preset.
        paper: the paper's number.

    Returns:
        The recipe.
    """
    name = f"{network}-{dataset}"
    return Recipe(name, what, dataset, presets, partial(_train, name, dataset), paper=paper)


def _nuclei(budget: InstanceBudget, job: Job) -> InstanceData:
    return instance_nuclei(job.data, budget.crop, (budget.train, budget.val))


def _scenes(budget: InstanceBudget, job: Job) -> InstanceData:
    counts = (budget.train or 2000, budget.val or 200)
    return instance_scenes(max(budget.crop), budget.crop, counts)


_LOADERS: Mapping[InstanceSet, Callable[[InstanceBudget, Job], InstanceData]] = {
    "nuclei": _nuclei,
    "scenes": _scenes,
}


def _train(
    name: str, dataset: InstanceSet, settings: InstanceSettings, job: Job
) -> Outcome[InstanceData]:
    budget, build = settings
    data = _LOADERS[dataset](budget, job)
    with isolated_rng(job.seed):
        model = build(len(data.classes))
    loader = DataLoader(
        data.train,
        budget.batch_size,
        shuffle=True,
        drop_last=True,
        collate_fn=collate_instances,
        num_workers=budget.workers,
        persistent_workers=budget.workers > 0,
    )
    history = learn(
        model,
        loader,
        total_loss,
        rate=budget.rate,
        body_rate=budget.body_rate,
        steps=budget.steps,
        falling="poly",
        warmup=50,
        weight_decay=1e-4,
        config=job.train_config(name, precision=budget.precision, clip_norm=5.0),
    )

    @torch.inference_mode()
    def predict(images: Any) -> Any:
        device = next(model.parameters()).device
        return model([image.to(device) for image in images])

    return Outcome(
        model=model,
        history=history,
        measure=partial(_measure, model, data, budget),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=partial(picture_of_instances, predict, data.val),
    )


def _measure(model: nn.Module, data: InstanceData, budget: InstanceBudget) -> dict[str, Any]:
    metrics: dict[str, Any] = dict(measure_instances(model, data.val, len(data.classes)))
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    # The budget, so that a reader of the numbers sees that it was the same for all.
    metrics["train_images"] = len(data.train)
    metrics["val_images"] = len(data.val)
    metrics["steps"] = budget.steps
    metrics["batch_size"] = budget.batch_size
    return metrics
