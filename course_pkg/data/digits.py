"""Handwritten digits: MNIST, and a smaller set that needs no download.

Sources: LeCun et al. 1998, Gradient-based learning applied to document recognition (MNIST);
Alpaydin and Kaynak 1998, Optical recognition of handwritten digits (UCI), which comes with
scikit-learn.
"""

from typing import Any

import numpy as np
from PIL import Image
from torch.utils.data import Dataset
from torchvision import datasets

from course_pkg._extras import need
from course_pkg.data._files import JointTransform, Root, check_choice, data_root

__all__ = ["MNIST", "Digits"]

_CLASSES = tuple("0123456789")


class _DigitDataset(Dataset[tuple[Any, Any]]):
    """Grey pictures in an array, with a label from 0 to 9 each."""

    classes = _CLASSES

    def __init__(
        self, images: np.ndarray, labels: np.ndarray, transforms: JointTransform | None
    ) -> None:
        self.images, self.labels, self.transforms = images, labels, transforms

    def __len__(self) -> int:
        """How many digits there are."""
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The digit at a place in the data set: a grey PIL image and its number."""
        image, label = Image.fromarray(self.images[index]), int(self.labels[index])
        return (image, label) if self.transforms is None else self.transforms(image, label)


class MNIST(_DigitDataset):
    """60,000 and 10,000 handwritten digits, 28 x 28 pixels.

    Layout: ``mnist/mnist.npz`` (arrays ``x_train``, ``y_train``, ``x_test``, ``y_test``), or
    ``MNIST/raw`` as torchvision unpacks it.

    Args:
        root: the folder that holds one of them; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"`` or ``"test"``.
        download: fetch and check the files (10 MB) through torchvision if they are missing.
        transforms: called with (image, label).

    Raises:
        FileNotFoundError: if the files are missing; the message says how to get them.
        ValueError: if the split is unknown.
    """

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: JointTransform | None = None,
    ) -> None:
        check_choice("MNIST", "split", split, ("train", "test"))
        base = data_root("MNIST", root)
        for path in (base / "mnist" / "mnist.npz", base / "mnist.npz"):
            if path.exists():
                with np.load(path) as arrays:
                    images, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
                break
        else:
            if not download and not (base / "MNIST" / "raw").exists():
                raise FileNotFoundError(
                    f"MNIST: neither {base / 'mnist' / 'mnist.npz'} nor {base / 'MNIST' / 'raw'} "
                    "exists; pass download=True to fetch the set through torchvision"
                )
            files = datasets.MNIST(base, train=split == "train", download=download)
            images, labels = files.data.numpy(), files.targets.numpy()
        super().__init__(images, labels, transforms)


class Digits(_DigitDataset):
    """1,797 real handwritten digits, 8 x 8 pixels, from inside scikit-learn: no download.

    Args:
        root: not used; it is here so that this set can stand in for `MNIST`.
        split: ``"train"`` (1438), or ``"test"`` (359): every fifth.
        download: not used.
        transforms: called with (image, label).
        size: side in pixels to enlarge them to, smoothly; 28 is MNIST's.

    Raises:
        ModuleNotFoundError: if scikit-learn is not installed.
        ValueError: if the split is unknown or the size smaller than 8.
    """

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: JointTransform | None = None,
        size: int = 8,
    ) -> None:
        check_choice("Digits", "split", split, ("train", "test"))
        if size < 8:
            raise ValueError(f"Digits: size must be at least their own 8 pixels, got {size}")
        bunch: Any = need("train", "sklearn.datasets").load_digits()
        test = np.arange(len(bunch.target)) % 5 == 4
        chosen = test if split == "test" else ~test
        # Sixteen grey levels, stretched to the 256 of a picture.
        images = (bunch.images[chosen] * (255 / 16)).round().astype(np.uint8)
        if size > 8:
            smooth = Image.Resampling.BILINEAR
            images = np.stack(
                [np.array(Image.fromarray(image).resize((size, size), smooth)) for image in images]
            )
        super().__init__(images, bunch.target[chosen], transforms)
