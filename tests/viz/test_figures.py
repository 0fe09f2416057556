"""The drawing helpers draw what they are given, and refuse what cannot be drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from course_pkg import viz


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_images_of_every_layout_are_drawn_in_order():
    red = torch.zeros(3, 5, 7)
    red[0] = 1
    fig = viz.show_images([torch.zeros(4, 4), red, np.ones((4, 4, 3))], ["a", "b", "c"], columns=2)
    drawn = [ax for ax in fig.axes if ax.images]
    assert [ax.get_title() for ax in drawn] == ["a", "b", "c"]
    assert np.allclose(drawn[1].images[0].get_array()[0, 0], [1, 0, 0])
    assert len(fig.axes) == 4  # two rows of two, the last one empty


def test_an_image_keeps_its_brightness():
    """Without limits matplotlib would stretch a dark picture to full contrast."""
    fig = viz.show_images([torch.full((2, 2), 0.25)])
    assert fig.axes[0].images[0].get_clim() == (0, 1)


def test_grids_show_their_numbers_and_marks():
    fig = viz.number_grids([[[1, -2.5], [0, 4]], [7]], ["left", "right"], [[(0, 1)], []])
    left, right = fig.axes
    assert [t.get_text() for t in left.texts] == ["1", "−2.5", "0", "4"]
    assert [t.get_text() for t in right.texts] == ["7"]
    faces = [patch.get_facecolor() for patch in left.patches]
    assert faces[1] != faces[0] == faces[2]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: viz.show_images([]), "at least one image, got none"),
        (lambda: viz.show_images([torch.zeros(2, 2)], ["a", "b"]), "1 images need as many titles"),
        (lambda: viz.number_grids([[1]], []), "need as many titles and marks"),
    ],
)
def test_bad_input_is_named(call, message: str):
    with pytest.raises(ValueError, match=message):
        call()
