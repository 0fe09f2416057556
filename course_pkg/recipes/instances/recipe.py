"""Training and measuring an instance system: one function for all of them, one budget for all.

Systems that are compared get the same images in the same cuts, the same number of steps, the same
optimizer and rates, and the same body; only the network differs. Validation images choose nothing:
the last weights are measured, once, on whole images.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import nn
from torch.utils.data import DataLoader

from course_pkg.data import collate_instances
from course_pkg.engine import fit, isolated_rng, poly_schedule
from course_pkg.models import total_loss
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes.instances.data import InstanceData, instance_nuclei, instance_scenes
from course_pkg.recipes.instances.picture import picture_of_instances
from course_pkg.recipes.instances.scores import measure_instances

__all__ = ["InstanceBudget", "InstanceSettings", "instance_recipe"]

Build = Callable[[int], nn.Module]


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


InstanceSettings = tuple[InstanceBudget, Build]


def instance_recipe(
    name: str, what: str, presets: Mapping[str, InstanceSettings], paper: Paper | None = None
) -> Recipe:
    """Make a recipe out of a network; its name ends with the data set's, scenes or nuclei.

    Args:
        name: of the recipe.
        what: one sentence for the list.
        presets: budget and network (built for a number of classes) by preset.
        paper: the paper's number.

    Returns:
        The recipe.
    """
    dataset = name.rpartition("-")[2]
    return Recipe(name, what, dataset, presets, partial(_train, name, dataset), paper=paper)


def _train(name: str, dataset: str, settings: InstanceSettings, job: Job) -> Outcome:
    budget, build = settings
    if dataset == "nuclei":
        data = instance_nuclei(job.data, budget.crop, (budget.train, budget.val))
    else:
        counts = (budget.train or 2000, budget.val or 200)
        data = instance_scenes(max(budget.crop), budget.crop, counts)
    with isolated_rng(job.seed):
        model = build(len(data.classes))
    optimizer = torch.optim.AdamW(_parameter_groups(model, budget), weight_decay=1e-4)
    loader = DataLoader(
        data.train,
        budget.batch_size,
        shuffle=True,
        drop_last=True,
        collate_fn=collate_instances,
        num_workers=budget.workers,
        persistent_workers=budget.workers > 0,
    )
    history = fit(
        model,
        loader,
        loss_fn=total_loss,
        optimizer=optimizer,
        scheduler=poly_schedule(optimizer, budget.steps, warmup=min(50, budget.steps // 10)),
        steps=budget.steps,
        config=job.train_config(name, precision=budget.precision, clip_norm=5.0),
    )
    model.eval()

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


def _parameter_groups(model: nn.Module, budget: InstanceBudget) -> list[dict[str, Any]]:
    """The pretrained body learns at its own rate; what is frozen does not learn."""
    body = getattr(model, "body", None)
    pretrained = set(body.parameters()) if isinstance(body, nn.Module) else set()
    learning = [p for p in model.parameters() if p.requires_grad]
    groups: list[dict[str, Any]] = [
        {"params": [p for p in learning if p not in pretrained], "lr": budget.rate}
    ]
    tuned = [p for p in learning if p in pretrained]
    if tuned:
        groups.append({"params": tuned, "lr": budget.body_rate})
    return groups


def _measure(model: nn.Module, data: InstanceData, budget: InstanceBudget) -> dict[str, Any]:
    metrics: dict[str, Any] = dict(measure_instances(model, data.val, len(data.classes)))
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    # The budget, so that a reader of the numbers sees that it was the same for all.
    metrics["train_images"] = len(data.train)
    metrics["val_images"] = len(data.val)
    metrics["steps"] = budget.steps
    metrics["batch_size"] = budget.batch_size
    return metrics
