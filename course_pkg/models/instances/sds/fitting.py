"""What SDS learns after its networks: SVMs that score regions, and the refinement of masks.

Both read features that stay as they are from here on, so each image is looked at once.

Source: Hariharan et al. 2014, sections 3.3 and 3.4. Lecture 09.
"""

from collections.abc import Iterable

import torch
from jaxtyping import Bool, Float, Int
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

__all__ = [
    "best_of_each",
    "fit_refinement",
    "fit_region_scores",
    "superpixels_to_learn_from",
]

Samples = Iterable[tuple[Float[Tensor, "3 _ _"], InstanceTarget]]
_NORM = 20.0  # mean length of a feature vector, as in R-CNN: C depends on it


@torch.no_grad()
def fit_region_scores(
    system: SDS, samples: Samples, regions: int = 200, C: float = 0.1, latent: bool = False
) -> None:
    """Train one linear SVM a class on the joined features, in place.

    Negatives are regions with an IoU below 0.2 with all true masks of the class, and those of other
    classes' things; positives, see ``latent``; the rest is left out. All negatives of an image are
    looked at at once, so that none has to be searched for.

    Args:
        system: with trained networks.
        samples: images and what is in them.
        regions: how many of each image, with the true masks.
        C: weight of the samples against short weights. The paper's is 0.001, for about a hundred
            times as many samples; it multiplies their sum.
        latent: False: every region with an IoU of 0.5 or more is a positive, which makes the most
            of few images. True, as the released code does: first the true masks are; then, once,
            for each true mask the proposal that scores best among those it overlaps by half.

    Source: Hariharan et al. 2014, section 3.3: C = 0.001, positives weigh double; ``latent`` as in
        the released ``train_svms.m`` (read).
    """
    device = next(system.parameters()).device
    features, drawn = [], []
    for image, target in samples:
        picture = image.as_subclass(Tensor).to(device)
        found = sample_regions(system.propose(image), target, regions, foreground=0.5)
        features.append(system.features(picture, found.masks).cpu())
        drawn.append(found)
    x = torch.cat(features)
    labels, ious = (torch.cat([getattr(d, name) for d in drawn]) for name in ("labels", "ious"))
    # A number of its own for every true mask of all images.
    starts = torch.tensor([0, *(len(d.masks) for d in drawn)]).cumsum(0)[:-1]
    truth = torch.cat([d.truth + start for d, start in zip(drawn, starts.tolist(), strict=True)])
    scale = _NORM / x.norm(dim=1).mean().clamp(min=1e-6)
    answers = labels[:, None] == torch.arange(1, system.num_classes)
    # Beside another class's things a region is a negative as well.
    negatives = ~answers & ((ious < 0.2)[:, None] | (labels > 0)[:, None])
    positives = answers & (ious == 1)[:, None] if latent else answers
    layer = _fit_svms(x * scale, positives, negatives, C)
    if latent:
        chosen = best_of_each(layer(x * scale), answers & (ious < 1)[:, None], truth)
        layer = _fit_svms(x * scale, chosen, negatives, C)
    layer.weight *= scale
    system.region_scores = layer.to(device)


def _fit_svms(x: Tensor, positives: Tensor, negatives: Tensor, C: float) -> nn.Linear:
    return fit_linear(x, positives, "squared_hinge", C, 2.0, positives | negatives)


def best_of_each(
    scores: Float[Tensor, "n c"], candidates: Bool[Tensor, "n c"], truth: Int[Tensor, " n"]
) -> Bool[Tensor, "n c"]:
    """For each true mask, choose the best scoring of the regions that could stand for it.

    Args:
        scores: of each region for each class.
        candidates: which regions are of a class at all.
        truth: number of the true mask that each region overlaps most.

    Returns:
        At most one region of each true mask.

    Source: the released ``train_svms.m`` of Hariharan et al. 2014 (latent update).

    Example:
        >>> scores = torch.tensor([[0.1], [0.7], [0.2]])
        >>> best_of_each(scores, torch.ones(3, 1, dtype=torch.bool), torch.tensor([0, 0, 1]))
        tensor([[False],
                [ True],
                [ True]])
    """
    chosen = torch.zeros_like(candidates)
    for number in truth.unique().tolist():
        mine = (truth == number)[:, None] & candidates
        for c in mine.any(dim=0).nonzero()[:, 0].tolist():
            chosen[scores[:, c].masked_fill(~mine[:, c], -torch.inf).argmax(), c] = True
    return chosen


@torch.no_grad()
def fit_refinement(
    system: SDS,
    samples: Samples,
    grid: int = 10,
    C: float = 1e-2,
    smallest: int = 0,
    least: float = 0.0,
) -> None:
    """Fit the coarse masks on regions that nearly fit, then the superpixel decision, in place.

    Args:
        system: with trained networks.
        samples: images and what is in them.
        grid: cells a side of the coarse mask.
        C: weight of the samples against short weights.
        smallest: superpixels of this many pixels or fewer teach nothing; the released code has 100,
            for photographs of a sixth of a megapixel.
        least: nor do those where the coarse mask is not above this and the region was not; the
            released code has 0.2. With few pictures too few would be left that say no.

    Source: Hariharan et al. 2014, section 3.4: regions with an IoU of 0.7 or more; the choice of
        superpixels is the released ``train_refiner.m``'s (read).
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
        layer = _fit_superpixels(refinement, pictures, smallest, least)
        refinement.superpixel = refinement.superpixel if layer is None else layer
    system.refinement = refinement.to(device)


def _fit_superpixels(
    refinement: RegionRefinement,
    pictures: list[tuple[Tensor, ...]],
    smallest: int,
    least: float,
) -> nn.Linear | None:
    inputs, answers = [], []
    for picture, features, masks, boxes, labels, true in pictures:
        coarse = refinement.coarse_masks(features, masks, boxes, labels)
        segments = fine_superpixels(picture)
        told = superpixel_inputs(coarse, masks, segments)
        inside: Bool[Tensor, "k s"] = superpixel_inputs(true.float(), true, segments)[..., 1] > 0.5
        areas = torch.bincount(segments.flatten())
        taken = superpixels_to_learn_from(told, areas, smallest, least)
        inputs.append(told[taken])
        answers.append(inside[taken])
    x, y = torch.cat(inputs), torch.cat(answers)
    return fit_linear(x, y[:, None]) if len(x) else None


def superpixels_to_learn_from(
    told: Float[Tensor, "k s 2"],
    areas: Int[Tensor, " s"],
    smallest: int = 0,
    least: float = 0.0,
) -> Bool[Tensor, "k s"]:
    """Leave out superpixels that are far from a region, which are many and all alike, and specks.

    Args:
        told: mean of the coarse mask, and whether it was in the region, as `superpixel_inputs` has
            them.
        areas: of the superpixels, in pixels.
        smallest: larger ones are taken.
        least: taken is where the coarse mask is above this, or the region was.

    Returns:
        For each region which superpixels are taken.

    Source: the released ``train_refiner.m`` of Hariharan et al. 2014, with 100 and 0.2.

    Example:
        >>> told = torch.tensor([[[0.1, 0.0], [0.3, 0.0], [0.0, 1.0]]])
        >>> superpixels_to_learn_from(told, torch.tensor([50, 50, 5]), 10, 0.2)
        tensor([[False,  True, False]])
    """
    return ((told[..., 0] > least) | (told[..., 1] > 0)) & (areas > smallest)
