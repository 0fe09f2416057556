"""What the cascade learns from: which boxes of an image, and what is true of each.

Source: Dai et al. 2016, implementation details (positives and negatives), and the released
``mnc_config.py``, ``proposal_target_layer.py`` and ``mask_layer.py`` (read). Lecture 10.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_pkg.data import InstanceTarget
from course_pkg.models.instances.detection.anchors import match_boxes
from course_pkg.ops import box_iou, crop_masks, encode_boxes, paste_masks

__all__ = ["BOX_WEIGHTS", "Answers", "answer_boxes", "label_masks", "sample_cascade_boxes"]

# So that a loss sees numbers of about 1: Fast R-CNN's, for the moves of a proposal.
BOX_WEIGHTS = (10.0, 10.0, 5.0, 5.0)
_POSITIVE = 0.5  # IoU, of boxes for one head and of masks for the other
_NEAR = 0.1  # IoU: above it a box of background lies near a thing
_NEAR_SHARE = 0.85  # of the background that is drawn
_BINARISED = 0.4  # a predicted mask, before its IoU is taken


class Answers(NamedTuple):
    """What is true of r boxes, image by image."""

    labels: Int[Tensor, " r"]  # 0 for the background
    truth: Int[Tensor, " r"]  # number of the true thing in its image; of background anything
    masks: Float[Tensor, "t m m"]  # of the t boxes that hold a thing, cut to the box
    moves: Float[Tensor, "t 4"]  # where their true boxes are, as `encode_boxes` says


def sample_cascade_boxes(
    boxes: Float[Tensor, "p 4"],
    true_boxes: Float[Tensor, "k 4"],
    most: int = 64,
    foreground: float = 0.3,
    generator: torch.Generator | None = None,
) -> tuple[Int[Tensor, " t"], Int[Tensor, " b"]]:
    """Draw boxes of one image to learn from: few things, and mostly background beside things.

    Args:
        boxes: of the image.
        true_boxes: what there is.
        most: how many to draw at most.
        foreground: largest share of boxes of things.
        generator: of the random numbers; None = torch's own.

    Returns:
        Indices of boxes of things (IoU of 0.5 or more with a true box), and of background: 85 % of
        it with an IoU of 0.1 or more; fewer where there are not enough.

    Source: the released ``mnc_config.py`` of Dai et al. 2016 (``FG_FRACTION``, ``BG_FRACTION``).

    Example:
        >>> true = torch.tensor([[0.0, 0.0, 8.0, 8.0]])
        >>> boxes = torch.tensor([[0.0, 0.0, 8.0, 7.0], [6.0, 0.0, 14.0, 8.0]])
        >>> sample_cascade_boxes(boxes, true, most=4)
        (tensor([0]), tensor([1]))
    """
    nothing = boxes.new_zeros(len(boxes), 1)  # where no thing is, all is far from one
    iou = torch.cat((nothing, box_iou(boxes, true_boxes)), dim=1).amax(dim=1)

    def some(which: Tensor, count: int) -> Tensor:
        indices = which.nonzero()[:, 0]
        order = torch.randperm(len(indices), generator=generator)[:count]
        return indices[order.to(indices.device)]

    things = some(iou >= _POSITIVE, round(most * foreground))
    rest = most - len(things)
    near = some((iou < _POSITIVE) & (iou >= _NEAR), round(rest * _NEAR_SHARE))
    far = some(iou < _NEAR, rest - round(rest * _NEAR_SHARE))
    return things, torch.cat((near, far))


def answer_boxes(
    rois: Float[Tensor, "r 5"], targets: Sequence[InstanceTarget], mask_size: int
) -> Answers:
    """Say what is true of every box.

    Args:
        rois: image number and box in pixels; the boxes of an image are neighbours, in order.
        targets: one for each image.
        mask_size: m, cells a side of a mask.

    Returns:
        The answers.

    Source: Dai et al. 2016, section 3: positives have a box IoU of 0.5 or more.
    """
    labels, truth, masks, moves = [], [], [], []
    for i, target in enumerate(targets):
        boxes, true = rois[rois[:, 0] == i, 1:], target["boxes"].as_subclass(Tensor)
        matches = match_boxes(boxes, true, low=_POSITIVE, high=_POSITIVE)
        thing = matches >= 0
        classes = torch.zeros_like(matches)
        classes[thing] = target["labels"][matches[thing]]
        whole = target["masks"].as_subclass(Tensor)[matches[thing]].bool()
        labels.append(classes)
        truth.append(matches)
        masks.append((crop_masks(whole, boxes[thing], mask_size) > 0.5).float())
        moves.append(encode_boxes(true[matches[thing]], boxes[thing], BOX_WEIGHTS))
    return Answers(torch.cat(labels), torch.cat(truth), torch.cat(masks), torch.cat(moves))


@torch.no_grad()
def label_masks(
    rois: Float[Tensor, "r 5"],
    probs: Float[Tensor, "r m m"],
    answers: Answers,
    targets: Sequence[InstanceTarget],
) -> Int[Tensor, " r"]:
    """Label boxes by what the network drew in them, for the head that scores.

    Args:
        rois: image number and box in pixels.
        probs: the predicted mask of each box.
        answers: of the same boxes.
        targets: one for each image.

    Returns:
        The box's label where its mask, cut at 0.4, has an IoU of 0.5 or more with the whole mask of
        its thing, else 0: a bad mask of a good box is background.

    Source: the released ``mask_layer.py`` of Dai et al. 2016 (``mask_proposal_label``).

    Example:
        >>> from course_pkg.data import instance_target
        >>> masks = torch.ones(1, 4, 4, dtype=torch.bool)
        >>> targets = [instance_target(masks, torch.tensor([2]))]
        >>> rois = torch.tensor([[0.0, 0.0, 0.0, 4.0, 4.0]]).expand(2, 5)
        >>> probs = torch.tensor([0.9, 0.1])[:, None, None].expand(2, 2, 2)
        >>> answers = answer_boxes(rois, targets, mask_size=2)
        >>> answers.labels, label_masks(rois, probs, answers, targets)
        (tensor([2, 2]), tensor([2, 0]))
    """
    labels = torch.zeros_like(answers.labels)
    for i, target in enumerate(targets):
        mine = ((rois[:, 0] == i) & (answers.labels > 0)).nonzero()[:, 0]
        whole = target["masks"].as_subclass(Tensor)[answers.truth[mine]].bool()
        size = (whole.shape[1], whole.shape[2])
        drawn = paste_masks(probs[mine], rois[mine, 1:], size) >= _BINARISED
        shared = (drawn & whole).flatten(1).sum(dim=1)
        together = (drawn | whole).flatten(1).sum(dim=1).clamp(min=1)
        good = mine[shared / together >= _POSITIVE]
        labels[good] = answers.labels[good]
    return labels
