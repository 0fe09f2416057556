"""Photographs and label pictures of one's own."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_pkg.data import MaskFolder

CLASSES = ("sky", "road", "tree")
LABELS = np.array([[0, 1, 2], [1, 255, 0]], np.uint8)
PALETTE = ((10, 20, 30), (128, 64, 128), (0, 90, 0))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    (tmp_path / "classes.txt").write_text("\ufeffsky\n road \n\ntree\n", encoding="utf8")
    return tmp_path


def add(base: Path, name: str, mask: str | None = None, labels: np.ndarray = LABELS) -> None:
    Image.new("RGB", (3, 2), "blue").save(base / "images" / name)
    if mask is not None:
        Image.fromarray(labels).save(base / "masks" / mask)


def folder(base: Path, **more: object) -> MaskFolder:
    return MaskFolder(base / "images", base / "masks", base / "classes.txt", **more)


def test_pairs_have_one_name(base: Path):
    add(base, "b.jpg", "b.png")
    add(base, "a.JPEG", "a.png")
    (base / "images" / "notes.txt").write_text("not a picture")
    data = folder(base)
    assert [path.name for path in data.images] == ["a.JPEG", "b.jpg"]
    image, mask = data[1]
    assert image.size == (3, 2)
    assert np.array_equal(mask, LABELS)
    assert data.classes == CLASSES
    assert len(data.palette) == 3


@pytest.mark.parametrize("ending", ["_mask", "-labels", ".gt"])
def test_label_pictures_may_share_an_ending(base: Path, ending: str):
    for name in ("street", "street2", "x"):
        add(base, f"{name}.jpg", f"{name}{ending}.png")
    data = folder(base)
    assert [path.name for path in data.masks] == [
        f"{path.stem}{ending}.png" for path in data.images
    ]


def test_one_folder_for_both(base: Path):
    for name in ("a", "b"):
        Image.new("RGB", (3, 2)).save(base / "images" / f"{name}.jpg")
        Image.fromarray(LABELS).save(base / "images" / f"{name}_seg.png")
    data = MaskFolder(base / "images", base / "images", CLASSES)
    assert [path.name for path in data.images] == ["a.jpg", "b.jpg"]
    assert [path.name for path in data.masks] == ["a_seg.png", "b_seg.png"]


def test_colours_become_classes(base: Path):
    colours = np.array([PALETTE[0], PALETTE[1], PALETTE[2]], np.uint8)[np.minimum(LABELS, 2)]
    colours[LABELS == 255] = (255, 255, 255)
    add(base, "a.jpg", "a.png", colours)
    _, mask = folder(base, palette=PALETTE, ignore_colour=(255, 255, 255))[0]
    assert np.array_equal(mask, LABELS)
    with pytest.raises(ValueError, match=r"a\.png: the colour \(255, 255, 255\) is of no class"):
        folder(base, palette=PALETTE)[0]
    with pytest.raises(ValueError, match=r"a\.png: the mask is in colours"):
        folder(base)[0]


def test_what_is_missing_is_named(base: Path):
    with pytest.raises(FileNotFoundError, match="images holds no picture"):
        folder(base)
    for number in range(6):
        add(base, f"p{number}.jpg", f"p{number}.png" if number == 0 else None)
    with pytest.raises(
        ValueError, match=r"5 of 6 photographs .* p1\.jpg, p2\.jpg, p3\.jpg and 2 more; .* p1\.png"
    ):
        folder(base)
    with pytest.raises(FileNotFoundError, match="nowhere does not exist: it has to hold the masks"):
        MaskFolder(base / "images", base / "nowhere", CLASSES)
    with pytest.raises(FileNotFoundError, match="one class a line"):
        MaskFolder(base / "images", base / "masks", base / "none.txt")


def test_two_label_pictures_for_one_photograph(base: Path):
    add(base, "a.jpg", "a.png")
    Image.fromarray(LABELS).save(base / "masks" / "a.bmp")
    with pytest.raises(ValueError, match=r"a\.jpg has two label pictures, a\.bmp and a\.png"):
        folder(base)


def test_labels_and_classes_have_to_agree(base: Path):
    add(base, "a.jpg", "a.png", np.full((2, 3), 3, np.uint8))
    with pytest.raises(ValueError, match=r"a\.png \(item 0\) holds the label 3; expected 0 to 2"):
        folder(base)[0]
    with pytest.raises(ValueError, match="one colour for each of 3 classes, got 2"):
        folder(base, palette=PALETTE[:2])
    with pytest.raises(ValueError, match="two classes have the same colour"):
        folder(base, palette=(PALETTE[0], PALETTE[0], PALETTE[1]))
    with pytest.raises(ValueError, match="at least one class"):
        MaskFolder(base / "images", base / "masks", [])
    with pytest.raises(ValueError, match="'sky' stands there twice"):
        MaskFolder(base / "images", base / "masks", ["sky", "sky"])
