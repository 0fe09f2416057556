"""From many overlapping answers to a few instances: thinning out by class, and voting on the mask.

A net asked about 300 boxes says the same thing thirty times, each time a little differently. The
best box of each heap stays; its mask is the mean of the whole heap's masks, weighted by score, so
that no answer is thrown away.

Source: Dai et al. 2016, implementation details (inference: mask voting); the threshold 0.4 and the
soft votes are those of the released ``mv_kernel.cu`` (read).
Lecture 10.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torchvision.ops import nms

from course_pkg.models.instances.precision import at_least_single
from course_pkg.models.instances.system import InstancePrediction, instance_prediction
from course_pkg.ops import box_iou, paste_masks

__all__ = ["vote_instances", "vote_mask"]


def vote_mask(
    probs: Float[Tensor, "v mh mw"],
    boxes: Float[Tensor, "v 4"],
    weights: Float[Tensor, " v"],
    size: tuple[int, int],
    threshold: float = 0.4,
) -> Bool[Tensor, "{size[0]} {size[1]}"]:
    """Let several boxes with masks vote, pixel by pixel, on one mask.

    Args:
        probs: a mask for each box.
        boxes: (x0, y0, x1, y1) in pixels.
        weights: of the votes; not all 0.
        size: height and width of the image.
        threshold: the weighted mean has to reach this.

    Returns:
        The mask.

    Source: Dai et al. 2016, implementation details (inference).

    Example:
        >>> boxes = torch.tensor([[0.0, 0.0, 2.0, 1.0], [1.0, 0.0, 3.0, 1.0]])
        >>> vote_mask(torch.ones(2, 1, 1), boxes, torch.tensor([3.0, 1.0]), (1, 4))
        tensor([[ True,  True, False, False]])
    """
    h, w = size
    mask = torch.zeros(size, dtype=torch.bool, device=probs.device)
    # Only the part of the image that some box covers is drawn.
    x0, y0 = (int(v) for v in boxes[:, :2].amin(dim=0).floor().clamp(min=0))
    x1, y1 = (int(v) for v in boxes[:, 2:].amax(dim=0).ceil())
    x1, y1 = min(x1, w), min(y1, h)
    if x1 <= x0 or y1 <= y0:
        return mask
    moved = boxes - boxes.new_tensor([x0, y0, x0, y0])
    votes = paste_masks(probs, moved, (y1 - y0, x1 - x0))
    share = torch.einsum("v,vhw->hw", weights / weights.sum(), votes)
    mask[y0:y1, x0:x1] = share >= threshold
    return mask


def vote_instances(
    boxes: Float[Tensor, "r 4"],
    class_probs: Float[Tensor, "r k"],
    mask_probs: Float[Tensor, "r mh mw"],
    size: tuple[int, int],
    nms_threshold: float = 0.3,
    vote_threshold: float = 0.5,
    mask_threshold: float = 0.4,
    least: float = 0.05,
    most: int = 100,
) -> InstancePrediction:
    """Make instances out of everything that a net said about an image.

    Args:
        boxes: (x0, y0, x1, y1) in pixels, inside the image.
        class_probs: of each box, the background first.
        mask_probs: of each box, for no class in particular.
        size: height and width of the image.
        nms_threshold: among boxes of a class that overlap more than this the best stays.
        vote_threshold: boxes that overlap the one that stays by this much vote on its mask.
        mask_threshold: share of the votes that a pixel of a mask needs.
        least: smaller class probabilities are left out.
        most: instances of an image.

    Returns:
        The prediction.

    Source: Dai et al. 2016, implementation details (inference).
    """
    boxes, class_probs = at_least_single(boxes), at_least_single(class_probs)
    found = []
    for c in range(1, class_probs.shape[1]):
        likely = class_probs[:, c] > least
        here, scores, masks = boxes[likely], class_probs[likely, c], mask_probs[likely]
        kept = nms(here, scores, nms_threshold)[:most]
        voters = box_iou(here[kept], here) >= vote_threshold
        voters[torch.arange(len(kept)), kept] = True  # an empty box overlaps not even itself
        for k, votes in zip(kept.tolist(), voters, strict=True):
            mask = vote_mask(masks[votes], here[votes], scores[votes], size, mask_threshold)
            found.append((here[k], c, scores[k], mask))
    if not found:
        none = boxes.new_zeros(0)
        empty = torch.zeros(0, *size, dtype=torch.bool, device=boxes.device)
        return instance_prediction(boxes[:0], none.long(), none, empty, most)
    return instance_prediction(
        torch.stack([box for box, _, _, _ in found]),
        torch.tensor([c for _, c, _, _ in found], device=boxes.device),
        torch.stack([score for _, _, score, _ in found]),
        torch.stack([mask for _, _, _, mask in found]),
        most,
    )
