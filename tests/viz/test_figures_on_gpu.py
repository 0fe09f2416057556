"""Figures take what a network gives, as it gives it: on a GPU, with a gradient."""

import matplotlib.pyplot as plt
import pytest
import torch

from course_pkg import viz


def given(device, *size):
    return torch.rand(size, device=device, requires_grad=True)


FIGURES = {
    "images": lambda d: viz.show_images([given(d, 3, 8, 9), given(d, 8, 9)]),
    "row": lambda d: viz.picture_row([given(d, 3, 8, 9)], ["one"]),
    "grids": lambda d: viz.number_grids([given(d, 2, 3)], ["one"]),
    "look": lambda d: viz.draw_look(given(d, 3, 8, 9), given(d, 2, 2), given(d, 2, 2), "car"),
    "alignments": lambda d: viz.show_alignments([(["ja", "gut"], ["well"], given(d, 1, 2))]),
    "hops": lambda d: viz.show_hops(given(d, 3, 8, 8), given(d, 2, 4), (2, 2), "twice"),
    "listening": lambda d: viz.show_listening(
        given(d, 8, 5),
        "ab",
        torch.tensor([[0, 4], [4, 8]], device=d),
        given(d, 2, 2),
        4,
    ),
    "watching": lambda d: viz.show_watching(
        given(d, 2, 3, 8, 8), ["a", "b"], given(d, 2, 2), given(d, 2, 2) > 0.5
    ),
    "labels": lambda d: viz.draw_labels(
        plt.figure().gca(), torch.zeros(8, 8, dtype=torch.long, device=d), ["sky"], [(0, 0, 255)]
    ),
    "masks": lambda d: viz.draw_masks(plt.figure().gca(), given(d, 1, 8, 8) > 0.5, ["dog"]),
    "boxes": lambda d: viz.draw_boxes(plt.figure().gca(), 4 * given(d, 1, 2).repeat(1, 2), ["dog"]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_it_draws_what_a_network_gives(name, gpu):
    FIGURES[name](gpu)
    drawn = [plt.figure(number) for number in plt.get_fignums()]
    assert drawn or name == "look"  # that one belongs to nobody's list
    plt.close("all")
