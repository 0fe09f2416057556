"""Anchors: the boxes that a proposal network starts from, and which of them are about which thing.

At each cell of a feature map stand a few boxes of fixed sizes and shapes. The network says of each
whether there is a thing and how the box should move; for training, each anchor is told which true
box it stands for, if any. The second stage of a system sorts its boxes by the same rule.

Source: Ren et al. 2015, Faster R-CNN, section 3.1. Lectures 09, 10.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_pkg.ops import box_iou

__all__ = ["BACKGROUND", "UNSURE", "anchor_grid", "cell_anchors", "match_boxes", "sample_balanced"]

#: What `match_boxes` says of a box that shows no thing, and of one that shows too little of one
#: to count either way.
BACKGROUND, UNSURE = -1, -2


def cell_anchors(sizes: Sequence[float], aspect_ratios: Sequence[float]) -> Float[Tensor, "a 4"]:
    """Shape the anchors of one cell, around the origin.

    Args:
        sizes: square root of the area, in pixels.
        aspect_ratios: height / width.

    Returns:
        One box for each pair, the sizes of the first ratio first.

    Raises:
        ValueError: if there is no size or ratio, or one is not above 0.

    Source: Ren et al. 2015, section 3.1; torchvision's anchors are these, rounded.

    Example:
        >>> cell_anchors([16], [1.0, 4.0])
        tensor([[ -8.,  -8.,   8.,   8.],
                [ -4., -16.,   4.,  16.]])
    """
    if not sizes or not aspect_ratios or min(*sizes, *aspect_ratios) <= 0:
        raise ValueError(
            f"cell_anchors: sizes and aspect_ratios must be numbers above 0, got {tuple(sizes)} "
            f"and {tuple(aspect_ratios)}"
        )
    ratio = torch.tensor(aspect_ratios, dtype=torch.float32).sqrt()[:, None]
    size = torch.tensor(sizes, dtype=torch.float32)
    width, height = (size / ratio).flatten(), (size * ratio).flatten()
    return torch.stack((-width, -height, width, height), dim=1) / 2


def anchor_grid(
    cell: Float[Tensor, "a 4"], size: tuple[int, int], stride: int
) -> Float[Tensor, "{size[0]}*{size[1]}*a 4"]:
    """Set the anchors of one cell down at the middle of every cell.

    Convention:
        Cell (i, j) covers pixels [j stride, (j + 1) stride) across, so its middle is at
        (j + 0.5) stride; torchvision's stand at j stride, in the cell's upper left corner.

    Args:
        cell: anchors around the origin.
        size: height and width of the feature map.
        stride: pixels between cells.

    Returns:
        Boxes in pixels; the anchors of a cell are neighbours, then come the columns, then rows.

    Example:
        >>> anchor_grid(torch.tensor([[-1.0, -1.0, 1.0, 1.0]]), (1, 2), stride=4)
        tensor([[1., 1., 3., 3.],
                [5., 1., 7., 3.]])
    """
    y, x = ((torch.arange(n, device=cell.device) + 0.5) * stride for n in size)
    y, x = torch.meshgrid(y, x, indexing="ij")
    middle = torch.stack((x, y, x, y), dim=-1)
    return (middle[:, :, None] + cell).reshape(-1, 4)


def match_boxes(
    boxes: Float[Tensor, "r 4"],
    true_boxes: Float[Tensor, "k 4"],
    low: float,
    high: float,
    best_counts: bool = False,
) -> Int[Tensor, " r"]:
    """Say for each box which true box it stands for.

    Args:
        boxes: anchors or proposals.
        true_boxes: what there is.
        low: below this IoU with all of them a box is `BACKGROUND`.
        high: from this IoU on it stands for the one that it overlaps most; in between it is
            `UNSURE` and left out of the loss.
        best_counts: let the anchors that overlap a true box most stand for something even below
            ``high``, so that no true box is left without one.

    Returns:
        Index of a true box, `BACKGROUND` or `UNSURE`.

    Raises:
        ValueError: if ``low`` is larger than ``high``.

    Source: Ren et al. 2015, section 3.1.2.

    Example:
        >>> true = torch.tensor([[0.0, 0.0, 4.0, 4.0]])
        >>> boxes = torch.tensor([[0.0, 0.0, 4.0, 3.0], [9.0, 9.0, 10.0, 10.0]])
        >>> match_boxes(boxes, true, low=0.3, high=0.7)
        tensor([ 0, -1])
    """
    if low > high:
        raise ValueError(f"match_boxes: low must not be above high, got {low} and {high}")
    if not len(true_boxes):
        return torch.full((len(boxes),), BACKGROUND, device=boxes.device)
    iou = box_iou(boxes, true_boxes)
    best, index = iou.max(dim=1)
    matches = index.clone()
    matches[best < high] = UNSURE
    matches[best < low] = BACKGROUND
    if best_counts and len(boxes):
        most = iou.max(dim=0).values
        among_best = ((iou == most) & (most > 0)).any(dim=1)
        matches[among_best] = index[among_best]
    return matches


def sample_balanced(
    matches: Int[Tensor, " r"],
    count: int,
    share: float,
    generator: torch.Generator | None = None,
) -> tuple[Int[Tensor, " p"], Int[Tensor, " q"]]:
    """Draw boxes to learn from: background is everywhere and would drown the rest.

    Args:
        matches: from `match_boxes`.
        count: how many to draw.
        share: of them, at most, that stand for a thing.
        generator: of the random numbers; None = torch's own, as dropout takes.

    Returns:
        Indices of boxes that stand for a thing, and of background ones.

    Source: Ren et al. 2015, section 3.1.3.

    Example:
        >>> thing, background = sample_balanced(torch.tensor([-1, 0, -1, -1, -2]), 3, 0.5)
        >>> thing, len(background)
        (tensor([1]), 2)
    """
    thing, background = (matches >= 0).nonzero()[:, 0], (matches == BACKGROUND).nonzero()[:, 0]

    def some(indices: Tensor, most: int) -> Tensor:
        return indices[torch.randperm(len(indices), generator=generator)[:most].to(indices.device)]

    thing = some(thing, int(count * share))
    return thing, some(background, count - len(thing))
