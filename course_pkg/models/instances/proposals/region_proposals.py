"""Region proposals: a few hundred guesses at where a thing may be, made without knowing any thing.

An image is cut into superpixels; neighbours are merged step by step, once by colour and once by the
weakest contour; and every region that exists on the way is a proposal. Nothing is learnt and no
ground truth is looked at, so a thing that no tree holds in one piece cannot be found later:
`course_pkg.metrics.ProposalRecall` measures how many can.

Source: Uijlings et al. 2013, Selective search for object recognition (hierarchical grouping);
Arbelaez et al. 2014, MCG (contour hierarchies, several scales). Lecture 09.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from course_pkg._extras import need
from course_pkg.models.instances.proposals.contour_tree import (
    colour_gradient,
    contour_tree,
    draw_nodes,
    node_contrast,
    node_leaves,
)
from course_pkg.models.multiscale.purity_cover import merge_tree
from course_pkg.models.multiscale.superpixels import superpixels

__all__ = ["Proposer", "fine_superpixels", "gradient_basins", "region_proposals"]

#: Maps a picture to regions: what SDS and hypercolumns are given to choose from.
Proposer = Callable[[Float[Tensor, "3 h w"]], Bool[Tensor, "k h w"]]


def fine_superpixels(image: Float[Tensor, "3 h w"]) -> Int[Tensor, "h w"]:
    """Cut an image into small superpixels: what proposals are made of, and refinement chooses from.

    Args:
        image: a picture in [0, 1].

    Returns:
        The number of each pixel's superpixel, counted from 0 without gaps. In pictures of more than
        60,000 pixels the smallest ones grow with the picture, so that their number stays bounded.

    Example:
        >>> image = torch.zeros(3, 24, 24)
        >>> image[:, :, 12:] = 1
        >>> bool(fine_superpixels(image)[0, 0] == fine_superpixels(image)[0, 23])
        False
    """
    return superpixels(image, scale=20.0, min_size=max(10, image.shape[1] * image.shape[2] // 6000))


def gradient_basins(image: Float[Tensor, "3 h w"], sigma: float = 2.0) -> Int[Tensor, "h w"]:
    """Cut an image along the ridges of its gradient: superpixels with one calm middle each.

    Args:
        image: a picture in [0, 1].
        sigma: blur before and after taking the gradient, in pixels; the larger, the fewer basins.

    Returns:
        The number of each pixel's basin, counted from 0 without gaps.

    Source: Arbelaez et al. 2014, section 3 (oriented watershed), without orientations.

    Example:
        >>> image = torch.zeros(3, 24, 24)
        >>> image[:, :, 12:] = 1
        >>> gradient_basins(image)[0, [0, 11, 12, 23]].unique().tolist()
        [0, 1]
    """
    soft = _blurred(image, sigma)
    ridges = need("train", "skimage.filters").gaussian(colour_gradient(soft).numpy(), sigma)
    # Numbered anew, for plateaus may leave a marker without a pixel.
    _, basins = torch.from_numpy(need("train", "skimage.segmentation").watershed(ridges)).unique(
        return_inverse=True
    )
    return basins.to(image.device)


def region_proposals(
    image: Float[Tensor, "3 h w"],
    most: int = 300,
    min_area: int = 20,
    max_share: float = 0.5,
) -> Bool[Tensor, "k h w"]:
    """Propose regions of all sizes, best outlined first.

    Three trees: fine superpixels merged by colour, the same merged by contours, and the basins of
    a blurred gradient merged by contours. The basins know nothing of textures, the superpixels
    follow fine borders.

    Args:
        image: a picture in [0, 1].
        most: number of proposals at most.
        min_area: smallest proposal, in pixels, at least 6.
        max_share: largest proposal, as a share of the image.

    Returns:
        One map a proposal; as few as none for a blank image.

    Raises:
        ValueError: if ``most`` is below 1 or ``min_area`` below 6.

    Source: Uijlings et al. 2013, section 3; Arbelaez et al. 2014, section 4.

    Example:
        >>> image = torch.full((3, 32, 32), 0.1)
        >>> image[:, 8:20, 8:20] = 0.9
        >>> proposals = region_proposals(image)
        >>> int(proposals[0].sum()) in range(120, 170)
        True
    """
    if most < 1 or min_area < 6:
        raise ValueError(
            f"region_proposals: most must be 1 or more and min_area 6 or more, got {most} and "
            f"{min_area}"
        )
    image = image.detach().as_subclass(Tensor).cpu()
    pixels = image.shape[1] * image.shape[2]
    gradient = colour_gradient(_blurred(image, 1.0))
    fine = fine_superpixels(image)
    basins = gradient_basins(image, sigma=2.0 * max(1.0, pixels / 65536) ** 0.25)
    trees = (
        (fine, merge_tree(fine, image)),
        (fine, contour_tree(fine, gradient)),
        (basins, contour_tree(basins, gradient)),
    )
    found: list[tuple[float, int, list[int]]] = []
    seen: set[tuple[int, frozenset[int]]] = set()
    for number, (segments, parents) in enumerate(trees):
        areas = torch.bincount(segments.flatten()).tolist()
        contrasts = node_contrast(segments, gradient, parents)
        for contrast, leaves in zip(contrasts, node_leaves(parents, len(areas)), strict=True):
            area = sum(areas[leaf] for leaf in leaves)
            name = (int(segments is basins), frozenset(leaves))
            if min_area <= area <= max_share * pixels and name not in seen:
                seen.add(name)
                # A speck has a strong outline more easily than a thing has.
                rank = contrast * math.log(area / 5) if contrast > 0 else contrast
                found.append((-rank, number, leaves))
    found = sorted(found)[:most]
    drawn = [draw_nodes(trees[number][0], [leaves]) for _, number, leaves in found]
    return torch.cat(drawn) if drawn else torch.zeros(0, *image.shape[1:], dtype=torch.bool)


def _blurred(image: Tensor, sigma: float) -> Tensor:
    soft = need("train", "skimage.filters").gaussian(
        image.detach().cpu().double().numpy(), sigma, channel_axis=0
    )
    return torch.from_numpy(soft).float()
