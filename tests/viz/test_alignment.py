"""Alignment maps: every cell at its words, rings at the truth, nothing that does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_pkg.viz import show_alignments

SOURCE, WORDS = ["ein", "rotes", "Auto"], ["a", "red"]
WEIGHTS = np.array([[0.9, 0.1, 0.0], [0.0, 0.75, 0.25]])


def test_words_weights_and_rings():
    fig = show_alignments([(SOURCE, WORDS, WEIGHTS)] * 2, ["one", "two"], [(0, 1), (2, 0)])
    assert [ax.get_xlabel() for ax in fig.axes] == ["one", "two"]
    for ax, truth in zip(fig.axes, ((0, 1), (2, 0)), strict=True):
        assert [text.get_text() for text in ax.get_xticklabels()] == SOURCE
        assert [text.get_text() for text in ax.get_yticklabels()] == WORDS
        [image] = ax.images
        np.testing.assert_array_equal(image.get_array(), WEIGHTS)
        assert image.get_clim() == (0, 1)
        [rings] = ax.collections
        assert rings.get_offsets().tolist() == [[truth[0], 0], [truth[1], 1]]
    plt.close(fig)


def test_a_figure_fits_the_page():
    long = [f"w{i}" for i in range(30)]
    fig = show_alignments([(long, long, np.eye(30))])
    assert fig.get_figwidth() <= 8
    assert not fig.axes[0].collections
    plt.close(fig)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"need weights of shape \(2, 3\), got \(3, 2\)"):
        show_alignments([(SOURCE, WORDS, WEIGHTS.T)])
