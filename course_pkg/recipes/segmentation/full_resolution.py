"""The stack of convolutions that never halves its maps."""

from dataclasses import replace
from functools import partial

from course_pkg.models import full_resolution_net
from course_pkg.recipes._core.training import Training
from course_pkg.recipes.segmentation.recipe import segmentation_recipe
from course_pkg.recipes.segmentation.settings import Pixels, SegmentationSettings, TrainingStage

__all__ = ["RECIPES"]


def _settings(pixels: Pixels, width: int, depth: int, training: Training) -> SegmentationSettings:
    build = partial(full_resolution_net, width=width, depth=depth)
    return SegmentationSettings(
        pixels, [TrainingStage("full-resolution", lambda classes, _: build(classes), training)]
    )


_TINY = Training(epochs=6, batch_size=4, rate=5e-3)
_FEW = Pixels(crop=(96, 96), zoom=(0.3, 1.0), train=160, val=40, size=96)
_MANY = replace(_FEW, crop=(128, 128), train=2000, val=200, size=128)

RECIPES = (
    segmentation_recipe(
        "full-resolution",
        "scenes",
        "3x3 layers at the image's own size, no pooling",
        {
            "tiny": _settings(_FEW, 16, 7, _TINY),
            "small": _settings(_MANY, 32, 9, replace(_TINY, epochs=5)),
            "full": _settings(
                replace(_MANY, train=10_000), 64, 16, replace(_TINY, epochs=30, batch_size=16)
            ),
        },
    ),
)
