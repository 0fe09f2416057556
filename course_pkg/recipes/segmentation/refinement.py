"""Refinement: the same net once, twice and three times, fed its own answer.

The laptop presets train the form that keeps the image's size; ``full`` trains the paper's rCNN3,
which shrinks its image and is read out at every pixel by shifting it.
"""

from dataclasses import replace
from functools import partial

from torch import Tensor, nn

from course_pkg.models import (
    RecurrentCNN,
    full_resolution_scores,
    rcnn3,
    refinement_loss,
    same_size_refinement,
)
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

_PASSES = 3


def _loss(model: nn.Module, images: Tensor, target: Tensor, weight: Tensor | None) -> Tensor:
    fields = [model.field(p) for p in range(1, _PASSES + 1)]  # pyright: ignore[reportCallIssue]
    return refinement_loss(model(images, passes=_PASSES), fields, target)


def _labels(passes: int, model: nn.Module, images: Tensor) -> Tensor:
    if isinstance(model, RecurrentCNN):
        return full_resolution_scores(model, images, passes).argmax(dim=1)
    return model(images, passes=passes)[-1].argmax(dim=1)


def _stage(build, training: Training) -> TrainingStage:
    return TrainingStage(
        "refinement",
        lambda classes, _: build(classes),
        training,
        loss=_loss,
        predict=partial(_labels, _PASSES),
        also={f"pass{p}": partial(_labels, p) for p in range(1, _PASSES + 1)},
    )


def _presets(
    few: Pixels, many: Pixels, widths: tuple[int, int], epochs: tuple[int, int]
) -> Presets:
    tiny = Training(epochs=epochs[0], batch_size=4, rate=5e-3)

    def light(width: int):
        return partial(same_size_refinement, width=width)

    small = replace(tiny, epochs=epochs[1], batch_size=8)
    full = replace(small, epochs=200, workers=8)
    return {
        "tiny": SegmentationSettings(few, [_stage(light(widths[0]), tiny)]),
        "small": SegmentationSettings(many, [_stage(light(widths[1]), small)]),
        # The third pass sees 155 pixels, and an image without padding has to hold that many.
        "full": SegmentationSettings(
            replace(many, crop=(240, 320), zoom=(0.3, 1.0)), [_stage(rcnn3, full)]
        ),
    }


RECIPES = (
    segmentation_recipe(
        "refinement",
        "camvid",
        "rCNN: one net fed its own scores, three passes; miou_pass1 to 3 after each",
        _presets(
            Pixels(crop=(96, 128), train=48, val=10), Pixels(crop=(180, 240)), (16, 24), (2, 10)
        ),
        Paper(
            {"pixel_accuracy": 0.777, "mean_accuracy": 0.298},
            "V",
            "rCNN3, three passes, in Long et al. 2015, Table 5: SIFT Flow, 33 classes",
        ),
    ),
    segmentation_recipe(
        "refinement",
        "scenes",
        "rCNN in a form that keeps the image's size, three passes",
        _presets(
            Pixels(crop=(96, 96), zoom=(0.3, 1.0), train=160, val=40, size=96),
            Pixels(crop=(128, 128), zoom=(0.3, 1.0), train=2000, val=200),
            (16, 32),
            (4, 6),
        ),
    ),
)
