"""Transforms that move an image and its mask or boxes together.

Built from torchvision's v2 transforms, which look at the type of what they are given: an image is
resized smoothly, a ``tv_tensors.Mask`` by nearest neighbour (a label between car and sky does not
exist), and colours are changed on the image alone.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms import v2

from course_pkg.data.targets import instance_target

__all__ = [
    "IMAGENET",
    "LITE",
    "Normalization",
    "denormalize",
    "eval_transforms",
    "normalize",
    "train_transforms",
]


class Normalization(NamedTuple):
    """Mean and standard deviation of each channel that a pretrained network expects removed."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


#: What most networks pretrained on ImageNet expect, for pictures from 0 to 1.
IMAGENET = Normalization((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
#: What EfficientNet-Lite expects: it was trained on (x - 127) / 128 with x from 0 to 255.
LITE = Normalization((127 / 255, 127 / 255, 127 / 255), (128 / 255, 128 / 255, 128 / 255))


def normalize(
    image: Float[Tensor, "*n c h w"], stats: Normalization = IMAGENET
) -> Float[Tensor, "*n c h w"]:
    """Bring an image in [0, 1] to the range a pretrained network was trained on.

    The networks of this course take images in [0, 1] and call this themselves, so that the numbers
    that belong to the weights cannot be forgotten or applied twice by the caller.

    Args:
        image: one image or a batch.
        stats: that network's mean and deviation.

    Returns:
        ``(image - mean) / std``, channel by channel.

    Raises:
        ValueError: if the image holds whole numbers, or not one channel for each number.

    Source: the transforms of the released weights (torchvision's for ImageNet).

    Example:
        >>> normalize(torch.full((3, 1, 1), 127 / 255), LITE).abs().max().item() < 1e-6
        True
    """
    if not image.is_floating_point():
        raise ValueError(
            f"normalize: image must be floats in [0, 1], got {image.dtype}; divide by 255"
        )
    if not image.shape[-3] == len(stats.mean) == len(stats.std):
        raise ValueError(
            f"normalize: stats need one mean and one std per channel, {image.shape[-3]} each, "
            f"got {len(stats.mean)} and {len(stats.std)}"
        )
    mean, std = (image.new_tensor(values)[:, None, None] for values in stats)
    return (image - mean) / std


def denormalize(
    image: Float[Tensor, "*n 3 h w"], stats: Normalization = IMAGENET
) -> Float[Tensor, "*n 3 h w"]:
    """Undo `normalize`, to show what a network was given.

    Args:
        image: one normalised image or a batch.
        stats: the mean and deviation that were removed.

    Returns:
        ``image * std + mean``, channel by channel.
    """
    mean, std = (image.new_tensor(values)[:, None, None] for values in stats)
    return image * std + mean


def train_transforms(
    size: int | Sequence[int],
    scale: tuple[float, float] = (0.4, 1.0),
    ratio: tuple[float, float] = (0.75, 4 / 3),
    flip: float = 0.5,
    jitter: float = 0.3,
    stats: Normalization | None = None,
) -> v2.Compose:
    """Vary training images: cut out a random part, mirror it, change its light.

    Instances that the cut leaves without a visible box are dropped, with their masks and labels.

    Args:
        size: height and width after resizing, in pixels; one number for a square.
        scale: share of the image's area that is cut out, at least and at most.
        ratio: width / height of the cut, at least and at most.
        flip: chance of mirroring left and right.
        jitter: strength of the change in brightness, contrast and saturation; 0 for none.
        stats: normalise for a pretrained network; ``None`` leaves values in [0, 1].

    Returns:
        A transform to be called with (image, target). It draws from torch's global generator, as
        torchvision's transforms do: ``torch.manual_seed`` makes it repeatable.

    Raises:
        ValueError: if a number is out of its range.
    """
    if not 0 < scale[0] <= scale[1] <= 1:
        raise ValueError(f"train_transforms: scale must be 0 < low <= high <= 1, got {scale}")
    if jitter < 0 or not 0 <= flip <= 1:
        raise ValueError(
            "train_transforms: flip must be a chance in [0, 1] and jitter at least 0; "
            f"got flip={flip}, jitter={jitter}"
        )
    steps: list[torch.nn.Module] = [
        v2.ToImage(),
        v2.RandomResizedCrop(_pair(size), scale=scale, ratio=ratio, antialias=True),
        v2.RandomHorizontalFlip(flip),
        v2.ColorJitter(jitter, jitter, jitter),
        v2.ToDtype({tv_tensors.Image: torch.float32, "others": None}, scale=True),
        _KeepVisible(),
    ]
    return v2.Compose(steps + _normalize_step(stats))


def eval_transforms(
    size: int | Sequence[int] | None = None, stats: Normalization | None = None
) -> v2.Compose:
    """Prepare images for measuring: nothing random, the whole image.

    Args:
        size: height and width to resize to, in pixels; ``None`` keeps the image's own.
        stats: normalise for a pretrained network; ``None`` leaves values in [0, 1].

    Returns:
        A transform to be called with (image, target).
    """
    resize = [] if size is None else [v2.Resize(_pair(size), antialias=True)]
    steps: list[torch.nn.Module] = [
        v2.ToImage(),
        *resize,
        v2.ToDtype({tv_tensors.Image: torch.float32, "others": None}, scale=True),
        _KeepVisible(),
    ]
    return v2.Compose(steps + _normalize_step(stats))


class _KeepVisible(torch.nn.Module):
    """After a cut: drop instances that are no longer seen and fit the other boxes anew."""

    def forward(self, image: Any, target: Any) -> tuple[Any, Any]:
        if isinstance(target, dict) and {"boxes", "masks", "labels"} <= target.keys():
            masks = target["masks"].as_subclass(Tensor).bool()
            fresh = instance_target(masks, target["labels"])
            target = {**target, **fresh}
        return image, target


def _pair(size: int | Sequence[int]) -> list[int]:
    pair = [size, size] if isinstance(size, int) else list(size)
    if len(pair) != 2 or min(pair) < 1:
        raise ValueError(f"size must be one or two numbers of pixels, 1 or more; got {size}")
    return pair


def _normalize_step(stats: Normalization | None) -> list[torch.nn.Module]:
    return [] if stats is None else [v2.Normalize(list(stats.mean), list(stats.std))]
