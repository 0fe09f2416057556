"""Oxford-IIIT Pet: cats and dogs cut out from their background, 37 breeds.

Source: Parkhi et al. 2012, Cats and dogs (CVPR).
"""

from pathlib import Path

import numpy as np
from PIL import Image
from torchvision import datasets

from course_pkg.data._files import (
    IGNORE_INDEX,
    JointTransform,
    MaskDataset,
    Root,
    checked_root,
    find_folder,
)

__all__ = ["Pets"]

# The files say 1 for the animal, 2 for the background, 3 for the border between them.
_ANIMAL, _BACKGROUND = 1, 2


class Pets(MaskDataset):
    """Photographs of one cat or dog each; the uncertain border is to be ignored.

    Cat and dog are two classes here: the outline alone does not tell them apart.

    Layout: ``oxford-iiit-pet`` as torchvision unpacks it.

    Args:
        root: the folder that holds ``oxford-iiit-pet``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"trainval"`` (3680) or ``"test"`` (3669).
        download: fetch and check the archives (0.8 GB) through torchvision if they are missing.
        transforms: called with (image, mask).

    Raises:
        FileNotFoundError: if the files are missing; the message says where to get them.
        ValueError: if the split is unknown.
    """

    classes = ("background", "cat", "dog")
    palette = ((0, 0, 0), (235, 150, 50), (60, 120, 200))

    def __init__(
        self,
        root: Root = None,
        split: str = "trainval",
        download: bool = False,
        transforms: JointTransform | None = None,
    ) -> None:
        super().__init__(transforms)
        base = checked_root("Pets", root, split, ("trainval", "test"))
        if not download:
            source = "www.robots.ox.ac.uk/~vgg/data/pets, or with download=True"
            for inside in (f"annotations/{split}.txt", "images"):
                find_folder("Pets", base, ("oxford-iiit-pet",), inside, source)
        self._files = datasets.OxfordIIITPet(
            base, split, ("binary-category", "segmentation"), download=download
        )

    def __len__(self) -> int:
        """How many photographs there are."""
        return len(self._files)

    def _read(self, index: int) -> tuple[Image.Image, np.ndarray]:
        image, (species, trimap) = self._files[index]
        trimap = np.array(trimap)
        labels = np.full(trimap.shape, IGNORE_INDEX, np.int64)
        labels[trimap == _BACKGROUND] = 0
        labels[trimap == _ANIMAL] = 1 + species
        return image, labels

    def _mask_file(self, index: int) -> Path:
        return Path(self._files._segs[index])
