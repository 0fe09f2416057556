"""Digits whose place is known: the box holds the digit, the clutter comes from others."""

import pytest
import torch

from course_pkg.data import cluttered, placed_digits


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_each_box_holds_its_digit_and_nothing_lies_outside():
    digits = torch.rand(20, 1, 5, 5, generator=generator()) + 0.1
    canvas, boxes = placed_digits(digits, digits, side=12, pieces=0, piece=1, generator=generator())
    assert canvas.shape == (20, 1, 12, 12)
    for picture, digit, (x0, y0, x1, y1) in zip(canvas, digits, boxes.int().tolist(), strict=True):
        assert (x1 - x0, y1 - y0) == (5, 5)
        assert torch.equal(picture[:, y0:y1, x0:x1], digit)
        assert picture.sum() == pytest.approx(float(digit.sum()), rel=1e-5)


def test_digits_stand_everywhere_and_rows_are_not_columns():
    spot = torch.ones(400, 1, 2, 2)
    _, boxes = placed_digits(spot, spot, side=5, pieces=0, piece=1, generator=generator())
    corners = {tuple(corner) for corner in boxes[:, :2].int().tolist()}
    assert corners == {(x, y) for x in range(4) for y in range(4)}


def test_clutter_is_cut_from_the_others_alone():
    digits, others = torch.full((8, 1, 4, 4), 0.25), torch.full((3, 1, 6, 6), 0.75)
    canvas, boxes = placed_digits(digits, others, 30, pieces=5, piece=3, generator=generator())
    assert set(canvas.unique().tolist()) == {0.0, 0.25, 0.75}
    alone, same = placed_digits(digits, others, 30, pieces=0, piece=3, generator=generator())
    assert torch.equal(boxes, same)
    # Five pieces of 3 x 3, fewer pixels where they overlap; the brighter one is seen.
    bright = (canvas == 0.75).sum((1, 2, 3))
    assert (bright <= 45).all()
    assert (bright >= 9).all()
    assert torch.equal(canvas[canvas != 0.75], alone[canvas != 0.75])


def test_with_clutter_of_its_own_it_draws_what_cluttered_draws():
    digits = torch.rand(6, 1, 28, 28, generator=generator(1))
    canvas, _ = placed_digits(digits, digits, 60, pieces=6, generator=generator(2))
    assert torch.equal(canvas, cluttered(digits, 60, pieces=6, generator=generator(2)))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"side": 3}, "a digit is 4 pixels wide; side=3 is too small for it"),
        ({"side": 9, "pieces": -1}, "at least 0 and 1 to 6 pixels wide, got -1 of 6"),
        ({"side": 9, "piece": 7}, "1 to 6 pixels wide, got 16 of 7"),
    ],
)
def test_errors(settings, message):
    with pytest.raises(ValueError, match=message):
        placed_digits(torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 6, 6), **settings)


def test_clutter_needs_digits_to_come_from():
    with pytest.raises(ValueError, match="16 pieces are to be cut from others, which holds no dig"):
        placed_digits(torch.zeros(1, 1, 8, 8), torch.zeros(0, 1, 8, 8))
