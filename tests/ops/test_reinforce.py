"""REINFORCE's gradient is right on average; an estimator that is not fails the same test.

The small problem: five cells, a reward that is not linear in what was read. Its exact gradient
follows from adding over all cells what each would have been rewarded with.
"""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_pkg import ops

CELLS, DRAWS = 5, 40_000
GENERATOR_SEED = 11


def randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


SCORES, VALUES = randn(CELLS), randn(CELLS, 3, seed=1)


def reward(context: Tensor) -> Tensor:
    """Far from zero on average, so that a baseline has something to take away."""
    return 4.0 + context.square().sum(-1) - 2.0 * context[..., 0]


def linear_reward(context: Tensor) -> Tensor:
    return context @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)


def exact_gradient(of: Callable[[Tensor], Tensor] = reward) -> Tensor:
    scores = SCORES.clone().requires_grad_()
    (ops.masked_softmax(scores) * of(VALUES)).sum().backward()
    assert scores.grad is not None
    return scores.grad


Estimator = Callable[[Tensor, ops.HardGlimpse], Tensor]


def estimates(loss_of: Estimator, how: str = "reinforce") -> Tensor:
    """One gradient of the reward for every draw: each row of scores is a leaf of its own."""
    scores = SCORES.expand(DRAWS, CELLS).clone().requires_grad_()
    weights = ops.masked_softmax(scores)
    glimpse = ops.hard_attend(
        weights,
        VALUES.expand(DRAWS, CELLS, 3),
        how,  # pyright: ignore[reportArgumentType]
        generator=torch.Generator().manual_seed(GENERATOR_SEED),
    )
    loss = loss_of(weights, glimpse).sum()
    if loss.requires_grad:  # a wrong one may not depend on the scores at all
        loss.backward()
    return -scores.grad if scores.grad is not None else torch.zeros_like(scores)


def assert_unbiased(gradients: Tensor, exact: Tensor) -> None:
    """The mean over the draws lies within four of its own standard errors, in every coordinate."""
    error = gradients.std(0) / math.sqrt(len(gradients))
    off = (gradients.mean(0) - exact).abs() / error.clamp_min(1e-12)
    assert (off < 4).all(), f"biased: {off.max():.1f} standard errors away"


def expected_reward(weights: Tensor) -> Tensor:
    return (weights * reward(VALUES)).sum(-1)


def plain(_: Tensor, glimpse: ops.HardGlimpse) -> Tensor:
    return ops.reinforce_loss(glimpse.log_prob, reward(glimpse.context))


def with_baseline(weights: Tensor, glimpse: ops.HardGlimpse) -> Tensor:
    baseline = expected_reward(weights)
    return ops.reinforce_loss(glimpse.log_prob, reward(glimpse.context), baseline)


# --- unbiased --------------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", [plain, with_baseline])
def test_the_mean_of_the_estimates_is_the_exact_gradient(estimator: Estimator):
    assert_unbiased(estimates(estimator), exact_gradient())


@pytest.mark.parametrize("estimator", [plain, with_baseline])
def test_the_average_over_all_cells_is_the_exact_gradient_without_any_sampling(
    estimator: Estimator,
):
    # Force each cell once (a one-hot row can only draw that cell), and weigh by its probability.
    total = torch.zeros(CELLS, dtype=torch.float64)
    for cell in range(CELLS):
        scores = SCORES.clone().requires_grad_()
        weights = ops.masked_softmax(scores)[None]
        glimpse = ops.HardGlimpse(VALUES[cell][None], weights[:, cell].log(), torch.tensor([cell]))
        estimator(weights, glimpse).sum().backward()
        assert scores.grad is not None
        total -= weights[0, cell].detach() * scores.grad
    torch.testing.assert_close(total, exact_gradient())


# --- noise -----------------------------------------------------------------------------------


def test_a_baseline_takes_noise_away_and_leaves_the_mean():
    noise = [float(estimates(e).var(0).sum()) for e in (plain, with_baseline)]
    assert noise[1] < noise[0] / 3, noise


def test_a_useless_baseline_adds_noise_but_no_bias():
    gradients = estimates(
        lambda _, g: ops.reinforce_loss(g.log_prob, reward(g.context), baseline=-20.0)
    )
    assert_unbiased(gradients, exact_gradient())
    assert float(gradients.var(0).sum()) > 3 * float(estimates(plain).var(0).sum())


# --- wrong estimators are refused by the very same test ----------------------------------------


def undetached_baseline(weights: Tensor, glimpse: ops.HardGlimpse) -> Tensor:
    return -(reward(glimpse.context) - expected_reward(weights)) * glimpse.log_prob


def missing_log_prob(_: Tensor, glimpse: ops.HardGlimpse) -> Tensor:
    return -reward(glimpse.context)


def probability_instead_of_its_logarithm(_: Tensor, glimpse: ops.HardGlimpse) -> Tensor:
    return -reward(glimpse.context) * glimpse.log_prob.exp()


def wrong_sign(_: Tensor, glimpse: ops.HardGlimpse) -> Tensor:
    return reward(glimpse.context) * glimpse.log_prob


def baseline_that_knows_the_draw(_: Tensor, glimpse: ops.HardGlimpse) -> Tensor:
    known = 0.5 * reward(glimpse.context)
    return ops.reinforce_loss(glimpse.log_prob, reward(glimpse.context), known)


@pytest.mark.parametrize(
    "estimator",
    [
        undetached_baseline,
        missing_log_prob,
        probability_instead_of_its_logarithm,
        wrong_sign,
        baseline_that_knows_the_draw,
    ],
)
def test_a_wrong_estimator_is_refused(estimator: Estimator):
    gradients = estimates(estimator)
    with pytest.raises(AssertionError, match="standard errors away"):
        assert_unbiased(gradients, exact_gradient())


def test_straight_through_is_exact_for_a_linear_reward_and_biased_for_another():
    linear = estimates(lambda _, g: -linear_reward(g.context), "straight_through")
    torch.testing.assert_close(linear.mean(0), exact_gradient(linear_reward))
    torch.testing.assert_close(linear.std(0), torch.zeros(CELLS).double())
    bent = estimates(lambda _, g: -reward(g.context), "straight_through")
    with pytest.raises(AssertionError, match="standard errors away"):
        assert_unbiased(bent, exact_gradient())
