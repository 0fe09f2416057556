"""Small ones of the public networks: how to make each, and what to ask it.

A case says what it cannot do and why: the reason stands in the table of `test_citizens.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from course_pkg import models
from course_pkg.models import CaptionerSize, TranslatorSize, VideoSize

SIDE = 32


@dataclass
class Case:
    """One network.

    Attributes:
        make: builds it, small.
        ask: its inputs for a batch of n.
        cannot: what it cannot do (see `test_citizens.CAN`), and why.
    """

    make: Callable[[], nn.Module]
    ask: Callable[[int], tuple]
    cannot: dict[str, str] = field(default_factory=dict)


def picture(channels: int = 3, side: int = SIDE) -> Callable[[int], tuple[Tensor]]:
    def ask(n: int) -> tuple[Tensor]:
        cells = torch.linspace(0, 1, n * channels * side * side)
        return (cells.reshape(n, channels, side, side),)

    return ask


def words(n: int, t: int = 4, least: int = 3, most: int = 9) -> Tensor:
    return (torch.arange(n * t).reshape(n, t) * 7) % (most - least) + least


def numbers(*shape: int) -> Tensor:
    return torch.linspace(-1, 1, max(int(torch.tensor(shape).prod()), 1))[
        : int(torch.tensor(shape).prod())
    ].reshape(shape)


def lite() -> nn.Module:
    return models.EfficientNetLite0()


EMPTY = "torch's own affine_grid refuses a batch of none"
VGG = models.VGG16Size(widths=(4, 4, 8, 8, 8), hidden=8)
SEARCHES = (
    "proposals are found by a search on the CPU; its networks are in this table by themselves"
)
TRAINS = "a loop over lists of pictures and boxes, whose number depends on what is seen"


def patch(name: str, **settings) -> Case:
    return Case(lambda: getattr(models, name)(**settings), picture(3))


CASES: dict[str, Case] = {
    "ConvStack": Case(lambda: models.ConvStack(3, 4, 4, 2), picture()),
    "fcn8s": Case(lambda: models.fcn8s(3, VGG), picture()),
    "BilinearUpsampling": Case(
        lambda: models.BilinearUpsampling(4, 2), lambda n: (numbers(n, 2, 4, 4),)
    ),
    "segnet_basic": Case(lambda: models.segnet_basic(3, 4), picture()),
    "multiscale_net": Case(
        lambda: models.multiscale_net(3, models.MultiScaleSize((4, 8, 8), (2, 4), 3)), picture()
    ),
    "PartialConv2d": Case(
        lambda: models.PartialConv2d(torch.ones(2, 3) > 0, 3), lambda n: (numbers(n, 3, 8, 8),)
    ),
    "SegmentClassifier": Case(
        lambda: models.SegmentClassifier(6, 3, 4), lambda n: (numbers(n, 6),)
    ),
    "GRU": Case(lambda: models.GRU(3, 4), lambda n: (numbers(n, 5, 3), torch.ones(n, 5) > 0)),
    "Captioner": Case(
        lambda: models.Captioner(
            nn.Identity(), 9, CaptionerSize(features=6, embed=4, hidden=8, attention=4)
        ),
        lambda n: (numbers(n, 4, 6), words(n)),
    ),
    "rnnsearch": Case(
        lambda: models.rnnsearch(9, 9, TranslatorSize(4, 8, 6, 5, 0.0)),
        lambda n: (words(n), words(n, 3)),
    ),
    "VideoDescriber": Case(
        lambda: models.VideoDescriber(nn.Identity(), 9, 5, VideoSize(6, 4, 4, 8, 4)),
        lambda n: (numbers(n, 5, 18), words(n)),
    ),
    "SpatialMemoryNet": Case(
        lambda: models.SpatialMemoryNet(nn.Identity(), 6, 9, 4, 8),
        lambda n: (numbers(n, 4, 8), words(n)),  # two coordinates beside the features
    ),
    "draw_with_windows": Case(
        lambda: models.draw_with_windows((8, 8), 2, 3, 8, 4, 2),
        lambda n: (numbers(n, 1, 8, 8).sigmoid(),),
    ),
    "GlimpseClassifier": Case(
        lambda: models.GlimpseClassifier((12, 12), 3, 2, 4, 8),
        lambda n: (numbers(n, 1, 12, 12),),
    ),
    "Handwriting": Case(
        lambda: models.Handwriting(9, 8, 3, 2, 1),
        lambda n: (numbers(n, 5, 3), words(n, 4, 0, 9), torch.ones(n, 4) > 0),
    ),
    "PenPredictor": Case(lambda: models.PenPredictor(8, 2, 1), lambda n: (numbers(n, 5, 3),)),
    **{
        f"spatial_transformer_net({kind})": Case(
            lambda kind=kind: models.spatial_transformer_net("cnn", kind, 28, budget=20000),
            picture(1, 28),
            {"batches": EMPTY} if kind in ("attention", "affine") else {},
        )
        for kind in ("attention", "affine", "projective", "tps")
    },
}
