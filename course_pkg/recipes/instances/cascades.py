"""Cascades of 3 and 5 stages, and Mask R-CNN beside them, on scenes and on nuclei.

All have one body, one budget and one kind of proposal network. ``mnc3`` and ``mnc5`` let through
what the released code does of the gradient to boxes and masks. ``mnc3-stepwise`` is the 3-stage
cascade without it: what is left when it is missing. ``mnc3-whole`` is the other end: all of it, as
the paper's chain rule has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from torch import nn

from course_pkg.models import (
    MNC_FULL,
    CascadeSize,
    MultitaskCascade,
    RPNSize,
    lite_features,
    mask_rcnn,
    pyramid_features,
)
from course_pkg.recipes._core.recipe import Paper
from course_pkg.recipes.instances.recipe import (
    InstanceBudget,
    InstanceSet,
    InstanceSettings,
    instance_recipe,
)

__all__ = ["BUDGETS", "RECIPES", "SETS"]

SETS: tuple[InstanceSet, ...] = ("nuclei", "scenes")
# Scenes hold a few things, some of them large; nuclei are small and up to hundreds an image.
_PROPOSALS = {
    "scenes": RPNSize(anchor_sizes=(8, 16, 32, 64), after_nms=100),
    "nuclei": RPNSize(anchor_sizes=(8, 16, 32, 64), after_nms=300),
}
_MOST = {"scenes": 50, "nuclei": 200}

# One budget for every instance system of a data set and preset.
BUDGETS: Mapping[InstanceSet, Mapping[str, InstanceBudget]] = {
    "scenes": {
        "tiny": InstanceBudget(crop=(96, 96), train=160, val=30, steps=60),
        "small": InstanceBudget(crop=(128, 128), train=2000, val=200, steps=1500),
        "full": InstanceBudget(
            crop=(128, 128), train=10_000, val=500, steps=20_000, batch_size=16, workers=8
        ),
    },
    "nuclei": {
        "tiny": InstanceBudget(crop=(96, 96), train=24, val=4, steps=20, batch_size=2),
        "small": InstanceBudget(crop=(160, 160), steps=600),
        "full": InstanceBudget(crop=(256, 256), steps=20_000, batch_size=16, workers=8),
    },
}


def _settings(
    dataset: InstanceSet,
    build: Callable[[int, InstanceSet], nn.Module],
    large: Callable[[int, InstanceSet], nn.Module],
) -> Mapping[str, InstanceSettings]:
    return {
        preset: InstanceSettings(
            budget,
            lambda classes, make=large if preset == "full" else build: make(classes, dataset),
        )
        for preset, budget in BUDGETS[dataset].items()
    }


def _cascade(
    stages: int, size: CascadeSize, channels: int = 64
) -> Callable[[int, InstanceSet], MultitaskCascade]:
    def build(classes: int, dataset: InstanceSet) -> MultitaskCascade:
        fitted = replace(size, most=_MOST[dataset])
        body = lite_features(channels)
        return MultitaskCascade(body, classes, stages, fitted, _PROPOSALS[dataset])

    return build


def _mask_rcnn(
    channels: int = 64, pyramid: bool = False
) -> Callable[[int, InstanceSet], nn.Module]:
    def build(classes: int, dataset: InstanceSet) -> nn.Module:
        features = pyramid_features(channels) if pyramid else lite_features(channels)
        return mask_rcnn(features, classes, _PROPOSALS[dataset], _MOST[dataset])

    return build


def _paper(at50: float, at70: float | None, more: str) -> Paper:
    value = {"apr50": at50} if at70 is None else {"apr50": at50, "apr70": at70}
    return Paper(
        value,
        "R",
        f"Dai et al. 2016, {more}: PASCAL VOC 2012 validation, 20 classes, VGG-16 at stride 16; "
        "other pictures, a larger body and far more training",
    )


_CLAMPED = CascadeSize(gradients="clamped")
_STEPWISE = CascadeSize(gradients="none")
_WHOLE = CascadeSize(gradients="whole")
_SYSTEMS = (
    (
        "mnc3",
        "multi-task network cascade, 3 stages, trained end to end",
        _cascade(3, _CLAMPED),
        _cascade(3, replace(MNC_FULL, gradients="clamped"), channels=256),
        _paper(0.626, None, "ablation, 3 stages"),
    ),
    (
        "mnc5",
        "multi-task network cascade, 5 stages, trained end to end",
        _cascade(5, _CLAMPED),
        _cascade(5, replace(MNC_FULL, gradients="clamped"), channels=256),
        _paper(0.635, 0.415, "5 stages"),
    ),
    (
        "mnc3-stepwise",
        "the 3-stage cascade without gradients through boxes and masks",
        _cascade(3, _STEPWISE),
        _cascade(3, replace(MNC_FULL, gradients="none"), channels=256),
        _paper(0.605, None, "ablation, shared features, trained stage by stage"),
    ),
    (
        "mnc3-whole",
        "the 3-stage cascade with all of the later stages' gradient on the proposals' boxes",
        _cascade(3, _WHOLE),
        _cascade(3, replace(MNC_FULL, gradients="whole"), channels=256),
        _paper(0.626, None, "ablation, 3 stages"),
    ),
    (
        "mask-rcnn",
        "torchvision's Mask R-CNN on the cascades' one map, as today's reference",
        _mask_rcnn(),
        _mask_rcnn(channels=256),
        None,
    ),
    (
        "mask-rcnn-fpn",
        "the same on a feature pyramid, which is how it is used",
        _mask_rcnn(pyramid=True),
        _mask_rcnn(channels=256, pyramid=True),
        None,
    ),
)

RECIPES = tuple(
    # Numbers of the paper belong to real pictures.
    instance_recipe(
        name,
        dataset,
        what,
        _settings(dataset, build, large),
        None if dataset == "scenes" else paper,
    )
    for name, what, build, large, paper in _SYSTEMS
    for dataset in SETS
)
