"""Boxes: how large, how much two share, and how a network speaks of them.

A box is (x0, y0, x1, y1) in pixels, continuous, where pixel j covers [j, j + 1): a box around
pixels 2, 3 and 4 reaches from 2 to 5. Names and meaning are torchvision's; the bodies are here to
be read. Which of many boxes to keep is decided in `nms`. Lectures 09, 10.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._shapes import check_axes

__all__ = [
    "box_area",
    "box_iou",
    "clip_boxes_to_image",
    "decode_boxes",
    "encode_boxes",
]

# A predicted log-scale of more than this (a factor of 62.5) is taken for a slip of the network.
_MAX_LOG_SCALE = math.log(1000 / 16)


def box_area(boxes: Float[Tensor, "k 4"]) -> Float[Tensor, " k"]:
    """Multiply width by height.

    Args:
        boxes: (x0, y0, x1, y1) in pixels.

    Returns:
        Areas in square pixels.

    Example:
        >>> box_area(torch.tensor([[2.0, 1.0, 5.0, 3.0]]))
        tensor([6.])
    """
    check_axes("box_area", boxes=(boxes, "k 4"))
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def box_iou(boxes1: Float[Tensor, "k1 4"], boxes2: Float[Tensor, "k2 4"]) -> Float[Tensor, "k1 k2"]:
    """Divide what two boxes share by what they cover together, for every pair.

    Two boxes without area share nothing, so their IoU is 0; torchvision gives NaN there.

    Args:
        boxes1: (x0, y0, x1, y1) in pixels.
        boxes2: the others.

    Returns:
        From 0 (apart) to 1 (equal).

    Example:
        >>> box_iou(torch.tensor([[0.0, 0.0, 2.0, 2.0]]), torch.tensor([[1.0, 0.0, 3.0, 2.0]]))
        tensor([[0.3333]])
    """
    low = torch.maximum(boxes1[:, None, :2], boxes2[None, :, :2])
    high = torch.minimum(boxes1[:, None, 2:], boxes2[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(dim=-1)
    together = box_area(boxes1)[:, None] + box_area(boxes2)[None] - shared
    return torch.where(together > 0, shared / together.where(together > 0, 1.0), 0.0)


def encode_boxes(
    boxes: Float[Tensor, "k 4"],
    anchors: Float[Tensor, "k 4"],
    weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
) -> Float[Tensor, "k 4"]:
    """Say where a box is as seen from an anchor: shift in anchor sizes, and log of the scale.

    A shift of a tenth of the width then means the same for a mouse and for an elephant.

    Args:
        boxes: what to speak of, with width and height above 0.
        anchors: what to speak from, one for each box, with width and height above 0.
        weights: factors of dx, dy, dw, dh, so that a loss sees numbers of about 1.

    Returns:
        (dx, dy, dw, dh) of each box.

    Raises:
        ValueError: if a box or an anchor has no area, or there are not four weights.

    Source: Girshick et al. 2014, R-CNN, appendix C.

    Example:
        >>> anchor = torch.tensor([[0.0, 0.0, 10.0, 10.0]])
        >>> encode_boxes(torch.tensor([[1.0, 0.0, 11.0, 20.0]]), anchor)
        tensor([[0.1000, 0.5000, 0.0000, 0.6931]])
    """
    _check_pairs("encode_boxes", boxes, anchors)
    for name, these in (("boxes", boxes), ("anchors", anchors)):
        if len(these) and (these[:, 2:] <= these[:, :2]).any():
            raise ValueError(
                f"encode_boxes: {name} must have x1 > x0 and y1 > y0, for the log of their size "
                "is taken: leave out empty ones"
            )
    centre, size = _centre_and_size(boxes)
    origin, unit = _centre_and_size(anchors)
    deltas = torch.cat(((centre - origin) / unit, (size / unit).log()), dim=1)
    return deltas * _four(deltas, weights)


def decode_boxes(
    deltas: Float[Tensor, "k 4"],
    anchors: Float[Tensor, "k 4"],
    weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
) -> Float[Tensor, "k 4"]:
    """Turn (dx, dy, dw, dh) back into boxes; differentiable in both.

    Args:
        deltas: what a network said about each anchor; log-scales above log(1000/16) are cut.
        anchors: what it spoke from.
        weights: as in `encode_boxes`.

    Returns:
        (x0, y0, x1, y1) in pixels.

    Raises:
        ValueError: if there is not one anchor for each row, or there are not four weights.

    Source: Girshick et al. 2014, R-CNN, appendix C; the cut is torchvision's.

    Example:
        >>> anchor = torch.tensor([[0.0, 0.0, 10.0, 10.0]])
        >>> decode_boxes(torch.tensor([[0.1, 0.5, 0.0, 0.0]]), anchor)
        tensor([[ 1.,  5., 11., 15.]])
    """
    _check_pairs("decode_boxes", deltas, anchors)
    deltas = deltas / _four(deltas, weights)
    origin, unit = _centre_and_size(anchors)
    centre = origin + deltas[:, :2] * unit
    half = unit * deltas[:, 2:].clamp(max=_MAX_LOG_SCALE).exp() / 2
    return torch.cat((centre - half, centre + half), dim=1)


def clip_boxes_to_image(boxes: Float[Tensor, "k 4"], size: tuple[int, int]) -> Float[Tensor, "k 4"]:
    """Cut off what lies outside the image; a box wholly outside keeps no area.

    Args:
        boxes: (x0, y0, x1, y1) in pixels.
        size: height and width of the image.

    Returns:
        The boxes' parts inside.

    Example:
        >>> clip_boxes_to_image(torch.tensor([[-3.0, 2.0, 9.0, 20.0]]), size=(10, 8))
        tensor([[ 0.,  2.,  8., 10.]])
    """
    h, w = size
    x, y = boxes[:, 0::2].clamp(0, w), boxes[:, 1::2].clamp(0, h)
    return torch.stack((x, y), dim=2).flatten(1)


def _centre_and_size(boxes: Tensor) -> tuple[Tensor, Tensor]:
    return (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]


def _check_pairs(name: str, rows: Tensor, anchors: Tensor) -> None:
    if rows.shape != anchors.shape:
        raise ValueError(
            f"{name}: one anchor belongs to each row, got {len(rows)} rows and "
            f"{len(anchors)} anchors"
        )


def _four(like: Tensor, weights: Sequence[float]) -> Tensor:
    if len(weights) != 4 or min(weights) <= 0:
        raise ValueError(f"weights must be four numbers above 0, got {tuple(weights)}")
    return like.new_tensor(weights)
