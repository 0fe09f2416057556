"""Where an attention map looks, beside where it should: pictures of looks for the lectures."""

import textwrap
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_pkg.viz.figures import as_array, as_picture

__all__ = ["draw_look", "draw_written"]


def draw_look(
    picture: Float[Tensor, "3 h w"],
    weights: Float[Tensor, "rows columns"],
    coverage: Float[Tensor, "rows columns"],
    word: str,
) -> tuple[Figure, str]:
    """Draw a picture, the map that led to a word, and the cells that the word means.

    Args:
        picture: in [0, 1].
        weights: share of every cell, adding up to 1.
        coverage: share of every cell that the word's region covers.
        word: what was said after the look.

    Returns:
        The figure, and its text for readers who do not see it.

    Example:
        >>> half = torch.tensor([[0.5, 0.5]])
        >>> figure, text = draw_look(torch.zeros(3, 4, 8), half, 2 * half, "sky")
        >>> text
        'the look before “sky”: 100% of the weight is where the word is'
    """
    figure = Figure(figsize=(6.6, 2.5), layout="constrained")
    axes = figure.subplots(1, 3)
    axes[0].imshow(as_picture(picture))
    axes[1].imshow(as_array(weights), vmin=0, cmap="magma")
    axes[2].imshow(as_array(coverage), vmin=0, vmax=1, cmap="Greys_r")
    titles = ("the scene", f"the look before “{word}”", "where the word is")
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(title, fontsize=10)
        ax.set_axis_off()
    inside = (as_array(weights) * as_array(coverage)).sum()
    if not coverage.any():
        return figure, f"the look before “{word}”, a word that means no place"
    return figure, f"the look before “{word}”: {inside:.0%} of the weight is where the word is"


def draw_written(
    picture: Float[Tensor, "3 h w"],
    weights: Float[Tensor, "rows columns"],
    words: Sequence[str],
    at: int,
) -> tuple[Figure, str]:
    """Draw a picture, and the same darkened where the look before one word did not go.

    Args:
        picture: in [0, 1].
        weights: share of every cell in the look that led to the word.
        words: the whole sentence as the network wrote it.
        at: which of its words the look belongs to, from 0.

    Returns:
        The figure, and its text for readers who do not see it.

    Raises:
        ValueError: if the sentence has no such word.

    Example:
        >>> figure, text = draw_written(torch.ones(3, 4, 8), torch.tensor([[0.2, 0.8]]), ["sky"], 0)
        >>> text
        'the look before “sky”, word 1 of “sky”; the heaviest cell has 80% of the weight'
    """
    if not 0 <= at < len(words):
        raise ValueError(f"draw_written: the sentence has words 0 to {len(words) - 1}, got {at}")
    figure = Figure(figsize=(7.6, 4.3), layout="constrained")
    axes = figure.subplots(1, 2)
    photo, light = as_picture(picture), as_array(weights / weights.max())
    extent = (0.0, float(photo.shape[1]), float(photo.shape[0]), 0.0)
    for ax in axes:
        ax.imshow(photo, extent=extent)
        ax.set_axis_off()
    # Black laid over the picture, the less of it the more weight a cell has.
    axes[1].imshow(
        np.zeros((*light.shape, 3)),
        alpha=0.8 * (1 - light),
        extent=extent,
        interpolation="bilinear",
    )
    axes[1].set_title(f"the look before “{words[at]}”", fontsize=12)
    said = [word.upper() if i == at else word for i, word in enumerate(words)]
    figure.suptitle(textwrap.fill(" ".join(said), 60), fontsize=12)
    share = f"the heaviest cell has {float(weights.max()):.0%} of the weight"
    sentence = " ".join(words)
    return figure, f"the look before “{words[at]}”, word {at + 1} of “{sentence}”; {share}"
