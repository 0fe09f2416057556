"""SDS: find things and their pixels at once, by classifying regions instead of boxes.

1. Regions are proposed by grouping superpixels.
2. Two networks look at each: one at its box, one at the region alone; their features are joined.
   They are trained jointly, to tell the class by the region's own overlap (the paper's net C).
3. Linear SVMs score the regions; of regions that overlap at all, the best of a class survives.
4. A coarse mask, predicted from the features and combined with superpixels, mends the outline.

Steps 3 and 4 are fitted after step 2, see `sds_fitting`.

Source: Hariharan, Arbelaez, Girshick & Malik 2014, Simultaneous Detection and Segmentation.
Lecture 09.
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from course_pkg.data import InstanceTarget, boxes_from_masks
from course_pkg.models.backbones.efficientnet_lite0 import efficientnet_lite0_pretrained
from course_pkg.models.instances.proposals.region_proposals import Proposer, region_proposals
from course_pkg.models.instances.sds.refinement import RegionRefinement
from course_pkg.models.instances.sds.region_crops import (
    CropPath,
    box_crops,
    expand_boxes,
    region_crops,
)
from course_pkg.models.instances.sds.region_samples import sample_regions
from course_pkg.models.instances.system import InstancePrediction, instance_prediction
from course_pkg.ops import mask_nms

__all__ = ["SDS", "RegionDetections", "sds_lite"]

_AT_ONCE = 128  # crops that go through the networks together


class RegionDetections(NamedTuple):
    """Regions of one image that survived: masks, boxes, labels from 1 on, scores, features."""

    masks: Tensor
    boxes: Tensor
    labels: Tensor
    scores: Tensor
    features: Tensor


class SDS(nn.Module):
    """The whole system; an instance system as `instances` describes them.

    Before `sds_fitting` has run, scores are those of the softmax it was trained with and masks are
    the proposals themselves.

    Glossary of shapes: k regions of one image of h x w pixels; 2 * ``hidden`` features each;
    classes with the background, which is 0.

    Source: Hariharan et al. 2014, section 3.

    Args:
        box_path: sees the box.
        region_path: sees the region alone.
        num_classes: with the background.
        crop_size: side of the crops, the one that the paths were made for.
        propose: gives the regions of an image.
        samples: regions an image in training.
        mask_from: what the masks of predictions are: the "region" as proposed, the "coarse" mask
            of the refinement, or that joined with superpixels, "refined".
    """

    def __init__(
        self,
        box_path: CropPath,
        region_path: CropPath,
        num_classes: int,
        crop_size: int = 64,
        propose: Proposer = region_proposals,
        samples: int = 64,
        mask_from: Literal["region", "coarse", "refined"] = "refined",
    ) -> None:
        super().__init__()
        self.box_path, self.region_path = box_path, region_path
        self.num_classes, self.crop_size = num_classes, crop_size
        self.propose, self.samples = propose, samples
        self.mask_from: Literal["region", "coarse", "refined"] = mask_from
        width = box_path.hidden + region_path.hidden
        self.classify = nn.Linear(width, num_classes)
        self.region_scores: nn.Linear | None = None  # one SVM a class but the background
        self.refinement: RegionRefinement | None = None
        self.register_load_state_dict_pre_hook(_grow_what_was_fitted)

    @property
    def body(self) -> nn.ModuleList:
        """The pretrained bodies of both paths, which learn at a rate of their own."""
        return nn.ModuleList([self.box_path.body, self.region_path.body])

    def features(
        self, image: Float[Tensor, "3 h w"], masks: Bool[Tensor, "k h w"]
    ) -> Float[Tensor, "k d"]:
        """Return the joined fc7 features of both paths."""
        masks = masks.to(image.device)
        boxes = expand_boxes(boxes_from_masks(masks).to(image))
        parts = [self.box_path.fc7.weight.new_zeros(0, self.classify.in_features)]
        for start in range(0, len(masks), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            crops = box_crops(image, boxes[part], self.crop_size, self.box_path.mean)
            alone = region_crops(crops, masks[part], boxes[part], self.box_path.mean)
            parts.append(torch.cat((self.box_path(crops), self.region_path(alone)), dim=1))
        return torch.cat(parts)

    def scores(self, features: Float[Tensor, "k d"]) -> Float[Tensor, "k c"]:
        """Return a score from 0 to 1 for every class but the background."""
        if self.region_scores is None:
            return self.classify(features).softmax(dim=1)[:, 1:]
        return self.region_scores(features).sigmoid()

    def forward(
        self,
        images: Sequence[Float[Tensor, "3 _ _"]],
        targets: Sequence[InstanceTarget] | None = None,
    ) -> dict[str, Tensor] | list[InstancePrediction]:
        """Return the loss of joint training if there are targets, else predictions."""
        images = [image.as_subclass(Tensor) for image in images]
        if targets is not None:
            return {"region_class": self._loss(images, targets)}
        return [self.predict(image) for image in images]

    def _loss(self, images: Sequence[Tensor], targets: Sequence[InstanceTarget]) -> Tensor:
        logits, labels = [], []
        for image, target in zip(images, targets, strict=True):
            drawn = sample_regions(self.propose(image), target, self.samples)
            logits.append(self.classify(self.features(image, drawn.masks)))
            labels.append(drawn.labels.to(image.device))
        return F.cross_entropy(torch.cat(logits), torch.cat(labels))

    def predict(self, image: Float[Tensor, "3 h w"]) -> InstancePrediction:
        """Return what is in one image, masks as `mask_from` says."""
        return self.with_masks(image, self.detect(image), self.mask_from)

    def detect(
        self,
        image: Float[Tensor, "3 h w"],
        nms_threshold: float = 0.0,
        most: int = 100,
        proposals: Bool[Tensor, "p h w"] | None = None,
    ) -> RegionDetections:
        """Propose, score, and keep the best of overlapping regions, class by class.

        Args:
            image: a picture in [0, 1].
            nms_threshold: regions of a class with more IoU than this exclude each other.
            most: regions of each class that enter the contest.
            proposals: the regions to judge; None = those that ``propose`` gives.
        """
        masks = (self.propose(image) if proposals is None else proposals).to(image.device)
        features = self.features(image, masks)
        scores = self.scores(features)
        regions, labels = [], []
        for c in range(scores.shape[1]):
            best = scores[:, c].argsort(descending=True, stable=True)[:most]
            kept = best[mask_nms(masks[best], scores[best, c], nms_threshold)]
            regions.append(kept)
            labels.append(torch.full_like(kept, c + 1))
        region, label = torch.cat(regions), torch.cat(labels)
        score = scores[region, label - 1]
        boxes = boxes_from_masks(masks[region]).to(image)
        return RegionDetections(masks[region], boxes, label, score, features[region])

    def with_masks(
        self,
        image: Float[Tensor, "3 h w"],
        found: RegionDetections,
        mask_from: Literal["region", "coarse", "refined"],
    ) -> InstancePrediction:
        """Give detections the masks of one of the three stages; boxes follow the masks."""
        masks = found.masks
        if mask_from != "region" and self.refinement is not None:
            coarse = self.refinement.coarse_masks(found.features, *found[:3])
            if mask_from == "coarse":
                masks = coarse > 0.5
            else:
                masks = self.refinement.join_superpixels(image, coarse, found.masks, found.labels)
        boxes = boxes_from_masks(masks).to(image)
        return instance_prediction(boxes, found.labels, found.scores, masks)


def sds_lite(
    num_classes: int,
    crop_size: int = 64,
    hidden: int = 256,
    propose: Proposer = region_proposals,
    samples: int = 64,
) -> SDS:
    """Build SDS on two small pretrained bodies, one for each path.

    Args:
        num_classes: with the background.
        crop_size: side of the crops, a multiple of 32 (the paper: 227).
        hidden: features of each path (the paper: 4096).
        propose: gives the regions of an image.
        samples: regions an image in training.

    Returns:
        The system; its fully connected layers are random.

    Source: Hariharan et al. 2014, with EfficientNet-Lite0 in place of AlexNet.

    Example:
        >>> sds_lite(2, crop_size=32, hidden=8).classify.in_features
        16
    """
    box_path, region_path = (
        CropPath(efficientnet_lite0_pretrained().backbone, crop_size, hidden).train()
        for _ in range(2)
    )
    return SDS(box_path, region_path, num_classes, crop_size, propose, samples)


def _grow_what_was_fitted(system: SDS, state: dict[str, Tensor], prefix: str, *_: object) -> None:
    """Make the parts that only fitting adds, so that a fitted system loads into a fresh one."""
    scores = state.get(f"{prefix}region_scores.weight")
    if scores is not None and system.region_scores is None:
        system.region_scores = nn.Linear(scores.shape[1], scores.shape[0]).to(scores)
    coarse = state.get(f"{prefix}refinement.coarse.0.weight")
    if coarse is not None and system.refinement is None:
        cells, inputs = coarse.shape
        grid = math.isqrt(cells)
        made = RegionRefinement(inputs - cells, system.num_classes, grid)
        system.refinement = made.to(coarse)
