"""FCN-32s, 16s and 8s on a small pretrained backbone, trained one from the other as in the paper.

Each net starts from the coarser one's weights, so FCN-8s has had the most training; the paper did
the same (three days, one, one). The optimizer is AdamW instead of SGD with momentum 0.99.
"""

from collections.abc import Sequence
from dataclasses import replace

from torch import nn

from course_pkg.models import (
    FCN,
    efficientnet_lite0_pretrained,
    fcn8s_lite,
    fcn16s_lite,
    fcn32s_lite,
    init_from_coarser,
)
from course_pkg.recipes._core.recipe import Paper, Recipe
from course_pkg.recipes._core.training import Training
from course_pkg.recipes.segmentation.data import SegmentationData
from course_pkg.recipes.segmentation.recipe import segmentation_recipe
from course_pkg.recipes.segmentation.settings import (
    Pixels,
    SegmentationSet,
    SegmentationSettings,
    TrainingStage,
)

__all__ = ["RECIPES"]

_BUILDERS = {"fcn32s": fcn32s_lite, "fcn16s": fcn16s_lite, "fcn8s": fcn8s_lite}
_PAPER_MIOU = {"fcn32s": 0.594, "fcn16s": 0.624, "fcn8s": 0.627}


def _stages(last: str, first: Training, later: Training) -> Sequence[TrainingStage]:
    stages = []
    for name, builder in _BUILDERS.items():

        def build(classes: int, coarser: nn.Module | None, builder=builder) -> nn.Module:
            model = builder(classes, efficientnet_lite0_pretrained().backbone)
            for layer in model.modules():
                if isinstance(layer, nn.BatchNorm2d):
                    layer.momentum = 0.1  # its own 0.01 is too slow for some hundred steps
            return init_from_coarser(model, coarser) if isinstance(coarser, FCN) else model

        stages.append(TrainingStage(name, build, later if stages else first))
        if name == last:
            break
    return stages


def _recipe(name: str, dataset: SegmentationSet) -> Recipe[SegmentationSettings, SegmentationData]:
    if dataset == "scenes":
        first = Training(epochs=3, batch_size=8, rate=5e-3, body_rate=1e-3)
        pixels = Pixels(crop=(128, 128), zoom=(0.3, 1.0), train=96, val=40)
        whole = replace(pixels, train=2000, val=200)
        presets = {
            "tiny": SegmentationSettings(pixels, _stages(name, first, replace(first, epochs=1))),
            "small": SegmentationSettings(
                whole, _stages(name, replace(first, epochs=5), replace(first, epochs=2))
            ),
            "full": SegmentationSettings(
                replace(whole, train=10_000, val=500),
                _stages(
                    name,
                    replace(first, epochs=20, batch_size=16),
                    replace(first, epochs=5, batch_size=16),
                ),
            ),
        }
        paper = None
    else:
        first = Training(epochs=6, batch_size=8, rate=2e-3, body_rate=4e-4)
        later = replace(first, epochs=2)
        pixels = Pixels(crop=(240, 320))
        long = replace(first, epochs=100, workers=8)
        presets = {
            "tiny": SegmentationSettings(
                Pixels(crop=(120, 160), train=48, val=10),
                _stages(name, replace(first, epochs=3), replace(first, epochs=1)),
            ),
            "small": SegmentationSettings(pixels, _stages(name, first, later)),
            "full": SegmentationSettings(
                replace(pixels, crop=(360, 480)),
                _stages(name, long, replace(long, epochs=30)),
            ),
        }
        paper = Paper(
            {"miou": _PAPER_MIOU[name]},
            "V",
            "Long et al. 2015, Table 2: PASCAL VOC 2011 validation, 21 classes, VGG-16; "
            "another data set and a backbone more than forty times as large",
        )
    what = {
        "fcn32s": "FCN-32s, EfficientNet-Lite0 backbone, no skip",
        "fcn16s": "FCN-16s, one skip, started from FCN-32s",
        "fcn8s": "FCN-8s, two skips, started from FCN-16s",
    }[name]
    return segmentation_recipe(name, dataset, what, presets, paper)


_SETS: tuple[SegmentationSet, ...] = ("camvid", "scenes")

RECIPES = tuple(_recipe(name, dataset) for name in _BUILDERS for dataset in _SETS)
