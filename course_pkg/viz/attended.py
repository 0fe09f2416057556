"""Where a network listened, which frames it read, and which cells it looked at: three figures."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from course_pkg.viz.figures import OKABE_ITO, PAGE_WIDTH, as_array, as_picture

__all__ = ["show_hops", "show_listening", "show_watching"]

_BOX = {"fill": False, "edgecolor": OKABE_ITO[1], "lw": 1.2}


def show_listening(
    features: Float[Tensor, "t bands"],
    letters: str,
    spans: Int[Tensor, "letters 2"],
    weights: Float[Tensor, "letters cells"] | None = None,
    frames_per_cell: int = 1,
    width: float = PAGE_WIDTH,
) -> Figure:
    """Draw a sound with its letters, and below it where the network listened for each of them.

    Args:
        features: loudness in bands, a row for every hundredth of a second.
        letters: what is said; "" hides the answer.
        spans: first frame of each letter and the first after it; framed in the map.
        weights: a row for every letter; None draws the sound alone.
        frames_per_cell: frames that one cell of the map holds.
        width: of the figure in inches.

    Returns:
        The figure; time goes from left to right in both parts.

    Example:
        >>> spans = torch.tensor([[0, 4], [4, 8]])
        >>> fig = show_listening(torch.zeros(8, 24), "mo", spans, torch.eye(2), frames_per_cell=4)
        >>> [text.get_text() for text in fig.axes[1].get_yticklabels()]
        ['m', 'o']
    """
    rows = 0.0 if weights is None else 0.16 * len(weights)
    heights = [1.3] if weights is None else [1.3, rows]
    fig, grid = plt.subplots(
        len(heights),
        1,
        figsize=(width, sum(heights) + 0.7),
        sharex=True,
        squeeze=False,
        height_ratios=heights,
        layout="constrained",
    )
    sound = grid[0, 0]
    seconds, bands = len(features) / 100, features.shape[1]
    sound.imshow(
        as_array(features).T,
        origin="lower",
        aspect="auto",
        cmap="Greys",
        extent=(0, seconds, 0, bands),
    )
    sound.set(ylabel="band", yticks=[0, bands])
    for letter, (start, end) in zip(letters, spans.tolist(), strict=False):
        sound.text((start + end) / 200, bands + 0.5, letter, ha="center", fontsize=10)
        sound.axvline(start / 100, color=OKABE_ITO[1], lw=0.7)
    if weights is not None:
        table = grid[1, 0]
        cells = weights.shape[1]
        table.imshow(
            as_array(weights),
            aspect="auto",
            cmap="Greys",
            vmin=0,
            vmax=1,
            extent=(0, cells * frames_per_cell / 100, len(weights) - 0.5, -0.5),
        )
        for row, (start, end) in enumerate(spans.tolist()):
            table.add_patch(Rectangle((start / 100, row - 0.5), (end - start) / 100, 1, **_BOX))
        names = [letter.replace(" ", "pause") for letter in letters]
        table.set_yticks(range(len(names)), names, fontsize=8)
        table.set_xlim(0, seconds)
    grid[-1, 0].set_xlabel("seconds")
    return fig


def show_watching(
    images: Float[Tensor, "t 3 h w"],
    words: Sequence[str],
    weights: Float[Tensor, "words t"],
    frames: Bool[Tensor, "words t"],
    width: float = PAGE_WIDTH,
) -> Figure:
    """Draw a clip frame by frame, and below each frame its weight at every word.

    Args:
        images: the frames.
        words: that were said.
        weights: a row for every word.
        frames: where each word is to be seen; framed in the map.
        width: of the figure in inches.

    Returns:
        The figure.

    Example:
        >>> right = torch.eye(2, 6) > 0
        >>> fig = show_watching(torch.zeros(6, 3, 8, 8), ["red", "car"], right.float(), right)
        >>> len(fig.axes), len(fig.axes[-1].patches)
        (7, 2)
    """
    count = len(images)
    map_height = 0.2 * len(words)
    fig = plt.figure(figsize=(width, width / count + map_height + 0.3), layout="constrained")
    ratios = [width / count, map_height]
    grid = fig.add_gridspec(2, count, height_ratios=ratios, wspace=0.02)
    for t, image in enumerate(images):
        ax = fig.add_subplot(grid[0, t])
        ax.imshow(as_picture(image), vmin=0, vmax=1)
        ax.set_axis_off()
    table = fig.add_subplot(grid[1, :])
    table.imshow(as_array(weights), aspect="auto", cmap="Greys", vmin=0, vmax=1)
    for row, column in np.argwhere(as_array(frames)).tolist():
        table.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, **_BOX))
    table.set_yticks(range(len(words)), list(words), fontsize=8)
    table.set_xticks(range(count), [f"{t + 1}" for t in range(count)], fontsize=8)
    table.set_xlabel("frame")
    return fig


def show_hops(
    image: Float[Tensor, "3 h w"],
    weights: Float[Tensor, "hops cells"],
    grid: tuple[int, int],
    title: str,
    region: Bool[Tensor, "h w"] | None = None,
    width: float = PAGE_WIDTH,
) -> Figure:
    """Draw a picture and the looks at it, one after another, each cell as bright as its weight.

    Args:
        image: in [0, 1].
        weights: share of every cell at every look, row by row.
        grid: rows and columns of cells.
        title: above the picture, such as the question.
        region: the pixels that hold the answer, outlined; None or empty draws no line.
        width: of the figure in inches.

    Returns:
        The figure: the picture, then one panel a look.

    Example:
        >>> fig = show_hops(torch.zeros(3, 8, 8), torch.full((2, 4), 0.25), (2, 2), "what is this")
        >>> [ax.get_title() for ax in fig.axes]
        ['what is this', 'look 1', 'look 2']
    """
    panels = 1 + len(weights)
    h, w = image.shape[1:]
    size = (width, width / panels * h / w + 0.35)
    fig, axes = plt.subplots(1, panels, figsize=size, squeeze=False, layout="constrained")
    picture = as_picture(image)
    for ax in axes.flat:
        ax.imshow(picture, vmin=0, vmax=1)
        ax.set_axis_off()
        if region is not None and region.any() and not region.all():
            ax.contour(as_array(region).astype(float), levels=[0.5], colors=OKABE_ITO[4])
    axes[0, 0].set_title(title, fontsize=10)
    for hop, (ax, look) in enumerate(zip(axes[0, 1:], weights, strict=True), start=1):
        dark = 1 - as_array(look).reshape(grid) / max(as_array(look).max(), 1e-9)
        ax.imshow(
            np.zeros_like(dark),
            cmap="gray",
            alpha=0.85 * dark,
            extent=(-0.5, w - 0.5, h - 0.5, -0.5),
        )
        ax.set_title(f"look {hop}", fontsize=10)
    return fig
