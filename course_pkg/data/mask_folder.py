"""Pictures of one's own: a folder of photographs, a folder of label pictures, a list of classes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from course_pkg.data._files import IGNORE_INDEX, JointTransform, MaskDataset, Palette
from course_pkg.data._pictures import read_label_colours, read_labels, read_rgb

__all__ = ["MaskFolder", "pair_by_name", "read_classes"]

_PICTURES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
_SHOWN = 3  # names that a message gives before it counts the rest


class MaskFolder(MaskDataset):
    """Photographs with one label a pixel, from two folders.

    A photograph and its label picture have one name, or the label pictures add the same ending to
    it (``street.jpg`` and ``street_mask.png``). Label pictures hold the class's number, from 0, and
    ``255`` where a pixel is to be ignored; or they are in colours, and ``palette`` says of which
    class each colour is.

    Args:
        images: folder of the photographs.
        masks: folder of the label pictures; may be the same one if an ending tells them apart.
        classes: the classes' names in the order of their numbers, or a text file with one a line.
        palette: a colour (red, green, blue), 0 to 255, for every class; None = labels are numbers.
        ignore_colour: with ``palette``, the colour of pixels to ignore; None = there is none.
        transforms: called with (image, mask).

    Raises:
        FileNotFoundError: if a folder or the file of classes is missing, or holds no picture.
        ValueError: if a photograph has no label picture, if there are no classes, or if there is
            not one colour a class.

    Example:
        >>> import tempfile
        >>> base = Path(tempfile.mkdtemp())
        >>> for name in ("images", "masks"):
        ...     (base / name).mkdir()
        >>> Image.new("RGB", (4, 3), "green").save(base / "images/lawn.png")
        >>> Image.new("L", (4, 3), 1).save(base / "masks/lawn.png")
        >>> photo, mask = MaskFolder(base / "images", base / "masks", ["sky", "grass"])[0]
        >>> photo.size, mask.unique()
        ((4, 3), tensor([1]))
    """

    def __init__(
        self,
        images: Path | str,
        masks: Path | str,
        classes: Sequence[str] | Path | str,
        palette: Sequence[tuple[int, int, int]] | None = None,
        ignore_colour: tuple[int, int, int] | None = None,
        transforms: JointTransform | None = None,
    ) -> None:
        super().__init__(transforms)
        self.classes = read_classes(classes)
        if palette is not None and len(palette) != len(self.classes):
            raise ValueError(
                f"MaskFolder: expected one colour for each of {len(self.classes)} classes, got "
                f"{len(palette)} colours"
            )
        self.palette: Palette = _colours(len(self.classes)) if palette is None else tuple(palette)
        self._labels_of: Mapping[tuple[int, int, int], int] | None = None
        if palette is not None:
            self._labels_of = {colour: label for label, colour in enumerate(palette)}
            if len(self._labels_of) < len(palette):
                raise ValueError("MaskFolder: two classes have the same colour in the palette")
            if ignore_colour is not None:
                self._labels_of |= {ignore_colour: IGNORE_INDEX}
        self.images, self.masks = pair_by_name(images, masks)

    def __len__(self) -> int:
        """How many photographs there are."""
        return len(self.images)

    def _read(self, index: int) -> tuple[Image.Image, np.ndarray]:
        path = self.masks[index]
        if self._labels_of is None:
            return read_rgb(self.images[index]), read_labels(path)
        return read_rgb(self.images[index]), read_label_colours(path, self._labels_of)

    def _mask_file(self, index: int) -> Path:
        return self.masks[index]


def read_classes(classes: Sequence[str] | Path | str) -> tuple[str, ...]:
    """Take the classes' names as they are, or read them from a file with one a line.

    Args:
        classes: names, or a file's path.

    Returns:
        The names, in the order of their numbers.

    Raises:
        FileNotFoundError: if the file is missing.
        ValueError: if there is none, or one twice.

    Example:
        >>> read_classes(["sky", "grass"])
        ('sky', 'grass')
    """
    if isinstance(classes, str | Path):
        path = Path(classes)
        if not path.is_file():
            raise FileNotFoundError(f"{path} does not exist: it has to hold one class a line")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        names = tuple(line.strip() for line in lines if line.strip())
        where = str(path)
    else:
        names, where = tuple(classes), "classes"
    if not names:
        raise ValueError(f"{where}: expected the name of at least one class, got none")
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(
            f"{where}: {sorted(twice)[0]!r} stands there twice; names tell classes apart"
        )
    return names


def pair_by_name(images: Path | str, masks: Path | str) -> tuple[list[Path], list[Path]]:
    """Find the label picture of every photograph by its name.

    Args:
        images: folder of the photographs.
        masks: folder of the label pictures.

    Returns:
        The photographs in the order of their names, and their label pictures.

    Raises:
        FileNotFoundError: if a folder is missing or holds no picture.
        ValueError: if a photograph has no label picture, or more than one.
    """
    photographs, labels = _pictures(Path(images), "photographs"), _pictures(Path(masks), "masks")
    by_stem: dict[str, list[Path]] = {}
    for path in labels:
        by_stem.setdefault(path.stem, []).append(path)
    ending = ""
    if Path(images).resolve() == Path(masks).resolve() or not any(
        path.stem in by_stem for path in photographs
    ):
        ending = _common_ending([path.stem for path in photographs], list(by_stem))
        if ending:
            photographs = [path for path in photographs if not path.stem.endswith(ending)]
    found, missing = [], []
    for path in photographs:
        mine = by_stem.get(path.stem + ending, [])
        if len(mine) > 1:
            raise ValueError(
                f"{path.name} has two label pictures, {mine[0].name} and {mine[1].name}, in "
                f"{masks}: keep one"
            )
        found.extend(mine)
        if not mine:
            missing.append(path.name)
    if missing:
        shown = ", ".join(missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        example = Path(missing[0]).stem
        raise ValueError(
            f"{len(missing)} of {len(photographs)} photographs in {images} have no label picture "
            f"in {masks}: {shown}{more}; a label picture has the photograph's name, such as "
            f"{example}.png"
        )
    return photographs, found


def _pictures(folder: Path, what: str) -> list[Path]:
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} does not exist: it has to hold the {what}")
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in _PICTURES and p.is_file())
    if not found:
        raise FileNotFoundError(
            f"{folder} holds no picture ({', '.join(sorted(_PICTURES))}); it has to hold the {what}"
        )
    return found


def _common_ending(stems: Sequence[str], labelled: Sequence[str]) -> str:
    """The ending that most names need to become a label picture's; empty where there is none."""
    times: dict[str, int] = {}
    for stem in stems:
        for name in labelled:
            if name.startswith(stem) and name != stem:
                times[name.removeprefix(stem)] = times.get(name.removeprefix(stem), 0) + 1
    # Of equally frequent endings the shortest: "a" and "ab" are two photographs, no photograph
    # with the ending "b".
    return max(sorted(times), key=lambda ending: (times[ending], -len(ending)), default="")


def _colours(count: int) -> Palette:
    from course_pkg.data.voc import voc_palette

    return voc_palette(min(count, 256))
