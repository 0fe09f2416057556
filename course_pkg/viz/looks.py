"""Where an attention map looks, beside where it should: pictures of looks for the lectures."""

from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_pkg.viz.figures import as_array, as_picture

__all__ = ["draw_look"]


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
