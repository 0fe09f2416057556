"""Hard attention: look at one cell, drawn by lot. How to learn from a draw is in `reinforce`."""

from typing import Literal, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from course_pkg.ops._shapes import check_shape

__all__ = ["HardGlimpse", "hard_attend"]


class HardGlimpse(NamedTuple):
    """One look at one cell.

    Attributes:
        context: what stands in the cell that was drawn (zeros where none may be looked at).
        log_prob: log-probability of that draw in nats; REINFORCE differentiates this.
        cell: number of the cell, -1 where none may be looked at.
    """

    context: Float[Tensor, "*batch c"]
    log_prob: Float[Tensor, "*batch"]
    cell: Int[Tensor, "*batch"]


def hard_attend(
    weights: Float[Tensor, "*batch cells"],
    values: Float[Tensor, "*batch cells c"],
    estimator: Literal["reinforce", "straight_through"] = "reinforce",
    generator: Generator | None = None,
) -> HardGlimpse:
    """Draw one cell with the weights as probabilities and read that cell alone.

    With "reinforce" no gradient goes from the context into the weights, because a draw has none:
    train them with ``log_prob`` and `reinforce_loss`, which is right on average. With
    "straight_through" the backward pass pretends that the expectation had been read
    (`soft_attend`): little noise, but a biased gradient unless what follows is linear.

    Args:
        weights: probability of every cell; a row of zeros draws nothing.
        values: what stands in every cell.
        estimator: how the context's gradient reaches the weights: not at all, or pretended.
        generator: source of the draws; None = torch's own.

    Returns:
        Context, log-probability and cell.

    Raises:
        ValueError: if there is not one weight per cell, or the estimator is unknown.

    Source: Williams 1992; Xu et al. 2015, section 4.1; Bengio et al. 2013 (straight-through).

    Example:
        >>> weights = torch.tensor([[0., 1., 0.], [0., 0., 0.]])
        >>> hard_attend(weights, torch.arange(6.).reshape(2, 3, 1)).cell
        tensor([ 1, -1])
    """
    if estimator not in ("reinforce", "straight_through"):
        raise ValueError(
            f"hard_attend: estimator must be 'reinforce' or 'straight_through', got {estimator!r}"
        )
    check_shape("hard_attend", "weights", weights, "one per cell", values.shape[:-1], exact=True)
    blind = weights.detach().sum(-1) <= 0
    # multinomial refuses a row without any weight: such a row draws from all and is emptied below.
    rows = weights.detach().masked_fill(blind[..., None], 1.0).reshape(-1, weights.shape[-1])
    draws = torch.multinomial(rows, 1, generator=generator)
    cell = draws.reshape(weights.shape[:-1])
    one_hot = torch.zeros_like(weights).scatter(-1, cell[..., None], 1.0)
    one_hot = one_hot.masked_fill(blind[..., None], 0.0)
    chosen = (weights * one_hot).sum(-1).masked_fill(blind, 1.0)
    if estimator == "straight_through":
        one_hot = one_hot + weights - weights.detach()
    context = (one_hot[..., None, :] @ values)[..., 0, :]
    return HardGlimpse(context, chosen.log(), cell.masked_fill(blind, -1))
