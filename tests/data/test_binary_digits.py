"""Black and white digits: coins thrown once or every time, with the grey value's chance."""

import pytest
import torch

from course_pkg.data import BinaryDigits, digit_tensors


def test_thrown_once_is_always_the_same_and_named_by_the_seed():
    first = BinaryDigits(split="test", seed=3)
    again = BinaryDigits(split="test", seed=3)
    other = BinaryDigits(split="test", seed=4)
    pictures = torch.stack([image for image, _ in first])
    assert pictures.shape == (359, 1, 28, 28)
    assert set(pictures.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(pictures, torch.stack([image for image, _ in again]))
    assert torch.equal(first[7][0], first[7][0])
    assert not torch.equal(pictures, torch.stack([image for image, _ in other]))


def test_fresh_coins_follow_the_global_generator():
    data = BinaryDigits(split="test", fresh=True)
    torch.manual_seed(0)
    first, second = data[0][0], data[0][0]
    assert not torch.equal(first, second)
    torch.manual_seed(0)
    assert torch.equal(data[0][0], first)


@pytest.mark.parametrize("fresh", [False, True])
def test_the_mean_of_many_throws_is_the_grey_digit(fresh):
    grey, labels = digit_tensors(split="test")
    torch.manual_seed(1)
    if fresh:
        data = BinaryDigits(split="test", fresh=True)
        throws = [data[4][0] for _ in range(600)]
    else:
        throws = [BinaryDigits(split="test", seed=s, count=5)[4][0] for s in range(600)]
    # Five standard deviations of a mean of 600 coins.
    torch.testing.assert_close(torch.stack(throws).mean(0), grey[4], atol=0.11, rtol=0)
    assert BinaryDigits(split="test", count=5).labels == labels[:5].tolist()


@pytest.mark.parametrize("count", [0, 360])
def test_count_is_checked(count):
    with pytest.raises(ValueError, match=f"from 1 to the 359 digits, got {count}"):
        BinaryDigits(split="test", count=count)


@pytest.mark.realdata("mnist")
def test_mnist_is_ten_thousand_binary_pictures():
    data = BinaryDigits("mnist", "test")
    image, label = data[0]
    assert (len(data), label, tuple(image.shape)) == (10_000, 7, (1, 28, 28))
    assert set(image.unique().tolist()) == {0.0, 1.0}
