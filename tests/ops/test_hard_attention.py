"""Hard attention reads the cell that it drew, draws it as often as it should, and no other."""

import pytest
import torch
from torch import Tensor

from course_pkg import ops

CELLS, DRAWS = 5, 40_000


def randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


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
    weights = randn(CELLS).softmax(-1)
    generator = torch.Generator().manual_seed(5)
    rows = weights.expand(DRAWS, CELLS), randn(CELLS, 3, seed=1).expand(DRAWS, CELLS, 3)
    drawn = ops.hard_attend(*rows, generator=generator).cell
    share = torch.bincount(drawn, minlength=CELLS) / DRAWS
    error = (weights * (1 - weights) / DRAWS).sqrt()
    assert ((share - weights).abs() < 4 * error).all()


def test_straight_through_reads_the_drawn_cell_like_reinforce_does():
    weights, values = randn(4, CELLS).softmax(-1), randn(4, CELLS, 2, seed=2)
    looks = [
        ops.hard_attend(weights, values, how, torch.Generator().manual_seed(1))
        for how in ("reinforce", "straight_through")
    ]
    torch.testing.assert_close(looks[0].context, looks[1].context)
    assert torch.equal(looks[0].cell, looks[1].cell)


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
