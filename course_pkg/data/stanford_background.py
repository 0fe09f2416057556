"""Stanford Background: 715 outdoor photographs, the set of the multi-scale networks of 2013.

Source: Gould, Fulton, Koller 2009, Decomposing a scene into geometric and semantically consistent
regions (ICCV); used by Farabet et al. 2013 and Pinheiro and Collobert 2014.
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
from course_pkg.data._pictures import read_rgb

__all__ = ["StanfordBackground"]

_SOURCE = "dags.stanford.edu/projects/scenedataset.html (iccv09Data.tar.gz)"
_FOLDS = 5


class StanfordBackground(MaskDataset):
    """Outdoor photographs with 8 classes; unknown regions are to be ignored.

    The set has no split of its own and papers average over five: here the photographs in order of
    their names are dealt out to five folds, one of which is the test part.

    Layout: ``iccv09Data/images/NAME.jpg`` and ``iccv09Data/labels/NAME.regions.txt``.

    Args:
        root: the folder that holds ``iccv09Data``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"`` (four folds) or ``"test"`` (one).
        download: not possible for this set.
        transforms: called with (image, mask).
        fold: which fold is the test part, 0 to 4.

    Raises:
        FileNotFoundError: if the files are missing; the message says where to get them.
        ValueError: if the split or the fold is unknown or a download is asked for.
    """

    classes = ("sky", "tree", "road", "grass", "water", "building", "mountain", "foreground")
    palette = (
        (128, 180, 230),
        (30, 110, 50),
        (125, 115, 125),
        (120, 180, 80),
        (40, 90, 170),
        (170, 70, 60),
        (150, 120, 90),
        (240, 170, 40),
    )

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: JointTransform | None = None,
        fold: int = 0,
    ) -> None:
        super().__init__(transforms)
        name = "StanfordBackground"
        base = checked_root(name, root, split, ("train", "test"), by_hand=(download, _SOURCE))
        if not 0 <= fold < _FOLDS:
            raise ValueError(f"{name}: fold must be 0 to {_FOLDS - 1}, got {fold}")
        places = ("iccv09Data", "stanford_background", "stanford_background/iccv09Data")
        folder = find_folder(name, base, places, "images", _SOURCE)
        everything = sorted((folder / "images").glob("*.jpg"))
        if not everything:
            raise FileNotFoundError(f"{name}: there is no .jpg in {folder / 'images'}")
        held_out = set(everything[fold::_FOLDS])
        self.images = [path for path in everything if (path in held_out) == (split == "test")]
        self._labels = existing(name, folder / "labels", _SOURCE)

    def __len__(self) -> int:
        """How many photographs there are."""
        return len(self.images)

    def _read(self, index: int) -> tuple[Image.Image, np.ndarray]:
        path = existing("StanfordBackground", self._mask_file(index), _SOURCE)
        labels = np.loadtxt(path, dtype=np.int64, ndmin=2)
        return read_rgb(self.images[index]), np.where(labels < 0, IGNORE_INDEX, labels)

    def _mask_file(self, index: int) -> Path:
        return self._labels / f"{self.images[index].stem}.regions.txt"
