"""Refinement: one network that reads the image together with its own previous answer.

The input is the three colour planes and, behind them, one score plane per class: zeros at first,
then what the same network said the time before. No weight is added from pass to pass, yet each one
sees further, and sees its own mistakes. The loss counts every pass.

Source: Pinheiro & Collobert 2014, Recurrent convolutional neural networks for scene labeling,
sections 3 and 4. Layer sizes are as remembered, unverified; that the patch sizes 133; 25, 121; 23,
67, 155 follow from them speaks for them. Lecture 08.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_pkg.models.full_resolution.receptive_field import (
    FieldSize,
    receptive_field,
    windows_of,
)
from course_pkg.models.patches.shift_and_stitch import shift_and_stitch

__all__ = [
    "RecurrentCNN",
    "full_resolution_scores",
    "plain_cnn1",
    "rcnn2",
    "rcnn3",
    "refinement_loss",
]


def plain_cnn1(num_classes: int, width: int = 25) -> nn.Sequential:
    """Build the plain network of the comparison: one pass, patches of 133 pixels.

    Args:
        num_classes: channels of the scores.
        width: maps of the first layer; 25 for Stanford Background, 50 for SIFT Flow.

    Returns:
        A network without padding: one score vector per 133 x 133 window, 16 pixels apart.

    Source: Pinheiro & Collobert 2014, section 4 (as remembered, unverified).

    Example:
        >>> plain_cnn1(8)(torch.zeros(1, 3, 133, 149)).shape
        torch.Size([1, 8, 1, 2])
    """
    return nn.Sequential(
        nn.Conv2d(3, width, 6),
        nn.MaxPool2d(8),
        nn.Tanh(),
        nn.Conv2d(width, 50, 3),
        nn.MaxPool2d(2),
        nn.Tanh(),
        nn.Conv2d(50, num_classes, 7),
    )


class RecurrentCNN(nn.Module):
    """Apply f to [image; zeros], then again to [smaller image; scores], without padding.

    Nothing is padded, so scores exist only where a whole patch fits, and every pass leaves a
    smaller map. The image follows: for the next pass it is averaged down so that each of its pixels
    lies under the score cell that looks at the same place.

    Glossary of shapes: n images of h x w pixels in [0, 1]; k classes; pass p gives hp x wp cells.

    Source: Pinheiro & Collobert 2014, section 3.2, figure 2.

    Args:
        f: a chain of layers without padding, 3 + k channels in, k out.
        num_classes: k.
    """

    def __init__(self, f: nn.Sequential, num_classes: int) -> None:
        super().__init__()
        self.f = f
        self.num_classes = num_classes

    def field(self, passes: int) -> FieldSize:
        """Return how many image pixels a cell of the given pass sees, and their distance."""
        return receptive_field(windows_of(self.f) * passes)

    def forward(
        self, images: Float[Tensor, "n 3 h w"], passes: int = 2
    ) -> list[Float[Tensor, "n k _ _"]]:
        """Return the scores of every pass, the first one first."""
        size = self.field(passes).size
        h, w = images.shape[-2:]
        if passes < 1 or min(h, w) < size:
            raise ValueError(
                f"{passes} passes need at least one pass and images of {size} pixels a side, but "
                f"{h}x{w} came: use fewer passes or larger images"
            )
        image = images
        scores = images.new_zeros(images.shape[0], self.num_classes, h, w)
        every: list[Tensor] = []
        for p in range(passes):
            if p > 0:
                image = self._shrink(image, scores.shape[-2:])
            scores = self.f(torch.cat((image, scores), dim=1))
            every.append(scores)
        return every

    def _shrink(self, image: Tensor, size: Sequence[int]) -> Tensor:
        # A score cell looks at the middle of its patch; an average over about one stride, centred
        # there, needs the parity of the patch.
        patch, stride = self.field(1)
        side = stride if (patch - stride) % 2 == 0 else stride + 1
        start = (patch - side) // 2
        smaller = F.avg_pool2d(image[..., start:, start:], side, stride)
        return smaller[..., : size[0], : size[1]]


def rcnn2(num_classes: int, widths: tuple[int, int] = (25, 50)) -> RecurrentCNN:
    """Build rCNN2: two pools in f, patches of 25 pixels after one pass and 121 after two.

    Args:
        num_classes: channels of the scores.
        widths: maps of the two hidden layers.

    Returns:
        The network.

    Source: Pinheiro & Collobert 2014, section 4 (as remembered, unverified).

    Example:
        >>> [rcnn2(8).field(passes).size for passes in (1, 2)]
        [25, 121]
    """
    f = nn.Sequential(
        nn.Conv2d(3 + num_classes, widths[0], 8),
        nn.MaxPool2d(2),
        nn.Tanh(),
        nn.Conv2d(widths[0], widths[1], 8),
        nn.MaxPool2d(2),
        nn.Tanh(),
        nn.Conv2d(widths[1], num_classes, 1),
    )
    return RecurrentCNN(f, num_classes)


def rcnn3(num_classes: int, widths: tuple[int, int] = (25, 50)) -> RecurrentCNN:
    """Build rCNN3: one pool in f, patches of 23, 67 and 155 pixels after one to three passes.

    Args:
        num_classes: channels of the scores.
        widths: maps of the two hidden layers.

    Returns:
        The network.

    Source: Pinheiro & Collobert 2014, section 4 (as remembered, unverified).

    Example:
        >>> [rcnn3(8).field(passes).size for passes in (1, 2, 3)]
        [23, 67, 155]
    """
    f = nn.Sequential(
        nn.Conv2d(3 + num_classes, widths[0], 8),
        nn.MaxPool2d(2),
        nn.Tanh(),
        nn.Conv2d(widths[0], widths[1], 8),
        nn.Tanh(),
        nn.Conv2d(widths[1], num_classes, 1),
    )
    return RecurrentCNN(f, num_classes)


def full_resolution_scores(
    model: RecurrentCNN, images: Float[Tensor, "n 3 h w"], passes: int
) -> Float[Tensor, "n k h w"]:
    """Score every pixel: mirror the border, shift the image by every step, interleave.

    Args:
        model: the recurrent network.
        images: pictures with more pixels a side than half a patch.
        passes: which pass answers.

    Returns:
        Scores of every pixel after that pass.

    Raises:
        ValueError: if an image is too small to be mirrored that far.

    Source: Pinheiro & Collobert 2014, section 3.3.

    Example:
        >>> model = rcnn2(2, widths=(1, 1))
        >>> full_resolution_scores(model, torch.zeros(1, 3, 14, 15), passes=1).shape
        torch.Size([1, 2, 14, 15])
    """
    patch, stride = model.field(passes)
    before = patch // 2
    after = patch - 1 - before
    h, w = images.shape[-2:]
    if min(h, w) <= before:
        raise ValueError(
            f"a {h}x{w} image is too small to be mirrored by {before} pixels, half the patch of "
            f"{passes} passes: use fewer passes or larger images"
        )
    padded = F.pad(images, (before, after, before, after), mode="reflect")
    return shift_and_stitch(lambda x: model(x, passes)[-1], padded, patch, stride)


def refinement_loss(
    scores: Sequence[Float[Tensor, "n k _ _"]],
    fields: Sequence[FieldSize],
    semantic: Int[Tensor, "n h w"],
    ignore_index: int = 255,
) -> Float[Tensor, ""]:
    """Add up the cross-entropies of all passes, each against the labels under its own cells.

    Args:
        scores: what every pass gave.
        fields: patch and step of every pass; its cells look at the middle of their patches.
        semantic: class of every pixel.
        ignore_index: label that does not count.

    Returns:
        Sum over the passes of the mean over labelled cells; a pass without any counts 0.

    Raises:
        ValueError: if a pass does not fit its field.

    Source: Pinheiro & Collobert 2014, section 3.2 (all instances are trained at once).

    Example:
        >>> scores = [torch.zeros(1, 2, 2, 2), torch.zeros(1, 2, 1, 1)]
        >>> fields = [FieldSize(3, 2), FieldSize(5, 4)]
        >>> round(refinement_loss(scores, fields, torch.zeros(1, 5, 5, dtype=torch.long)).item(), 4)
        1.3863
    """
    losses = []
    for cells, (size, stride) in zip(scores, fields, strict=True):
        hp, wp = ((side - size) // stride + 1 for side in semantic.shape[-2:])
        if tuple(cells.shape[-2:]) != (hp, wp):
            raise ValueError(
                f"labels of {semantic.shape[-2]}x{semantic.shape[-1]} pixels have {hp}x{wp} cells "
                f"of patch {size} and step {stride}, but the scores have {cells.shape[-2]}x"
                f"{cells.shape[-1]}: they come from another image or another pass"
            )
        centre = size // 2
        target = semantic[:, centre::stride, centre::stride][:, :hp, :wp]
        loss = F.cross_entropy(cells, target, ignore_index=ignore_index, reduction="sum")
        losses.append(loss / (target != ignore_index).sum().clamp(min=1))
    return torch.stack(losses).sum()
