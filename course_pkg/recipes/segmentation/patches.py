"""Patch classification: trained on sampled windows, asked at every pixel.

Training looks at a handful of windows an image; an answer for the whole image needs them all. They
are computed densely here, which gives the same labels as the loop over windows.
"""

from dataclasses import replace
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_pkg.engine import LossSum
from course_pkg.models import LENET_PATCH, lenet_patch, shift_and_stitch, to_fully_convolutional
from course_pkg.recipes._core.training import Training
from course_pkg.recipes.segmentation.recipe import segmentation_recipe
from course_pkg.recipes.segmentation.settings import Pixels, SegmentationSettings, TrainingStage

__all__ = ["RECIPES"]

_STRIDE = 4  # pixels between neighbouring cells of the dense LeNet: it pools twice
_BEFORE = LENET_PATCH // 2


def _mirrored(images: Tensor) -> Tensor:
    after = LENET_PATCH - 1 - _BEFORE
    return F.pad(images, (_BEFORE, after, _BEFORE, after), mode="reflect")


def _loss_on_sampled_windows(
    per_image: int, model: nn.Module, images: Tensor, target: Tensor, weight: Tensor | None
) -> LossSum:
    n, h, w = target.shape
    cells = torch.randint(h * w, (n, per_image)).to(target.device)
    windows = _mirrored(images).unfold(2, LENET_PATCH, 1).unfold(3, LENET_PATCH, 1)
    image = torch.arange(n, device=target.device)[:, None]
    chosen = windows[image, :, cells // w, cells % w].flatten(0, 1)
    labels = target.flatten(1).gather(1, cells).flatten()
    labelled = labels != 255
    total = F.cross_entropy(model(chosen), labels, weight, ignore_index=255, reduction="sum")
    return LossSum(total, labelled.sum().to(total.dtype))


def _labels(model: nn.Module, images: Tensor) -> Tensor:
    dense = to_fully_convolutional(model, LENET_PATCH)
    return shift_and_stitch(dense, _mirrored(images), LENET_PATCH, _STRIDE).argmax(dim=1)


def _stage(per_image: int, training: Training) -> TrainingStage:
    return TrainingStage(
        "patch",
        lambda classes, _: lenet_patch(classes),
        training,
        loss=partial(_loss_on_sampled_windows, per_image),
        predict=_labels,
    )


_TINY = Training(epochs=15, batch_size=4, rate=3e-3)
_FEW = Pixels(crop=(96, 96), zoom=(1.0, 1.0), train=160, val=40, size=96)
_MANY = replace(_FEW, crop=(128, 128), train=2000, val=200, size=128)

RECIPES = (
    segmentation_recipe(
        "patch",
        "scenes",
        "LeNet on 32 x 32 windows, trained on samples, asked at every pixel",
        {
            "tiny": SegmentationSettings(_FEW, [_stage(32, _TINY)]),
            "small": SegmentationSettings(_MANY, [_stage(32, _TINY)]),
            "full": SegmentationSettings(
                replace(_MANY, train=10_000),
                [_stage(64, replace(_TINY, epochs=30, batch_size=16))],
            ),
        },
    ),
)
