"""SegNet, SegNet-Basic, DeconvNet, and SegNet's twin that enlarges bilinearly.

All start from nothing here: the papers' encoders were trained on ImageNet first. The light nets
keep every layer and lose width. SegNet's training weighs classes by median frequency, as in its
paper.
"""

from collections.abc import Callable
from dataclasses import replace

from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models import (
    deconvnet_light,
    local_normalize,
    segnet,
    segnet_basic,
    segnet_bilinear,
)
from course_pkg.models.encoder_decoders.deconvnet import DeconvNet, DeconvNetSize
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

Build = Callable[[int], nn.Module]

_LIGHT = (16, 32, 64, 64, 64)
_SEGNET = "Badrinarayanan et al. 2017"
_LONGER = "CamVid test, trained on 3.4 thousand images for"


class _LocalContrast(nn.Module):
    """What SegNet-Basic is fed: every neighbourhood with mean zero and deviation one."""

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return local_normalize(images)


def _basic(width: int) -> Build:
    return lambda classes: nn.Sequential(_LocalContrast(), segnet_basic(classes, width))


def _one(name: str, build: Build, pixels: Pixels, training: Training) -> SegmentationSettings:
    return SegmentationSettings(
        pixels, [TrainingStage(name, lambda classes, _: build(classes), training)]
    )


def _scenes(name: str, light: Build, wide: Build) -> Presets:
    tiny = Training(epochs=4, batch_size=4, rate=5e-3)
    few = Pixels(crop=(96, 96), zoom=(0.3, 1.0), train=160, val=40, size=96)
    many = replace(few, crop=(128, 128), train=2000, val=200, size=128)
    return {
        "tiny": _one(name, light, few, tiny),
        "small": _one(name, light, many, replace(tiny, epochs=8)),
        "full": _one(
            name, wide, replace(many, train=10_000), replace(tiny, epochs=30, batch_size=16)
        ),
    }


def _camvid(name: str, light: Build, wide: Build, balanced: bool = True) -> Presets:
    small = Training(epochs=16, batch_size=8, rate=5e-3, balanced=balanced)
    half = Pixels(crop=(180, 240))
    full = replace(small, epochs=300, batch_size=12, rate=2e-3, workers=8)
    return {
        "tiny": _one(
            name, light, Pixels(crop=(96, 128), train=48, val=10), replace(small, epochs=3)
        ),
        "small": _one(name, light, half, small),
        "full": _one(name, wide, Pixels(crop=(360, 480), zoom=(0.5, 1.0)), full),
    }


def _light_segnet(classes: int) -> nn.Module:
    return segnet(classes, _LIGHT)


def _light_bilinear(classes: int) -> nn.Module:
    return segnet_bilinear(classes, _LIGHT)


def _deconvnet(classes: int) -> nn.Module:
    # The bottleneck of the published size, read off crops of 360 x 480 as off 224 x 224.
    return DeconvNet(classes, DeconvNetSize())


RECIPES = (
    segmentation_recipe(
        "segnet",
        "camvid",
        "SegNet: unpooling by saved indices",
        _camvid("segnet", _light_segnet, segnet),
        Paper(
            {"miou": 0.601, "boundary_f1": 0.4684}, "V", f"{_SEGNET}, Table 3: {_LONGER} 140k steps"
        ),
    ),
    segmentation_recipe(
        "segnet-bilinear",
        "camvid",
        "SegNet's twin: same layers, bilinear instead of saved indices",
        _camvid("segnet-bilinear", _light_bilinear, segnet_bilinear),
        Paper(
            {"miou": 0.433, "boundary_f1": 0.208},
            "V",
            f"{_SEGNET}, Table 1: CamVid test, a small net whose decoder is fixed and bilinear; "
            "ours learns all its convolutions",
        ),
    ),
    segmentation_recipe(
        "segnet-basic",
        "camvid",
        "SegNet-Basic: four 7x7 layers down, four up",
        _camvid("segnet-basic", _basic(32), _basic(64)),
        Paper({"miou": 0.477, "boundary_f1": 0.358}, "V", f"{_SEGNET}, Table 1: CamVid test"),
    ),
    segmentation_recipe(
        "deconvnet",
        "camvid",
        "DeconvNet: bottleneck, unpooling, transposed convolutions",
        _camvid("deconvnet", deconvnet_light, _deconvnet, balanced=False),
        Paper(
            {"miou": 0.5977, "boundary_f1": 0.5223},
            "V",
            f"{_SEGNET}, Table 3: {_LONGER} 260k steps",
        ),
    ),
    segmentation_recipe(
        "segnet",
        "scenes",
        "SegNet, light: unpooling by saved indices",
        _scenes("segnet", _light_segnet, segnet),
    ),
    segmentation_recipe(
        "segnet-bilinear",
        "scenes",
        "SegNet's twin, light: bilinear instead of saved indices",
        _scenes("segnet-bilinear", _light_bilinear, segnet_bilinear),
    ),
    segmentation_recipe(
        "deconvnet",
        "scenes",
        "DeconvNet, light: bottleneck, unpooling, transposed convolutions",
        _scenes("deconvnet", deconvnet_light, deconvnet_light),
    ),
)
