"""The data of the segmentation recipes, read once and kept in memory as bytes.

Decoding a photograph or painting a scene costs about as much as a training step on it, so each is
done once; cuts and colours are drawn anew every time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jaxtyping import Float, Int, UInt8
from torch import Tensor
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms.v2.functional import pil_to_tensor

from course_pkg.data import (
    CLASSES,
    PALETTE,
    CamVid,
    SceneDataset,
    eval_transforms,
    train_transforms,
)

__all__ = ["Pictures", "SegmentationData", "camvid", "scenes"]

# Scenes for training and for measuring come from data sets of different seeds: none is shared.
_TRAIN_SEED, _VAL_SEED = 1, 2


class Pictures(Dataset[tuple[Tensor, Tensor]]):
    """Images and label maps in memory.

    Args:
        samples: images as bytes and their label maps as bytes, 255 to ignore.
        transforms: called with (image, mask) every time a sample is asked for.
    """

    def __init__(
        self,
        samples: Sequence[tuple[UInt8[Tensor, "3 h w"], UInt8[Tensor, "h w"]]],
        transforms: Callable[[Any, Any], tuple[Any, Any]],
    ) -> None:
        self.samples = samples
        self.transforms = transforms

    def __len__(self) -> int:
        """How many there are."""
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Float[Tensor, "3 h w"], Int[Tensor, "h w"]]:
        """An image in [0, 1] and its labels."""
        image, mask = self.samples[index]
        image, mask = self.transforms(tv_tensors.Image(image), tv_tensors.Mask(mask))
        return image.as_subclass(Tensor), mask.as_subclass(Tensor).long()


@dataclass(frozen=True)
class SegmentationData:
    """What a segmentation recipe trains and measures on.

    Attributes:
        train: cut, mirrored and recoloured at random.
        val: whole images.
        classes: names.
        palette: a colour for every class.
    """

    train: Pictures
    val: Pictures
    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]

    def train_targets(self) -> list[UInt8[Tensor, "h w"]]:
        """The label maps of the training images, uncut."""
        return [mask for _, mask in self.train.samples]


def camvid(
    root: Path | str | None,
    crop: tuple[int, int],
    zoom: tuple[float, float],
    limits: tuple[int | None, int | None] = (None, None),
) -> SegmentationData:
    """Read CamVid's training and validation part, 360 x 480 pixels.

    Args:
        root: folder that holds ``camvid``; None = the one that COURSE_DATA names.
        crop: height and width of a training image after cutting and resizing.
        zoom: share of the image that is cut out, at least and at most.
        limits: how many images of each part at most, spread evenly; None = all.

    Returns:
        The data.

    Raises:
        FileNotFoundError: if the files are missing.
    """
    parts = [CamVid(root, split) for split in ("train", "val")]
    samples = []
    for part, limit in zip(parts, limits, strict=True):
        step = max(1, len(part) // limit) if limit else 1
        samples.append([_as_bytes(*part[i]) for i in range(0, len(part), step)][:limit])
    return _with_transforms(samples[0], samples[1], crop, zoom, CamVid.classes, CamVid.palette)


def scenes(
    size: int, crop: tuple[int, int], zoom: tuple[float, float], counts: tuple[int, int]
) -> SegmentationData:
    """Paint synthetic scenes, always the same ones.

    Args:
        size: side of a scene in pixels.
        crop: height and width of a training image after cutting and resizing.
        zoom: share of the scene that is cut out, at least and at most.
        counts: how many to train and to measure on.

    Returns:
        The data.
    """
    samples = []
    for count, seed in zip(counts, (_TRAIN_SEED, _VAL_SEED), strict=True):
        part = SceneDataset(count, size, seed)
        samples.append([_as_bytes(*part[i]) for i in range(count)])
    return _with_transforms(samples[0], samples[1], crop, zoom, CLASSES, PALETTE)


def _as_bytes(image: Any, mask: Any) -> tuple[Tensor, Tensor]:
    if isinstance(image, Tensor):
        pixels = (image.as_subclass(Tensor) * 255).round().byte()
    else:
        pixels = pil_to_tensor(image)
    return pixels, mask.as_subclass(Tensor).byte()


def _with_transforms(
    train: Sequence[tuple[Tensor, Tensor]],
    val: Sequence[tuple[Tensor, Tensor]],
    crop: tuple[int, int],
    zoom: tuple[float, float],
    classes: tuple[str, ...],
    palette: tuple[tuple[int, int, int], ...],
) -> SegmentationData:
    h, w = crop
    shape = w / h  # cuts are stretched by a fifth at most, either way
    varied = train_transforms(crop, scale=zoom, ratio=(0.8 * shape, 1.25 * shape))
    return SegmentationData(
        Pictures(train, varied), Pictures(val, eval_transforms()), classes, palette
    )
