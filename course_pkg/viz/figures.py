"""Figures in one style: images side by side, and small grids of numbers that can be read.

All sizes fit a page of text (8 inches). The colours are Okabe and Ito's, which people with any kind
of colour vision can tell apart.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

__all__ = ["OKABE_ITO", "figure_style", "number_grids", "show_images"]

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
PAGE_WIDTH = 8.0  # inches


def figure_style() -> None:
    """Set matplotlib's defaults for the book: quiet axes, readable sizes, safe colours.

    Called once in a lecture's set-up cell.

    Example:
        >>> figure_style()
        >>> plt.rcParams["axes.spines.top"]
        False
    """
    plt.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=OKABE_ITO),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.dpi": 110,
            "figure.facecolor": "white",
            "font.size": 10,
            "image.cmap": "gray",
            "image.interpolation": "nearest",
            "legend.frameon": False,
            "savefig.facecolor": "white",
        }
    )


def show_images(
    images: Sequence[Any],
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    width: float = PAGE_WIDTH,
    **imshow: Any,
) -> Figure:
    """Draw images side by side, without axes, each with its title.

    Args:
        images: tensors or arrays (h, w), (1, h, w), (3, h, w) or (h, w, 3); colour in [0, 1].
        titles: one per image.
        columns: images per row; ``None`` puts up to four in a row.
        width: of the whole figure in inches.
        imshow: passed on to matplotlib's ``imshow`` (``cmap``, ``vmin``, ...).

    Returns:
        The figure, already drawn.

    Raises:
        ValueError: if there is no image, or not one title per image.

    Example:
        >>> len(show_images([torch.zeros(4, 4), torch.ones(3, 4, 4)], ["black", "white"]).axes)
        2
    """
    if not images:
        raise ValueError("show_images: expected at least one image, got none")
    if titles is not None and len(titles) != len(images):
        raise ValueError(
            f"show_images: {len(images)} images need as many titles, got {len(titles)}"
        )
    columns = columns or min(4, len(images))
    rows = -(-len(images) // columns)
    pictures = [as_picture(image) for image in images]
    cell = width / columns
    tallest = max(p.shape[0] / p.shape[1] for p in pictures)
    height = rows * (cell * tallest + (0.3 if titles else 0.05))
    fig, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    limits = {} if {"vmin", "vmax"} & set(imshow) else {"vmin": 0, "vmax": 1}
    for i, (ax, picture) in enumerate(zip(axes.flat, pictures, strict=False)):
        ax.imshow(picture, **limits, **imshow)
        if titles is not None:
            ax.set_title(titles[i], fontsize=10)
    fig.tight_layout(pad=0.3)
    return fig


def number_grids(
    grids: Sequence[Any],
    titles: Sequence[str],
    marks: Sequence[Sequence[tuple[int, int]]] | None = None,
    between: str = "→",
    cell: float = 0.36,
) -> Figure:
    """Draw small matrices as squared paper, with a sign between them: input → output.

    Args:
        grids: tensors or arrays with one or two axes, at most some 12 numbers a side.
        titles: one per grid.
        marks: for each grid the (row, column) cells to colour.
        between: the sign drawn between two grids.
        cell: side of a square in inches.

    Returns:
        The figure, already drawn.

    Raises:
        ValueError: if titles or marks do not match the grids.

    Example:
        >>> fig = number_grids([torch.tensor([[1, 2], [3, 4]])], ["four numbers"], [[(0, 1)]])
        >>> len(fig.axes[0].texts)
        4
    """
    tables = [np.atleast_2d(as_array(grid)) for grid in grids]
    marks = marks if marks is not None else [[] for _ in grids]
    if not len(tables) == len(titles) == len(marks):
        raise ValueError(
            f"number_grids: {len(tables)} grids need as many titles and marks, "
            f"got {len(titles)} and {len(marks)}"
        )
    widths = [table.shape[1] for table in tables]
    gap = 1.6
    columns = sum(widths) + gap * (len(tables) - 1)
    rows = max(table.shape[0] for table in tables)
    cell = min(cell, PAGE_WIDTH / columns)
    fig = plt.figure(figsize=(columns * cell, rows * cell + 0.3))
    left = 0.0
    for i, (table, title) in enumerate(zip(tables, titles, strict=True)):
        bottom = (rows - table.shape[0]) / 2 * cell / (rows * cell + 0.3)
        height = table.shape[0] * cell / (rows * cell + 0.3)
        ax = fig.add_axes((left / columns, bottom, widths[i] / columns, height))
        _draw_grid(ax, table, set(marks[i]))
        ax.set_title(title, fontsize=9, pad=4)
        left += widths[i]
        if i + 1 < len(tables):
            middle = rows * cell / 2 / (rows * cell + 0.3)
            fig.text((left + gap / 2) / columns, middle, between, ha="center", va="center")
        left += gap
    return fig


def _draw_grid(ax: Axes, table: np.ndarray, marked: set[tuple[int, int]]) -> None:
    """One table: squares, numbers, and a tint under the marked ones."""
    h, w = table.shape
    ax.set(xlim=(0, w), ylim=(h, 0), xticks=[], yticks=[], aspect="equal")
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    for r in range(h):
        for c in range(w):
            face = "#CFE5F3" if (r, c) in marked else "white"
            ax.add_patch(Rectangle((c, r), 1, 1, facecolor=face, edgecolor="#999999", lw=0.8))
            text = f"{table[r, c]:.3g}".replace("-", "−")
            faint = "#767676" if table[r, c] == 0 else "black"
            ax.text(c + 0.5, r + 0.52, text, ha="center", va="center", fontsize=9, color=faint)


def as_array(value: Any) -> np.ndarray:
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)


def as_picture(image: Any) -> np.ndarray:
    """(h, w) or (h, w, 3), as matplotlib wants it."""
    picture = as_array(image)
    if picture.ndim == 3 and picture.shape[0] in (1, 3) and picture.shape[-1] not in (1, 3):
        picture = np.moveaxis(picture, 0, -1)
    return picture[..., 0] if picture.ndim == 3 and picture.shape[-1] == 1 else picture
