"""What a captioner is trained by: the words' likelihood, and what shapes its looks.

Soft attention adds a pressure to spread the looks of a sentence over the picture. Hard attention
adds REINFORCE: looks that led to likely words are made more probable, and an entropy bonus keeps
it trying.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_pkg.models.captioning.captioner import Captioner, Looks
from course_pkg.ops.reinforce import entropy, reinforce_loss

__all__ = ["CaptionLoss", "caption_loss", "doubly_stochastic", "sentence_reward"]


@dataclass(frozen=True)
class CaptionLoss:
    """How much each part weighs beside the nats of a sentence, in a mean over the sentences.

    The defaults are what the authors' code comes to at its batch of 64 and its 196 cells; see
    `as_published` for others.

    Attributes:
        spread: soft: of the doubly stochastic penalty.
        reward: hard: of the REINFORCE term.
        bonus: hard: of the entropy.
        memory: hard: share of the old baseline that stays at every step.
    """

    spread: float = 64 / 196
    reward: float = 6.4
    bonus: float = 0.128
    memory: float = 0.9

    @classmethod
    def as_published(cls, batch_size: int, cells: int) -> "CaptionLoss":
        """Give the weights that the authors' code comes to.

        It takes the mean over the batch of the nats alone. The gradients of REINFORCE (1/10) and of
        the entropy (0.002) go in undivided, so against the nats they grow with the batch; the
        penalty (1) is summed over the batch and divided by the cells.

        Args:
            batch_size: sentences a step.
            cells: of a picture.

        Source: kelvinxu/arctic-captions, capgen.py, train().

        Example:
            >>> CaptionLoss.as_published(20, 64).reward
            2.0
        """
        return cls(spread=batch_size / cells, reward=batch_size / 10, bonus=0.002 * batch_size)


def doubly_stochastic(
    weights: Float[Tensor, "n t cells"], said: Float[Tensor, "n t"]
) -> Float[Tensor, " n"]:
    """Measure how far a sentence's looks are from giving every cell one look in all.

    The weights of one word add up to 1 over the cells; this wants them to add up to 1 over the
    words too. With fewer words than cells that cannot be reached, and works as a pressure to look
    at what no word has looked at yet.

    Args:
        weights: a row for every word.
        said: 1 where there is a word, 0 on padding.

    Returns:
        Sum over cells of (1 - total weight)^2.

    Source: Xu et al. 2015, equation 14.

    Example:
        >>> twice_the_same = torch.tensor([[[1.0, 0.0], [1.0, 0.0]]])
        >>> doubly_stochastic(twice_the_same, torch.ones(1, 2))
        tensor([2.])
    """
    total = (weights * said[..., None]).sum(1)
    return (1.0 - total).square().sum(-1)


def sentence_reward(
    log_likelihood: Float[Tensor, "n t"], said: Float[Tensor, "n t"]
) -> Float[Tensor, " n"]:
    """Say how well the looks of a sentence served: the mean log-likelihood of its true words.

    Args:
        log_likelihood: of every true word, in nats.
        said: 1 where there is a word, 0 on padding.

    Returns:
        One reward a sentence, at most 0.

    Example:
        >>> sentence_reward(torch.tensor([[-1.0, -3.0, -9.0]]), torch.tensor([[1.0, 1.0, 0.0]]))
        tensor([-2.])
    """
    return (log_likelihood * said).sum(-1) / said.sum(-1).clamp_min(1.0)


def caption_loss(
    model: Captioner,
    looks: Looks,
    target: Int[Tensor, "n t"],
    weights: CaptionLoss | None = None,
    pad: int = 0,
) -> Float[Tensor, ""]:
    """Add up what a captioner is trained by, as a mean over sentences.

    In training, a hard captioner's ``baseline`` moves a tenth of the way to this batch's mean
    reward, after it was used: a baseline must be known before the draws that it judges.

    Args:
        model: decides by its ``reading`` which parts there are, and keeps the baseline.
        looks: what it said about the sentences.
        target: the true words, the end mark included.
        weights: of the parts.
        pad: number that is no word.

    Returns:
        The loss.

    Source: Xu et al. 2015, equations 11 to 14.
    """
    parts = weights or CaptionLoss()
    said = target.ne(pad).to(looks.log_probs.dtype)
    log_likelihood = looks.log_probs.gather(-1, target[..., None]).squeeze(-1) * said
    loss = -log_likelihood.sum(-1)
    if model.reading == "once":  # nothing was looked at, so no look can be judged
        return loss.mean()
    if model.reading == "soft":
        return (loss + parts.spread * doubly_stochastic(looks.weights, said)).mean()
    reward = sentence_reward(log_likelihood, said)
    drawn = looks.log_prob * said
    if drawn.requires_grad and bool(drawn.detach().any()):
        judged = reinforce_loss(drawn.sum(-1), reward, model.baseline)
        loss = loss + parts.reward * judged
        if model.training:
            with torch.no_grad():
                model.baseline.lerp_(reward.mean(), 1.0 - parts.memory)
    loss = loss - parts.bonus * (entropy(looks.weights) * said).sum(-1)
    return loss.mean()
