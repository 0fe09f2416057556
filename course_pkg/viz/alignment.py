"""Alignment maps: which word was looked at for which, as a table of grey cells."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course_pkg.viz.figures import OKABE_ITO, PAGE_WIDTH, as_array

__all__ = ["show_alignments"]


def show_alignments(
    maps: Sequence[tuple[Sequence[str], Sequence[str], ArrayLike]],
    titles: Sequence[str] = (),
    truths: Sequence[Sequence[int]] = (),
) -> Figure:
    """Draw attention weights with the words read above and the words written at the left.

    Args:
        maps: words read, words written, and a weight for each written (row) and read word.
        titles: one per map, or none.
        truths: for each map the true column of each row, marked with a ring; or none.

    Returns:
        The figure, black where a weight is 1.

    Raises:
        ValueError: if weights and words do not go together.

    Example:
        >>> figure = show_alignments([(["rotes", "Auto"], ["red", "car"], np.eye(2))])
        >>> [text.get_text() for text in figure.axes[0].get_xticklabels()]
        ['rotes', 'Auto']
    """
    arrays: list[Float[np.ndarray, "t s"]] = [as_array(weights) for _, _, weights in maps]
    for (source, words, _), weights in zip(maps, arrays, strict=True):
        if weights.shape != (len(words), len(source)):
            raise ValueError(
                f"show_alignments: {len(words)} written and {len(source)} read words need weights "
                f"of shape {(len(words), len(source))}, got {weights.shape}"
            )
    columns = sum(weights.shape[1] + 4 for weights in arrays)
    cell = min(0.3, PAGE_WIDTH / columns)
    height = cell * (max(len(weights) for weights in arrays) + 4) + 0.3
    fig, axes = plt.subplots(
        1,
        len(maps),
        figsize=(cell * columns, height),
        squeeze=False,
        width_ratios=[weights.shape[1] for weights in arrays],
        layout="constrained",
    )
    size = max(6.0, min(9.0, 32 * cell))
    for i, (ax, (source, words, _)) in enumerate(zip(axes[0], maps, strict=True)):
        ax.imshow(arrays[i], cmap="Greys", vmin=0, vmax=1)
        ax.set_xticks(range(len(source)), list(source), rotation=90, fontsize=size)
        ax.set_yticks(range(len(words)), list(words), fontsize=size)
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        ax.spines[:].set_visible(True)
        ax.spines[:].set_color("#bbbbbb")
        if titles:
            ax.set_xlabel(titles[i])
        if truths:
            rows = range(len(truths[i]))
            ring = {"facecolors": "none", "edgecolors": OKABE_ITO[1], "linewidths": 1.2}
            ax.scatter(list(truths[i]), rows, s=(36 * cell) ** 2, **ring)
    return fig
