"""PASCAL VOC 2012 and its larger companion SBD: the photographs FCN and DeconvNet were judged on.

Sources: Everingham et al. 2015, The PASCAL Visual Object Classes challenge: a retrospective;
Hariharan et al. 2011, Semantic contours from inverse detectors (SBD).
"""

import numpy as np
from PIL import Image
from torchvision import datasets

from course_pkg.data._files import (
    JointTransform,
    MaskDataset,
    Palette,
    Root,
    checked_root,
    find_folder,
)
from course_pkg.data._pictures import read_labels, read_rgb

__all__ = ["SBD", "VOC", "voc_palette"]

_CLASSES = (
    *("background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat"),
    *("chair", "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant"),
    *("sheep", "sofa", "train", "tvmonitor"),
)


def voc_palette(num_colours: int = 21) -> Palette:
    """The colours of VOC's label pictures, made by a rule instead of a table.

    The bits of a label are dealt out to red, green and blue in turn, the lowest first, and each
    channel fills up from its highest bit.

    Args:
        num_colours: how many, at most 256.

    Returns:
        (red, green, blue) from 0 to 255 for each label.

    Raises:
        ValueError: if more than 256 are asked for.

    Source: Everingham et al., VOC development kit, function VOClabelcolormap.

    Example:
        >>> voc_palette(4)
        ((0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0))
    """
    if not 0 <= num_colours <= 256:
        raise ValueError(f"voc_palette: there are 256 colours, got num_colours={num_colours}")
    colours = []
    for label in range(num_colours):
        rgb = [0, 0, 0]
        for bit in range(8):
            rgb[bit % 3] |= (label >> bit & 1) << (7 - bit // 3)
        colours.append((rgb[0], rgb[1], rgb[2]))
    return tuple(colours)


class VOC(MaskDataset):
    """Photographs with 20 kinds of objects; borders and difficult regions are to be ignored.

    Layout: ``VOCdevkit/VOC2012`` as torchvision unpacks it.

    Args:
        root: the folder that holds ``VOCdevkit``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"`` (1464), ``"val"`` (1449) or ``"trainval"``.
        download: fetch and check the archive (2 GB) through torchvision if it is missing.
        transforms: called with (image, mask).

    Raises:
        FileNotFoundError: if the files are missing; the message says where to get them.
        ValueError: if the split is unknown.
    """

    classes = _CLASSES
    palette = voc_palette()

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: JointTransform | None = None,
    ) -> None:
        super().__init__(transforms)
        base = checked_root("VOC", root, split, ("train", "val", "trainval"))
        if not download:
            inside = f"VOC2012/ImageSets/Segmentation/{split}.txt"
            source = "host.robots.ox.ac.uk/pascal/VOC/voc2012, or with download=True"
            base = find_folder("VOC", base, ("VOCdevkit", "voc/VOCdevkit"), inside, source).parent
        self._files = datasets.VOCSegmentation(
            base, year="2012", image_set=split, download=download
        )

    def __len__(self) -> int:
        """How many photographs there are."""
        return len(self._files)

    def _read(self, index: int) -> tuple[Image.Image, np.ndarray]:
        image = read_rgb(self._files.images[index])
        return image, read_labels(self._files.masks[index])

    def _mask_file(self, index: int) -> str:
        return self._files.masks[index]


class SBD(MaskDataset):
    """The Semantic Boundaries data set: VOC's classes on 11,355 photographs.

    Layout: ``sbd/img``, ``sbd/cls``, ``sbd/train.txt``, ``sbd/val.txt`` as torchvision unpacks it.
    It shares photographs with VOC's val: train on ``"train_noval"`` to measure there.

    Args:
        root: the folder that holds ``sbd``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"`` (8498), ``"val"`` (2857) or ``"train_noval"`` (5623).
        download: fetch and check the archive (1.4 GB) through torchvision if it is missing.
        transforms: called with (image, mask).

    Raises:
        FileNotFoundError: if the files are missing; the message says where to get them.
        ValueError: if the split is unknown.
    """

    classes = _CLASSES
    palette = voc_palette()

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: JointTransform | None = None,
    ) -> None:
        super().__init__(transforms)
        folder = checked_root("SBD", root, split, ("train", "val", "train_noval")) / "sbd"
        present = (folder / f"{split}.txt").exists() and (folder / "cls").exists()
        if not (download or present):
            source = "Berkeley's page on Semantic Contours, or with download=True"
            find_folder("SBD", folder.parent, ("sbd",), f"{split}.txt", source)
            find_folder("SBD", folder.parent, ("sbd",), "cls", source)
        # torchvision would fetch the archive again, over what is there.
        self._files = datasets.SBDataset(
            str(folder), image_set=split, mode="segmentation", download=download and not present
        )

    def __len__(self) -> int:
        """How many photographs there are."""
        return len(self._files)

    def _read(self, index: int) -> tuple[Image.Image, np.ndarray]:
        image, labels = self._files[index]
        return image, np.array(labels)

    def _mask_file(self, index: int) -> str:
        return self._files.masks[index]
