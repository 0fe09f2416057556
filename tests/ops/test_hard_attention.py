"""Hard attention's gradient is right on average; an estimator that is not fails the same test.

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


def test_log_prob_and_context_belong_to_the_cell_that_was_drawn():
    weights = randn(6, CELLS).softmax(-1)
    values = randn(6, CELLS, 2, seed=2)
    glimpse = ops.hard_attend(weights, values, generator=torch.Generator().manual_seed(0))
    rows = torch.arange(6)
    torch.testing.assert_close(glimpse.context, values[rows, glimpse.cell])
    torch.testing.assert_close(glimpse.log_prob, weights[rows, glimpse.cell].log())
    theirs = torch.distributions.Categorical(probs=weights).log_prob(glimpse.cell)
    torch.testing.assert_close(glimpse.log_prob, theirs)


def test_cells_are_drawn_as_often_as_their_weights_say():
    weights = SCORES.softmax(-1)
    generator = torch.Generator().manual_seed(5)
    rows = weights.expand(DRAWS, CELLS), VALUES.expand(DRAWS, CELLS, 3)
    drawn = ops.hard_attend(*rows, generator=generator).cell
    share = torch.bincount(drawn, minlength=CELLS) / DRAWS
    error = (weights * (1 - weights) / DRAWS).sqrt()
    assert ((share - weights).abs() < 4 * error).all()


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


def test_straight_through_reads_the_drawn_cell_like_reinforce_does():
    weights, values = randn(4, CELLS).softmax(-1), randn(4, CELLS, 2, seed=2)
    looks = [
        ops.hard_attend(weights, values, how, torch.Generator().manual_seed(1))
        for how in ("reinforce", "straight_through")
    ]
    torch.testing.assert_close(looks[0].context, looks[1].context)
    assert torch.equal(looks[0].cell, looks[1].cell)


# --- edges and errors --------------------------------------------------------------------------


def test_values_get_the_gradient_of_the_cell_that_was_read_and_of_no_other():
    values = randn(1, CELLS, 2).requires_grad_()
    glimpse = ops.hard_attend(torch.eye(CELLS).double()[2:3], values)
    glimpse.context.sum().backward()
    assert values.grad is not None
    assert values.grad[0, :, 0].tolist() == [0, 0, 1, 0, 0]


def test_a_cell_of_weight_zero_is_never_drawn_and_a_blind_row_reads_nothing():
    scores = torch.zeros(3000, 4, dtype=torch.float64, requires_grad=True)
    mask = torch.tensor([False, True, True, False]).repeat(3000, 1)
    mask[0] = False
    weights = ops.masked_softmax(scores, mask)
    values = torch.ones(3000, 4, 2, dtype=torch.float64)
    glimpse = ops.hard_attend(weights, values, generator=torch.Generator().manual_seed(0))
    assert glimpse.cell[1:].unique().tolist() == [1, 2]
    assert int(glimpse.cell[0]) == -1
    assert float(glimpse.log_prob[0].detach()) == 0.0
    assert not glimpse.context[0].any()
    ops.reinforce_loss(glimpse.log_prob, torch.ones(3000).double()).sum().backward()
    assert scores.grad is not None
    assert scores.grad.isfinite().all()
    assert not scores.grad[0].any()
    assert not scores.grad[~mask].any()


def test_looks_of_any_batch_shape():
    for batch in [(), (2,), (2, 3), (0,)]:
        weights = torch.full((*batch, 4), 0.25)
        glimpse = ops.hard_attend(weights, torch.zeros(*batch, 4, 7))
        assert glimpse.context.shape == (*batch, 7)
        assert glimpse.log_prob.shape == glimpse.cell.shape == batch


def test_the_same_seed_draws_the_same_cells():
    weights, values = torch.full((50, 9), 1 / 9), torch.zeros(50, 9, 1)
    cells = [
        ops.hard_attend(weights, values, generator=torch.Generator().manual_seed(s)).cell
        for s in (0, 0, 1)
    ]
    assert torch.equal(cells[0], cells[1])
    assert not torch.equal(cells[0], cells[2])


def test_an_unknown_estimator_is_refused():
    with pytest.raises(Exception, match="estimator"):
        ops.hard_attend(torch.ones(1), torch.ones(1, 1), "gumbel")  # pyright: ignore[reportArgumentType]
