"""Non-maximum suppression: of many detections of one thing keep the best.

Greedy: keep the best, drop all that overlap it too much, go on with the best of the rest. Over
boxes, over boxes of several classes, and over regions. Names and meaning are torchvision's; the
bodies are here to be read, and torchvision's compiled `nms` is the one to use on thousands of
boxes. Lectures 09, 10.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from course_pkg.ops.boxes import box_iou
from course_pkg.ops.masks import mask_iou

__all__ = ["batched_nms", "mask_nms", "nms"]


def nms(
    boxes: Float[Tensor, "k 4"], scores: Float[Tensor, " k"], iou_threshold: float
) -> Int[Tensor, " kept"]:
    """Keep the best box, drop all that overlap it too much, and go on with the best of the rest.

    Args:
        boxes: (x0, y0, x1, y1) in pixels.
        scores: the higher the better; among equals the earlier box wins.
        iou_threshold: a box whose IoU with a kept one is larger than this is dropped.

    Returns:
        Indices of the kept boxes, best first.

    Raises:
        ValueError: if there is not one score a box.

    Example:
        >>> boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 3.0], [5.0, 5.0, 6.0, 6.0]])
        >>> nms(boxes, torch.tensor([0.5, 0.9, 0.7]), iou_threshold=0.5)
        tensor([1, 2])
    """
    idxs = torch.zeros_like(scores, dtype=torch.int64)
    _check_counts("nms", "boxes", len(boxes), scores, idxs)
    return _keep_best(box_iou(boxes, boxes) > iou_threshold, scores, idxs)


def batched_nms(
    boxes: Float[Tensor, "k 4"],
    scores: Float[Tensor, " k"],
    idxs: Int[Tensor, " k"],
    iou_threshold: float,
) -> Int[Tensor, " kept"]:
    """Thin out each class by itself: a dog may stand where a cat stands.

    Args:
        boxes: (x0, y0, x1, y1) in pixels.
        scores: the higher the better.
        idxs: the class (or image) of each box; boxes of different ones never drop each other.
        iou_threshold: as in `nms`.

    Returns:
        Indices of the kept boxes of all classes, best first.

    Raises:
        ValueError: if there is not one score and one class a box.

    Example:
        >>> boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 2.0]])
        >>> batched_nms(boxes, torch.tensor([0.5, 0.9]), torch.tensor([1, 2]), 0.5)
        tensor([1, 0])
    """
    _check_counts("batched_nms", "boxes", len(boxes), scores, idxs)
    return _keep_best(box_iou(boxes, boxes) > iou_threshold, scores, idxs)


def mask_nms(
    masks: Bool[Tensor, "k h w"],
    scores: Float[Tensor, " k"],
    iou_threshold: float,
    idxs: Int[Tensor, " k"] | None = None,
) -> Int[Tensor, " kept"]:
    """Keep the best region, drop all that overlap it too much, and go on with the rest.

    Boxes of two thin things that cross overlap although the things hardly touch; regions do not.
    SDS drops whatever shares a single pixel: ``iou_threshold=0``.

    Args:
        masks: one map an instance.
        scores: the higher the better; among equals the earlier region wins.
        iou_threshold: a region whose IoU with a kept one is larger than this is dropped.
        idxs: class of each region; regions of different classes never drop each other. None = all
            are of one class.

    Returns:
        Indices of the kept regions, best first.

    Raises:
        ValueError: if there is not one score and one class a region.

    Source: Hariharan et al. 2014, Simultaneous Detection and Segmentation, section 3.

    Example:
        >>> masks = torch.tensor([[[True, True, False]], [[False, True, True]]])
        >>> mask_nms(masks, torch.tensor([0.8, 0.9]), iou_threshold=0.0)
        tensor([1])
    """
    idxs = torch.zeros_like(scores, dtype=torch.int64) if idxs is None else idxs
    _check_counts("mask_nms", "regions", len(masks), scores, idxs)
    return _keep_best(mask_iou(masks, masks) > iou_threshold, scores, idxs)


def _check_counts(name: str, what: str, count: int, scores: Tensor, idxs: Tensor) -> None:
    if not count == len(scores) == len(idxs):
        raise ValueError(
            f"{name}: one score and one class belong to each of the {what}, got {count} {what}, "
            f"{len(scores)} scores and {len(idxs)} classes"
        )


def _keep_best(overlap: Bool[Tensor, "k k"], scores: Tensor, idxs: Tensor) -> Tensor:
    """Go through them from the best to the worst; what is dropped drops nothing itself."""
    drops = overlap & (idxs[:, None] == idxs)
    alive = torch.ones_like(scores, dtype=torch.bool)
    kept = []
    for best in scores.argsort(descending=True, stable=True).tolist():
        if alive[best]:
            kept.append(best)
            alive &= ~drops[best]
    return torch.tensor(kept, dtype=torch.int64, device=scores.device)
