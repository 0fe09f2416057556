"""Regions to train on, with what is true of each; see `sds`.

Source: Hariharan et al. 2014, Simultaneous Detection and Segmentation, section 3.2. Lecture 09.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool
from torch import Tensor

from course_pkg.data import InstanceTarget
from course_pkg.ops import mask_iou

__all__ = ["RegionSamples", "sample_regions"]


class RegionSamples(NamedTuple):
    """Regions with what is true of them.

    ``masks`` (k, h, w); ``labels`` (k), 0 for the background; ``truth`` (k): the number of the true
    instance that each overlaps most; ``ious`` (k) with it.
    """

    masks: Tensor
    labels: Tensor
    truth: Tensor
    ious: Tensor


def sample_regions(
    proposals: Bool[Tensor, "p h w"],
    target: InstanceTarget,
    most: int = 64,
    foreground: float = 0.25,
    iou_threshold: float = 0.5,
) -> RegionSamples:
    """Draw regions to train on, with labels by how well *regions* overlap, not their boxes.

    The true masks are among those drawn from, as usual: with few good proposals there would be
    few examples.

    Args:
        proposals: regions of an image.
        target: what is there.
        most: how many to draw at most.
        foreground: largest share of regions of things.
        iou_threshold: a region with at least this IoU with a true mask has its label.

    Returns:
        The sample, things first; fewer than ``most`` where there are not enough.

    Source: Hariharan et al. 2014, section 3.2 (25 % foreground, by region overlap).

    Example:
        >>> from course_pkg.data import instance_target
        >>> masks = torch.eye(4, dtype=torch.bool)[:, None]
        >>> target = instance_target(masks[:1], torch.tensor([3]))
        >>> sample_regions(masks, target, most=4).labels.tolist()
        [3, 0, 0, 0]
    """
    true = target["masks"].as_subclass(Tensor).bool()
    masks = torch.cat((true, proposals.to(true.device)))
    if len(true):
        ious, truth = mask_iou(masks, true).max(dim=1)
        labels = torch.where(ious >= iou_threshold, target["labels"][truth], 0)
    else:
        ious, truth = torch.zeros(len(masks)), torch.zeros(len(masks), dtype=torch.int64)
        labels = truth.clone()
    things, rest = labels.nonzero().flatten(), (labels == 0).nonzero().flatten()
    things = things[torch.randperm(len(things))][: max(1, int(most * foreground))]
    rest = rest[torch.randperm(len(rest))][: most - len(things)]
    chosen = torch.cat((things, rest))
    return RegionSamples(masks[chosen], labels[chosen], truth[chosen], ious[chosen])
