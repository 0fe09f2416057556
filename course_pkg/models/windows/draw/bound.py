"""What DRAW costs, in nats: the bound on -log p(picture), with the right Kullback-Leibler term.

Two parts: what the last canvas still misses of the picture, and what the random numbers of every
step had to carry. Gregor et al. 2015, DRAW, section 2.2; lecture 14.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops import DrawWindow

__all__ = ["DrawSteps", "draw_bound", "gaussian_kl"]


class DrawSteps(NamedTuple):
    """What happened while a given picture was drawn.

    Attributes:
        canvases: logits of every pixel after each step.
        kl: nats that the random numbers of each step carried.
        read: where the picture was looked at, step by step; None where the whole was.
        written: where the canvas was changed.
    """

    canvases: Float[Tensor, "t n 1 h w"]
    kl: Float[Tensor, "t n"]
    read: tuple[DrawWindow | None, ...]
    written: tuple[DrawWindow | None, ...]


def gaussian_kl(
    mean: Float[Tensor, "*batch z"], log_sigma: Float[Tensor, "*batch z"]
) -> Float[Tensor, "*batch"]:
    """Count the nats that lie in drawing from a diagonal Gaussian instead of from N(0, 1).

    One half of mean² + sigma² - log sigma² - 1, added up over *every* coordinate. Printed with a
    single -1 for the whole vector it has the right gradient and the wrong value: too high by half a
    nat for each further coordinate, in every step.

    Args:
        mean: of each coordinate.
        log_sigma: logarithm of each standard deviation.

    Returns:
        Kullback-Leibler divergences, never negative.

    Source: Kingma and Welling 2014, Auto-encoding variational Bayes, appendix B; Gregor et al.
        2015, DRAW, equation 11, corrected.

    Example:
        >>> gaussian_kl(torch.zeros(3), torch.zeros(3))
        tensor(0.)
        >>> gaussian_kl(torch.tensor([2.0, 0.0]), torch.zeros(2))
        tensor(2.)
    """
    return 0.5 * (mean.square() + torch.exp(2 * log_sigma) - 2 * log_sigma - 1).sum(-1)


def draw_bound(steps: DrawSteps, images: Float[Tensor, "n 1 h w"]) -> Float[Tensor, " n"]:
    """Bound -log p(image) from above, in nats: what the last canvas misses, and what was sent.

    Args:
        steps: of drawing these pictures.
        images: of zeros and ones.

    Returns:
        One number a picture; its mean is the loss.

    Raises:
        ValueError: if a pixel is outside [0, 1].

    Source: Gregor et al. 2015, DRAW, equations 9 to 12.

    Example:
        >>> steps = DrawSteps(torch.zeros(3, 1, 1, 2, 2), torch.ones(3, 1), (None,), (None,))
        >>> draw_bound(steps, torch.ones(1, 1, 2, 2))  # four coins of log 2, and three nats
        tensor([5.7726])
    """
    if not images.is_cuda and not bool(((images >= 0) & (images <= 1)).all()):
        raise ValueError(
            "draw_bound: pixels must be from 0 to 1, and 0 or 1 for a number that compares; got "
            f"{float(images.min()):g} to {float(images.max()):g}"
        )
    missed = F.binary_cross_entropy_with_logits(steps.canvases[-1], images, reduction="none")
    return missed.flatten(1).sum(1) + steps.kl.sum(0)
