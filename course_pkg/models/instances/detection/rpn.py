"""The region proposal network: a class-blind detector that says where it is worth looking.

A 3x3 convolution and two 1x1 convolutions on the shared map: for each anchor one score, thing or
nothing, and four numbers that move the anchor. The best boxes, thinned out, are the proposals.

Two things differ from torchvision's: there is one feature map, and the boxes that are returned keep
their gradient, because a cascade's later losses are to move them.

Source: Ren et al. 2015, Faster R-CNN, section 3; Dai et al. 2016, section 3.1. Lectures 09, 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn
from torchvision.ops import nms

from course_pkg.data import InstanceTarget
from course_pkg.models.instances.detection.anchors import (
    anchor_grid,
    cell_anchors,
    match_boxes,
    sample_balanced,
)
from course_pkg.models.instances.detection.gradients import (
    clamp_gradient,
    gradient_where,
    inside_image,
)
from course_pkg.models.instances.precision import at_least_single
from course_pkg.ops import box_iou, clip_boxes_to_image, decode_boxes, encode_boxes

__all__ = ["AnchorAnswers", "Proposals", "ProposedBoxes", "RPNSize", "RegionProposalNetwork"]

_SMALLEST = 1.0  # pixels a side: anything less holds no thing


@dataclass(frozen=True)
class RPNSize:
    """Anchors and numbers of a proposal network."""

    anchor_sizes: tuple[float, ...] = (8, 16, 32, 64)  # square root of the area, pixels
    aspect_ratios: tuple[float, ...] = (0.5, 1.0, 2.0)  # height / width
    sampled: int = 256  # anchors of an image that the loss counts, half of them things at most
    before_nms: int = 1000  # best boxes that go into the thinning out
    after_nms: int = 300  # proposals of an image
    nms_threshold: float = 0.7  # IoU


class Proposals(NamedTuple):
    """Where it is worth looking, image by image, best first."""

    boxes: list[Float[Tensor, "_ 4"]]  # pixels, inside the image, with gradient
    scores: list[Float[Tensor, " _"]]  # 0 to 1, without
    losses: dict[str, Tensor]  # empty without targets


class AnchorAnswers(NamedTuple):
    """What the network says of every anchor: a score and a move, image by image."""

    anchors: Float[Tensor, "a 4"]
    scores: Float[Tensor, "n a"]
    deltas: Float[Tensor, "n a 4"]


class ProposedBoxes(NamedTuple):
    """The best boxes of each image, and the anchors that they were."""

    boxes: list[Float[Tensor, "_ 4"]]
    scores: list[Float[Tensor, " _"]]
    anchors: list[Int[Tensor, " _"]]


class RegionProposalNetwork(nn.Module):
    """Propose boxes from one feature map.

    Glossary of shapes: n images, c channels, h x w cells, a anchors a cell, h w a anchors an image.

    Source: Ren et al. 2015, section 3.1.

    Args:
        in_channels: c.
        stride: pixels between cells.
        size: anchors and numbers.
    """

    def __init__(self, in_channels: int, stride: int, size: RPNSize | None = None) -> None:
        super().__init__()
        self.size, self.stride = size or RPNSize(), stride
        anchors = cell_anchors(self.size.anchor_sizes, self.size.aspect_ratios)
        self.cell: Tensor
        self.register_buffer("cell", anchors, persistent=False)
        self.conv = nn.Conv2d(in_channels, in_channels, 3, padding=1)
        self.objectness = nn.Conv2d(in_channels, len(anchors), 1)
        self.deltas = nn.Conv2d(in_channels, 4 * len(anchors), 1)
        for layer in (self.conv, self.objectness, self.deltas):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)  # pyright: ignore[reportArgumentType]: they have one

    def forward(
        self,
        features: Float[Tensor, "n c h w"],
        image_sizes: Sequence[tuple[int, int]],
        targets: Sequence[InstanceTarget] | None = None,
    ) -> Proposals:
        """Return proposals for images of these heights and widths, and losses if it has targets."""
        heads = self.heads(features)
        losses = {} if targets is None else self.losses(heads, targets)
        found = self.propose(heads, image_sizes)
        return Proposals(found.boxes, found.scores, losses)

    def heads(self, features: Float[Tensor, "n c h w"]) -> AnchorAnswers:
        """Return what the network says of every anchor."""
        shared = F.relu(self.conv(features))
        h, w = features.shape[2:]
        return AnchorAnswers(
            anchor_grid(self.cell, (h, w), self.stride),
            self.objectness(shared).movedim(1, -1).flatten(1),
            self.deltas(shared).unflatten(1, (-1, 4)).permute(0, 3, 4, 1, 2).flatten(1, 3),
        )

    def propose(
        self,
        heads: AnchorAnswers,
        image_sizes: Sequence[tuple[int, int]],
        gradient_limit: float | None = None,
    ) -> ProposedBoxes:
        """Move the anchors, and keep the best of them.

        Args:
            heads: of all images.
            image_sizes: heights and widths.
            gradient_limit: cut what later stages say about a move to this, and let boxes that
                reach out of the image, or whose anchors do, hear nothing; None = pass all of it.

        Returns:
            Boxes inside the images, with gradient; their scores; which anchors they were.
        """
        boxes, probs, anchors = [], [], []
        scores, deltas = at_least_single(heads.scores), at_least_single(heads.deltas)
        for score, delta, size in zip(scores, deltas, image_sizes, strict=True):
            if gradient_limit is not None:
                delta = clamp_gradient(delta, gradient_limit)
                moved = decode_boxes(delta.detach(), heads.anchors)
                inside = inside_image(moved, size) & inside_image(heads.anchors, size)
                delta = gradient_where(delta, inside)
            box, prob, index = self._best(score.detach(), decode_boxes(delta, heads.anchors), size)
            boxes.append(box)
            probs.append(prob)
            anchors.append(index)
        return ProposedBoxes(boxes, probs, anchors)

    def _best(
        self, scores: Tensor, boxes: Tensor, image_size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        scores, best = scores.topk(min(self.size.before_nms, len(scores)))
        boxes = clip_boxes_to_image(boxes[best], image_size)
        large = (boxes[:, 2:] - boxes[:, :2] >= _SMALLEST).all(dim=1)
        boxes, scores, best = boxes[large], scores[large], best[large]
        kept = nms(boxes.detach(), scores, self.size.nms_threshold)[: self.size.after_nms]
        return boxes[kept], scores[kept].sigmoid(), best[kept]

    def losses(
        self,
        heads: AnchorAnswers,
        targets: Sequence[InstanceTarget],
        forced: Sequence[tuple[Tensor, Tensor]] | None = None,
    ) -> dict[str, Tensor]:
        """Return what the answers are worth.

        Args:
            heads: of all images.
            targets: one an image.
            forced: for each image the anchors that count as things and as background whatever
                their own overlap is: a cascade names those of the boxes that it learns from.

        Returns:
            Two losses by name.

        Source: Ren et al. 2015, section 3.1; ``forced`` is ``MIX_INDEX`` of the released
            ``anchor_target_layer.py`` of Dai et al. 2016.
        """
        objectness, regression = [], []
        for i, (score, delta, target) in enumerate(
            zip(heads.scores, heads.deltas, targets, strict=True)
        ):
            true = target["boxes"].as_subclass(Tensor)
            matches = match_boxes(heads.anchors, true, low=0.3, high=0.7, best_counts=True)
            thing, background = sample_balanced(matches, self.size.sampled, share=0.5)
            if forced is not None:
                thing, background = _with_forced(thing, background, *forced[i])
            chosen = torch.cat((thing, background))
            is_thing = torch.zeros(len(chosen), device=score.device)
            is_thing[: len(thing)] = 1
            objectness.append(F.binary_cross_entropy_with_logits(score[chosen], is_thing))
            nearest = matches[thing]
            if forced is not None and len(thing):
                nearest = box_iou(heads.anchors[thing], true).argmax(dim=1)
            aim = encode_boxes(true[nearest], heads.anchors[thing])
            off = F.smooth_l1_loss(delta[thing], aim, beta=1 / 9, reduction="sum")
            regression.append(off / len(chosen))
        return {
            "rpn_objectness": torch.stack(objectness).mean(),
            "rpn_boxes": torch.stack(regression).mean(),
        }


def _with_forced(
    thing: Tensor, background: Tensor, forced_thing: Tensor, forced_background: Tensor
) -> tuple[Tensor, Tensor]:
    """Background first, then things, as the released layer writes its labels."""
    background = torch.cat((background, forced_background)).unique()
    thing = thing[~torch.isin(thing, forced_background)]
    thing = torch.cat((thing, forced_thing)).unique()
    return thing, background[~torch.isin(background, thing)]
