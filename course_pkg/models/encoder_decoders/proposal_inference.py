"""How DeconvNet labels an image: proposal by proposal, the largest score of each pixel kept.

The network reads crops of one size. A box that holds one thing makes a small thing large and a
large thing small, so every thing is seen at about the same size; what the crops say of a pixel is
then joined by a maximum. FCN sees the whole image and errs otherwise: the product of both is better
than either.

Source: Noh et al. 2015, released code, inference/generate_EDeconvNet_CRF_results.m and run_demo.m.
Lecture 07.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["deconvnet_inference", "ensemble_scores"]

_AT_ONCE = 8  # crops; fifty of 224 x 224 at once fill a small GPU


def deconvnet_inference(
    model: nn.Module,
    image: Float[Tensor, "3 h w"],
    boxes: Float[Tensor, "k 4"],
    size: int = 224,
    min_side: float = 112.0,
    most: int = 50,
) -> Float[Tensor, "classes h w"]:
    """Score every pixel by the crop that is surest of it.

    Scores start at 0, so a pixel that no box covers, or of which every crop says less than 0, has 0
    for all classes; the argmax then takes the first, the background.

    Args:
        model: crops (n, 3, size, size) to scores (n, classes, size, size), in `eval` mode.
        image: a picture in [0, 1].
        boxes: (x0, y0, x1, y1) in pixels, the best first; what lies outside the image is black.
        size: side of the crops, in pixels.
        min_side: boxes with a side below this, in pixels, are left out.
        most: boxes that are read at most.

    Returns:
        Scores of the image's size.

    Raises:
        ValueError: if no box is left, or a box is empty.

    Source: Noh et al. 2015, released inference code: boxes of EdgeBox with a margin, at least 112
        pixels a side, the first 50.

    Example:
        >>> image = torch.full((3, 4, 6), 0.5)
        >>> boxes = torch.tensor([[0.0, 0.0, 2.0, 4.0], [1.0, 0.0, 3.0, 4.0]])
        >>> deconvnet_inference(nn.Identity(), image, boxes, size=4, min_side=2.0)[0, 0]
        tensor([0.5000, 0.5000, 0.5000, 0.0000, 0.0000, 0.0000])
    """
    sides = boxes[:, 2:] - boxes[:, :2]
    if len(boxes) and not bool((sides > 0).all()):
        raise ValueError("deconvnet_inference: every box needs x0 < x1 and y0 < y1")
    chosen = boxes[(sides >= min_side).all(dim=1)][:most].tolist()
    if not chosen:
        raise ValueError(
            f"deconvnet_inference: none of {len(boxes)} boxes has both sides of at least "
            f"{min_side:g} pixels: propose larger ones, add the whole image, or lower min_side"
        )
    whole = [(*map(math.floor, box[:2]), *map(math.ceil, box[2:])) for box in chosen]
    h, w = image.shape[-2:]
    margin = max(0, *(max(-x0, -y0, x1 - w, y1 - h) for x0, y0, x1, y1 in whole))
    black = F.pad(image, (margin,) * 4)
    places = [
        (slice(y0 + margin, y1 + margin), slice(x0 + margin, x1 + margin))
        for x0, y0, x1, y1 in whole
    ]
    crops = torch.stack([_resized(black[:, y, x], (size, size)) for y, x in places])
    scores = torch.cat([model(part) for part in crops.split(_AT_ONCE)])
    best = scores.new_zeros(scores.shape[1], *black.shape[-2:])
    for (y, x), score in zip(places, scores, strict=True):
        place = best[:, y, x]
        torch.maximum(place, _resized(score, place.shape[-2:]), out=place)
    return best[:, margin : margin + h, margin : margin + w]


def ensemble_scores(
    deconvnet_scores: Float[Tensor, "*n k h w"], fcn_scores: Float[Tensor, "..."]
) -> Float[Tensor, "*n k h w"]:
    """Join DeconvNet's scores with an FCN's: their product, where negative FCN scores count 0.

    Args:
        deconvnet_scores: from `deconvnet_inference`.
        fcn_scores: logits of an FCN for the same image.

    Returns:
        Scores; their argmax labels the image.

    Raises:
        ValueError: if the two are not of one size.

    Source: Noh et al. 2015, released inference code (EDeconvNet, before its CRF).

    Example:
        >>> ensemble_scores(torch.tensor([[[2.0]], [[3.0]]]), torch.tensor([[[4.0]], [[-1.0]]]))
        tensor([[[8.]],
        <BLANKLINE>
                [[0.]]])
    """
    if deconvnet_scores.shape != fcn_scores.shape:
        raise ValueError(
            "ensemble_scores: both scores must be of one size, got "
            f"{tuple(deconvnet_scores.shape)} and {tuple(fcn_scores.shape)}"
        )
    return deconvnet_scores * fcn_scores.clamp(min=0)


def _resized(planes: Tensor, size: Sequence[int]) -> Tensor:
    # Shrinking looks at all pixels that fall together, as the released code's imresize does.
    return F.interpolate(planes[None], tuple(size), mode="bilinear", antialias=True)[0]
