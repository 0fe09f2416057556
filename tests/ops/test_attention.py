"""Attention against hand numbers, torch's own, and the laws of weights; padding is never read."""

import math
import os
import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F

from course_pkg import ops


def randn(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def random_mask(*shape: int, seed: int = 7) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) < 0.6


# --- by hand ---------------------------------------------------------------------------------


def test_weights_of_three_scores_by_hand():
    # e^0 : e^ln2 : e^ln5 = 1 : 2 : 5
    scores = torch.tensor([0.0, math.log(2), math.log(5)], dtype=torch.float64)
    torch.testing.assert_close(
        ops.masked_softmax(scores), torch.tensor([1, 2, 5], dtype=torch.float64) / 8
    )
    hidden = ops.masked_softmax(scores, torch.tensor([True, False, True]))
    torch.testing.assert_close(hidden, torch.tensor([1, 0, 5], dtype=torch.float64) / 6)
    # Half the temperature doubles the scores: 1 : 4 : 25.
    cold = ops.masked_softmax(scores, temperature=0.5)
    torch.testing.assert_close(cold, torch.tensor([1, 4, 25], dtype=torch.float64) / 30)


def test_additive_attention_by_hand():
    # One hidden number, v = 2: the scores are 2 tanh(q + k).
    keys = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    query = torch.tensor([-0.5], dtype=torch.float64)
    e = [2 * math.tanh(-0.5), 2 * math.tanh(0.5)]
    share = math.exp(e[1]) / (math.exp(e[0]) + math.exp(e[1]))
    v = torch.tensor([2.0], dtype=torch.float64)
    values = torch.tensor([[10.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    context, weights = ops.additive_attention(query, keys, values, v)
    expected = torch.tensor([1 - share, share], dtype=torch.float64)
    torch.testing.assert_close(weights, expected)
    torch.testing.assert_close(context, expected * torch.tensor([10.0, 1.0]))


# --- against torch ---------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [(), (1,), (3,), (2, 3), (0,)])
@pytest.mark.parametrize("scale", [None, 0.3])
@pytest.mark.parametrize("masked", [False, True])
def test_dot_product_attention_equals_torch(
    batch: tuple[int, ...], scale: float | None, masked: bool
):
    query, key, value = (
        randn(*batch, 5, 4),
        randn(*batch, 7, 4, seed=1),
        randn(*batch, 7, 6, seed=2),
    )
    mask = random_mask(*batch, 5, 7) if masked else None
    if mask is not None:
        mask[..., 0, :] = False  # a query that may look nowhere: zeros there, as torch has it
    context, weights = ops.dot_product_attention(query, key, value, mask, scale)
    theirs = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scale)
    torch.testing.assert_close(context, theirs)
    total = torch.ones(*batch, 5).double() if mask is None else mask.any(-1).double()
    torch.testing.assert_close(weights.sum(-1), total)


def test_a_non_contiguous_query_and_a_shared_mask_equal_torch():
    query, key, value = randn(4, 5, 2).mT, randn(4, 6, 5, seed=1), randn(4, 6, 3, seed=2)
    mask = torch.tensor([True, False, True, True, False, True])
    ours = ops.dot_product_attention(query, key, value, mask).context
    theirs = F.scaled_dot_product_attention(query, key, value, attn_mask=mask.expand(4, 2, 6))
    torch.testing.assert_close(ours, theirs)


def test_additive_scores_equal_a_network_of_linear_layers():
    project, look, score = (
        torch.nn.Linear(3, 8, dtype=torch.float64),
        torch.nn.Linear(5, 8, bias=False, dtype=torch.float64),
        torch.nn.Linear(8, 1, bias=False, dtype=torch.float64),
    )
    state, cells = randn(2, 3), randn(2, 6, 5, seed=1)
    expected = score(torch.tanh(project(state).unsqueeze(1) + look(cells))).squeeze(-1)
    ours = ops.additive_scores(project(state), look(cells), score.weight[0])
    torch.testing.assert_close(ours, expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_masked_softmax_equals_torch_on_what_is_left_and_keeps_the_dtype(dtype: torch.dtype):
    scores = (4 * randn(3, 8, dtype=torch.float32)).to(dtype)
    mask = random_mask(3, 8)
    ours = ops.masked_softmax(scores, mask)
    assert ours.dtype == dtype
    for row, kept, weights in zip(scores, mask, ours, strict=True):
        torch.testing.assert_close(weights[kept], row[kept].softmax(-1))
        assert not weights[~kept].any()


def test_entropy_equals_torchs_distribution():
    weights = randn(4, 9).softmax(-1)
    theirs = torch.distributions.Categorical(probs=weights).entropy()
    torch.testing.assert_close(ops.entropy(weights), theirs)


# --- laws ------------------------------------------------------------------------------------


@pytest.mark.parametrize("worst", [1e30, -1e30, math.inf, math.nan])
def test_padding_is_never_read_whatever_stands_there(worst: float):
    scores = randn(2, 5).requires_grad_()
    mask = torch.tensor([[True, True, True, False, False], [False] * 5])
    spoiled = torch.where(mask, scores, worst)
    weights = ops.masked_softmax(spoiled, mask)
    assert not weights[~mask].any()
    torch.testing.assert_close(weights.sum(-1), torch.tensor([1.0, 0.0]).double())
    weights.square().sum().backward()
    assert scores.grad is not None
    assert scores.grad.isfinite().all()
    assert not scores.grad[~mask].any()
    assert scores.grad[0, :3].any()


def test_a_row_that_may_look_nowhere_reads_nothing():
    keys, values = randn(2, 4, 3), randn(2, 4, 6, seed=1)
    mask = torch.tensor([[True] * 4, [False] * 4])
    context, weights = ops.additive_attention(randn(2, 3, seed=2), keys, values, randn(3), mask)
    assert not context[1].any()
    assert not weights[1].any()
    assert context[0].all()


def test_shifting_all_scores_changes_nothing_and_large_ones_do_not_overflow():
    scores = randn(3, 6)
    torch.testing.assert_close(ops.masked_softmax(scores + 1000.0), ops.masked_softmax(scores))


def test_temperature_goes_from_the_best_cell_to_all_alike():
    scores = torch.tensor([1.0, 3.0, 2.0])
    assert ops.masked_softmax(scores, temperature=1e-3).tolist() == [0, 1, 0]
    torch.testing.assert_close(ops.masked_softmax(scores, temperature=1e6), torch.full((3,), 1 / 3))
    spread = [float(ops.entropy(ops.masked_softmax(scores, temperature=t))) for t in (0.2, 1, 5)]
    assert spread == sorted(spread)


def test_entropy_lies_between_nothing_and_the_logarithm_of_the_cells():
    assert float(ops.entropy(torch.eye(4))[0]) == 0.0
    torch.testing.assert_close(
        ops.entropy(torch.full((2, 8), 1 / 8)), torch.full((2,), math.log(8))
    )


def test_soft_attend_is_the_mean_over_many_hard_looks():
    weights, values = randn(6).softmax(-1), randn(6, 3, seed=1)
    looks = ops.hard_attend(
        weights.expand(20000, 6),
        values.expand(20000, 6, 3),
        generator=torch.Generator().manual_seed(3),
    ).context
    error = looks.std(0) / math.sqrt(20000)
    assert ((looks.mean(0) - ops.soft_attend(weights, values)).abs() < 4 * error).all()


# --- gradients -------------------------------------------------------------------------------


def test_gradients_of_the_soft_family():
    mask = torch.tensor([[True, False, True], [True, True, True]])
    scores = randn(2, 3).requires_grad_()
    assert torch.autograd.gradcheck(lambda s: ops.masked_softmax(s, mask, 0.7), (scores,))
    parts = [randn(*shape, seed=i) for i, shape in enumerate([(2, 4), (2, 3, 4), (2, 3, 5), (4,)])]
    inputs = tuple(part.requires_grad_() for part in parts)
    assert torch.autograd.gradcheck(
        lambda q, k, x, v: ops.additive_attention(q, k, x, v, mask), inputs
    )
    queries = randn(2, 2, 4, seed=9).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda q, k, x: ops.dot_product_attention(q, k, x, mask[:, None]), (queries, *inputs[1:3])
    )
    weights = randn(2, 3).softmax(-1).detach().requires_grad_()
    assert torch.autograd.gradcheck(ops.entropy, (weights,))


def test_entropy_of_a_masked_softmax_has_a_finite_gradient():
    scores = randn(1, 4).requires_grad_()
    mask = torch.tensor([[True, True, False, False]])
    ops.entropy(ops.masked_softmax(scores, mask)).sum().backward()
    assert scores.grad is not None
    assert scores.grad.isfinite().all()
    assert scores.grad[0, :2].any()


# --- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan])
def test_a_temperature_must_be_positive(temperature: float):
    with pytest.raises(ValueError, match="temperature must be positive"):
        ops.masked_softmax(torch.zeros(2), temperature=temperature)


# The shape hook refuses these before the functions do; without it they must.
WITHOUT_THE_HOOK = """
import torch
from course_pkg import ops
z = torch.zeros
true = lambda *shape: torch.ones(*shape, dtype=torch.bool)
calls = {
    "mask": lambda: ops.masked_softmax(z(1, 4), true(3, 4)),
    "mask of keys": lambda: ops.masked_softmax(z(2, 4), true(2, 5)),
    "weights": lambda: ops.soft_attend(z(1, 4), z(3, 4, 2)),
    "keys of a query": lambda: ops.additive_scores(z(3, 2), z(1, 4, 2), z(2)),
    "v": lambda: ops.additive_scores(z(3, 2), z(3, 4, 2), z(2, 5)),
    "key": lambda: ops.dot_product_attention(z(3, 5, 2), z(1, 4, 2), z(3, 4, 6)),
    "value": lambda: ops.dot_product_attention(z(1, 5, 2), z(1, 4, 2), z(3, 4, 6)),
    "weights of looks": lambda: ops.hard_attend(z(1, 4), z(3, 4, 2)),
    "reward": lambda: ops.reinforce_loss(z(3), z(3, 1)),
    "baseline": lambda: ops.reinforce_loss(z(3), z(3), z(2, 3)),
}
for name, call in calls.items():
    try:
        print(name, "->", call())
    except ValueError as error:
        assert name.split()[0] in str(error), (name, str(error))
        print("refused", name)
"""


def test_sizes_that_do_not_fit_are_refused_even_without_the_shape_hook():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_HOOK],
        env={**os.environ, "JAXTYPING_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 10
    assert [line for line in lines if not line.startswith("refused")] == []
