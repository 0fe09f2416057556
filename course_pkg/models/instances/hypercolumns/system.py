"""A detector with hypercolumn masks: proposals, boxes classified one by one, then a mask each.

This is the paper's second system. A network looks at every proposed box and says what it is and
how the box should move; of boxes that overlap the best stays; and for those that are left the mask
is read from the hypercolumns of the same network. "Only fc7" is the same system with nothing but
fc7 in the column.

Source: Hariharan et al. 2015, section 4 (system 2, with bounding box regression); loss weights and
superpixels as in the released code (``prepare_blobs.py``, ``test_hypercolumns.py``). Lecture 09.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn
from torchvision.ops import batched_nms

from course_pkg.data import InstanceTarget, boxes_from_masks
from course_pkg.models.backbones.efficientnet_lite0 import efficientnet_lite0_pretrained
from course_pkg.models.instances.hypercolumns.head import (
    ALL_LAYERS,
    HypercolumnHead,
    paste_probabilities,
)
from course_pkg.models.instances.hypercolumns.projection import project_to_superpixels
from course_pkg.models.instances.precision import at_least_single
from course_pkg.models.instances.proposals.region_proposals import (
    Proposer,
    fine_superpixels,
    region_proposals,
)
from course_pkg.models.instances.sds.region_crops import CropPath, box_crops, expand_boxes
from course_pkg.models.instances.system import InstancePrediction, instance_prediction
from course_pkg.ops import (
    box_area,
    box_iou,
    clip_boxes_to_image,
    crop_masks,
    decode_boxes,
    encode_boxes,
)

__all__ = ["BoxSamples", "HypercolumnSystem", "hypercolumns_lite", "sample_boxes"]

_AT_ONCE = 128  # crops that go through the network together
_BOX_WEIGHTS = (10.0, 10.0, 5.0, 5.0)  # brings the four numbers of a box to about 1


class BoxSamples(NamedTuple):
    """Boxes with what is true of them: boxes (k, 4), labels (k), 0 for nothing, truth (k)."""

    boxes: Tensor
    labels: Tensor
    truth: Tensor


def sample_boxes(
    boxes: Float[Tensor, "p 4"], target: InstanceTarget, most: int = 64, foreground: float = 0.25
) -> BoxSamples:
    """Draw boxes to train on, with the label of the true box they overlap by half or more.

    Args:
        boxes: proposed; the true ones are added.
        target: what is there.
        most: how many to draw at most.
        foreground: largest share of boxes of things.

    Returns:
        The sample, things first; ``truth`` is the number of the true instance.

    Source: Girshick et al. 2014, R-CNN, section 2.3.

    Example:
        >>> from course_pkg.data import instance_target
        >>> target = instance_target(torch.ones(1, 4, 4, dtype=torch.bool), torch.tensor([2]))
        >>> sample_boxes(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), target).labels.tolist()
        [2, 0]
    """
    true = target["boxes"].as_subclass(Tensor).float()
    boxes = torch.cat((true, boxes.to(true)))
    if len(true):
        ious, truth = box_iou(boxes, true).max(dim=1)
        labels = torch.where(ious >= 0.5, target["labels"][truth], 0)
    else:
        truth = torch.zeros(len(boxes), dtype=torch.int64)
        labels = truth.clone()
    things, rest = labels.nonzero().flatten(), (labels == 0).nonzero().flatten()
    things = things[torch.randperm(len(things))][: max(1, int(most * foreground))]
    rest = rest[torch.randperm(len(rest))][: most - len(things)]
    chosen = torch.cat((things, rest))
    return BoxSamples(boxes[chosen], labels[chosen], truth[chosen])


class HypercolumnSystem(nn.Module):
    """The whole system; an instance system as `instances` describes them.

    Glossary of shapes: k boxes of one image of h x w pixels; crops of ``crop_size``.

    Source: Hariharan et al. 2015, section 4.

    Args:
        path: sees the crops.
        head: reads the masks.
        num_classes: with the background.
        crop_size: the one that the path was made for.
        propose: gives the regions whose boxes are looked at.
        samples: boxes an image in training.
        size_weights: let a box smaller than the crops count less for its mask, by its share of
            their area.
        superpixels: decide for each superpixel as a whole, by its mean, cut at 0.4.
    """

    def __init__(
        self,
        path: CropPath,
        head: HypercolumnHead,
        num_classes: int,
        crop_size: int = 64,
        propose: Proposer = region_proposals,
        samples: int = 64,
        size_weights: bool = False,
        superpixels: bool = False,
    ) -> None:
        super().__init__()
        self.path, self.head = path, head
        self.size_weights, self.superpixels = size_weights, superpixels
        self.num_classes, self.crop_size = num_classes, crop_size
        self.propose, self.samples = propose, samples
        self.classify = nn.Linear(path.hidden, num_classes)
        self.regress = nn.Linear(path.hidden, 4 * num_classes)  # a move for each class

    @property
    def body(self) -> nn.Module:
        """The pretrained body, which learns at a rate of its own."""
        return self.path.body

    def columns(
        self, image: Float[Tensor, "3 h w"], boxes: Float[Tensor, "k 4"]
    ) -> tuple[dict[str, Tensor], Float[Tensor, "k d"]]:
        """Return the maps and fc7 of enlarged boxes: all that hypercolumns are made of."""
        crops = box_crops(image, expand_boxes(boxes), self.crop_size, self.path.mean)
        maps = self.path.body(crops)._asdict()
        return maps, self.path.top(maps["stride32"])

    def forward(
        self,
        images: Sequence[Float[Tensor, "3 _ _"]],
        targets: Sequence[InstanceTarget] | None = None,
    ) -> dict[str, Tensor] | list[InstancePrediction]:
        """Return losses by name if there are targets, else predictions."""
        images = [image.as_subclass(Tensor) for image in images]
        if targets is None:
            return [self.predict(image) for image in images]
        parts = [self._losses(i, t) for i, t in zip(images, targets, strict=True)]
        return {name: torch.stack([part[name] for part in parts]).mean() for name in parts[0]}

    def _losses(self, image: Tensor, target: InstanceTarget) -> dict[str, Tensor]:
        drawn = sample_boxes(boxes_from_masks(self.propose(image)), target, self.samples)
        boxes, labels = drawn.boxes.to(image), drawn.labels.to(image.device)
        maps, fc7 = self.columns(image, boxes)
        things = labels > 0
        losses = {"class": F.cross_entropy(self.classify(fc7), labels)}
        if not things.any():
            return losses | {"box": fc7.sum() * 0, "mask": fc7.sum() * 0}
        mine, truth = boxes[things], drawn.truth.to(image.device)[things]
        true_boxes = target["boxes"].as_subclass(Tensor).to(image)[truth]
        deltas = encode_boxes(true_boxes, mine, _BOX_WEIGHTS)
        moves = self._moves(fc7)[things, labels[things]]
        losses["box"] = F.smooth_l1_loss(moves, deltas)
        true_masks = target["masks"].as_subclass(Tensor).bool().to(image.device)[truth]
        wanted = crop_masks(true_masks, expand_boxes(mine), self.head.size) > 0.5
        picked = {name: each[things] for name, each in maps.items()}
        logits = self.head(picked, fc7[things], labels[things])
        off = F.binary_cross_entropy_with_logits(logits, wanted.to(logits), reduction="none")
        losses["mask"] = (off.mean(dim=(1, 2)) * self._mask_weights(mine)).mean()
        return losses

    def _moves(self, fc7: Tensor) -> Tensor:
        return self.regress(fc7).unflatten(1, (self.num_classes, 4))

    def _mask_weights(self, boxes: Tensor) -> Tensor:
        if not self.size_weights:
            return boxes.new_ones(len(boxes))
        return (box_area(boxes) / self.crop_size**2).clamp(max=1.0)

    def predict(
        self, image: Float[Tensor, "3 h w"], score_threshold: float = 0.05, most: int = 100
    ) -> InstancePrediction:
        """Return what is in one image.

        Args:
            image: a picture in [0, 1].
            score_threshold: boxes below it are dropped.
            most: how many to keep.
        """
        boxes, labels, scores = self.detect(image, score_threshold, most)
        return instance_prediction(boxes, labels, scores, self.masks(image, boxes, labels))

    def detect(
        self, image: Float[Tensor, "3 h w"], score_threshold: float = 0.05, most: int = 100
    ) -> tuple[Float[Tensor, "k 4"], Int[Tensor, " k"], Float[Tensor, " k"]]:
        """Return boxes after regression and NMS, with labels and scores."""
        size = (image.shape[1], image.shape[2])
        proposed = boxes_from_masks(self.propose(image)).unique(dim=0).to(image.device)
        classes = self.num_classes - 1
        found = [(proposed.new_zeros(0, classes, 4), proposed.new_zeros(0, classes))]
        for start in range(0, len(proposed), _AT_ONCE):
            part = proposed[start : start + _AT_ONCE]
            _, fc7 = self.columns(image, part)
            moves = self._moves(fc7)[:, 1:].to(part)
            each = part[:, None].expand(-1, classes, 4)
            moved = decode_boxes(moves.flatten(0, 1), each.flatten(0, 1), _BOX_WEIGHTS)
            moved = clip_boxes_to_image(moved, size).unflatten(0, each.shape[:2])
            found.append((moved, at_least_single(self.classify(fc7)).softmax(dim=1)[:, 1:]))
        boxes, scores = (torch.cat(part) for part in zip(*found, strict=True))
        big = (boxes[..., 2:] - boxes[..., :2]).amin(dim=2) >= 1
        row, column = ((scores > score_threshold) & big).nonzero().T
        kept = batched_nms(boxes[row, column], scores[row, column], column, 0.3)[:most]
        row, column = row[kept], column[kept]
        return boxes[row, column], column + 1, scores[row, column]

    def masks(
        self, image: Float[Tensor, "3 h w"], boxes: Float[Tensor, "k 4"], labels: Int[Tensor, " k"]
    ) -> Tensor:
        """Return boolean masks of the image's size for boxes of known class."""
        if not len(boxes):
            return torch.zeros(0, *image.shape[1:], dtype=torch.bool, device=image.device)
        logits = self.head(*self.columns(image, boxes), labels)
        size = (image.shape[1], image.shape[2])
        probs = paste_probabilities(logits, expand_boxes(boxes), size)
        if self.superpixels:
            return project_to_superpixels(probs, fine_superpixels(image))
        return probs > 0.5


def hypercolumns_lite(
    num_classes: int,
    layers: Sequence[str] = ALL_LAYERS,
    grid: int = 5,
    size: int = 50,
    crop_size: int = 64,
    hidden: int = 256,
    propose: Proposer = region_proposals,
    samples: int = 64,
    released: bool = False,
) -> HypercolumnSystem:
    """Build the system on a small pretrained body.

    Args:
        num_classes: with the background.
        layers: of the body, besides fc7; ``()`` for "only fc7".
        grid: classifiers a side.
        size: pixels a side of a mask.
        crop_size: side of the crops, a multiple of 32.
        hidden: width of fc6 and fc7.
        propose: gives the regions of an image.
        samples: boxes an image in training.
        released: with what the released code adds: 3 x 3 classifiers on the layer at stride 8
            (pool3 there), loss weights by box size, masks of whole superpixels.

    Returns:
        The system; all but the body is random.

    Source: Hariharan et al. 2015, with EfficientNet-Lite0 in place of AlexNet or VGG-16.

    Example:
        >>> hypercolumns_lite(2, crop_size=32, hidden=8).head.outputs
        25
    """
    path = CropPath(efficientnet_lite0_pretrained().backbone, crop_size, hidden).train()
    kernels = {"stride8": 3} if released else None
    head = HypercolumnHead(hidden, num_classes, layers, grid, size, path.channels, kernels)
    return HypercolumnSystem(
        path, head, num_classes, crop_size, propose, samples, released, released
    )
