"""What every instance system of this course takes in and gives out: SDS, hypercolumns, MNC, ...

A system is an ``nn.Module`` called in two ways:

- ``losses = system(images, targets)`` for training: a dict of named scalar losses, whose sum is
  minimised (`total_loss` does it for the training loop);
- ``predictions = system(images)`` for use: one `InstancePrediction` an image.

``images`` is a list of (3, h, w) tensors in [0, 1], of any sizes; ``targets`` is a list of
`course_pkg.data.InstanceTarget`, torchvision's dict: ``boxes`` (k, 4) as x0, y0, x1, y1 in pixels,
``labels`` (k) from 1 on, ``masks`` (k, h, w). `course_pkg.data.collate_instances` makes both lists.
A prediction has the same entries and ``scores``, so `course_pkg.metrics.InstanceAP` compares the
two lists as they are. Systems normalise colours themselves.

Which call it is depends on the targets alone; train() and eval() mean what they mean to layers.

The systems share a body as well, so that a comparison compares what comes after it: `LiteFeatures`,
one map of a small pretrained network. Lectures 09, 10.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypedDict, runtime_checkable

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from course_pkg.data import LITE, InstanceTarget
from course_pkg.models.backbones.efficientnet_lite0 import (
    FeaturePyramid,
    efficientnet_lite0_pretrained,
)
from course_pkg.models.backbones.pyramid_body import pyramid_body

__all__ = [
    "InstancePrediction",
    "InstanceSystem",
    "LiteFeatures",
    "freeze_statistics",
    "instance_prediction",
    "lite_features",
    "pad_to_batch",
    "total_loss",
]


class InstancePrediction(TypedDict):
    """What a system says about an image, best first.

    ``boxes`` (k, 4) as x0, y0, x1, y1 in pixels, ``labels`` (k) from 1 on, ``scores`` (k) from 0 to
    1, ``masks`` (k, h, w) boolean, of the image's size.
    """

    boxes: Tensor
    labels: Tensor
    scores: Tensor
    masks: Tensor


@runtime_checkable
class InstanceSystem(Protocol):
    """The two calls; see the top of this file."""

    def __call__(
        self, images: Sequence[Tensor], targets: Sequence[InstanceTarget] | None = None
    ) -> Any:
        """Losses by name if there are targets, else one prediction an image."""


def instance_prediction(
    boxes: Float[Tensor, "k 4"],
    labels: Int[Tensor, " k"],
    scores: Float[Tensor, " k"],
    masks: Bool[Tensor, "k h w"],
    most: int = 100,
) -> InstancePrediction:
    """Bundle what was found in one image: best first, empty masks left out, not too many.

    Args:
        boxes: (x0, y0, x1, y1) in pixels.
        labels: classes, from 1 on.
        scores: the higher the better.
        masks: of the image's size.
        most: how many to keep at most.

    Returns:
        The prediction.

    Raises:
        ValueError: if a label is the background's.

    Example:
        >>> masks = torch.ones(2, 4, 4, dtype=torch.bool)
        >>> both = torch.tensor([1, 2]), torch.tensor([0.4, 0.9])
        >>> instance_prediction(torch.zeros(2, 4), *both, masks)["labels"]
        tensor([2, 1])
    """
    if len(labels) and int(labels.min()) < 1:
        raise ValueError("instance_prediction: labels must be 1 or more, for 0 is the background")
    order = scores.argsort(descending=True, stable=True)
    order = order[masks[order].flatten(1).any(dim=1)][:most]
    return InstancePrediction(
        boxes=boxes[order], labels=labels[order], scores=scores[order], masks=masks[order]
    )


def total_loss(model: nn.Module, batch: Any) -> Float[Tensor, ""]:
    """Add up a system's losses: the loss function that `course_pkg.engine.fit` wants.

    Args:
        model: an instance system.
        batch: (images, targets).

    Returns:
        The sum.
    """
    images, targets = batch
    losses: Mapping[str, Tensor] = model(images, targets)
    return torch.stack(list(losses.values())).sum()


def pad_to_batch(
    images: Sequence[Float[Tensor, "3 _ _"]],
    multiple: int = 32,
    value: Sequence[float] = LITE.mean,
) -> Float[Tensor, "n 3 h w"]:
    """Stack images of different sizes, filled up at the right and below; boxes stay as they are.

    Args:
        images: pictures in [0, 1].
        multiple: height and width become multiples of this.
        value: the colour to fill with: a body's ``mean``, which is zero once it has normalised it.

    Returns:
        The batch.

    Raises:
        ValueError: if there is no image.

    Example:
        >>> pad_to_batch([torch.ones(3, 20, 40), torch.ones(3, 33, 10)]).shape
        torch.Size([2, 3, 64, 64])
    """
    if not images:
        raise ValueError("pad_to_batch: expected at least one image, got none")
    h = max(-(-image.shape[1] // multiple) * multiple for image in images)
    w = max(-(-image.shape[2] // multiple) * multiple for image in images)
    plain = [image.as_subclass(Tensor) for image in images]
    batch = plain[0].new_tensor(value)[:, None, None].repeat(len(plain), 1, h, w)
    for filled, image in zip(batch, plain, strict=True):
        filled[:, : image.shape[1], : image.shape[2]] = image
    return batch


def freeze_statistics(network: nn.Module) -> None:
    """Let batch norms keep their statistics: a few images a batch are too few to estimate them.

    Args:
        network: its batch norms go into evaluation mode, whatever the rest is in.
    """
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.eval()


class LiteFeatures(nn.Module):
    """One feature map at stride 4 that has heard of the coarser ones.

    The map of each level passes a 1x1 convolution, the coarser ones are enlarged and added, and a
    3x3 convolution mixes the sum. The papers read VGG-16 at stride 16 on images enlarged to 600
    pixels; small things on a CPU want the finer map instead. Batch norms keep their statistics, in
    train() as well: one or two images a batch are too few to estimate them anew.

    Glossary of shapes: n images of h x w pixels, multiples of 32; h/4 x w/4 cells.

    Source: Lin et al. 2017, Feature Pyramid Networks, section 3, its finest level only; the body is
    Tan & Le 2019's.

    Args:
        body: the pretrained network, a `PyramidBody`.
        out_channels: c, of the map.

    Raises:
        ValueError: if the network is no body.
    """

    stride = 4

    def __init__(self, body: nn.Module, out_channels: int = 64) -> None:
        super().__init__()
        channels, self.mean = pyramid_body(body).channels, pyramid_body(body).mean
        self.body = body
        self.out_channels = out_channels
        self.lateral = nn.ModuleList(
            nn.Conv2d(channels[name], out_channels, 1) for name in FeaturePyramid._fields
        )
        self.mix = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def train(self, mode: bool = True) -> "LiteFeatures":
        """Switch to training or back; batch norms stay in evaluation mode."""
        super().train(mode)
        freeze_statistics(self)
        return self

    def forward(
        self, images: Float[Tensor, "n 3 h w"]
    ) -> Float[Tensor, "n {self.out_channels} _ _"]:
        """Return the map of images in [0, 1]."""
        levels = [layer(x) for layer, x in zip(self.lateral, self.body(images), strict=True)]
        merged = levels[-1]
        for finer in levels[-2::-1]:
            merged = finer + F.interpolate(merged, finer.shape[-2:], mode="nearest")
        return F.relu(self.mix(merged))


def lite_features(out_channels: int = 64) -> LiteFeatures:
    """Build the shared body with its ImageNet weights.

    Args:
        out_channels: of the map.

    Returns:
        The body; what is fresh, its convolutions after the pretrained network, is random.

    Example:
        >>> lite_features(16)(torch.zeros(1, 3, 32, 64)).shape
        torch.Size([1, 16, 8, 16])
    """
    return LiteFeatures(efficientnet_lite0_pretrained().backbone, out_channels).train()
