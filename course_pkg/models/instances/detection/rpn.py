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
from jaxtyping import Float
from torch import Tensor, nn
from torchvision.ops import nms

from course_pkg.data import InstanceTarget
from course_pkg.models.instances.detection.anchors import (
    anchor_grid,
    cell_anchors,
    match_boxes,
    sample_balanced,
)
from course_pkg.ops import clip_boxes_to_image, decode_boxes, encode_boxes

__all__ = ["Proposals", "RPNSize", "RegionProposalNetwork"]

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
        shared = F.relu(self.conv(features))
        h, w = features.shape[2:]
        anchors = anchor_grid(self.cell, (h, w), self.stride)
        scores = self.objectness(shared).movedim(1, -1).flatten(1)  # (n, h w a)
        deltas = self.deltas(shared).unflatten(1, (-1, 4)).permute(0, 3, 4, 1, 2).flatten(1, 3)
        boxes, probs = [], []
        for score, delta, size in zip(scores, deltas, image_sizes, strict=True):
            box, prob = self._propose(score.detach(), decode_boxes(delta, anchors), size)
            boxes.append(box)
            probs.append(prob)
        losses = {} if targets is None else self._losses(scores, deltas, anchors, targets)
        return Proposals(boxes, probs, losses)

    def _propose(
        self, scores: Tensor, boxes: Tensor, image_size: tuple[int, int]
    ) -> tuple[Tensor, Tensor]:
        scores, best = scores.topk(min(self.size.before_nms, len(scores)))
        boxes = clip_boxes_to_image(boxes[best], image_size)
        large = (boxes[:, 2:] - boxes[:, :2] >= _SMALLEST).all(dim=1)
        boxes, scores = boxes[large], scores[large]
        kept = nms(boxes.detach(), scores, self.size.nms_threshold)[: self.size.after_nms]
        return boxes[kept], scores[kept].sigmoid()

    def _losses(
        self, scores: Tensor, deltas: Tensor, anchors: Tensor, targets: Sequence[InstanceTarget]
    ) -> dict[str, Tensor]:
        objectness, regression = [], []
        for score, delta, target in zip(scores, deltas, targets, strict=True):
            true = target["boxes"].as_subclass(Tensor)
            matches = match_boxes(anchors, true, low=0.3, high=0.7, best_counts=True)
            thing, background = sample_balanced(matches, self.size.sampled, share=0.5)
            chosen = torch.cat((thing, background))
            objectness.append(
                F.binary_cross_entropy_with_logits(score[chosen], (matches[chosen] >= 0).float())
            )
            aim = encode_boxes(true[matches[thing]], anchors[thing])
            off = F.smooth_l1_loss(delta[thing], aim, beta=1 / 9, reduction="sum")
            regression.append(off / len(chosen))
        return {
            "rpn_objectness": torch.stack(objectness).mean(),
            "rpn_boxes": torch.stack(regression).mean(),
        }
