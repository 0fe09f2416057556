"""Hard attention: look at one cell, drawn by lot, and learn from it all the same.

A draw has no derivative. REINFORCE goes round it: the probability of the draw has one, so
"make what was rewarded more probable" is a gradient, right on average and noisy each time.
"""

from typing import Literal, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from course_pkg.ops._shapes import check_shape

__all__ = ["HardGlimpse", "entropy", "hard_attend", "reinforce_loss"]


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


def reinforce_loss(
    log_prob: Float[Tensor, "*batch"],
    reward: Float[Tensor, "*batch"],
    baseline: Float[Tensor, "*#batch"] | float = 0.0,
) -> Float[Tensor, "*batch"]:
    """Build the loss whose gradient is REINFORCE's: ``-(reward - baseline) * log_prob``.

    Its gradient is, on average over the draws, that of minus the expected reward. Any ``baseline``
    that does not depend on the draw leaves this average as it is, and a good one (near the mean
    reward) makes the noise small. Both factors are detached here: a gradient through the baseline
    would bias the result, one through the reward belongs to the caller's own loss.

    Args:
        log_prob: of what was drawn, in nats.
        reward: how good the draw turned out; larger is better.
        baseline: what was to be expected, known before the draw.

    Returns:
        One loss per draw; its value means nothing, its gradient does.

    Raises:
        ValueError: if reward or baseline do not fit the log-probabilities.

    Source: Williams 1992, section 4; Xu et al. 2015, equation 12; lecture 11.

    Example:
        >>> log_prob = torch.tensor([-0.5], requires_grad=True)
        >>> reinforce_loss(log_prob, torch.tensor([3.]), baseline=1.0).sum().backward()
        >>> log_prob.grad
        tensor([-2.])
    """
    check_shape("reinforce_loss", "reward", reward, "one per draw", log_prob.shape, exact=True)
    if isinstance(baseline, Tensor):
        must = "broadcastable to log_prob"
        check_shape("reinforce_loss", "baseline", baseline, must, log_prob.shape)
        baseline = baseline.detach()
    return -(reward.detach() - baseline) * log_prob


def entropy(weights: Float[Tensor, "*batch cells"]) -> Float[Tensor, "*batch"]:
    """Measure in nats how spread out the weights are: 0 on one cell, log(cells) when uniform.

    Added to the objective it keeps a hard attention from settling on one cell before it has
    tried the others.

    Args:
        weights: probabilities; zeros count nothing and get no gradient blow-up.

    Returns:
        One number per row.

    Source: Xu et al. 2015, section 4.1; lecture 11.

    Example:
        >>> entropy(torch.tensor([[1., 0.], [0.5, 0.5]]))
        tensor([0.0000, 0.6931])
    """
    # The logarithm of 0 is minus infinity, and so would its gradient be; a tiny floor is neither.
    surprise = -weights.clamp_min(torch.finfo(weights.dtype).tiny).log()
    return (weights * surprise).sum(-1)
