"""Multi-task network cascades: from boxes to masks to classes, each stage reading the one before.

Three questions, one after the other, on one shared feature map: where is something (a region
proposal network), what is its shape (a mask in each box), what is it (a class from the features
inside the mask). A later stage reads what an earlier one *decided*, not only the shared map, so its
loss has something to say about the decision: through the mask, by which features are multiplied,
and through the corners of the box, in which RoI warping is differentiable. Of what is said about
the corners a tenth reaches the proposals (`CascadeSize.box_gradient`). With five stages the
improved boxes of stage 3 pass through the same mask and class stages once more. Here what the
second round says about its boxes ends at the moves of stage 3; in the paper it goes on to the
proposals' boxes.

Source: Dai, He & Sun 2016, Instance-aware Semantic Segmentation via Multi-task Network Cascades.
Lecture 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.data import InstanceTarget
from course_pkg.models.instances.cascade.mask_voting import vote_instances
from course_pkg.models.instances.cascade.stages import ClassStage, MaskStage, Stage, warp_boxes
from course_pkg.models.instances.detection.anchors import match_boxes, sample_balanced
from course_pkg.models.instances.detection.rpn import RegionProposalNetwork, RPNSize
from course_pkg.models.instances.system import InstancePrediction, LiteFeatures, pad_to_batch
from course_pkg.ops import clip_boxes_to_image, crop_masks, decode_boxes, encode_boxes

__all__ = ["MNC_FULL", "CascadeSize", "MultitaskCascade"]

# So that a loss sees numbers of about 1: Fast R-CNN's, for the moves of a proposal.
_WEIGHTS = (10.0, 10.0, 5.0, 5.0)


@dataclass(frozen=True)
class CascadeSize:
    """How large the stages are; the default fits a CPU."""

    pooled: int = 7  # bins a side that the stages read; warped at twice this, then max-pooled
    mask: int = 28  # cells a side of a mask
    mask_hidden: int = 256
    class_hidden: int = 256
    rois: int = 64  # boxes of an image that the losses count, half of them things at most
    most: int = 100  # instances of an image
    end_to_end: bool = True  # False: no gradient through boxes and masks, for comparison
    # Share of the later stages' gradient that reaches the proposals' boxes. The paper passes all of
    # it. In our short trainings it is then as large as the proposals' own loss and tells a box of
    # background to look more like background, that is, to leave: few proposals find anything.
    box_gradient: float = 0.1


#: The sizes of the paper.
MNC_FULL = CascadeSize(pooled=14, class_hidden=4096)


class MultitaskCascade(nn.Module):
    """MNC with 3 or 5 stages; called as `course_pkg.models.instances.system` says.

    Glossary of shapes: n images; r boxes of all of them; p x p pooled bins; m x m mask cells; k
    classes with the background.

    Source: Dai et al. 2016, sections 3 and 4.

    Args:
        features: the shared map.
        num_classes: k.
        stages: 3 or 5.
        size: of the stages.
        rpn: anchors and numbers of the first stage.

    Raises:
        ValueError: if ``stages`` is neither 3 nor 5, or there is no class but the background.
    """

    def __init__(
        self,
        features: LiteFeatures,
        num_classes: int,
        stages: int = 3,
        size: CascadeSize | None = None,
        rpn: RPNSize | None = None,
    ) -> None:
        super().__init__()
        if stages not in (3, 5) or num_classes < 2:
            raise ValueError(
                "a cascade has 3 or 5 stages and at least 2 classes with the background, got "
                f"{stages} stages and {num_classes} classes"
            )
        self.size, self.stages, self.num_classes = size or CascadeSize(), stages, num_classes
        self.features = features
        self.rpn = RegionProposalNetwork(features.out_channels, features.stride, rpn)
        inputs = features.out_channels * self.size.pooled**2
        self.mask_stage = MaskStage(inputs, self.size.mask_hidden, self.size.mask)
        self.class_stage = ClassStage(inputs, self.size.class_hidden, num_classes)

    @property
    def body(self) -> nn.Module:
        """The pretrained part, which wants a smaller learning rate."""
        return self.features.body

    def forward(
        self,
        images: Sequence[Float[Tensor, "3 _ _"]],
        targets: Sequence[InstanceTarget] | None = None,
    ) -> dict[str, Tensor] | list[InstancePrediction]:
        """Return losses by name if there are targets, else one prediction an image."""
        sizes = [(image.shape[1], image.shape[2]) for image in images]
        maps = self.features(pad_to_batch(images))
        proposals = self.rpn(maps, sizes, targets)
        if targets is not None:
            rois = self._rois_to_learn_from(proposals.boxes, targets)
            losses = dict(proposals.losses)
            for number, stage in zip((2, 4), self.run_stages(maps, rois, sizes), strict=False):
                losses |= self._losses(stage, targets, number)
            return losses
        passes = self.run_stages(maps, _numbered(proposals.boxes), sizes)
        return [self._predict(passes, i, size) for i, size in enumerate(sizes)]

    def run_stages(
        self,
        maps: Float[Tensor, "n c h w"],
        rois: Float[Tensor, "r 5"],
        sizes: Sequence[tuple[int, int]],
    ) -> list[Stage]:
        """Pass boxes through stages 2 and 3, and with five stages through 4 and 5."""
        passes = [self._pass(maps, rois)]
        if self.stages == 5:
            passes.append(self._pass(maps, self.refine(passes[0], sizes)))
        return passes

    def _pass(self, maps: Tensor, rois: Tensor) -> Stage:
        rois = rois if self.size.end_to_end else rois.detach()
        warped = warp_boxes(maps, rois, 2 * self.size.pooled, self.features.stride)
        pooled = F.max_pool2d(warped, 2)
        logits = self.mask_stage(pooled)
        mask = logits.sigmoid()
        mask = mask if self.size.end_to_end else mask.detach()
        return Stage(rois, logits, *self.class_stage(pooled, mask))

    def refine(self, stage: Stage, sizes: Sequence[tuple[int, int]]) -> Float[Tensor, "r 5"]:
        """Move each box as its most probable thing says, and keep it inside its image.

        What the second round has to say about its boxes goes to the moves of stage 3, and not to
        the boxes that were moved: those come from the proposals, which cannot mend what a move did
        to one of them, and unlearned to find anything when they were made to.
        """
        best = stage.class_logits[:, 1:].argmax(dim=1) + 1
        deltas = stage.deltas[torch.arange(len(best)), best]
        moved = decode_boxes(deltas, stage.rois[:, 1:].detach(), _WEIGHTS)
        parts = [
            clip_boxes_to_image(moved[stage.rois[:, 0] == i], size) for i, size in enumerate(sizes)
        ]
        return torch.cat((stage.rois[:, :1], torch.cat(parts)), dim=1)

    def _rois_to_learn_from(
        self, boxes: Sequence[Tensor], targets: Sequence[InstanceTarget]
    ) -> Tensor:
        chosen = []
        for proposed, target in zip(boxes, targets, strict=True):
            true = target["boxes"].as_subclass(Tensor)
            every = torch.cat((proposed, true))  # at first no proposal is good: show good ones
            matches = match_boxes(every.detach(), true, low=0.5, high=0.5)
            thing, background = sample_balanced(matches, self.size.rois, share=0.5)
            chosen.append(every[torch.cat((thing, background))])
        rois = _numbered(chosen)
        return rois.detach() + self.size.box_gradient * (rois - rois.detach())  # the same numbers

    def _losses(
        self, stage: Stage, targets: Sequence[InstanceTarget], number: int
    ) -> dict[str, Tensor]:
        labels, masks, aims = self._answers(stage.rois.detach(), targets)
        thing = labels > 0
        count = thing.sum().clamp(min=1)
        off = F.binary_cross_entropy_with_logits(stage.mask_logits[thing], masks, reduction="none")
        deltas = stage.deltas[thing, labels[thing]]
        return {
            f"mask_{number}": off.mean(dim=(1, 2)).sum() / count,
            f"class_{number + 1}": F.cross_entropy(stage.class_logits, labels),
            f"boxes_{number + 1}": F.smooth_l1_loss(deltas, aims, beta=1.0, reduction="sum")
            / len(labels),
        }

    def _answers(
        self, rois: Tensor, targets: Sequence[InstanceTarget]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The class of every box; mask and move of those that hold a thing."""
        labels, masks, aims = [], [], []
        for i, target in enumerate(targets):
            boxes, true = rois[rois[:, 0] == i, 1:], target["boxes"].as_subclass(Tensor)
            matches = match_boxes(boxes, true, low=0.5, high=0.5)
            classes = torch.zeros_like(matches)
            thing = matches >= 0
            classes[thing] = target["labels"][matches[thing]]
            whole = target["masks"].as_subclass(Tensor)[matches[thing]].bool()
            labels.append(classes)
            masks.append((crop_masks(whole, boxes[thing], self.size.mask) > 0.5).float())
            aims.append(encode_boxes(true[matches[thing]], boxes[thing], _WEIGHTS))
        return torch.cat(labels), torch.cat(masks), torch.cat(aims)

    def _predict(
        self, passes: Sequence[Stage], image: int, size: tuple[int, int]
    ) -> InstancePrediction:
        boxes, probs, masks = [], [], []
        for stage in passes:
            mine = stage.rois[:, 0] == image
            boxes.append(stage.rois[mine, 1:])
            probs.append(stage.class_logits[mine].softmax(dim=1))
            masks.append(stage.mask_logits[mine].sigmoid())
        every = torch.cat(boxes), torch.cat(probs), torch.cat(masks)
        return vote_instances(*every, size, most=self.size.most)


def _numbered(boxes: Sequence[Tensor]) -> Tensor:
    return torch.cat([torch.cat((b.new_full((len(b), 1), i), b), 1) for i, b in enumerate(boxes)])
