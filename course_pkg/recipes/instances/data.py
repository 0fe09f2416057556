"""The data of the instance recipes, read once and kept in memory: images, and numbers of instances.

Masks of one image do not overlap, so one map of instance numbers holds them all; masks are made
when a sample is asked for, of the cut that is asked for.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor
from torch.utils.data import Dataset
from torchvision.transforms.v2.functional import pil_to_tensor

from course_pkg.data import InstanceTarget, Nuclei, SceneDataset, instance_target

__all__ = ["InstanceData", "InstancePictures", "instance_nuclei", "instance_scenes"]

# Scenes for training and for measuring come from data sets of different seeds: none is shared.
_TRAIN_SEED, _VAL_SEED = 1, 2


class InstancePictures(Dataset[tuple[Tensor, InstanceTarget]]):
    """Images and instances in memory.

    Args:
        samples: (image as bytes, number of each pixel's instance from 1 on, class of each).
        crop: height and width of a part that is cut out at random and turned or mirrored at random
            every time; None = whole images, as they are.
        turn: also turn by quarters: right for what has no up and down.
    """

    def __init__(
        self,
        samples: list[tuple[UInt8[Tensor, "3 _ _"], Int[Tensor, "_ _"], Int[Tensor, " _"]]],
        crop: tuple[int, int] | None = None,
        turn: bool = False,
    ) -> None:
        self.samples, self.crop, self.turn = samples, crop, turn

    def __len__(self) -> int:
        """How many there are."""
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Float[Tensor, "3 h w"], InstanceTarget]:
        """An image in [0, 1] and its instances."""
        image, numbers, labels = self.samples[index]
        if self.crop is not None:
            image, numbers = _cut(image, numbers, self.crop)
            image, numbers = _flip(image, numbers, self.turn)
        masks = masks_from_numbers(numbers, len(labels))
        return image.float() / 255, instance_target(masks, labels, index)


@dataclass(frozen=True)
class InstanceData:
    """What an instance recipe trains and measures on.

    Attributes:
        train: parts of images, cut and mirrored at random.
        val: whole images.
        classes: names, the background first.
        palette: a colour for every class.
    """

    train: InstancePictures
    val: InstancePictures
    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]


def instance_nuclei(
    root: Path | str | None,
    crop: tuple[int, int],
    limits: tuple[int | None, int | None] = (None, None),
) -> InstanceData:
    """Read the nuclei, the split that is fixed by names.

    Args:
        root: folder that holds ``nuclei``; None = the one that COURSE_DATA names.
        crop: height and width of a training image.
        limits: how many images of each part at most, spread evenly; None = all.

    Returns:
        The data.

    Raises:
        FileNotFoundError: if the files are missing.
    """
    samples = []
    for split, limit in zip(("train", "val"), limits, strict=True):
        part = Nuclei(root, split)
        step = max(1, len(part) // limit) if limit else 1
        samples.append([_sample(*part[i]) for i in range(0, len(part), step)][:limit])
    train = InstancePictures(samples[0], crop, turn=True)
    return InstanceData(train, InstancePictures(samples[1]), Nuclei.classes, Nuclei.palette)


def instance_scenes(size: int, crop: tuple[int, int], counts: tuple[int, int]) -> InstanceData:
    """Paint synthetic scenes, always the same ones.

    Args:
        size: side of a scene in pixels.
        crop: height and width of a training image.
        counts: how many to train and to measure on.

    Returns:
        The data; images in which nothing is to be found are left out of the training part.
    """
    parts = [
        SceneDataset(count, size, seed, target="instance")
        for count, seed in zip(counts, (_TRAIN_SEED, _VAL_SEED), strict=True)
    ]
    train, val = ([_sample(*part[i]) for i in range(len(part))] for part in parts)
    train = [sample for sample in train if len(sample[2])]
    classes, palette = parts[0].classes, parts[0].palette
    return InstanceData(InstancePictures(train, crop), InstancePictures(val), classes, palette)


def masks_from_numbers(numbers: Int[Tensor, "h w"], count: int) -> Bool[Tensor, "{count} h w"]:
    """Make one mask for each instance out of a map of their numbers.

    Args:
        numbers: 0 for the background, 1 for the first instance.
        count: how many instances.

    Returns:
        Masks; empty ones for instances that are not there.

    Example:
        >>> masks_from_numbers(torch.tensor([[0, 2]]), 2).tolist()
        [[[False, False]], [[False, True]]]
    """
    return numbers == torch.arange(1, count + 1)[:, None, None]


def _sample(image: Any, target: InstanceTarget) -> tuple[Tensor, Tensor, Tensor]:
    if isinstance(image, Tensor):
        pixels = (image.as_subclass(Tensor) * 255).round().byte()
    else:
        pixels = pil_to_tensor(image)
    masks = target["masks"].as_subclass(Tensor)
    numbers = torch.arange(1, len(masks) + 1, dtype=torch.int16)[:, None, None] * masks
    flat = numbers.amax(dim=0) if len(masks) else torch.zeros(pixels.shape[1:]).short()
    return pixels, flat, target["labels"]


def _draw(upto: int) -> int:
    return int(torch.randint(upto, ()))


def _cut(image: Tensor, numbers: Tensor, crop: tuple[int, int]) -> tuple[Tensor, Tensor]:
    (h, w), (height, width) = numbers.shape, crop
    y, x = _draw(max(h - height, 0) + 1), _draw(max(w - width, 0) + 1)
    return image[:, y : y + height, x : x + width], numbers[y : y + height, x : x + width]


def _flip(image: Tensor, numbers: Tensor, turn: bool) -> tuple[Tensor, Tensor]:
    quarters, mirrored = (_draw(4) if turn else 0), bool(_draw(2))

    def move(x: Tensor) -> Tensor:
        x = torch.rot90(x, quarters, (-2, -1))
        return (x.flip(-1) if mirrored else x).contiguous()

    return move(image), move(numbers)
