"""Are the things found, and found as shapes? AP^r, the average precision of regions.

A detection is a mask, a class and a score; what counts is the IoU of masks, never of boxes. The
definition, step by step, because average precision has many:

1. The detections of one class are taken by falling score. Each looks, among the true masks of its
   class in its image that are *not yet taken*, for the one with the largest IoU. If that IoU is
   strictly larger than the threshold, the detection is correct and the true mask is taken;
   otherwise it is a false alarm.
2. Over the whole set, by falling score: precision = correct / detections so far, recall = correct
   so far / true masks. AP^r of the class is the area under the precision, each precision first
   raised to the best one at any larger recall (the envelope of VOC since 2010; every step counts,
   not 11 or 101 samples of it).
3. The mean over the classes that have true masks. ``apr50`` and ``apr70`` are at thresholds 0.5
   and 0.7, ``apr_vol`` is the mean over 0.1, 0.2, ..., 0.9.

COCO's AP differs in two ways: an IoU equal to the threshold is enough there, and precision is
sampled at 101 recalls. Pascal VOC's own box rule differs in the first step: a detection whose
overall best true box is taken already is a false alarm, whatever else it covers.

Source: Hariharan et al. 2014, Simultaneous Detection and Segmentation, section 4, and the authors'
evaluation code. Lectures 09, 10.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.distributed as dist
from jaxtyping import Bool, Float
from torch import Tensor

from course_pkg.ops import mask_iou

__all__ = ["InstanceAP", "average_precision", "match_detections"]

_THRESHOLDS = tuple(t / 10 for t in range(1, 10))


def match_detections(ious: Float[Tensor, "d g"], iou_threshold: float) -> Bool[Tensor, " d"]:
    """Decide which detections of one image and class are correct; each truth is found once.

    Args:
        ious: of every detection, best score first, with every true mask.
        iou_threshold: an IoU has to be larger than this.

    Returns:
        True for correct detections.

    Source: the SDS evaluation code; see the top of this file.

    Example:
        >>> match_detections(torch.tensor([[0.9, 0.6], [0.8, 0.7], [0.8, 0.1]]), 0.5)
        tensor([ True,  True, False])
    """
    correct = torch.zeros(len(ious), dtype=torch.bool)
    free = ious.detach().cpu().clone()
    for d in range(len(ious) if ious.shape[1] else 0):
        best, g = free[d].max(dim=0)
        if best > iou_threshold:
            correct[d] = True
            free[:, g] = -1.0
    return correct


def average_precision(
    scores: Float[Tensor, " d"], correct: Bool[Tensor, " d"], num_targets: int
) -> float:
    """Measure the area under the envelope of precision over recall.

    Args:
        scores: of the detections of a whole data set; equal scores keep their order.
        correct: which of them are.
        num_targets: how many truths there were to find.

    Returns:
        From 0 to 1; NaN if there was nothing to find.

    Raises:
        ValueError: if there are not as many verdicts as scores, more correct ones than targets, or
            a score is NaN.

    Source: Everingham et al. 2015, The Pascal Visual Object Classes challenge: a retrospective,
        section 3.2 (the rule since 2010).

    Example:
        >>> average_precision(torch.tensor([0.9, 0.8, 0.7]), torch.tensor([True, False, True]), 2)
        0.8333333333333333
    """
    if len(scores) != len(correct):
        raise ValueError(f"each score needs a verdict, got {len(scores)} and {len(correct)}")
    if int(correct.sum()) > num_targets:
        raise ValueError(
            f"more correct detections ({int(correct.sum())}) than targets ({num_targets}): each "
            "target can be found once"
        )
    _check_scores("average_precision", scores)
    if num_targets == 0:
        return float("nan")
    hits = correct[scores.argsort(descending=True, stable=True)].double().cumsum(dim=0)
    precision = hits / torch.arange(1, len(hits) + 1, dtype=torch.float64)
    envelope = precision.flip(0).cummax(dim=0).values.flip(0)
    steps = hits.diff(prepend=torch.zeros(1, dtype=torch.float64))  # 1 where recall goes up
    return float((steps * envelope).sum() / num_targets)


class InstanceAP:
    """AP^r of a whole data set, at nine thresholds.

    Predictions and targets are lists with one mapping an image, as of torchvision's detection
    models: ``masks`` (k, h, w) boolean, ``labels`` (k), and for predictions ``scores`` (k).

    Args:
        num_classes: number of classes with the background, which is 0 and is not scored.

    Source: Hariharan et al. 2014, section 4.

    Example:
        >>> masks = torch.eye(2, dtype=torch.bool)[:, None]
        >>> found = {"masks": masks, "labels": torch.tensor([1, 1]), "scores": torch.ones(2)}
        >>> metric = InstanceAP(num_classes=2)
        >>> metric.update([found], [{"masks": masks, "labels": torch.tensor([1, 1])}])
        >>> metric.compute()
        {'apr50': 1.0, 'apr70': 1.0, 'apr_vol': 1.0}
    """

    thresholds = _THRESHOLDS

    def __init__(self, num_classes: int) -> None:
        if num_classes < 2:
            raise ValueError(
                f"num_classes counts the background too, so it is 2 or more, got {num_classes}"
            )
        self.num_classes = num_classes
        self.reset()

    def reset(self) -> None:
        """Forget all images."""
        # One entry an image and class: (class, scores, verdicts (d, thresholds), number of truths)
        self.entries: list[tuple[int, Tensor, Tensor, int]] = []

    def update(
        self, preds: Sequence[Mapping[str, Any]], target: Sequence[Mapping[str, Any]]
    ) -> None:
        """Score one more batch of images."""
        if len(preds) != len(target):
            raise ValueError(
                f"InstanceAP: one target belongs to each prediction, got {len(preds)} predictions "
                f"and {len(target)} targets"
            )
        for found, truth in zip(preds, target, strict=True):
            self._update_image(found, truth)

    def _update_image(self, found: Mapping[str, Any], truth: Mapping[str, Any]) -> None:
        if found["masks"].shape[1:] != truth["masks"].shape[1:]:
            raise ValueError(
                f"InstanceAP: predicted masks are {tuple(found['masks'].shape[1:])} and true ones "
                f"{tuple(truth['masks'].shape[1:])}: paste them into the image's size"
            )
        _check_scores("InstanceAP", found["scores"])
        scores, order = found["scores"].detach().sort(descending=True, stable=True)
        labels, masks = found["labels"][order], found["masks"][order].bool()
        true_masks = truth["masks"].as_subclass(Tensor).bool()
        for c in range(1, self.num_classes):
            mine, true = labels == c, truth["labels"] == c
            if not (mine.any() or true.any()):
                continue
            ious = mask_iou(masks[mine], true_masks[true])
            verdicts = [match_detections(ious, t) for t in self.thresholds]
            entry = (c, scores[mine].cpu(), torch.stack(verdicts, dim=1), int(true.sum()))
            self.entries.append(entry)

    def per_class(self) -> Float[Tensor, "classes thresholds"]:
        """Return AP^r of every class but the background at every threshold; NaN without truth."""
        table = torch.full((self.num_classes - 1, len(self.thresholds)), float("nan")).double()
        for c in range(1, self.num_classes):
            mine = [entry for entry in self.entries if entry[0] == c]
            if not mine:
                continue
            scores = torch.cat([entry[1] for entry in mine])
            verdicts = torch.cat([entry[2] for entry in mine])
            targets = sum(entry[3] for entry in mine)
            for t in range(len(self.thresholds)):
                table[c - 1, t] = average_precision(scores, verdicts[:, t], targets)
        return table

    def curve(self) -> dict[float, float]:
        """Return the mean AP^r over classes by threshold."""
        means = self.per_class().nanmean(dim=0).tolist()
        return dict(zip(self.thresholds, means, strict=True))

    def compute(self) -> dict[str, float]:
        """Return {"apr50", "apr70", "apr_vol"} from 0 to 1; NaN before any truth was seen."""
        curve = self.curve()
        volume = sum(curve.values()) / len(curve)
        return {"apr50": curve[0.5], "apr70": curve[0.7], "apr_vol": volume}

    def reduce_from_all_processes(self) -> None:
        """Take in the images of all processes; every process has to call it."""
        if dist.is_available() and dist.is_initialized():
            gathered: list[Any] = [None] * dist.get_world_size()
            dist.all_gather_object(gathered, self.entries)
            self.entries = [entry for entries in gathered for entry in entries]

    def __add__(self, other: "InstanceAP") -> "InstanceAP":
        if self.num_classes != other.num_classes:
            raise ValueError(
                f"only scores of the same classes add up, got {self.num_classes} and "
                f"{other.num_classes}"
            )
        merged = InstanceAP(self.num_classes)
        merged.entries = self.entries + other.entries
        return merged


def _check_scores(name: str, scores: Tensor) -> None:
    """Refuse NaN: torch would sort it as the best score of all."""
    if nan := int(scores.isnan().sum()):
        raise ValueError(
            f"{name}: {nan} of {len(scores)} scores are NaN, expected numbers: the network that "
            "gave them has diverged"
        )
