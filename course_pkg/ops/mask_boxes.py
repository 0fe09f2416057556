"""From the image into a box and back: masks at the size of a net, masks at the size of a picture.

A net predicts a mask as a small square grid that belongs to a box. For training the true mask is
cut down to such a grid (`crop_masks`), for use the grid is stretched over its box (`paste_masks`).

Convention:
    Both ways cells are squares with their centres half a cell in: cell (a, b) of an m x m grid in a
    box (x0, y0, x1, y1) has its centre at x0 + (b + 0.5) (x1 - x0) / m, and pixel (i, j) of the
    image has its centre at (i + 0.5, j + 0.5). Leave out one of the halves and every mask moves by
    half a pixel and half a cell to the upper left; lecture 10 measures what that costs.

Source: He et al. 2017, Mask R-CNN, section 3.1; Dai et al. 2016, section 3.2.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from course_pkg.ops._shapes import check_axes
from course_pkg.ops.roi import Size, roi_align

__all__ = ["crop_masks", "paste_masks"]


def crop_masks(
    masks: Bool[Tensor, "k h w"], boxes: Float[Tensor, "k 4"], output_size: Size
) -> Float[Tensor, "k oh ow"]:
    """Cut each mask to its box and average it down (or up) to a small grid.

    Args:
        masks: one map an instance.
        boxes: (x0, y0, x1, y1) in pixels, one for each mask; parts outside the image read as
            their surroundings would, up to one pixel, and as 0 beyond.
        output_size: cells a side, or (rows, columns) of cells.

    Returns:
        About how much of each cell the instance covers, 0 to 1; above 0.5 it belongs to it.

    Raises:
        ValueError: if there is not one box for each mask.

    Source: `roi_align`, aligned, of the mask itself, as in Mask R-CNN's training targets.

    Example:
        >>> mask = torch.zeros(1, 4, 4, dtype=torch.bool)
        >>> mask[:, :, 1:] = True
        >>> crop_masks(mask, torch.tensor([[0.0, 0.0, 4.0, 4.0]]), output_size=2)
        tensor([[[0.5000, 1.0000],
                 [0.5000, 1.0000]]])
    """
    _check_pairs("crop_masks", len(masks), len(boxes))
    number = torch.arange(len(boxes), dtype=boxes.dtype, device=boxes.device)
    rois = torch.cat((number[:, None], boxes), dim=1)
    return roi_align(masks[:, None].to(boxes.dtype), rois, output_size, aligned=True)[:, 0]


def paste_masks(
    probs: Float[Tensor, "k mh mw"], boxes: Float[Tensor, "k 4"], size: tuple[int, int]
) -> Float[Tensor, "k {size[0]} {size[1]}"]:
    """Stretch each small grid over its box, in an image that is empty elsewhere.

    Between cell centres values are mixed bilinearly, between the outermost centres and the box's
    edge they stay as they are, and a pixel whose centre lies outside the box gets 0: a grid of
    ones fills just the pixels whose centres are in the box.

    Args:
        probs: what a net says about each cell.
        boxes: (x0, y0, x1, y1) in pixels, one for each grid; may reach out of the image.
        size: height and width of the image.

    Returns:
        One map of the image's size for each box; above 0.5 is the instance.

    Raises:
        ValueError: if there is not one box for each grid.

    Source: Mask R-CNN, section 3.1; inside a box of whole pixels this is
        ``torch.nn.functional.interpolate(mode="bilinear", align_corners=False)``.

    Example:
        >>> grid = torch.tensor([[[0.0, 1.0]]])
        >>> paste_masks(grid, torch.tensor([[1.0, 0.0, 5.0, 1.0]]), size=(1, 6))
        tensor([[[0.0000, 0.0000, 0.2500, 0.7500, 1.0000, 0.0000]]])
    """
    check_axes("paste_masks", boxes=(boxes, "k 4"))
    _check_pairs("paste_masks", len(probs), len(boxes))
    rows = _stretching_weights(boxes[:, 1], boxes[:, 3], probs.shape[1], size[0])
    columns = _stretching_weights(boxes[:, 0], boxes[:, 2], probs.shape[2], size[1])
    return rows @ probs.to(rows.dtype) @ columns.transpose(1, 2)  # halves on exact boxes, too


def _stretching_weights(start: Tensor, end: Tensor, cells: int, length: int) -> Tensor:
    """Weights (k, length, cells): how much of each cell every pixel along one axis takes."""
    pixels = torch.arange(length, dtype=start.dtype, device=start.device) + 0.5
    size = (end - start)[:, None]
    # An empty box has no pixel inside, whatever it is divided by.
    share = (pixels - start[:, None]) / size.where(size > 0, 1.0)
    inside = (pixels >= start[:, None]) & (pixels < end[:, None])
    place = (share * cells - 0.5).clamp(0, cells - 1)
    nearness = 1 - (place[..., None] - torch.arange(cells, device=start.device)).abs()
    return nearness.clamp(min=0) * inside[..., None]


def _check_pairs(name: str, masks: int, boxes: int) -> None:
    if masks != boxes:
        raise ValueError(f"{name}: one box belongs to each mask, got {masks} and {boxes}")
