"""Picture files as people have them: each is read as what it shows, or refused by name."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_pkg.data import CamVid, Nuclei
from course_pkg.data._pictures import read_labels, read_mask, read_rgb

NUMBERS = np.array([[0, 1, 2], [3, 4, 10]], np.uint8)
SQUARE = np.zeros((4, 6), np.uint8)
SQUARE[1:3, 2:4] = 255


def saved(folder: Path, image: Image.Image, name: str = "a.png", **options: object) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def test_a_photograph_is_upright(tmp_path: Path):
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 0] = 200  # in the file; the camera lay on its side
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to the right to show
    path = saved(tmp_path, Image.fromarray(pixels), exif=exif)
    shown = np.array(read_rgb(path))
    assert shown.shape == (3, 2, 3)
    assert (shown[0, 1] == 200).all()  # the top left corner of the file, at the top right


@pytest.mark.parametrize(("level", "byte"), [(0, 0), (257, 1), (32896, 128), (65535, 255)])
def test_sixteen_bits_keep_their_brightness(tmp_path: Path, level: int, byte: int):
    path = saved(tmp_path, Image.fromarray(np.full((2, 2), level, np.uint16)))
    assert (np.array(read_rgb(path)) == byte).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(tmp_path: Path, mode: str):
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 255))
    image.putpixel((1, 0), (0, 0, 0, 0))  # black that nobody sees
    shown = np.array(read_rgb(saved(tmp_path, image.convert(mode))))
    assert shown.tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_grey_and_cmyk(tmp_path: Path):
    assert np.array(read_rgb(saved(tmp_path, Image.new("L", (1, 1), 7)))).tolist() == [[[7, 7, 7]]]
    cmyk = read_rgb(saved(tmp_path, Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "a.tif"))
    assert cmyk.getpixel((4, 4)) == (255, 0, 0)


def test_pixels_without_a_white_are_refused(tmp_path: Path):
    path = saved(tmp_path, Image.fromarray(np.ones((2, 2), np.float32)), "a.tif")
    with pytest.raises(ValueError, match=r"a\.tif: floating-point pixels have no known white"):
        read_rgb(path)
    with pytest.raises(ValueError, match=r"a\.tif: labels are whole numbers"):
        read_labels(path)


@pytest.mark.parametrize("kind", ["L", "P", "LA", "RGB", "RGBA", "16 bits"])
def test_label_numbers_however_they_are_stored(tmp_path: Path, kind: str):
    if kind == "16 bits":
        image = Image.fromarray(NUMBERS.astype(np.uint16))
    elif kind == "P":
        image = Image.fromarray(NUMBERS, "L").copy()
        image.putpalette([*range(255, -1, -1)] * 3)
    else:
        image = Image.fromarray(NUMBERS).convert(kind)
    assert read_labels(saved(tmp_path, image)).tolist() == NUMBERS.tolist()


def test_labels_beyond_eight_bits(tmp_path: Path):
    many = np.array([[0, 300], [70, 4000]], np.uint16)  # a picture of many cells
    assert read_labels(saved(tmp_path, Image.fromarray(many))).tolist() == many.tolist()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK"])
def test_labels_in_colours_are_refused(tmp_path: Path, mode: str):
    path = saved(tmp_path, Image.new("RGB", (2, 2), (128, 64, 128)).convert(mode), "a.tif")
    with pytest.raises(
        ValueError, match=rf"a\.tif: the mask is in colours \({mode}, such as \(128"
    ):
        read_labels(path)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "palette upside down"])
def test_a_mask_is_what_is_not_black(tmp_path: Path, mode: str):
    if mode == "palette upside down":  # 0 is white, 1 is black
        image = Image.fromarray((SQUARE == 0).astype(np.uint8), "L").copy()
        image.putpalette([255, 255, 255, 0, 0, 0])
    else:
        image = Image.fromarray(SQUARE).convert(mode)
    assert np.array_equal(read_mask(saved(tmp_path, image)), SQUARE > 0)


def street(folder: Path, labels: Image.Image) -> CamVid:
    saved(folder, Image.new("RGB", (6, 4)), "camvid/train/a.png")
    saved(folder, labels, "camvid/trainannot/a.png")
    (folder / "camvid/train.txt").write_text("a\n")
    return CamVid(folder)


@pytest.mark.parametrize("label", [12, 31, 254])
def test_a_label_that_is_no_class_is_named_with_its_file(tmp_path: Path, label: int):
    with pytest.raises(
        ValueError, match=rf"trainannot/a\.png \(item 0\) holds the label {label}; expected 0 to 10"
    ):
        street(tmp_path, Image.new("L", (6, 4), label))[0]


def test_labels_to_ignore_stay(tmp_path: Path):
    _, mask = street(tmp_path, Image.new("L", (6, 4), 11))[0]
    assert (mask == 255).all()


def test_a_turned_photograph_beside_a_mask_that_lies(tmp_path: Path):
    data = street(tmp_path, Image.new("L", (6, 4)))
    exif = Image.Exif()
    exif[0x0112] = 6
    saved(tmp_path, Image.new("RGB", (6, 4)), "camvid/train/a.png", exif=exif)
    with pytest.raises(ValueError, match=r"a\.png \(item 0\) is 6x4, its image 4x6"):
        data[0]


def cell(folder: Path, *masks: Image.Image) -> tuple[Image.Image, dict]:
    base = folder / "nuclei/stage1_train/ffffffff"
    saved(base, Image.new("RGB", (6, 4)), "images/ffffffff.png")
    for number, mask in enumerate(masks):
        saved(base, mask, f"masks/{number}.png")
    return next(d for d in (Nuclei(folder, s) for s in ("train", "val")) if len(d))[0]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1"])
def test_a_nucleus_has_its_box_whatever_the_mode(tmp_path: Path, mode: str):
    _, target = cell(tmp_path, Image.fromarray(SQUARE).convert(mode))
    assert target["boxes"].tolist() == [[2, 1, 4, 3]]


def test_a_nucleus_of_another_size_is_named(tmp_path: Path):
    with pytest.raises(ValueError, match=r"masks/1\.png is 5x4, its image 6x4"):
        cell(tmp_path, Image.fromarray(SQUARE), Image.new("L", (5, 4), 255))
