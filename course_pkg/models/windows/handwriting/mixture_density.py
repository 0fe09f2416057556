"""Where the pen goes next: a mixture of slanted Gaussians in the plane, and a coin for lifting it.

A mean would draw through the middle of two possible strokes. A mixture can say "here or there".

Source: Graves 2013, Generating sequences with recurrent neural networks, section 4.1. Lecture 14.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

__all__ = ["PenMixture", "decode_mixture", "pen_nll", "sample_pen"]

_WIDEST_SLANT = 0.99  # of the correlation: at 1 a Gaussian is a line and its density infinite
# Of the deviation, in units of the movements. Without a floor a component may shrink onto one point
# and its density grow without end; the next point that misses it then breaks the training.
_NARROWEST = math.log(1e-4)


class PenMixture(NamedTuple):
    """Distributions of the next point.

    Attributes:
        log_weight: of each component; their exponentials add up to one.
        mean: (x, y) of each component.
        log_sigma: of each component along x and y.
        correlation: of x and y within each component, between -1 and 1.
        lift: logit of the pen leaving the paper after the point.
    """

    log_weight: Float[Tensor, "*batch m"]
    mean: Float[Tensor, "*batch m 2"]
    log_sigma: Float[Tensor, "*batch m 2"]
    correlation: Float[Tensor, "*batch m"]
    lift: Float[Tensor, "*batch"]


def decode_mixture(raw: Float[Tensor, "*batch outputs"]) -> PenMixture:
    """Turn a network's numbers, 6 for each component and one for the pen, into a mixture.

    Args:
        raw: unbounded.

    Returns:
        The mixtures; no deviation is below 1e-4.

    Raises:
        ValueError: if the number of outputs is not 6 m + 1.

    Source: Graves 2013, equations 18 to 22.

    Example:
        >>> decode_mixture(torch.zeros(13)).log_weight.exp()
        tensor([0.5000, 0.5000])
    """
    outputs = raw.shape[-1]
    if outputs < 7 or outputs % 6 != 1:
        raise ValueError(
            f"decode_mixture: needs 6 numbers for each component and 1 for the pen, got {outputs}"
        )
    weight, x, y, sigma_x, sigma_y, slant = raw[..., 1:].unflatten(-1, (6, -1)).unbind(-2)
    log_sigma = torch.stack([sigma_x, sigma_y], dim=-1)
    # The floor stops the value, not the gradient: what has sunk below it can be pulled up again.
    log_sigma = log_sigma + (_NARROWEST - log_sigma).clamp(min=0).detach()
    return PenMixture(
        log_weight=weight.log_softmax(-1),
        mean=torch.stack([x, y], dim=-1),
        log_sigma=log_sigma,
        correlation=_WIDEST_SLANT * slant.tanh(),
        lift=raw[..., 0],
    )


def pen_nll(mixture: PenMixture, points: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch"]:
    """Measure how surprising points are, in nats (of a density: it may be negative).

    Args:
        mixture: predictions.
        points: what came: movement (x, y), and 1 if the pen left the paper.

    Returns:
        -log density of the movement, and -log probability of what the pen did, together.

    Source: Graves 2013, equations 23 to 26.

    Example:
        >>> nll = pen_nll(decode_mixture(torch.zeros(7)), torch.zeros(3))
        >>> round(float(nll), 4)  # log(2 pi), and log 2 for the pen
        2.531
    """
    away = (points[..., None, :2] - mixture.mean) * torch.exp(-mixture.log_sigma)
    x, y = away.unbind(-1)
    flat = 1 - mixture.correlation.square()
    squared = x.square() + y.square() - 2 * mixture.correlation * x * y
    log_area = math.log(2 * math.pi) + mixture.log_sigma.sum(-1) + 0.5 * flat.log()
    density = torch.logsumexp(mixture.log_weight - squared / (2 * flat) - log_area, dim=-1)
    lifted = F.binary_cross_entropy_with_logits(mixture.lift, points[..., 2], reduction="none")
    return lifted - density


def sample_pen(
    mixture: PenMixture, generator: torch.Generator | None = None, bias: float = 0.0
) -> Float[Tensor, "*batch 3"]:
    """Draw the next points.

    Args:
        mixture: predictions.
        generator: of the random numbers, on the predictions' device; None = torch's own.
        bias: tidiness: at 0 as likely as the model says; larger prefers likely components and
            stays nearer to their means.

    Returns:
        Movement (x, y), and 1 where the pen leaves the paper.

    Raises:
        ValueError: if the bias is negative.

    Source: Graves 2013, section 5.4 (bias).

    Example:
        >>> far = decode_mixture(torch.tensor([-99., 0., 3., 4., -99., -99., 0.]))
        >>> sample_pen(far).round()
        tensor([3., 4., 0.])
    """
    if bias < 0:
        raise ValueError(f"sample_pen: bias must be at least 0, got {bias}")
    device, shape = mixture.lift.device, mixture.lift.shape
    weight = (mixture.log_weight * (1 + bias)).softmax(-1)
    chosen = torch.multinomial(weight.reshape(-1, weight.shape[-1]), 1, generator=generator)
    chosen = chosen.reshape(*shape, 1)
    both = chosen[..., None].expand(*shape, 1, 2)
    mean = mixture.mean.gather(-2, both).squeeze(-2)
    sigma = torch.exp(mixture.log_sigma.gather(-2, both).squeeze(-2) - bias)
    slant = mixture.correlation.gather(-1, chosen).squeeze(-1)
    noise = torch.randn(*shape, 2, generator=generator, device=device, dtype=mean.dtype)
    x, y = noise.unbind(-1)
    y = slant * x + (1 - slant.square()).sqrt() * y
    moved = mean + sigma * torch.stack([x, y], dim=-1)
    coin = torch.rand(shape, generator=generator, device=device, dtype=mean.dtype)
    lifted = (coin < mixture.lift.sigmoid()).to(mean.dtype)
    return torch.cat([moved, lifted[..., None]], dim=-1)
