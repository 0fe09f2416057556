"""What SDS learns after its networks: SVMs that score regions, and the refinement of masks.

Both read features that stay as they are from here on, so each image is looked at once.

Source: Hariharan et al. 2014, sections 4.3 and 4.4. Lecture 09.
"""

from collections.abc import Iterable

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from course_pkg.data import InstanceTarget, boxes_from_masks
from course_pkg.models.instances.proposals.region_proposals import fine_superpixels
from course_pkg.models.instances.sds.linear_fits import fit_linear
from course_pkg.models.instances.sds.network import SDS
from course_pkg.models.instances.sds.refinement import (
    RegionRefinement,
    coarse_inputs,
    superpixel_inputs,
)
from course_pkg.models.instances.sds.region_crops import expand_boxes
from course_pkg.models.instances.sds.region_samples import sample_regions
from course_pkg.ops import crop_masks

__all__ = ["fit_refinement", "fit_region_scores"]

Samples = Iterable[tuple[Float[Tensor, "3 _ _"], InstanceTarget]]
_NORM = 20.0  # mean length of a feature vector, as in R-CNN: C depends on it


@torch.no_grad()
def fit_region_scores(system: SDS, samples: Samples, regions: int = 200, C: float = 0.1) -> None:
    """Train one linear SVM a class on the joined features, in place.

    Positives are regions with an IoU of 0.5 or more with a true mask of the class, negatives those
    below 0.2 with all of them; the rest is left out. (The paper picks one region per true mask and
    picks anew as training goes on; with single images of few proposals all of them are taken.)

    Args:
        system: with trained networks.
        samples: images and what is in them.
        regions: how many of each image, with the true masks.
        C: weight of the samples against short weights. The paper's is 0.001, for about a hundred
            times as many samples; it multiplies their sum.

    Source: Hariharan et al. 2014, section 4.3: C = 0.001, positives weigh double.
    """
    device = next(system.parameters()).device
    features, labels, ious = [], [], []
    for image, target in samples:
        picture = image.as_subclass(Tensor).to(device)
        drawn = sample_regions(system.propose(image), target, regions, foreground=0.5)
        features.append(system.features(picture, drawn.masks).cpu())
        labels.append(drawn.labels)
        ious.append(drawn.ious)
    x, y, iou = torch.cat(features), torch.cat(labels), torch.cat(ious)
    scale = _NORM / x.norm(dim=1).mean().clamp(min=1e-6)
    answers = y[:, None] == torch.arange(1, system.num_classes)
    # Beside another class's things a region is a negative as well.
    counted = answers | (iou < 0.2)[:, None] | (y > 0)[:, None]
    layer = fit_linear(x * scale, answers, "squared_hinge", C, 2.0, counted)
    layer.weight *= scale
    system.region_scores = layer.to(device)


@torch.no_grad()
def fit_refinement(system: SDS, samples: Samples, grid: int = 10, C: float = 1e-2) -> None:
    """Fit the coarse masks on regions that nearly fit, then the superpixel decision, in place.

    Args:
        system: with trained networks.
        samples: images and what is in them.
        grid: cells a side of the coarse mask.
        C: weight of the samples against short weights.

    Source: Hariharan et al. 2014, section 4.4: regions with an IoU of 0.7 or more.
    """
    device = next(system.parameters()).device
    rows, cells, labels, pictures = [], [], [], []
    for image, target in samples:
        picture = image.as_subclass(Tensor)
        drawn = sample_regions(system.propose(picture), target, 64, 1.0, iou_threshold=0.7)
        # A true mask as the input would teach to copy it.
        good = (drawn.labels > 0) & (drawn.ious < 1)
        if not good.any():
            continue
        masks, truth = drawn.masks[good], drawn.truth[good]
        boxes = boxes_from_masks(masks)
        features = system.features(picture.to(device), masks).cpu()
        true = target["masks"].as_subclass(Tensor).bool()[truth]
        rows.append(coarse_inputs(features, masks, boxes, grid))
        cells.append(crop_masks(true, expand_boxes(boxes), grid).flatten(1) > 0.5)
        labels.append(drawn.labels[good])
        pictures.append((picture, features, masks, boxes, drawn.labels[good], true))
    refinement = RegionRefinement(system.classify.in_features, system.num_classes, grid)
    if rows:
        x, y, label = torch.cat(rows), torch.cat(cells), torch.cat(labels)
        for number in label.unique().tolist():
            mine = label == number
            refinement.coarse[number - 1] = fit_linear(x[mine], y[mine], C=C, max_iter=50)
        refinement.superpixel = _fit_superpixels(refinement, pictures)
    system.refinement = refinement.to(device)


def _fit_superpixels(refinement: RegionRefinement, pictures: list[tuple[Tensor, ...]]) -> nn.Linear:
    inputs, answers = [], []
    for picture, features, masks, boxes, labels, true in pictures:
        coarse = refinement.coarse_masks(features, masks, boxes, labels)
        segments = fine_superpixels(picture)
        told = superpixel_inputs(coarse, masks, segments)
        inside: Bool[Tensor, "k s"] = superpixel_inputs(true.float(), true, segments)[..., 1] > 0.5
        # Superpixels far from the box are all the same, and many: leave them out.
        near = (told > 0).any(dim=-1) | inside
        inputs.append(told[near])
        answers.append(inside[near])
    return fit_linear(torch.cat(inputs), torch.cat(answers)[:, None])
