"""Answers drawn over their picture: label maps, masks and boxes, each named where it stands.

Every region carries its name in words, in black and white, and a line around it, so that nobody has
to tell two colours apart to read the figure.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from course_pkg.viz.figures import OKABE_ITO, PAGE_WIDTH, as_array, as_picture

__all__ = ["draw_boxes", "draw_labels", "draw_masks", "label_legend", "picture_row"]

_WORD: dict[str, Any] = {"fontsize": 7.5, "ha": "center", "va": "center", "color": "black"}
_HALO = (withStroke(linewidth=2.2, foreground="white"),)
_UNKNOWN = (255, 255, 255)


def picture_row(
    images: Sequence[Any],
    titles: Sequence[str],
    width: float = PAGE_WIDTH,
    columns: int | None = None,
) -> tuple[Figure, list[Axes]]:
    """Put pictures side by side, ready to be drawn over.

    Args:
        images: tensors or arrays (h, w), (1, h, w), (3, h, w) or (h, w, 3); colour in [0, 1].
        titles: one per image.
        width: of the whole figure in inches.
        columns: pictures a row; ``None`` puts all into one. Two are large enough for a phone.

    Returns:
        The figure, and the axes of its pictures, row by row from left to right.

    Raises:
        ValueError: if there is no image, or not one title per image.

    Example:
        >>> fig, axes = picture_row([torch.zeros(3, 4, 4)] * 2, ["a picture", "the same"])
        >>> [ax.get_title() for ax in axes]
        ['a picture', 'the same']
    """
    if not images or len(titles) != len(images):
        raise ValueError(
            f"picture_row: expected at least one image and as many titles, got {len(images)} "
            f"images and {len(titles)} titles"
        )
    pictures = [as_picture(image) for image in images]
    tallest = max(p.shape[0] / p.shape[1] for p in pictures)
    columns = columns or len(pictures)
    rows = -(-len(pictures) // columns)
    size = (width, rows * (width / columns * tallest + 0.3))
    fig, grid = plt.subplots(rows, columns, figsize=size, squeeze=False)
    axes = list(grid.flat)[: len(pictures)]
    for empty in list(grid.flat)[len(pictures) :]:
        empty.set_axis_off()
    for ax, picture, title in zip(axes, pictures, titles, strict=True):
        ax.imshow(picture, vmin=0, vmax=1)
        ax.set_title(title, fontsize=10)
        ax.axis("off")
    fig.tight_layout(pad=0.3)
    return fig, axes


def draw_labels(
    ax: Axes,
    labels: Any,
    names: Sequence[str],
    palette: Sequence[tuple[int, int, int]],
    alpha: float = 0.75,
    ignore_index: int = 255,
    words: bool = True,
) -> None:
    """Lay a label map over a picture, with a line between labels and a word in each region.

    Args:
        ax: where the picture is, from `picture_row`.
        labels: (h, w) whole numbers, indices into ``names``, or ``ignore_index``.
        names: what each label is called.
        palette: red, green and blue from 0 to 255 for each label.
        alpha: from 0, nothing seen of the map, to 1, nothing seen of the picture.
        ignore_index: label of pixels that nobody judged; drawn hatched, in white.
        words: write its name where a label's region is thickest, unless it is tiny, and draw
            the lines; without them a map of many specks is easier to look at.

    Raises:
        ValueError: if a label has no name, or a name no colour.

    Example:
        >>> fig, (ax,) = picture_row([torch.zeros(3, 20, 20)], ["half sky"])
        >>> labels = torch.zeros(20, 20, dtype=torch.int64)
        >>> labels[10:] = 1
        >>> draw_labels(ax, labels, ["sky", "sea"], [(0, 150, 250), (0, 50, 150)])
        >>> [text.get_text() for text in ax.texts]
        ['sky', 'sea']
    """
    table = _whole_numbers(labels, "draw_labels")
    if len(palette) != len(names):
        raise ValueError(
            f"draw_labels: {len(names)} names need as many colours, got {len(palette)}"
        )
    known = table != ignore_index
    if known.any() and not 0 <= table[known].min() <= table[known].max() < len(names):
        raise ValueError(
            f"draw_labels: labels must lie from 0 to {len(names) - 1}, or be {ignore_index} for "
            f"unknown, got {table[known].min()} to {table[known].max()}"
        )
    colours = np.array([*palette, _UNKNOWN]) / 255
    ax.imshow(colours[np.where(known, table, len(names))], alpha=alpha)
    for label in map(int, np.unique(table)):
        region = table == label
        if words:
            _outline(ax, region, 0.9)
        if label == ignore_index:
            ax.contourf(region.astype(float), levels=[0.5, 1.5], colors="none", hatches=["////"])
        elif words:
            _write(ax, region, names[label])


def draw_masks(
    ax: Axes,
    masks: Any,
    texts: Sequence[str],
    colours: Sequence[Any] = OKABE_ITO,
    alpha: float = 0.6,
) -> None:
    """Lay instance masks over a picture: each in a colour, outlined, and with its own words.

    Args:
        ax: where the picture is, from `picture_row`.
        masks: (k, h, w) of True and False.
        texts: what to write on each.
        colours: used in turn; a word in each mask says what the colour cannot.
        alpha: how strongly the mask covers the picture, 0 to 1.

    Raises:
        ValueError: if there is not one text per mask.

    Example:
        >>> fig, (ax,) = picture_row([torch.zeros(3, 20, 20)], ["one thing"])
        >>> draw_masks(ax, torch.ones(1, 20, 20, dtype=torch.bool), ["thing 1"])
        >>> ax.texts[0].get_text()
        'thing 1'
    """
    shapes = as_array(masks).astype(bool)
    if len(shapes) != len(texts):
        raise ValueError(f"draw_masks: {len(shapes)} masks need as many texts, got {len(texts)}")
    for i, (mask, text) in enumerate(zip(shapes, texts, strict=True)):
        tint = np.zeros((*mask.shape, 4))
        tint[mask] = to_rgba(colours[i % len(colours)], alpha)
        ax.imshow(tint)
        _outline(ax, mask, 1.2)
        _write(ax, mask, text, least=0)


def draw_boxes(
    ax: Axes, boxes: Any, texts: Sequence[str], colours: Sequence[Any] = OKABE_ITO
) -> None:
    """Draw boxes over a picture, each with words at its top left corner.

    Args:
        ax: where the picture is, from `picture_row`.
        boxes: (k, 4) as (x0, y0, x1, y1) in pixels, where pixel j covers [j, j + 1).
        texts: what to write at each.
        colours: used in turn.

    Raises:
        ValueError: if there is not one text per box.

    Example:
        >>> fig, (ax,) = picture_row([torch.zeros(3, 20, 20)], ["one box"])
        >>> draw_boxes(ax, torch.tensor([[2.0, 3.0, 12.0, 9.0]]), ["car"])
        >>> ax.patches[0].get_xy()
        (1.5, 2.5)
    """
    corners = as_array(boxes)
    if len(corners) != len(texts):
        raise ValueError(f"draw_boxes: {len(corners)} boxes need as many texts, got {len(texts)}")
    for i, ((x0, y0, x1, y1), text) in enumerate(zip(corners.tolist(), texts, strict=True)):
        # imshow puts pixel 0's centre at 0, so its left edge is at -0.5.
        place = (x0 - 0.5, y0 - 0.5)
        frame = {"fill": False, "edgecolor": colours[i % len(colours)]}
        ax.add_patch(Rectangle(place, x1 - x0, y1 - y0, lw=2, **frame))
        word = ax.text(x0 + 1, y0 + 1, text, **{**_WORD, "ha": "left", "va": "top"})
        word.set_path_effects(list(_HALO))


def label_legend(
    fig: Figure,
    labels: Any,
    names: Sequence[str],
    palette: Sequence[tuple[int, int, int]],
    columns: int = 6,
) -> None:
    """Explain a label map's colours below the figure, for regions too small to write in.

    Args:
        fig: the figure.
        labels: label maps of any shape; only labels that occur are explained.
        names: what each label is called.
        palette: red, green and blue from 0 to 255 for each label.
        columns: entries in a row.

    Example:
        >>> fig, axes = picture_row([torch.zeros(3, 8, 8)], ["nothing but sky"])
        >>> label_legend(fig, torch.zeros(8, 8, dtype=torch.int64), ["sky"], [(0, 150, 250)])
        >>> [text.get_text() for text in fig.legends[0].get_texts()]
        ['sky']
    """
    occurring = map(int, np.unique(_whole_numbers(labels, "label_legend")))
    found = [k for k in occurring if 0 <= k < len(names)]
    patches = [
        Rectangle((0, 0), 1, 1, facecolor=np.array(palette[k]) / 255, edgecolor="#555555", lw=0.5)
        for k in found
    ]
    fig.legend(
        patches,
        [names[k] for k in found],
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=min(columns, max(1, len(found))),
        fontsize=8,
    )


def _outline(ax: Axes, region: np.ndarray, line: float) -> None:
    if region.any() and not region.all():  # contour has nothing to draw otherwise, and warns
        h, w = region.shape
        # Padded, so that a line runs along the picture's frame too.
        padded = np.pad(region, 1).astype(float)
        ax.contour(padded, levels=[0.5], colors="white", linewidths=[line], extent=(-1, w, -1, h))


def _write(ax: Axes, region: np.ndarray, text: str, least: float = 0.008) -> None:
    """The word where the region is thickest, unless the region is tiny."""
    from scipy.ndimage import distance_transform_edt  # on use; scikit-image brings scipy

    if region.sum() <= least * region.size:
        return
    depth = np.asarray(distance_transform_edt(np.pad(region, 1)))
    row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
    ax.text(int(column) - 1, int(row) - 1, text, **_WORD).set_path_effects(list(_HALO))


def _whole_numbers(labels: Any, function: str) -> np.ndarray:
    table = as_array(labels)
    if table.dtype.kind not in "iu":
        raise ValueError(
            f"{function}: labels must be whole numbers, got {table.dtype}: take the argmax of "
            "scores first"
        )
    return table
