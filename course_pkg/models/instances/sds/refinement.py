"""SDS's refinement: a coarse mask that knows the class, joined with superpixels that know borders.

A proposal was cut out by colour alone and may lack a wheel. A hundred logistic regressions, one for
each cell of a 10 x 10 grid over the enlarged box, say from the region's features and its own shape
where a thing of this class should be. A last logistic regression decides superpixel by superpixel,
from the coarse mask's mean in it and from whether it was in the region.

Source: Hariharan et al. 2014, Simultaneous Detection and Segmentation, section 3.4. Lecture 09.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from course_pkg.models.instances.proposals.region_proposals import fine_superpixels
from course_pkg.models.instances.sds.region_crops import expand_boxes
from course_pkg.ops import crop_masks, paste_masks

__all__ = ["RegionRefinement", "coarse_inputs", "superpixel_inputs"]


def coarse_inputs(
    features: Float[Tensor, "k d"],
    masks: Bool[Tensor, "k h w"],
    boxes: Float[Tensor, "k 4"],
    grid: int,
) -> Float[Tensor, "k d+{grid}*{grid}"]:
    """Lay the features of a region and its own coarse shape side by side.

    Args:
        features: of the regions.
        masks: the regions.
        boxes: around them; the grid covers the enlarged boxes.
        grid: cells a side.

    Returns:
        One row a region.

    Example:
        >>> mask, box = torch.ones(1, 8, 8, dtype=torch.bool), torch.tensor([[0.0, 0.0, 8.0, 8.0]])
        >>> coarse_inputs(torch.zeros(1, 5), mask, box, grid=2).shape
        torch.Size([1, 9])
    """
    shape = crop_masks(masks, expand_boxes(boxes), grid).flatten(1)
    return torch.cat((features, shape.to(features)), dim=1)


def superpixel_inputs(
    coarse: Float[Tensor, "k h w"], masks: Bool[Tensor, "k h w"], segments: Int[Tensor, "h w"]
) -> Float[Tensor, "k s 2"]:
    """Say two things about each superpixel: the coarse mask's mean, and whether it was inside.

    Args:
        coarse: probabilities in the whole image.
        masks: the regions as proposed.
        segments: superpixel of each pixel, from 0 without gaps.

    Returns:
        For each region and superpixel the mean of ``coarse``, and 1 if more than half of the
        superpixel was in the region, else 0.

    Source: Hariharan et al. 2014, section 3.4.

    Example:
        >>> coarse = torch.tensor([[[0.2, 0.4, 0.9]]])
        >>> mask = torch.tensor([[[True, False, True]]])
        >>> superpixel_inputs(coarse, mask, torch.tensor([[0, 0, 1]]))
        tensor([[[0.3000, 0.0000],
                 [0.9000, 1.0000]]])
    """
    flat = segments.flatten()
    count = torch.bincount(flat).to(coarse)
    values = torch.stack((coarse, masks.to(coarse))).flatten(2)
    sums = coarse.new_zeros(2, len(coarse), len(count)).index_add_(2, flat, values)
    mean, share = sums / count
    return torch.stack((mean, (share > 0.5).to(mean)), dim=-1)


class RegionRefinement(nn.Module):
    """Both steps, with weights for each class; `sds_fitting.fit_refinement` finds them.

    Unfitted it changes nothing: the coarse mask is the region's own shape at 10 x 10.

    Glossary of shapes: k regions in an image of h x w pixels, d features each, g x g cells.

    Source: Hariharan et al. 2014, section 3.4.

    Args:
        num_features: d.
        num_classes: with the background.
        grid: g.
    """

    def __init__(self, num_features: int, num_classes: int, grid: int = 10) -> None:
        super().__init__()
        self.grid = grid
        cells = grid * grid
        self.coarse = nn.ModuleList(
            nn.Linear(num_features + cells, cells) for _ in range(1, num_classes)
        )
        self.superpixel = nn.Linear(2, 1)
        with torch.no_grad():
            for layer in self.coarse:
                assert isinstance(layer, nn.Linear)
                layer.weight.zero_()
                layer.weight[:, num_features:] = 10 * torch.eye(cells)
                layer.bias.fill_(-5)
            self.superpixel.weight.fill_(5)
            self.superpixel.bias.fill_(-5)
        self.requires_grad_(False)

    def forward(
        self, inputs: Float[Tensor, "k d"], labels: Int[Tensor, " k"]
    ) -> Float[Tensor, "k {self.grid} {self.grid}"]:
        """Return the probability of every cell, by the regressions of each region's own class."""
        scores = inputs.new_zeros(len(inputs), self.grid * self.grid)
        for number, layer in enumerate(self.coarse, start=1):
            mine = labels == number
            scores[mine] = layer(inputs[mine]).to(scores.dtype)  # autocast answers in halves
        return scores.sigmoid().unflatten(1, (self.grid, self.grid))

    def coarse_masks(
        self,
        features: Float[Tensor, "k d"],
        masks: Bool[Tensor, "k h w"],
        boxes: Float[Tensor, "k 4"],
        labels: Int[Tensor, " k"],
    ) -> Float[Tensor, "k h w"]:
        """Predict each region's grid and stretch it over its enlarged box in the image."""
        probs = self(coarse_inputs(features, masks, boxes, self.grid), labels)
        h, w = masks.shape[1:]
        return paste_masks(probs, expand_boxes(boxes), (h, w))

    def join_superpixels(
        self,
        image: Float[Tensor, "3 h w"],
        coarse: Float[Tensor, "k h w"],
        masks: Bool[Tensor, "k h w"],
        labels: Int[Tensor, " k"],
    ) -> Bool[Tensor, "k h w"]:
        """Decide for every superpixel whether all of it belongs to the thing.

        A region of which no superpixel is left keeps its coarse mask.
        """
        if not len(labels):
            return masks
        segments = fine_superpixels(image)
        yes = self.superpixel(superpixel_inputs(coarse, masks, segments))[..., 0] > 0
        joined = yes[:, segments]
        return torch.where(joined.flatten(1).any(1)[:, None, None], joined, coarse > 0.5)
