"""Does an attention map look at the right place? A number instead of an impression.

A map is one weight a cell; the truth is the region that the word means, as the share of every cell
that it covers. Two questions are asked. Does the heaviest cell touch the region (the pointing
game)?
And how much of the weight lies inside, if each cell's weight is spread evenly over its pixels?
A map that is uniform answers both with what blind luck gives, so it is reported beside.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from course_pkg.metrics.processes import sum_over_processes
from course_pkg.ops._shapes import check_axes

__all__ = ["PointingAccuracy", "attention_inside", "cell_coverage", "pointing_hits"]


def cell_coverage(
    regions: Bool[Tensor, "k h w"], grid: tuple[int, int]
) -> Float[Tensor, "k cells"]:
    """Measure how much of every cell each region covers.

    Args:
        regions: True at the pixels that are meant.
        grid: rows and columns of cells; they divide the height and the width.

    Returns:
        Shares from 0 to 1, cells row by row.

    Raises:
        ValueError: if the picture cannot be cut into that many equal cells.

    Example:
        >>> region = torch.zeros(1, 4, 4, dtype=torch.bool)
        >>> region[0, :3, :2] = True
        >>> cell_coverage(region, (2, 2))
        tensor([[1.0000, 0.0000, 0.5000, 0.0000]])
    """
    k, h, w = regions.shape
    rows, columns = grid
    if min(grid) < 1 or h % rows or w % columns:
        raise ValueError(
            f"cell_coverage: a picture of {h} x {w} cannot be cut into {rows} x {columns} equal "
            "cells; choose a grid whose sides divide it"
        )
    cells = F.avg_pool2d(regions[:, None].float(), (h // rows, w // columns))
    return cells.reshape(k, rows * columns)


def pointing_hits(
    weights: Float[Tensor, "k cells"], coverage: Float[Tensor, "k cells"]
) -> Float[Tensor, " k"]:
    """Say for every map whether its heaviest cell touches the region.

    Where several cells are equally heavy the hit is the share of them that touch it: so a uniform
    map scores what a blind choice of a cell would score on average.

    Args:
        weights: one map a row.
        coverage: share of every cell that the region covers.

    Returns:
        From 0 to 1; NaN where the region is empty, for then there is no right place.

    Source: Zhang et al. 2016, Top-down neural attention by excitation backprop, section 4.2, with
    cells in place of their circle of 15 pixels.

    Example:
        >>> coverage = torch.tensor([[0.2, 0.0, 0.0, 1.0]] * 2)
        >>> pointing_hits(torch.tensor([[0.1, 0.6, 0.2, 0.1], [0.25] * 4]), coverage)
        tensor([0.0000, 0.5000])
    """
    check_axes("pointing_hits", weights=(weights, "k cells"), coverage=(coverage, "k cells"))
    heaviest = weights == weights.amax(-1, keepdim=True)
    hits = (heaviest & (coverage > 0)).sum(-1) / heaviest.sum(-1)
    return hits.masked_fill(coverage.sum(-1) == 0, math.nan)


def attention_inside(
    weights: Float[Tensor, "k cells"], coverage: Float[Tensor, "k cells"]
) -> Float[Tensor, " k"]:
    """Measure how much of every map lies inside its region.

    It is the probability to hit the region when a cell is drawn by the weights and then a pixel of
    that cell blindly. A small thing covers little of any cell, so even a perfect map stays below
    1; compare with a uniform map, which scores the region's share of the picture.

    Args:
        weights: one map a row, each adding up to 1.
        coverage: share of every cell that the region covers.

    Returns:
        From 0 to 1; NaN where the region is empty.

    Example:
        >>> attention_inside(torch.tensor([[0.5, 0.5]]), torch.tensor([[0.8, 0.0]]))
        tensor([0.4000])
    """
    check_axes("attention_inside", weights=(weights, "k cells"), coverage=(coverage, "k cells"))
    inside = (weights * coverage).sum(-1)
    return inside.masked_fill(coverage.sum(-1) == 0, math.nan)


class PointingAccuracy:
    """Both measures over all words of a data set that mean some place, and a uniform map's beside.

    Example:
        >>> pointing = PointingAccuracy()
        >>> pointing.update(torch.tensor([[0.0, 1.0]]), torch.tensor([[0.0, 0.5]]))
        >>> pointing.compute()["pointing_accuracy"], pointing.compute()["uniform_pointing"]
        (1.0, 0.5)
    """

    def __init__(self) -> None:
        # Sums of hits and of weight inside, ours and uniform, and the number of words.
        self.totals = torch.zeros(5, dtype=torch.float64)

    def update(self, preds: Float[Tensor, "k cells"], target: Float[Tensor, "k cells"]) -> None:
        """Take in maps and the coverage of their regions; empty regions are left out."""
        meant = target.sum(-1) > 0
        maps, coverage = preds[meant].double(), target[meant].double()
        uniform = torch.full_like(maps, 1.0 / max(maps.shape[-1], 1))
        sums = [
            measure(x, coverage).sum()
            for x in (maps, uniform)
            for measure in (pointing_hits, attention_inside)
        ]
        batch = torch.stack([*sums, meant.sum().double()])
        self.totals = self.totals.to(batch.device) + batch

    def compute(self) -> dict[str, float]:
        """Return the means from 0 to 1 and the number of words; NaN before any word was seen."""
        hits, inside, uniform_hits, uniform_inside = (self.totals[:4] / self.totals[4]).tolist()
        return {
            "pointing_accuracy": hits,
            "attention_inside": inside,
            "uniform_pointing": uniform_hits,
            "uniform_inside": uniform_inside,
        }

    def reset(self) -> None:
        """Forget all words."""
        self.totals = torch.zeros_like(self.totals)

    def reduce_from_all_processes(self) -> None:
        """Add up the words of all processes, in place; every process has to call it."""
        self.totals = sum_over_processes(self.totals)
