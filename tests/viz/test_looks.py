"""The picture of a look shows the maps that it was given."""

import numpy as np
import pytest
import torch

from course_pkg.viz.looks import draw_look, draw_written


def test_three_panels_hold_the_picture_the_map_and_the_region():
    g = torch.Generator().manual_seed(0)
    picture, weights = torch.rand(3, 6, 8, generator=g), torch.rand(3, 4, generator=g)
    weights /= weights.sum()
    coverage = (torch.rand(3, 4, generator=g) < 0.5).float()
    figure, text = draw_look(picture, weights, coverage, "car")
    shown = [np.asarray(ax.images[0].get_array()) for ax in figure.axes]
    np.testing.assert_allclose(shown[0], picture.movedim(0, -1).numpy())
    np.testing.assert_allclose(shown[1], weights.numpy())
    np.testing.assert_allclose(shown[2], coverage.numpy())
    assert "car" in figure.axes[1].get_title()
    assert f"{float(weights[coverage > 0].sum()):.0%}" in text


def test_a_word_without_a_place_is_said_to_have_none():
    _, text = draw_look(torch.zeros(3, 4, 4), torch.ones(2, 2) / 4, torch.zeros(2, 2), "and")
    assert text == "the look before “and”, a word that means no place"


def test_a_written_word_is_marked_and_its_look_stays_bright():
    figure, text = draw_written(torch.ones(3, 4, 8), torch.tensor([[0.25, 0.75]]), ["a", "car"], 1)
    assert figure.get_suptitle() == "a CAR"
    dark = np.asarray(figure.axes[1].images[1].get_alpha())
    np.testing.assert_allclose(dark, [[0.8 * (1 - 1 / 3), 0.0]], rtol=1e-6)
    assert text.startswith("the look before “car”, word 2 of “a car”; the heaviest cell has 75%")
    with pytest.raises(ValueError, match="words 0 to 1, got 2"):
        draw_written(torch.ones(3, 4, 8), torch.tensor([[1.0]]), ["a", "car"], 2)
