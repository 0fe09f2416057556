"""The usual binarised MNIST, on a made-up file in its own layout."""

from pathlib import Path

import numpy as np
import pytest
import torch

from course_pkg.data import BinarizedMNIST


@pytest.fixture
def pictures(tmp_path: Path) -> np.ndarray:
    pixels = np.random.default_rng(0).integers(0, 2, (3, 784))
    (tmp_path / "binarized-mnist").mkdir()
    lines = "".join(" ".join(map(str, row)) + " \n" for row in pixels)
    (tmp_path / "binarized-mnist" / "binarized_mnist_valid.amat").write_text(lines)
    return pixels


def test_pictures_come_as_they_are(tmp_path: Path, pictures: np.ndarray) -> None:
    digits = BinarizedMNIST(tmp_path, "val")
    assert len(digits) == 3
    image, label = digits[2]
    assert image.dtype == torch.float32
    assert np.array_equal(image.numpy(), pictures[2].reshape(1, 28, 28))
    assert label == -1
    assert len(BinarizedMNIST(tmp_path, "val", count=2)) == 2


@pytest.mark.usefixtures("pictures")
def test_errors_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"binarized_mnist_train\.amat does not exist; get"):
        BinarizedMNIST(tmp_path)
    with pytest.raises(ValueError, match="split must be one of train, val, test; got 'valid'"):
        BinarizedMNIST(tmp_path, "valid")
    with pytest.raises(ValueError, match="download=True is not possible"):
        BinarizedMNIST(tmp_path, download=True)
    with pytest.raises(ValueError, match="count must be from 1 to the 3 pictures, got 4"):
        BinarizedMNIST(tmp_path, "val", count=4)
    for text in ("0 1 0", "", "0.5 " * 784):
        (tmp_path / "binarized-mnist" / "binarized_mnist_test.amat").write_text(text)
        with pytest.raises(ValueError, match="must hold 784 times 0 or 1 a line"):
            BinarizedMNIST(tmp_path, "test")
