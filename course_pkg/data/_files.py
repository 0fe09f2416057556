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


def checked_root(
    name: str,
    root: Root,
    split: str,
    splits: Sequence[str],
    by_hand: tuple[bool, str] | None = None,
) -> Path:
    """What every constructor looks at first: the part asked for, and the folder with the sets.

    Args:
        name: the data set's name, for messages.
        root: the folder that holds the data sets, or None for the one that the environment names.
        split: the part asked for.
        splits: the parts that there are.
        by_hand: for a set that nobody may fetch by program: whether a download was asked for, and
            where to get the data instead.
    """
    check_choice(name, "split", split, splits)
    if by_hand is not None:
        refuse_download(name, *by_hand)
    return data_root(name, root)


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

    @abstractmethod
    def _mask_file(self, index: int) -> Path | str:
        """Where the labels lie, for messages."""

    def _check(self, index: int, image: Image.Image, labels: np.ndarray) -> None:
        """Refuse here what would fail far away, inside a loss on a GPU."""
        where = f"{type(self).__name__}: {self._mask_file(index)} (item {index})"
        if labels.shape != (image.height, image.width):
            raise ValueError(
                f"{where} is {labels.shape[1]}x{labels.shape[0]}, its image "
                f"{image.width}x{image.height}; the two have to be of one size"
            )
        counted, last = labels[labels != self.ignore_index], len(self.classes) - 1
        strange = counted[(counted < 0) | (counted > last)]
        if strange.size:
            raise ValueError(
                f"{where} holds the label {strange[0]}; expected 0 to {last}, or "
                f"{self.ignore_index} where a pixel is to be ignored"
            )

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The photograph and the mask at a place in the data set."""
        image, labels = self._read(index)
        self._check(index, image, labels)
        mask = tv_tensors.Mask(torch.from_numpy(labels.astype(np.int64)))
        return (image, mask) if self.transforms is None else self.transforms(image, mask)
