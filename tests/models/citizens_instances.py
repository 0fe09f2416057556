"""The instance systems among the citizens: they read lists of pictures of unlike sizes."""

import torch
from citizen_case import Case, numbers, pictures, pixels
from torch import Tensor

from course_pkg import models

SEEN = "how many things there are depends on what is seen"
HALVES = "torchvision's own network: its NMS on a CPU knows single precision only"
PARTS = {"compile": SEEN, "export": SEEN, "onnx": SEEN}


def body() -> models.EfficientNetLite0:
    return models.EfficientNetLite0()


def lite() -> models.LiteFeatures:
    return models.LiteFeatures(body(), 16)


def scenes(n: int) -> tuple[list[Tensor]]:
    """A square in another colour, so that there is something to propose."""
    found = []
    for picture in pixels(n, 3, 64, 64).unbind():
        picture[:, 16:40, 20:44] = torch.tensor([0.9, 0.2, 0.1])[:, None, None]
        found.append(picture)
    return (found,)


def odd_scenes() -> tuple[list[Tensor]]:
    ((first, second),) = scenes(2)
    return ([first[:, :61, :47], second[:, :53]],)


def system(make, **cannot: str) -> Case:
    return Case(make, scenes, PARTS | cannot, odd=odd_scenes)


def sds() -> models.SDS:
    paths = [models.CropPath(body(), 32, 8) for _ in range(2)]
    return models.SDS(*paths, num_classes=3, crop_size=32)


def hypercolumns() -> models.HypercolumnSystem:
    return models.hypercolumns_lite(3, size=10, crop_size=32, hidden=8)


INSTANCE_CASES: dict[str, Case] = {
    "LiteFeatures": pictures(lite, 64, deep=True),
    "PyramidFeatures": pictures(lambda: models.PyramidFeatures(body(), 16), 64, deep=True),
    "CropPath": Case(lambda: models.CropPath(body(), 32, 8), lambda n: (pixels(n, 3, 32, 32),)),
    "ClassStage": Case(
        lambda: models.ClassStage(6 * 49, 8, 3),
        lambda n: (numbers(n, 6, 14, 14), numbers(n, 28, 28)),
    ),
    "MaskStage": Case(lambda: models.MaskStage(6 * 49, 8, 7), lambda n: (numbers(n, 6, 7, 7),)),
    "RegionRefinement": Case(
        lambda: models.RegionRefinement(6, 3, 4),
        lambda n: (numbers(n, 22), torch.arange(n) % 2 + 1),
    ),
    "RegionProposalNetwork": Case(
        lambda: models.RegionProposalNetwork(8, 16),
        lambda n: (numbers(n, 8, 4, 4), [(64, 64)] * n),
        dict(PARTS),
    ),
    "components_lite": system(lambda: models.components_lite(3)),
    "sds": system(sds),
    "hypercolumns_lite": system(hypercolumns),
    "HypercolumnRefinement": system(lambda: models.HypercolumnRefinement(sds(), hypercolumns())),
    "MultitaskCascade(3)": system(lambda: models.MultitaskCascade(lite(), 3)),
    "MultitaskCascade(5)": system(lambda: models.MultitaskCascade(lite(), 3, stages=5)),
    "mask_rcnn": system(lambda: models.mask_rcnn(lite(), 3), bf16=HALVES, fp16=HALVES),
    "mask_rcnn(pyramid)": system(
        lambda: models.mask_rcnn(models.PyramidFeatures(body(), 16), 3), bf16=HALVES, fp16=HALVES
    ),
}
