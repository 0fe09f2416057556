"""What a segmentation recipe is made of: images, and one stage for every network it trains."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from jaxtyping import Float, Int
from torch import Tensor, nn

from course_pkg.engine import LossSum, pixel_cross_entropy
from course_pkg.recipes._core.training import Training

__all__ = [
    "Pixels",
    "Predict",
    "Presets",
    "SegmentationSet",
    "SegmentationSettings",
    "TrainingStage",
    "argmax_of_logits",
    "cross_entropy",
]

SegmentationSet = Literal["camvid", "scenes"]
Predict = Callable[[nn.Module, Tensor], Tensor]
Loss = Callable[[nn.Module, Tensor, Tensor, Tensor | None], LossSum | Tensor]


@dataclass(frozen=True)
class Pixels:
    """Which images, and how much of them.

    Attributes:
        crop: height and width of training images after cutting and resizing.
        zoom: share of an image that is cut out, at least and at most.
        train: number of training images; None = all there are.
        val: number of images to measure on; None = all there are.
        size: side of a scene in pixels; real images keep theirs.
    """

    crop: tuple[int, int]
    zoom: tuple[float, float] = (0.25, 1.0)
    train: int | None = None
    val: int | None = None
    size: int = 128


def argmax_of_logits(model: nn.Module, images: Float[Tensor, "n 3 h w"]) -> Int[Tensor, "n h w"]:
    """Read labels off a network that gives logits of the images' size.

    Args:
        model: images to logits (n, k, h, w).
        images: in [0, 1].

    Returns:
        The most probable class of every pixel.

    Example:
        >>> argmax_of_logits(nn.Identity(), torch.eye(3).reshape(1, 3, 1, 3))
        tensor([[[0, 1, 2]]])
    """
    return model(images).argmax(dim=1)


def cross_entropy(
    model: nn.Module,
    images: Float[Tensor, "n c h w"],
    target: Int[Tensor, "n h w"],
    weight: Float[Tensor, " k"] | None,
) -> LossSum | Tensor:
    """Measure a network that gives logits of the images' size.

    Args:
        model: images to logits (n, k, h, w).
        images: in [0, 1].
        target: true labels; 255 counts nowhere.
        weight: factor per class; None = all 1.

    Returns:
        Sum over the labelled pixels, and their number (or weight).

    Example:
        >>> target = torch.zeros(1, 1, 2, dtype=torch.long)
        >>> loss = cross_entropy(nn.Identity(), torch.zeros(1, 2, 1, 2), target, None)
        >>> loss.total / loss.count
        tensor(0.6931)
    """
    return pixel_cross_entropy(model(images), target, weight)


@dataclass(frozen=True)
class TrainingStage:
    """One network to be trained.

    Attributes:
        name: with the data set it names a recipe, whose checkpoints it shares.
        build: maps (number of classes, trained network of the stage before) to a network.
        training: how.
        loss: of (network, images, target, class weights).
        predict: labels that the network gives; these are measured.
        also: other ways to read labels off it, by name; their mIoU is reported beside.
        eval_batch: images measured at once.
    """

    name: str
    build: Callable[[int, nn.Module | None], nn.Module]
    training: Training
    loss: Loss = cross_entropy
    predict: Predict = argmax_of_logits
    also: Mapping[str, Predict] = field(default_factory=dict)
    eval_batch: int = 1


class SegmentationSettings(NamedTuple):
    """One preset of a segmentation recipe.

    Attributes:
        pixels: which images.
        stages: the networks to train, each perhaps from the one before; the last is the result.
    """

    pixels: Pixels
    stages: Sequence[TrainingStage]


Presets = Mapping[str, SegmentationSettings]
