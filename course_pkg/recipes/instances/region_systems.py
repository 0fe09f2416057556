"""SDS, hypercolumns and "only fc7", and the connected regions of a semantic network beside them.

The budget is that of the cascades (`cascades.BUDGETS`: cuts, steps, optimizer, rates), with one
difference. These systems run their network once for every *region*, so a step on four images would
take many times as long; they get one image a step, `SAMPLES` regions of it, which is about the same
time on a CPU. The semantic network gets the cascades' budget as it is.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import torch
from torch import nn

from course_pkg.engine import isolated_rng
from course_pkg.models.instances.components import components_lite
from course_pkg.models.instances.hypercolumns.head import ALL_LAYERS
from course_pkg.models.instances.hypercolumns.system import hypercolumns_lite
from course_pkg.models.instances.proposals.region_proposals import Proposer, region_proposals
from course_pkg.models.instances.sds.fitting import fit_refinement, fit_region_scores
from course_pkg.models.instances.sds.network import SDS, sds_lite
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes.instances.cascades import BUDGETS, SETS
from course_pkg.recipes.instances.data import InstanceData
from course_pkg.recipes.instances.recipe import (
    InstanceBudget,
    InstanceSet,
    InstanceSettings,
    instance_recipe,
)
from course_pkg.recipes.instances.sds_scores import measure_sds

__all__ = ["RECIPES", "SAMPLES"]

SAMPLES = {"tiny": 16, "small": 24, "full": 128}  # regions an image in training
_CROP = {"tiny": 32, "small": 64, "full": 224}
_HIDDEN = {"tiny": 128, "small": 256, "full": 1024}
_MOST = {"tiny": 100, "small": 300, "full": 2000}  # proposals an image
_FITTED_ON = {"tiny": 16, "small": 60, "full": 400}  # images for what SDS fits at the end


def _budget(dataset: InstanceSet, preset: str) -> InstanceBudget:
    budget = BUDGETS[dataset][preset]
    if preset == "tiny":
        return replace(budget, batch_size=1, train=40, val=8 if dataset == "scenes" else 2)
    return budget if preset == "full" else replace(budget, batch_size=1)


def _proposer(preset: str) -> Proposer:
    return partial(region_proposals, most=_MOST[preset])


def _presets(
    dataset: InstanceSet, build: Callable[[str, int], nn.Module]
) -> dict[str, InstanceSettings]:
    return {
        preset: InstanceSettings(_budget(dataset, preset), partial(build, preset))
        for preset in BUDGETS[dataset]
    }


def _build_sds(preset: str, classes: int) -> SDS:
    sizes = (_CROP[preset], _HIDDEN[preset])
    return sds_lite(classes, *sizes, _proposer(preset), SAMPLES[preset])


def _build_hypercolumns(layers: tuple[str, ...], preset: str, classes: int) -> nn.Module:
    return hypercolumns_lite(
        classes,
        layers,
        crop_size=_CROP[preset],
        hidden=_HIDDEN[preset],
        propose=_proposer(preset),
        samples=SAMPLES[preset],
        released=preset == "full",
    )


def _paper(at50: float, at70: float, volume: float | None, source: str) -> Paper:
    value = {"apr50": at50, "apr70": at70} | ({} if volume is None else {"apr_vol": volume})
    return Paper(
        value,
        "R",
        f"{source}: PASCAL VOC 2012 validation, 20 classes; other pictures, larger networks and "
        "far more training",
    )


def _train_sds(
    joint: Recipe[InstanceSettings, InstanceData], settings: InstanceSettings, job: Job
) -> Outcome[InstanceData]:
    """Train the networks together, then fit what reads their features."""
    outcome = joint.train(settings, job)
    system, train = outcome.model, outcome.data.train
    assert isinstance(system, SDS)
    count = min(len(train), _FITTED_ON[job.preset])
    began = time.perf_counter()
    with isolated_rng(job.seed, 1):
        samples = [train[i] for i in torch.randperm(len(train))[:count].tolist()]
        # As released where there is as much to learn from; see `fit_region_scores`.
        fit_region_scores(system, samples, latent=job.preset == "full")
        fit_refinement(system, samples)
    system.eval()
    budget = {
        "train_images": len(train),
        "val_images": len(outcome.data.val),
        "steps": settings.budget.steps,
        "batch_size": settings.budget.batch_size,
    }
    return replace(
        outcome,
        measure=lambda: measure_sds(system, outcome.data) | budget,
        seconds=outcome.seconds + time.perf_counter() - began,
    )


def _sds(dataset: InstanceSet) -> Recipe[InstanceSettings, InstanceData]:
    presets = _presets(dataset, _build_sds)
    paper = _paper(0.497, 0.253, 0.414, "Hariharan et al. 2014, C with refinement")
    what = "SDS: box and region path trained jointly, SVMs, masks refined with superpixels"
    joint = instance_recipe("sds", dataset, what, presets, paper)
    return replace(joint, train=partial(_train_sds, joint))


def _hypercolumns(
    dataset: InstanceSet, layers: tuple[str, ...]
) -> Recipe[InstanceSettings, InstanceData]:
    if layers:
        name, what = "hypercolumns", "masks from hypercolumns: three layers and fc7"
        paper = _paper(0.491, 0.291, None, "Hariharan et al. 2015, system 2, T-Net")
    else:
        name, what = "only-fc7", "the same system with nothing but fc7 in its hypercolumns"
        paper = _paper(0.440, 0.163, None, "Hariharan et al. 2015, system 2, only fc7")
    presets = _presets(dataset, partial(_build_hypercolumns, layers))
    return instance_recipe(name, dataset, what, presets, paper)


def _components(dataset: InstanceSet) -> Recipe[InstanceSettings, InstanceData]:
    presets: Mapping[str, InstanceSettings] = {
        preset: InstanceSettings(budget, components_lite)
        for preset, budget in BUDGETS[dataset].items()
    }
    what = "connected regions of a semantic FCN-8s taken for things: what touches is one"
    return instance_recipe("components", dataset, what, presets)


RECIPES = tuple(
    recipe
    for dataset in SETS
    for recipe in (
        _sds(dataset),
        _hypercolumns(dataset, ALL_LAYERS),
        _hypercolumns(dataset, ()),
        _components(dataset),
    )
)
