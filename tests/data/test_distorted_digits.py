"""Spoiled digits: sizes, ranges, what stays the same, and pictures that can be checked by hand."""

import pytest
import torch
from jaxtyping import TypeCheckError

from course_pkg.data import (
    DISTORTIONS,
    binarize,
    cluttered,
    digit_sums,
    digit_tensors,
    distorted,
)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def digits():
    return digit_tensors(split="test")


def test_digits_look_like_mnists(digits):
    images, labels = digits
    assert images.shape == (359, 1, 28, 28)
    assert labels.dtype == torch.int64
    assert images.min() == 0
    assert images.max() == 1
    assert not images[:, :, :4].any()  # a border of paper round 20 x 20, as MNIST has it
    assert images[:, :, 4:24, 4:24].flatten(1).sum(1).min() > 20
    assert set(labels.tolist()) == set(range(10))
    with pytest.raises((ValueError, TypeCheckError), match="usps"):
        digit_tensors("usps")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(DISTORTIONS))
def test_size_range_and_repeatability(kind, digits):
    images = digits[0][:64]
    first = distorted(images, kind, generator(1))
    side = DISTORTIONS[kind].side
    assert first.shape == (64, 1, side, side)
    assert first.min() >= 0
    assert first.max() <= 1
    assert torch.equal(first, distorted(images, kind, generator(1)))
    if kind != "none":
        assert not torch.equal(first, distorted(images, kind, generator(2)))
    assert distorted(images[:0], kind).shape == (0, 1, side, side)
    with pytest.raises(ValueError, match="kind must be one of none, R, RTS"):
        distorted(images, kind + "?")


def ink_and_centre(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Sum of the ink, and its centre (x, y) in pixels from the picture's middle."""
    side = pictures.shape[-1]
    along = torch.arange(side) - (side - 1) / 2
    ink = pictures.sum((1, 2, 3))
    x = (pictures.sum((1, 2)) * along).sum(1) / ink
    y = (pictures.sum((1, 3)) * along).sum(1) / ink
    return ink, torch.stack([x, y], dim=1)


def spot(radius: float, x: float = 0.0, y: float = 0.0) -> torch.Tensor:
    """A soft round spot, 256 times: what is done to it can be read off its centre and size."""
    along = torch.arange(28) - 13.5
    r = ((along[None] - x) ** 2 + (along[:, None] - y) ** 2).sqrt()
    return (radius + 0.5 - r).clamp(0, 1).expand(256, 1, 28, 28)


def test_r_turns_about_the_middle_by_up_to_ninety_degrees():
    ink, centre = ink_and_centre(distorted(spot(2, x=8), "R", generator()))
    torch.testing.assert_close(centre.norm(dim=1), torch.full((256,), 8.0), atol=0.1, rtol=0)
    angle = torch.atan2(centre[:, 1], centre[:, 0]).rad2deg()
    assert angle.min() < -80
    assert angle.max() > 80
    assert angle.abs().max() < 91
    torch.testing.assert_close(ink, spot(2, x=8).sum((1, 2, 3)), rtol=0.05, atol=0)


def test_rts_scales_turns_and_moves_within_the_sheet():
    plain = spot(3)
    ink, centre = ink_and_centre(distorted(plain, "RTS", generator()))
    scale = (ink / plain[0].sum()).sqrt()
    assert 0.66 < scale.min() < 0.75
    assert 1.15 < scale.max() < 1.24
    free = (42 - 28 * scale) / 2  # a digit's square never leaves the sheet
    assert (centre.abs() <= free[:, None] + 0.3).all()
    assert centre.abs().max() > 8
    _, off = ink_and_centre(distorted(spot(2, x=8), "RTS", generator()))
    turned = torch.atan2(*(off - centre).flip(1).unbind(1)).rad2deg()
    assert 40 < turned.abs().max() < 46
    torch.testing.assert_close(
        (off - centre).norm(dim=1) / scale, torch.full((256,), 8.0), atol=0.4, rtol=0
    )


@pytest.mark.parametrize("kind", ["P", "E"])
def test_p_and_e_shrink_and_bend(kind):
    plain = spot(4)
    ink, centre = ink_and_centre(distorted(plain, kind, generator()))
    assert ink.median() < plain[0].sum()  # 0.75 to 1 times as large
    assert (ink > 0.05 * plain[0].sum()).all()  # nothing is lost altogether
    assert 0.2 < centre.abs().mean() < 5


def test_clutter_keeps_the_digit_and_adds_six_pieces(digits):
    images = digits[0][:32]
    alone = cluttered(images, pieces=0, generator=generator(4))
    assert torch.allclose(alone.sum((1, 2, 3)), images.sum((1, 2, 3)))
    among = cluttered(images, pieces=6, generator=generator(4))
    # The digit's place is drawn first, so it is the same; clutter only ever adds ink.
    assert (among >= alone).all()
    added = (among > alone).sum((1, 2, 3))
    assert added.max() <= 6 * 36
    assert added.float().mean() > 20
    wide = cluttered(images, side=84, pieces=16, generator=generator(4))
    assert wide.shape == (32, 1, 84, 84)
    exact = cluttered(torch.ones(3, 1, 28, 28), side=28, pieces=0)
    assert torch.equal(exact, torch.ones(3, 1, 28, 28))


def test_a_digit_can_stand_anywhere():
    corner = torch.zeros(400, 1, 28, 28)
    corner[..., 0, 0] = 1
    places = cluttered(corner, side=31, pieces=0, generator=generator()).flatten(1).argmax(1)
    assert sorted(set(places.tolist())) == [31 * r + c for r in range(4) for c in range(4)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"side": 27}, "a digit is 28 pixels wide; side=27 is too small"),
        ({"pieces": -1}, "pieces must be at least 0 and 1 to 28 pixels wide, got -1 of 6"),
        ({"piece": 29}, "got 6 of 29"),
    ],
)
def test_clutter_errors(settings, message):
    with pytest.raises(ValueError, match=message):
        cluttered(torch.zeros(1, 1, 28, 28), **settings)


def test_sums_pair_every_digit_twice(digits):
    images, labels = digits[0][:50], digits[1][:50]
    pictures, sums = digit_sums(images, labels, generator())
    assert pictures.shape == (50, 2, 42, 42)
    assert 0 <= sums.min() <= sums.max() <= 18
    assert sums.sum() == 2 * labels.sum()
    assert sorted((sums - labels).tolist()) == sorted(labels.tolist())


def test_binarize_is_a_coin_per_pixel():
    grey = torch.tensor([0.0, 0.25, 1.0]).expand(4000, 3)[:, None]
    drawn = binarize(grey, generator())
    assert set(drawn.flatten().tolist()) == {0.0, 1.0}
    share = drawn.mean((0, 1))
    assert share[0] == 0
    assert share[2] == 1
    assert abs(float(share[1]) - 0.25) < 0.03
    with pytest.raises(ValueError, match="grey values must be from 0 to 1, got 0 to 255"):
        binarize(torch.tensor([[0.0, 255.0]]))
