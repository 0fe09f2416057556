"""Regions of an image: superpixels, their vote on a labelling, and a classifier that reads one.

Source: Farabet et al. 2013, sections 4.1 and 4.3; Felzenszwalb & Huttenlocher 2004 for the
superpixels, which come from scikit-image. Lecture 08.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from course_pkg._extras import need

__all__ = [
    "SegmentClassifier",
    "distribution_loss",
    "segment_descriptor",
    "superpixel_vote",
    "superpixels",
]


def superpixels(
    image: Float[Tensor, "3 h w"], scale: float = 100.0, sigma: float = 0.8, min_size: int = 20
) -> Int[Tensor, "h w"]:
    """Cut an image into regions of similar colour, without looking at classes.

    Args:
        image: a picture in [0, 1].
        scale: the larger, the larger the regions.
        sigma: blur before cutting, in pixels.
        min_size: smallest region, in pixels.

    Returns:
        The number of each pixel's region, counted from 0 without gaps.

    Source: Felzenszwalb & Huttenlocher 2004; Farabet et al. 2013, section 4.1.

    Example:
        >>> image = torch.zeros(3, 8, 8)
        >>> image[:, :, 4:] = 1
        >>> superpixels(image, sigma=0.0, min_size=4)[0]
        tensor([0, 0, 0, 0, 1, 1, 1, 1])
    """
    pixels = image.detach().cpu().movedim(0, -1).double().numpy()
    felzenszwalb = need("train", "skimage.segmentation").felzenszwalb
    segments = felzenszwalb(pixels, scale=scale, sigma=sigma, min_size=min_size, channel_axis=-1)
    return torch.from_numpy(segments).long().to(image.device)


def superpixel_vote(
    probs: Float[Tensor, "k h w"], segments: Int[Tensor, "h w"]
) -> Int[Tensor, "h w"]:
    """Give all pixels of a region one label: the class with the largest mean probability in it.

    Args:
        probs: class probabilities of every pixel.
        segments: region numbers, at least 0.

    Returns:
        Class numbers.

    Raises:
        ValueError: if the sizes differ, or a region number is negative.

    Source: Farabet et al. 2013, section 4.1.

    Example:
        >>> probs = torch.tensor([[[0.9, 0.4, 0.4]], [[0.1, 0.6, 0.6]]])
        >>> superpixel_vote(probs, torch.tensor([[0, 0, 1]]))
        tensor([[0, 0, 1]])
    """
    if probs.shape[-2:] != segments.shape:
        raise ValueError(
            f"probabilities of {tuple(probs.shape[-2:])} pixels do not fit regions of "
            f"{tuple(segments.shape)}: resize one to the other"
        )
    if segments.numel() and segments.min() < 0:
        raise ValueError(
            f"region numbers count from 0, but {int(segments.min())} is among them: give pixels "
            "without a region a region of their own"
        )
    k = probs.shape[0]
    sums = probs.new_zeros(int(segments.max()) + 1, k)
    sums.index_add_(0, segments.flatten(), probs.flatten(1).T)
    return sums.argmax(dim=1)[segments]


def segment_descriptor(
    features: Float[Tensor, "c h w"], mask: Bool[Tensor, "h w"], grid: int = 3
) -> Float[Tensor, " {grid}*{grid}*c"]:
    """Describe a region of any shape by a fixed number of features that still know its shape.

    Features outside the region become zero; the box around it is cut into a grid, and every field
    keeps its maximum.

    Args:
        features: maps of the image.
        mask: True inside the region, at the resolution of the maps.
        grid: fields per side.

    Returns:
        One number per map and field, the fields of the first map first.

    Raises:
        ValueError: if the region is empty.

    Source: Farabet et al. 2013, section 4.3 (3 x 3 grid).

    Example:
        >>> features = torch.arange(4.0).reshape(1, 2, 2)
        >>> segment_descriptor(features, torch.tensor([[False, True], [True, False]]), grid=2)
        tensor([0., 1., 2., 0.])
    """
    if not mask.any():
        raise ValueError("cannot describe an empty region: the mask has no True pixel")
    rows, cols = (mask.any(dim=axis).nonzero().flatten() for axis in (1, 0))
    box = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1))
    inside = features[:, box[0], box[1]] * mask[box]
    return F.adaptive_max_pool2d(inside, grid).flatten()


class SegmentClassifier(nn.Module):
    """Predict how the classes are mixed in a region, from its descriptor.

    Glossary of shapes: m regions, d numbers each (grid^2 times the maps), k classes.

    Source: Farabet et al. 2013, section 4.3; the hidden size is ours.

    Args:
        descriptor_size: d.
        num_classes: k.
        hidden: width of the middle layer.
    """

    def __init__(self, descriptor_size: int, num_classes: int, hidden: int = 128) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(descriptor_size, hidden), nn.Tanh(), nn.Linear(hidden, num_classes)
        )

    def forward(self, descriptors: Float[Tensor, "m d"]) -> Float[Tensor, "m k"]:
        """Return the log of each class's share; a row's shares sum to one."""
        return self.layers(descriptors).log_softmax(dim=1)


def distribution_loss(
    log_shares: Float[Tensor, "m k"], shares: Float[Tensor, "m k"]
) -> Float[Tensor, ""]:
    """Measure how far predicted class shares are from the true ones: Kullback-Leibler divergence.

    Args:
        log_shares: predicted, from `SegmentClassifier`.
        shares: true share of each class among the region's pixels; rows sum to one.

    Returns:
        Mean over the regions, in nats.

    Raises:
        ValueError: if the two have different sizes.

    Source: Farabet et al. 2013, section 4.3.

    Example:
        >>> round(distribution_loss(torch.tensor([[0.5, 0.5]]).log(), torch.eye(2)[:1]).item(), 4)
        0.6931
    """
    if log_shares.shape != shares.shape:
        raise ValueError(
            f"one row of true shares belongs to each predicted one, but {tuple(log_shares.shape)} "
            f"predicted and {tuple(shares.shape)} true shares came"
        )
    return F.kl_div(log_shares, shares, reduction="batchmean")
