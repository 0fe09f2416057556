"""Refinement without shrinking: the idea of rCNN in a form that trains on whole images at once.

Padded layers and an enlargement at the end give every pass the size of the image, so the image
needs no shrinking between passes and every pixel is trained in every pass. What is kept is what the
paper is about: the same weights each time, the scores fed back, a loss on every pass.

Source: after Pinheiro & Collobert 2014, section 3.2; layers and sizes are ours. Lecture 08.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.full_resolution.receptive_field import FieldSize

__all__ = ["SameSizeRefinement", "same_size_refinement"]


class SameSizeRefinement(nn.Module):
    """Apply f to [image; zeros], then to [image; scores], as often as asked.

    Glossary of shapes: n images of h x w pixels in [0, 1]; k classes.

    Args:
        f: 3 + k channels in, k out, and a quarter of the size; it gets multiples of 4 only.
        num_classes: k.
    """

    def __init__(self, f: nn.Module, num_classes: int) -> None:
        super().__init__()
        self.f = f
        self.num_classes = num_classes

    def field(self, passes: int) -> FieldSize:
        """Return where the cells of a pass lie for `refinement_loss`: one on every pixel."""
        return FieldSize(1, 1)

    def forward(
        self, images: Float[Tensor, "n 3 h w"], passes: int = 3
    ) -> list[Float[Tensor, "n k h w"]]:
        """Return the scores of every pass, the first one first."""
        if passes < 1:
            raise ValueError(f"refinement takes at least one pass, but passes is {passes}")
        n, _, h, w = images.shape
        padded = F.pad(images, (0, -w % 4, 0, -h % 4), mode="replicate")
        scores = images.new_zeros(n, self.num_classes, *padded.shape[-2:])
        every: list[Tensor] = []
        for _ in range(passes):
            cells = self.f(torch.cat((padded, scores), dim=1))
            scores = F.interpolate(cells, scale_factor=4, mode="bilinear")
            every.append(scores[..., :h, :w])
        return every


def same_size_refinement(num_classes: int, width: int = 32) -> SameSizeRefinement:
    """Build a light net of this kind: three 5x5 layers, two pools, one 1x1 layer.

    Group normalisation, because the statistics of a batch differ from pass to pass while the
    weights do not.

    Args:
        num_classes: channels of the scores.
        width: maps of the first layer, a multiple of 8; the others have twice as many.

    Returns:
        The network.

    Raises:
        ValueError: if ``width`` is not a multiple of 8.

    Source: after Pinheiro & Collobert 2014, section 3.2.

    Example:
        >>> [tuple(s.shape) for s in same_size_refinement(5, 8)(torch.zeros(1, 3, 9, 14), passes=2)]
        [(1, 5, 9, 14), (1, 5, 9, 14)]
    """
    if width < 8 or width % 8:
        raise ValueError(f"the width has to be a multiple of 8, but it is {width}")

    def layer(channels: int, out: int) -> list[nn.Module]:
        conv = nn.Conv2d(channels, out, 5, padding=2, bias=False)
        return [conv, nn.GroupNorm(8, out), nn.ReLU(inplace=True)]

    f = nn.Sequential(
        *layer(3 + num_classes, width),
        nn.MaxPool2d(2),
        *layer(width, 2 * width),
        nn.MaxPool2d(2),
        *layer(2 * width, 2 * width),
        nn.Conv2d(2 * width, num_classes, 1),
    )
    return SameSizeRefinement(f, num_classes)
