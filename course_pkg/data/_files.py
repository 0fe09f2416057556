"""What the loaders of real data share: finding the files, and saying how to get missing ones."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision import tv_tensors

ENVIRONMENT_VARIABLE = "COURSE_DATA"
IGNORE_INDEX = 255
JointTransform = Callable[[Any, Any], tuple[Any, Any]]
Root = str | Path | None
Palette = tuple[tuple[int, int, int], ...]


def data_root(name: str, root: Root) -> Path:
    """The folder that holds the data sets: the argument, or what the environment names."""
    chosen = root if root is not None else os.environ.get(ENVIRONMENT_VARIABLE)
    if not chosen:
        raise FileNotFoundError(
            f"{name}: no folder with data is known; pass root=... or set the environment variable "
            f"{ENVIRONMENT_VARIABLE} to the folder that holds your data sets"
        )
    return Path(chosen).expanduser()


def find_folder(name: str, root: Path, places: Sequence[str], inside: str, source: str) -> Path:
    """The first of several places below root that holds a file or folder by that name.

    Args:
        name: the data set's name, for the message.
        root: the folder that holds the data sets.
        places: folders below it where the set may lie, the usual one first.
        inside: what has to be in the folder.
        source: where to get the data, as part of a sentence.
    """
    for place in places:
        if (root / place / inside).exists():
            return root / place
    raise FileNotFoundError(
        f"{name}: {root / places[0] / inside} does not exist; get the data from {source} and put "
        f"it there, or pass root=... (the folder that holds {places[0]!r})"
    )


def existing(name: str, path: Path, source: str) -> Path:
    """The path, if something is there."""
    if not path.exists():
        raise FileNotFoundError(f"{name}: {path} does not exist; get the data from {source}")
    return path


def refuse_download(name: str, download: bool, source: str) -> None:
    """Say plainly that this set has to be fetched by hand."""
    if download:
        raise ValueError(
            f"{name}: download=True is not possible for this set; get it from {source}, "
            f"then pass download=False"
        )


def check_choice(name: str, argument: str, value: str, choices: Sequence[str]) -> str:
    """Refuse a word that is not one of the choices."""
    if value not in choices:
        raise ValueError(f"{name}: {argument} must be one of {', '.join(choices)}; got {value!r}")
    return value


class MaskDataset(ABC, Dataset[tuple[Any, Any]]):
    """Photographs with one label a pixel; the sets differ in where they lie and how they are read.

    Items are (PIL image in RGB, ``tv_tensors.Mask`` int64 of the same size), or what
    ``transforms`` makes of them.
    """

    ignore_index = IGNORE_INDEX
    classes: tuple[str, ...]
    palette: Palette

    def __init__(self, transforms: JointTransform | None) -> None:
        self.transforms = transforms

    @abstractmethod
    def __len__(self) -> int:
        """How many photographs there are."""

    @abstractmethod
    def _read(self, index: int) -> tuple[Image.Image, np.ndarray]:
        """A photograph and its labels, those to ignore set to 255."""

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The photograph and the mask at a place in the data set."""
        image, labels = self._read(index)
        if labels.shape != (image.height, image.width):
            raise ValueError(
                f"{type(self).__name__}: the mask of item {index} is {labels.shape[1]}x"
                f"{labels.shape[0]}, its image {image.width}x{image.height}; the files are damaged"
            )
        mask = tv_tensors.Mask(torch.from_numpy(labels.astype(np.int64)))
        return (image, mask) if self.transforms is None else self.transforms(image, mask)


def read_rgb(path: Path | str) -> Image.Image:
    """A picture file as RGB, closed again."""
    with Image.open(path) as image:
        return image.convert("RGB")


def read_labels(path: Path | str) -> np.ndarray:
    """The numbers in a label picture, whether grey or with a palette."""
    with Image.open(path) as image:
        return np.array(image)
