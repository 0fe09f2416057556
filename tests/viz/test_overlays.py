"""What is drawn over a picture: the right colours at the right pixels, a word in every region."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from course_pkg import viz

NAMES = ("sky", "sea", "boat")
PALETTE = ((0, 0, 255), (0, 255, 0), (255, 0, 0))


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def ax():
    _, axes = viz.picture_row([torch.zeros(3, 20, 30)], ["a picture"])
    return axes[0]


def labels():
    table = torch.zeros(20, 30, dtype=torch.int64)
    table[10:] = 1
    return table


def words(ax):
    return {t.get_text(): t.get_position() for t in ax.texts}


def test_a_row_of_pictures_keeps_order_and_brightness():
    fig, axes = viz.picture_row([torch.full((4, 4), 0.25), torch.ones(3, 4, 4)], ["a", "b"])
    assert [a.get_title() for a in axes] == ["a", "b"]
    assert axes[0].images[0].get_clim() == (0, 1)
    assert len(fig.axes) == 2


def test_each_label_has_its_colour_and_its_word_inside_its_region(ax):
    viz.draw_labels(ax, labels(), NAMES, PALETTE)
    painted = ax.images[1].get_array()
    np.testing.assert_array_equal(painted[0, 0], [0, 0, 1])
    np.testing.assert_array_equal(painted[19, 29], [0, 1, 0])
    placed = words(ax)
    assert placed.keys() == {"sky", "sea"}
    assert placed["sky"][1] < 10 <= placed["sea"][1]


def test_a_word_stands_where_its_region_is_thickest(ax):
    mask = torch.zeros(1, 20, 30, dtype=torch.bool)
    mask[0, 2, 2:28] = True  # a thin line ...
    mask[0, 8:17, 20:29] = True  # ... and a block with its middle at row 12, column 24
    viz.draw_masks(ax, mask, ["thing"])
    assert words(ax) == {"thing": (24, 12)}


def test_tiny_regions_are_left_to_the_legend(ax):
    table = labels()
    table[0, 0] = 2
    viz.draw_labels(ax, table, NAMES, PALETTE)
    assert "boat" not in words(ax)
    viz.label_legend(ax.figure, table, NAMES, PALETTE)
    assert [t.get_text() for t in ax.figure.legends[0].get_texts()] == ["sky", "sea", "boat"]


def test_ignored_pixels_are_white_and_hatched_and_not_named(ax):
    table = labels()
    table[:5] = 255
    viz.draw_labels(ax, table, NAMES, PALETTE)
    np.testing.assert_array_equal(ax.images[1].get_array()[0, 0], [1, 1, 1])
    hatched = [c for c in ax.collections if getattr(c, "hatches", [None])[0] == "////"]
    assert len(hatched) == 1
    assert words(ax).keys() == {"sky", "sea"}


def test_the_line_runs_between_the_pixels(ax):
    table = torch.ones(20, 30, dtype=torch.int64)
    table[:4] = 0
    viz.draw_labels(ax, table, NAMES, PALETTE)
    points = np.concatenate([c.get_paths()[0].vertices for c in ax.collections])
    inside = points[(points[:, 0] > 1) & (points[:, 0] < 28) & (abs(points[:, 1] - 4) < 3)]
    assert len(inside) > 20
    np.testing.assert_allclose(inside[:, 1], 3.5)


def test_masks_tint_their_own_pixels_only(ax):
    mask = torch.zeros(1, 20, 30, dtype=torch.bool)
    mask[0, 4:12, 5:15] = True
    viz.draw_masks(ax, mask, ["thing"], colours=["#ff0000"], alpha=0.5)
    tint = ax.images[1].get_array()
    np.testing.assert_allclose(tint[4, 5], [1, 0, 0, 0.5])
    np.testing.assert_array_equal(tint[..., 3] > 0, mask[0])


def test_boxes_stand_on_the_edges_of_their_pixels(ax):
    viz.draw_boxes(ax, torch.tensor([[0.0, 0, 30, 20], [3, 4, 5, 9]]), ["all", "part"])
    assert [p.get_bbox().extents.tolist() for p in ax.patches] == [
        [-0.5, -0.5, 29.5, 19.5],  # the frame of the drawn picture
        [2.5, 3.5, 4.5, 8.5],
    ]
    assert words(ax).keys() == {"all", "part"}
    assert tuple(ax.get_xlim()) == (-0.5, 29.5)


def test_one_label_everywhere_and_nothing_known_are_drawn_too(ax):
    viz.draw_labels(ax, torch.zeros(20, 30, dtype=torch.int64), NAMES, PALETTE)
    viz.draw_labels(ax, torch.full((20, 30), 255), NAMES, PALETTE)
    assert words(ax).keys() == {"sky"}
    ax.figure.canvas.draw()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: viz.picture_row([], []), "at least one image"),
        (lambda ax: viz.picture_row([torch.zeros(2, 2)], []), "1 images and 0 titles"),
        (lambda ax: viz.draw_labels(ax, labels() + 2, NAMES, PALETTE), "from 0 to 2, .*got 2 to 3"),
        (lambda ax: viz.draw_labels(ax, labels() * 1.0, NAMES, PALETTE), "take the argmax"),
        (lambda ax: viz.draw_labels(ax, labels(), NAMES, PALETTE[:2]), "3 names need as many"),
        (lambda ax: viz.draw_masks(ax, torch.ones(2, 4, 4) > 0, ["a"]), "2 masks .* got 1"),
        (lambda ax: viz.draw_boxes(ax, torch.ones(1, 4), []), "1 boxes .* got 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ax, call, message):
    with pytest.raises(ValueError, match=message):
        call(ax)


def test_pictures_in_two_columns_make_two_rows():
    fig, axes = viz.picture_row([torch.zeros(3, 4, 8)] * 3, ["a", "b", "c"], width=4, columns=2)
    assert [ax.get_title() for ax in axes] == ["a", "b", "c"]
    assert len(fig.axes) == 4
    assert fig.get_size_inches().tolist() == [4.0, 2 * (2 * 0.5 + 0.3)]
