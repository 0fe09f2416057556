"""Loaders of instances, digits and sentences, on small files in each set's own layout."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import tv_tensors

from course_pkg.data import MNIST, Digits, Multi30k, Nuclei, eval_transforms, tokenize
from course_pkg.data._nuclei_split import VAL_IDS

HELD_OUT = sorted(VAL_IDS)[0] + "0" * 56


@pytest.fixture
def nuclei(tmp_path: Path) -> Path:
    folder = tmp_path / "nuclei"
    (folder / "images").mkdir(parents=True)
    (folder / "labels").mkdir()
    labels = np.zeros((5, 6), np.uint16)
    labels[0:2, 0:3] = 1
    labels[0:2, 3:6] = 700  # numbers may have gaps; the two touch
    for name in ("0000", "0001"):
        Image.fromarray(np.full((5, 6), 9, np.uint8)).save(folder / "images" / f"{name}.png")
        Image.fromarray(labels).save(folder / "labels" / f"{name}.png")
    rows = (
        f"name,id,type,instances,width,height\n0000,{HELD_OUT},x,2,6,5\n0001,{'f' * 64},x,2,6,5\n"
    )
    (folder / "index.csv").write_text(rows)
    return tmp_path


def test_nuclei(nuclei: Path):
    train, val = Nuclei(nuclei), Nuclei(nuclei, "val")
    assert (train.ids, val.ids) == (["f" * 64], [HELD_OUT])
    image, target = train[0]
    assert image.mode == "RGB"
    assert target["masks"].sum((1, 2)).tolist() == [6, 6]
    assert target["boxes"].tolist() == [[0, 0, 3, 2], [3, 0, 6, 2]]
    assert target["labels"].tolist() == [1, 1]
    assert target["image_id"] == 0
    moved, target = Nuclei(nuclei, transforms=eval_transforms((10, 12)))[0]
    assert moved.shape == (3, 10, 12)
    assert target["boxes"].tolist() == [[0, 0, 6, 4], [6, 0, 12, 4]]


def test_nuclei_as_published(tmp_path: Path):
    for name in (HELD_OUT, "f" * 64):
        folder = tmp_path / "nuclei" / "stage1_train" / name
        (folder / "images").mkdir(parents=True)
        (folder / "masks").mkdir()
        Image.fromarray(np.zeros((4, 4, 4), np.uint8)).save(folder / "images" / f"{name}.png")
        for i in range(3):
            mask = np.zeros((4, 4), np.uint8)
            mask[i, : i + 1] = 255
            Image.fromarray(mask).save(folder / "masks" / f"{i}.png")
    image, target = Nuclei(tmp_path, "val")[0]
    assert image.mode == "RGB"
    assert target["masks"].sum((1, 2)).tolist() == [1, 2, 3]
    assert target["masks"].dtype == torch.bool
    assert isinstance(target["masks"], tv_tensors.Mask)
    assert len(Nuclei(tmp_path)) == 1


def mnist_arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    arrays = {}
    for part, count in (("train", 5), ("test", 3)):
        arrays[f"x_{part}"] = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        arrays[f"y_{part}"] = rng.integers(0, 10, count, dtype=np.uint8)
    return arrays


def test_mnist_from_one_file(tmp_path: Path):
    arrays = mnist_arrays()
    (tmp_path / "mnist").mkdir()
    np.savez(tmp_path / "mnist" / "mnist.npz", **arrays)
    test = MNIST(tmp_path, "test")
    assert len(test) == 3
    image, label = test[2]
    assert np.array_equal(np.array(image), arrays["x_test"][2])
    assert label == arrays["y_test"][2]
    assert len(MNIST(tmp_path)) == 5


def test_mnist_as_torchvision_keeps_it(tmp_path: Path):
    arrays = mnist_arrays()
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part, stem in (("train", "train"), ("test", "t10k")):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        head = struct.pack(">IIII", 2051, len(images), 28, 28)
        (raw / f"{stem}-images-idx3-ubyte").write_bytes(head + images.tobytes())
        head = struct.pack(">II", 2049, len(labels))
        (raw / f"{stem}-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
    train = MNIST(tmp_path)
    assert len(train) == 5
    image, label = train[4]
    assert np.array_equal(np.array(image), arrays["x_train"][4])
    assert label == arrays["y_train"][4]


def test_digits_need_no_files():
    from sklearn.datasets import load_digits

    train, test = Digits(), Digits(split="test", size=28)
    assert len(train) + len(test) == 1797
    assert (len(train), len(test)) == (1438, 359)
    bunch = load_digits()
    image, label = train[4]  # item 4 of the whole set is the first of the test part
    assert label == bunch.target[5]
    assert np.array_equal(np.array(image), (bunch.images[5] * 255 / 16).round())
    assert test[0][0].size == (28, 28)
    assert test[0][1] == bunch.target[4]
    with pytest.raises(ValueError, match="size must be at least their own 8 pixels"):
        Digits(size=7)


def write_sentences(folder: Path, split: str, language: str, lines: list[str], zipped: bool):
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(line + "\n" for line in lines).encode()
    if zipped:
        (folder / f"{split}.{language}.gz").write_bytes(gzip.compress(text))
    else:
        (folder / f"{split}.{language}").write_bytes(text)


@pytest.mark.parametrize("place", ["multi30k", "multi30k/data/task1/raw"])
@pytest.mark.parametrize("zipped", [True, False])
def test_multi30k(tmp_path: Path, place: str, zipped: bool):
    # U+2028 is a line separator to Python and a mere character in this corpus.
    german, english = ["Ein Ball.", "Zwei\u2028Hunde."], ["A ball.", "Two dogs. "]
    write_sentences(tmp_path / place, "val", "de", german, zipped)
    write_sentences(tmp_path / place, "val", "en", english, zipped)
    pairs = Multi30k(tmp_path, "val")
    assert len(pairs) == 2
    assert pairs[1] == ("Zwei\u2028Hunde.", "Two dogs.")
    assert Multi30k(tmp_path, "val", source="en", target="de")[0] == ("A ball.", "Ein Ball.")
    words = Multi30k(tmp_path, "val", transforms=lambda a, b: (tokenize(a), tokenize(b)))[0]
    assert words == (["ein", "ball", "."], ["a", "ball", "."])


def test_multi30k_must_be_aligned(tmp_path: Path):
    write_sentences(tmp_path / "multi30k", "train", "de", ["Eins.", "Zwei."], True)
    write_sentences(tmp_path / "multi30k", "train", "en", ["One."], True)
    with pytest.raises(ValueError, match="2 sentences in de but 1 in en"):
        Multi30k(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"train\.fr\.gz does not exist"):
        Multi30k(tmp_path, target="fr")
    with pytest.raises(ValueError, match="target must be one of en, de, fr; got 'ko'"):
        Multi30k(tmp_path, target="ko")


def test_words_by_hand():
    assert tokenize('Ein Mädchen, "oh"!') == ["ein", "mädchen", ",", '"', "oh", '"', "!"]
    assert tokenize("") == []


@pytest.mark.parametrize(
    ("loader", "missing", "source"),
    [
        (Nuclei, r"nuclei.index\.csv", "BBBC038"),
        (MNIST, r"mnist\.npz", "download=True"),
        (Multi30k, r"multi30k.train\.de\.gz", "multi30k/dataset"),
    ],
)
def test_missing_files_are_named_with_their_source(
    loader: type, missing: str, source: str, tmp_path: Path
):
    with pytest.raises(FileNotFoundError, match=f"{missing}.*{source}"):
        loader(tmp_path)


@pytest.mark.parametrize("loader", [Nuclei, MNIST, Digits, Multi30k])
def test_unknown_splits(loader: type, tmp_path: Path):
    with pytest.raises(ValueError, match=r"split must be one of .*; got 'all'"):
        loader(tmp_path, "all")


@pytest.mark.parametrize("loader", [Nuclei, Multi30k])
def test_sets_that_cannot_be_downloaded_say_so(loader: type, tmp_path: Path):
    with pytest.raises(ValueError, match=r"download=True is not possible .* get it from"):
        loader(tmp_path, download=True)
