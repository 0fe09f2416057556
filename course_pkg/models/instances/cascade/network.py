"""Multi-task network cascades: from boxes to masks to classes, each stage reading the one before.

Three questions, one after the other, on one shared feature map: where is something (a region
proposal network), what is its shape (a mask in each box), what is it (a class from the features
inside the mask). A later stage reads what an earlier one *decided*, not only the shared map, so its
loss has something to say about the decision: through the mask, by which features are multiplied,
and through the corners of the box, in which RoI warping is differentiable. How much of it is heard
is `CascadeSize.gradients`. With five stages the improved boxes of stage 3 pass through the same
mask and class stages once more.

Source: Dai, He & Sun 2016, Instance-aware Semantic Segmentation via Multi-task Network Cascades;
`gradients` and `samples` say what is the released code's. Lecture 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.data import InstanceTarget
from course_pkg.models.instances.cascade.samples import (
    BOX_WEIGHTS,
    Answers,
    answer_boxes,
    label_masks,
    sample_cascade_boxes,
)
from course_pkg.models.instances.cascade.stages import ClassStage, MaskStage, Stage, warp_boxes
from course_pkg.models.instances.detection.gradients import (
    clamp_gradient,
    gradient_where,
    inside_image,
)
from course_pkg.models.instances.detection.rpn import RegionProposalNetwork, RPNSize
from course_pkg.models.instances.mask_voting import vote_instances
from course_pkg.models.instances.system import InstancePrediction, LiteFeatures, pad_to_batch
from course_pkg.ops import clip_boxes_to_image, decode_boxes

__all__ = ["MNC_FULL", "CascadeSize", "MultitaskCascade"]

_CLAMP = 1 / 512  # of the gradient of one image's loss: the released code trains on one at a time
_MASK_LOSS = 2.0  # weight of the released train.prototxt; the paper's is 1


@dataclass(frozen=True)
class CascadeSize:
    """How large the stages are; the default fits a CPU."""

    pooled: int = 14  # bins a side that the mask stage reads; the class stage reads half as many
    samples: int = 1  # a side of each bin, warped and max-pooled; the paper: 2, from 28 bins
    mask: int = 28  # cells a side of a mask
    mask_hidden: int = 256
    class_hidden: int = 256
    rois: int = 64  # boxes of an image that the losses count
    foreground: float = 0.3  # of them, at most, that hold a thing
    most: int = 100  # instances of an image
    # What later stages may say about earlier ones' boxes and masks: "clamped" as the released code
    # has it, "whole" as the paper's chain rule has it, "none" for training step by step.
    gradients: Literal["clamped", "whole", "none"] = "clamped"


#: The sizes of the paper.
MNC_FULL = CascadeSize(samples=2, class_hidden=4096)


class MultitaskCascade(nn.Module):
    """MNC with 3 or 5 stages; called as `course_pkg.models.instances.system` says.

    Glossary of shapes: n images; r boxes of all of them; p x p pooled bins; m x m mask cells; k
    classes with the background.

    Source: Dai et al. 2016, section 3, end-to-end training, cascades with more stages.

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
        c, p = features.out_channels, self.size.pooled
        self.mask_stage = MaskStage(c * p**2, self.size.mask_hidden, self.size.mask)
        self.class_stage = ClassStage(c * (p // 2) ** 2, self.size.class_hidden, num_classes)

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
        if not images:
            return []
        sizes = [(image.shape[1], image.shape[2]) for image in images]
        maps = self.features(pad_to_batch(images, value=self.features.mean))
        if targets is not None:
            return self._learn(maps, sizes, targets)
        rois = _numbered(self.rpn(maps, sizes).boxes)
        passes = self.run_stages(maps, rois, sizes)
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
        pooled = self._pool(maps, rois)
        logits = self.mask_stage(pooled)
        return Stage(rois, logits, *self.class_stage(pooled, logits.sigmoid()))

    def _pool(self, maps: Tensor, rois: Tensor) -> Tensor:
        each = self.size.samples
        warped = warp_boxes(maps, rois, each * self.size.pooled, self.features.stride)
        return F.max_pool2d(warped, each) if each > 1 else warped

    def refine(self, stage: Stage, sizes: Sequence[tuple[int, int]]) -> Float[Tensor, "r 5"]:
        """Move each box as its most probable thing says, and keep it inside its image."""
        best = stage.mask_class_logits[:, 1:].argmax(dim=1) + 1
        deltas, old = stage.deltas[torch.arange(len(best)), best], stage.rois[:, 1:]
        if self.size.gradients == "clamped":
            deltas = clamp_gradient(deltas, _CLAMP / len(sizes))
            moved = decode_boxes(deltas.detach(), old.detach(), BOX_WEIGHTS)
            inside = [
                inside_image(moved[stage.rois[:, 0] == i], size) for i, size in enumerate(sizes)
            ]
            deltas = gradient_where(deltas, torch.cat(inside))
        moved = decode_boxes(deltas, old, BOX_WEIGHTS)
        parts = [
            clip_boxes_to_image(moved[stage.rois[:, 0] == i], size) for i, size in enumerate(sizes)
        ]
        rois = torch.cat((stage.rois[:, :1], torch.cat(parts)), dim=1)
        return rois.detach() if self.size.gradients == "none" else rois

    def _learn(
        self,
        maps: Tensor,
        sizes: Sequence[tuple[int, int]],
        targets: Sequence[InstanceTarget],
    ) -> dict[str, Tensor]:
        """Losses of all stages; true boxes are among the boxes of every round."""
        limit = _CLAMP / len(sizes) if self.size.gradients == "clamped" else None
        heads = self.rpn.heads(maps)
        found = self.rpn.propose(heads, sizes, limit)
        true = [target["boxes"].as_subclass(Tensor) for target in targets]
        chosen, forced = [], []
        for boxes, anchors, there in zip(found.boxes, found.anchors, true, strict=True):
            every = torch.cat((boxes, there))  # at first no proposal is good: show good ones
            things, rest = sample_cascade_boxes(
                every.detach(), there, self.size.rois, self.size.foreground
            )
            chosen.append(every[torch.cat((things, rest))])
            forced.append(tuple(anchors[part[part < len(boxes)]] for part in (things, rest)))
        losses = self.rpn.losses(heads, targets, forced)
        rois = _numbered(chosen)
        rois = rois.detach() if self.size.gradients == "none" else rois
        stage = self._pass_and_judge(maps, rois, targets, losses, 2)
        if self.stages == 5:
            moved = self.refine(stage, sizes)
            again = [
                torch.cat((moved[moved[:, 0] == i, 1:], there)) for i, there in enumerate(true)
            ]
            self._pass_and_judge(maps, _numbered(again), targets, losses, 4)
        return losses

    def _pass_and_judge(
        self,
        maps: Tensor,
        rois: Tensor,
        targets: Sequence[InstanceTarget],
        losses: dict[str, Tensor],
        number: int,
    ) -> Stage:
        """Pass boxes through both stages, and add what they lose under the first's number."""
        answers = answer_boxes(rois.detach(), targets, self.size.mask)
        pooled = self._pool(maps, rois)
        logits = self.mask_stage(pooled)
        probs = logits.sigmoid()
        by_mask = label_masks(rois.detach(), probs.detach(), answers, targets)
        if self.size.gradients == "none":
            probs = probs.detach()
        elif self.size.gradients == "clamped":
            probs = gradient_where(probs, by_mask > 0)
        stage = Stage(rois, logits, *self.class_stage(pooled, probs))
        losses |= _losses(stage, answers, by_mask, number)
        return stage

    def _predict(
        self, passes: Sequence[Stage], image: int, size: tuple[int, int]
    ) -> InstancePrediction:
        boxes, probs, masks = [], [], []
        for stage in passes:
            mine = stage.rois[:, 0] == image
            boxes.append(stage.rois[mine, 1:])
            probs.append(stage.mask_class_logits[mine].softmax(dim=1))
            masks.append(stage.mask_logits[mine].sigmoid())
        every = torch.cat(boxes), torch.cat(probs), torch.cat(masks)
        return vote_instances(*every, size, most=self.size.most)


def _losses(stage: Stage, answers: Answers, by_mask: Tensor, number: int) -> dict[str, Tensor]:
    thing = answers.labels > 0
    off = F.binary_cross_entropy_with_logits(
        stage.mask_logits[thing], answers.masks, reduction="none"
    )
    deltas = stage.deltas[thing, answers.labels[thing]]
    far = F.smooth_l1_loss(deltas, answers.moves, beta=1.0, reduction="sum")
    count = thing.sum().clamp(min=1)
    return {
        f"mask_{number}": _MASK_LOSS * off.mean(dim=(1, 2)).sum() / count,
        f"class_{number + 1}": F.cross_entropy(stage.class_logits, answers.labels),
        f"mask_class_{number + 1}": F.cross_entropy(stage.mask_class_logits, by_mask),
        f"boxes_{number + 1}": far / len(answers.labels),
    }


def _numbered(boxes: Sequence[Tensor]) -> Tensor:
    return torch.cat([torch.cat((b.new_full((len(b), 1), i), b), 1) for i, b in enumerate(boxes)])
