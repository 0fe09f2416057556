"""How many of the things can be found at all, given the proposals? Lecture 09."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.distributed as dist
from jaxtyping import Bool
from torch import Tensor

from course_pkg.ops import mask_iou

__all__ = ["ProposalRecall"]


class ProposalRecall:
    """Share of the true things that at least one proposal overlaps well enough.

    No system that classifies proposals can find the others.

    Source: Uijlings et al. 2013, Selective search for object recognition, section 5.

    Example:
        >>> masks = torch.eye(2, dtype=torch.bool)[:, None]
        >>> metric = ProposalRecall()
        >>> metric.update([masks[:1]], [{"masks": masks}])
        >>> metric.compute()
        {'recall50': 0.5, 'recall70': 0.5, 'proposals': 1.0}
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all images."""
        # Images, proposals, true things, those found at an IoU above 0.5, those above 0.7.
        self.counts = torch.zeros(5, dtype=torch.float64)

    def update(
        self, preds: Sequence[Bool[Tensor, "_ _ _"]], target: Sequence[Mapping[str, Any]]
    ) -> None:
        """Count one more batch: the proposals and the truth of each image."""
        if len(preds) != len(target):
            raise ValueError(
                f"ProposalRecall: one target belongs to each image's proposals, got {len(preds)} "
                f"and {len(target)}"
            )
        for proposals, truth in zip(preds, target, strict=True):
            masks = truth["masks"].as_subclass(Tensor).bool()
            best = torch.zeros(len(masks))
            if len(masks) and len(proposals):
                best = mask_iou(masks, proposals.to(masks.device)).amax(dim=1).cpu()
            found = [int((best > threshold).sum()) for threshold in (0.5, 0.7)]
            self.counts += torch.tensor([1, len(proposals), len(masks), *found])

    def compute(self) -> dict[str, float]:
        """Return recall at IoU 0.5 and 0.7, and the mean number of proposals; NaN without truth."""
        images, proposals, things, found50, found70 = self.counts
        return {
            "recall50": float(found50 / things),
            "recall70": float(found70 / things),
            "proposals": float(proposals / images),
        }

    def reduce_from_all_processes(self) -> None:
        """Take in the images of all processes; every process has to call it."""
        if dist.is_available() and dist.is_initialized():
            dist.all_reduce(self.counts)
