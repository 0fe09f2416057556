"""MNIST in black and white, thrown once for everybody: the pictures that numbers are compared on.

Which coins fell how decides about some nats. Results on binarised MNIST compare only on the same
throw, and this is the usual one: 50,000 pictures to learn from, 10,000 to choose by, 10,000 to
measure on.

Source: Salakhutdinov and Murray 2008, On the Quantitative Analysis of Deep Belief Networks, as
Larochelle and Murray 2011 published the throw. Lecture 14.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from course_pkg.data._files import Root, check_choice, data_root, existing, refuse_download

__all__ = ["BinarizedMNIST"]

_FILES = {"train": "train", "val": "valid", "test": "test"}
_SOURCE = (
    "http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/ (three files, "
    "binarized_mnist_train.amat and so on)"
)
_PIXELS = 28 * 28


class BinarizedMNIST(Dataset[tuple[Tensor, int]]):
    """Digits of pixels 0 and 1, as (picture (1, 28, 28), -1) pairs: the files name no digit.

    Layout, as published: ``binarized-mnist/binarized_mnist_train.amat``, ``..._valid.amat`` and
    ``..._test.amat``; a line a picture, 784 times 0 or 1.

    Args:
        root: the folder that holds ``binarized-mnist``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"``, ``"val"`` or ``"test"``.
        download: not possible for this set.
        count: how many pictures, from the first; None = all.

    Raises:
        FileNotFoundError: if the file is missing; the message says where to get it.
        ValueError: if the split is unknown, a download is asked for, ``count`` is out of range, or
            a file holds something else than pictures of zeros and ones.
    """

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        count: int | None = None,
    ) -> None:
        check_choice("BinarizedMNIST", "split", split, list(_FILES))
        refuse_download("BinarizedMNIST", download, _SOURCE)
        folder = data_root("BinarizedMNIST", root) / "binarized-mnist"
        path = folder / f"binarized_mnist_{_FILES[split]}.amat"
        pixels = _read(existing("BinarizedMNIST", path, _SOURCE))
        if count is not None and not 1 <= count <= len(pixels):
            raise ValueError(
                f"BinarizedMNIST: count must be from 1 to the {len(pixels)} pictures, got {count}"
            )
        self._bytes = torch.from_numpy(pixels[:count].copy()).reshape(-1, 1, 28, 28)

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self._bytes)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """The picture at a place in the data set."""
        return self._bytes[index].float(), -1


def _read(path: Path) -> np.ndarray:
    """The pictures of a file, by their characters: fifty times faster than reading numbers."""
    characters = np.frombuffer(path.read_bytes(), np.uint8)
    digits = characters[(characters != ord(" ")) & (characters != ord("\n")) & (characters != 13)]
    values = digits - np.uint8(ord("0"))
    if not len(values) or len(values) % _PIXELS or (values > 1).any():
        raise ValueError(
            f"BinarizedMNIST: {path} must hold {_PIXELS} times 0 or 1 a line; fetch it anew"
        )
    return values.reshape(-1, _PIXELS)
