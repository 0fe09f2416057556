"""REINFORCE: learn from a draw, which has no derivative.

The probability of the draw has one, so "make what was rewarded more probable" is a gradient, right
on average and noisy each time.
"""

from jaxtyping import Float
from torch import Tensor, finfo

from course_pkg.ops._shapes import check_shape

__all__ = ["entropy", "reinforce_loss"]


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
    surprise = -weights.clamp_min(finfo(weights.dtype).tiny).log()
    return (weights * surprise).sum(-1)
