"""Are the outlines right? The boundary F1 measure (BF), as the SegNet paper reports it.

IoU hardly notices a ragged border: border pixels are few. BF looks at nothing else. The
definition used here, step by step, because the name alone does not fix it:

1. An *edge pixel* has one of its four neighbours in another class. The image's frame is no edge,
   nor is the line towards an ignored pixel: nobody knows what is there. Predictions at ignored
   pixels are dropped, so they have no edges either.
2. For class c in one image, B_pred and B_true are the edge pixels labelled c.
   precision = share of B_pred closer than theta to some pixel of B_true,
   recall = share of B_true closer than theta to some pixel of B_pred,
   F1 = 2 precision recall / (precision + recall). Euclidean distance between pixel centres,
   strictly less than theta = 0.75 % of the image's diagonal (4.5 pixels at 360 x 480).
3. Classes present in the image's truth are averaged to the image's score, then all images to BF.
   A class without edges in both truth and prediction (it fills its image) is not scored; with
   edges in one of them only, its F1 is 0.
"""

import math

import torch
from jaxtyping import Bool, Float, Integer
from torch import Tensor

from course_pkg.metrics.mean_iou import counted_pixels
from course_pkg.metrics.processes import sum_over_processes
from course_pkg.ops._shapes import check_axes

__all__ = ["BoundaryF1", "boundary_f1", "label_edges"]


def label_edges(
    labels: Integer[Tensor, "n h w"], valid: Bool[Tensor, "n h w"] | None = None
) -> Bool[Tensor, "n h w"]:
    """Mark the pixels that touch another class, on both sides of every border.

    Args:
        labels: label maps.
        valid: where labels are known; borders towards unknown pixels do not count.
            None = everywhere.

    Returns:
        True at pixels with a differing neighbour above, below, left or right.

    Example:
        >>> label_edges(torch.tensor([[[0, 0, 1, 1]]]))
        tensor([[[False,  True,  True, False]]])
    """
    check_axes("label_edges", labels=(labels, "n h w"))
    valid = torch.ones_like(labels, dtype=torch.bool) if valid is None else valid
    edges = torch.zeros_like(valid)
    for axis in (1, 2):
        size = labels.shape[axis]
        if size < 2:  # a single row has no neighbours along this axis
            continue
        # Compare every pixel with its next one along the axis; a difference marks both.
        first, second = (labels.narrow(axis, start, size - 1) for start in (0, 1))
        known = valid.narrow(axis, 0, size - 1) & valid.narrow(axis, 1, size - 1)
        differs = (first != second) & known
        edges.narrow(axis, 0, size - 1).logical_or_(differs)
        edges.narrow(axis, 1, size - 1).logical_or_(differs)
    return edges


def boundary_f1(
    preds: Integer[Tensor, "n h w"],
    target: Integer[Tensor, "n h w"],
    num_classes: int,
    tolerance: float = 0.0075,
    ignore_index: int | None = 255,
) -> Float[Tensor, "n {num_classes}"]:
    """Score how well each class's outline was found, per image and class.

    Args:
        preds: predicted labels.
        target: true labels, or ``ignore_index``.
        num_classes: number of classes, k.
        tolerance: how far an edge may be off, as a fraction of the image's diagonal; strict.
        ignore_index: the label of pixels that count nowhere; None when every pixel counts.

    Returns:
        F1 from 0 to 1 in float64; NaN where the class is absent from the image's truth or has
        no edge in either map.

    Raises:
        ValueError: if the shapes differ, ``tolerance`` is not positive, or ``num_classes`` is
            below 1.

    Source: Csurka et al. 2013, What is a good evaluation measure for semantic segmentation?;
        Badrinarayanan et al. 2017, SegNet, section 4.

    Example:
        >>> target = torch.zeros(1, 20, 20, dtype=torch.int64)
        >>> target[:, :, 10:] = 1
        >>> boundary_f1(target.roll(2, dims=2), target, num_classes=2, tolerance=0.1)
        tensor([[0.6667, 0.6667]], dtype=torch.float64)
    """
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1, got {num_classes}")
    if not tolerance > 0:
        raise ValueError(f"tolerance must be a positive fraction of the diagonal, got {tolerance}")
    if preds.shape != target.shape:
        raise ValueError(
            f"preds and target must have one shape, got {tuple(preds.shape)} and "
            f"{tuple(target.shape)}: take the argmax over classes and resize before scoring"
        )
    height, width = target.shape[1:]
    theta = tolerance * math.hypot(height, width)
    valid = counted_pixels(preds, target, num_classes, ignore_index)
    edges_pred, edges_true = label_edges(preds, valid), label_edges(target, valid)
    classes = torch.arange(num_classes, device=target.device)[:, None, None]
    scores = []
    for i in range(target.shape[0]):  # one image at a time: k edge maps are memory enough
        of_pred = edges_pred[i] & (preds[i] == classes)  # (k, h, w)
        of_true = edges_true[i] & (target[i] == classes)
        precision = _share(of_pred & _dilate(of_true, theta), of_pred)
        recall = _share(of_true & _dilate(of_pred, theta), of_true)
        f1 = 2 * precision * recall / (precision + recall)
        some_edge = (of_pred | of_true).any(dim=(1, 2))
        # Where one side has no edge, or no edge met another, the formula is 0/0: F1 is 0.
        f1 = torch.where(some_edge, f1.nan_to_num(0.0), math.nan)
        present = (target[i] == classes).any(dim=(1, 2))
        scores.append(torch.where(present, f1, math.nan))
    return torch.stack(scores) if scores else target.new_zeros(0, num_classes, dtype=torch.float64)


class BoundaryF1:
    """BF of a whole data set: per image the mean over its classes, then the mean over images.

    Args:
        num_classes: number of classes, k.
        tolerance: how far an edge may be off, as a fraction of the image's diagonal; strict.
        ignore_index: the label of pixels that count nowhere; None when every pixel counts.

    Source: Badrinarayanan et al. 2017, SegNet, section 4.

    Example:
        >>> target = torch.zeros(1, 20, 20, dtype=torch.int64)
        >>> target[:, :, 10:] = 1
        >>> bf = BoundaryF1(num_classes=2)
        >>> bf.update(target, target)
        >>> bf.compute()
        {'boundary_f1': 1.0}
    """

    def __init__(
        self, num_classes: int, tolerance: float = 0.0075, ignore_index: int | None = 255
    ) -> None:
        self.num_classes = num_classes
        self.tolerance = tolerance
        self.ignore_index = ignore_index
        # Sum of the image scores and number of scored images, in one tensor to be reduced at once.
        self.totals = torch.zeros(2, dtype=torch.float64)

    def update(self, preds: Integer[Tensor, "n h w"], target: Integer[Tensor, "n h w"]) -> None:
        """Score one more batch; images in which no class has an edge are not counted."""
        scores = boundary_f1(preds, target, self.num_classes, self.tolerance, self.ignore_index)
        images = scores.nanmean(dim=1)
        scored = ~images.isnan()
        batch = torch.stack([images[scored].sum(), scored.sum().double()])
        self.totals = self.totals.to(batch.device) + batch

    def compute(self) -> dict[str, float]:
        """Return {"boundary_f1": BF from 0 to 1}, NaN before any image was scored."""
        return {"boundary_f1": float(self.totals[0] / self.totals[1])}

    def reset(self) -> None:
        """Forget all images."""
        self.totals = torch.zeros_like(self.totals)

    def reduce_from_all_processes(self) -> None:
        """Add up the images of all processes, in place; every process has to call it."""
        self.totals = sum_over_processes(self.totals)

    def __add__(self, other: "BoundaryF1") -> "BoundaryF1":
        settings = (self.num_classes, self.tolerance, self.ignore_index)
        if settings != (other.num_classes, other.tolerance, other.ignore_index):
            raise ValueError(f"only scores of the same settings add up, got {self!r} and {other!r}")
        merged = BoundaryF1(*settings)
        merged.totals = self.totals + other.totals.to(self.totals.device)
        return merged

    def __repr__(self) -> str:
        return (
            f"BoundaryF1(num_classes={self.num_classes}, tolerance={self.tolerance}, "
            f"ignore_index={self.ignore_index})"
        )


def _share(part: Bool[Tensor, "k h w"], whole: Bool[Tensor, "k h w"]) -> Float[Tensor, " k"]:
    return part.sum(dim=(1, 2)).double() / whole.sum(dim=(1, 2))


def _dilate(mask: Bool[Tensor, "k h w"], radius: float) -> Bool[Tensor, "k h w"]:
    """Mark all pixels closer than ``radius`` to a marked one (exact Euclidean disc)."""
    # A disc is a stack of rows: from its top, where it is narrowest, widen the mask sideways to
    # each row's half-width and shift the copy up and down to the row's height.
    height, width = mask.shape[1:]
    reach = min(math.ceil(radius) - 1, height - 1)
    result, wide, widened = torch.zeros_like(mask), mask.clone(), 0
    for dy in range(reach, -1, -1):
        half = min(math.ceil(math.sqrt(radius**2 - dy**2)) - 1, width - 1)
        while widened < half:
            widened += 1
            wide[..., widened:] |= mask[..., :-widened]
            wide[..., :-widened] |= mask[..., widened:]
        result[:, dy:] |= wide[:, : height - dy]
        result[:, : height - dy] |= wide[:, dy:]
    return result
