"""One small net on one, two or three sizes of the image: more context for no further weights.

Trained in one step, with the linear classifier; `models.with_mlp` is the paper's second step.
"""

from dataclasses import replace

import torch
from torch import Tensor, nn

from course_pkg.models import (
    MULTISCALE_FULL,
    MultiScaleSize,
    multiscale_net,
    superpixel_vote,
    superpixels,
    with_mlp,
)
from course_pkg.models.multiscale.network import MultiScaleNet
from course_pkg.recipes._core.recipe import Paper
from course_pkg.recipes._core.training import Training
from course_pkg.recipes.segmentation.recipe import segmentation_recipe
from course_pkg.recipes.segmentation.settings import (
    Pixels,
    Presets,
    SegmentationSettings,
    TrainingStage,
)

__all__ = ["RECIPES"]

_LIGHT = MultiScaleSize(maps=(8, 16, 32), fan_in=(4, 8))


def _vote(model: nn.Module, images: Tensor) -> Tensor:
    """One label a superpixel: the class with the largest mean probability in it."""
    probs = model(images).softmax(dim=1)
    votes = [superpixel_vote(p, superpixels(x)) for p, x in zip(probs, images, strict=True)]
    return torch.stack(votes)


def _features(name: str, size: MultiScaleSize, training: Training) -> TrainingStage:
    return TrainingStage(
        name,
        lambda classes, _: multiscale_net(classes, size),
        training,
        also={"superpixels": _vote},
    )


def _classifier(name: str, hidden: int, training: Training) -> TrainingStage:
    def build(classes: int, previous: nn.Module | None) -> nn.Module:
        if not isinstance(previous, MultiScaleNet):
            raise ValueError("the second step needs the trained features of the first")
        return with_mlp(previous, hidden)

    return TrainingStage(name, build, training, also={"superpixels": _vote})


def _scenes(scales: int) -> Presets:
    name, light = f"multiscale{scales}", replace(_LIGHT, scales=scales)
    tiny = Training(epochs=4, batch_size=4, rate=1e-2)
    few = Pixels(crop=(96, 96), zoom=(0.3, 1.0), train=160, val=40, size=96)
    many = replace(few, crop=(128, 128), train=2000, val=200, size=128)
    full = replace(MULTISCALE_FULL, scales=scales)
    return {
        "tiny": SegmentationSettings(few, [_features(name, light, tiny)]),
        "small": SegmentationSettings(many, [_features(name, light, replace(tiny, epochs=8))]),
        "full": SegmentationSettings(
            replace(many, train=10_000),
            [_features(name, full, replace(tiny, epochs=30, batch_size=16))],
        ),
    }


def _camvid() -> Presets:
    name = "multiscale"
    steps = [f"{name}-features", name]
    small = Training(epochs=10, batch_size=8, rate=5e-3)
    half = MultiScaleSize(maps=(16, 32, 96), fan_in=(8, 16))

    def both(
        size: MultiScaleSize, hidden: int, first: Training, second: Training
    ) -> list[TrainingStage]:
        return [_features(steps[0], size, first), _classifier(steps[1], hidden, second)]

    full = replace(small, epochs=200, workers=8)
    return {
        "tiny": SegmentationSettings(
            Pixels(crop=(96, 128), train=48, val=10),
            both(_LIGHT, 64, replace(small, epochs=2), replace(small, epochs=1)),
        ),
        "small": SegmentationSettings(
            Pixels(crop=(240, 320)), both(half, 256, small, replace(small, epochs=3))
        ),
        "full": SegmentationSettings(
            Pixels(crop=(360, 480), zoom=(0.5, 1.0)),
            both(MULTISCALE_FULL, 1024, full, replace(full, epochs=40)),
        ),
    }


RECIPES = (
    segmentation_recipe(
        "multiscale",
        "camvid",
        "Multi-scale net with its two training steps; miou_superpixels after their vote",
        _camvid(),
        Paper(
            {"pixel_accuracy": 0.788, "mean_accuracy": 0.724},
            "M",
            "Farabet et al. 2013: Stanford Background, 8 classes, before superpixels",
        ),
    ),
    *(
        segmentation_recipe(
            f"multiscale{scales}",
            "scenes",
            f"Multi-scale net on {scales} size{'s' * (scales > 1)} of the image",
            _scenes(scales),
        )
        for scales in (1, 2, 3)
    ),
)
