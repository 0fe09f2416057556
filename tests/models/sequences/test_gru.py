"""The papers' unit: hand numbers, torch's unit where both agree, and where they do not."""

import pytest
import torch
from model_checks import assert_all_parameters_learn
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from course_pkg.models.sequences.gru import GRU, BidirectionalGRU, gru_step


def rand(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def mask_of(lengths, t):
    return torch.arange(t) < torch.tensor(lengths)[:, None]


def test_one_step_by_hand():
    # d = 1, s = 0.5. z: x = ln 3, so z = 3/4 (no U_z). r: x = -ln 3, so r = 1/4.
    # Candidate: tanh(0 + 2 * (1/4 * 0.5)) = tanh(0.25). New: 0.5 / 4 + 3/4 tanh(0.25).
    ln3 = torch.log(torch.tensor(3.0, dtype=torch.float64))
    inputs = torch.stack([ln3, -ln3, torch.zeros_like(ln3)])[None]
    zeros = torch.zeros(2, 1, dtype=torch.float64)
    state = torch.tensor([[0.5]], dtype=torch.float64)
    new = gru_step(state, inputs, zeros, torch.tensor([[2.0]], dtype=torch.float64))
    torch.testing.assert_close(new, 0.125 + 0.75 * torch.tanh(torch.full_like(new, 0.25)))


def torch_twin(unit: GRU) -> nn.GRU:
    """torch's unit with the same weights: its update gate keeps what ours brings, so z changes
    sign, and the order of its gates is r, z, candidate."""
    d = unit.hidden
    twin = nn.GRU(unit.input.in_features, d, batch_first=True).double()
    z, r, s = unit.input.weight.split(d)
    bz, br, bs = unit.input.bias.split(d)
    uz, ur = unit.gate_weight.split(d)
    with torch.no_grad():
        twin.weight_ih_l0.copy_(torch.cat([r, -z, s]))
        twin.bias_ih_l0.copy_(torch.cat([br, -bz, bs]))
        twin.weight_hh_l0.copy_(torch.cat([ur, -uz, unit.candidate_weight]))
        twin.bias_hh_l0.zero_()
    return twin


def random_unit(in_channels, hidden):
    unit = GRU(in_channels, hidden).double()
    with torch.no_grad():
        for i, p in enumerate(unit.parameters()):
            p.copy_(rand(*p.shape, seed=i) / 2)
    return unit


def test_equals_torch_where_the_order_of_reset_and_product_does_not_matter():
    unit = random_unit(3, 4)
    x, mask = rand(2, 6, 3, seed=9), torch.ones(2, 6, dtype=torch.bool)
    with torch.no_grad():
        full = unit(x, mask)
        # With a full matrix, U (r * s) is not r * (U s): torch computes something else.
        assert (full - torch_twin(unit)(x)[0]).abs().max() > 1e-2
        unit.candidate_weight.copy_(torch.diag(rand(4, seed=7)))
        torch.testing.assert_close(unit(x, mask), torch_twin(unit)(x)[0])


@pytest.mark.parametrize("lengths", [(5, 5, 5), (5, 2, 1)])
def test_both_directions_equal_torchs_packed_sentences(lengths):
    net = BidirectionalGRU(3, 4).double()
    for unit in (net.rightward, net.leftward):
        unit.load_state_dict(random_unit(3, 4).state_dict())
        with torch.no_grad():
            unit.candidate_weight.copy_(torch.diag(rand(4, seed=7)))
            unit.gate_weight.mul_(1 if unit is net.rightward else -1)
    x = rand(3, 5, 3, seed=9)
    with torch.no_grad():
        rightward, leftward = net(x, mask_of(lengths, 5))
        right, left = torch_twin(net.rightward), torch_twin(net.leftward)
        packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True)
        reference, _ = pad_packed_sequence(right(packed)[0], batch_first=True)
        for n, t in enumerate(lengths):
            torch.testing.assert_close(rightward[n, :t], reference[n, :t])
            backwards = left(x[n : n + 1, :t].flip(1))[0].flip(1)[0]
            torch.testing.assert_close(leftward[n, :t], backwards)


def test_padding_is_not_read():
    net = random_unit(3, 4)
    x, mask = rand(2, 5, 3), mask_of((5, 3), 5)
    x.requires_grad_()
    other = torch.where(mask[..., None], x, 1e3)
    for reverse in (False, True):
        first, second = (net(inputs, mask, reverse) for inputs in (x, other))
        torch.testing.assert_close(first, second)
    # Rightward, the state stays as it was at the last word.
    torch.testing.assert_close(net(x, mask)[1, 2:], net(x, mask)[1, 2].expand(3, 4))
    [gradient] = torch.autograd.grad(net(x, mask).sum(), x)
    assert not gradient[1, 3:].any()
    assert gradient[1, :3].any()


def test_gradient_and_start():
    d = 3
    state, inputs = rand(2, d).requires_grad_(), rand(2, 3 * d, seed=1).requires_grad_()
    gates, candidate = rand(2 * d, d, seed=2).requires_grad_(), rand(d, d, seed=3).requires_grad_()
    assert torch.autograd.gradcheck(gru_step, (state, inputs, gates, candidate))
    unit = GRU(2, d)
    assert_all_parameters_learn(unit, unit(torch.ones(1, 3, 2), mask_of((3,), 3)).sum())
    for square in (*unit.gate_weight.detach().split(d), unit.candidate_weight.detach()):
        torch.testing.assert_close(square @ square.T, torch.eye(d))


def test_inputs_of_a_wrong_width():
    unit = GRU(2, 3)
    # In a loop the shapes are checked by hand as well: with the hook off, 7 would broadcast.
    step = getattr(gru_step, "__wrapped__", gru_step)
    with pytest.raises(ValueError, match=r"3 x 3 wide for states of 3 numbers .* got 7"):
        step(torch.zeros(1, 3), torch.zeros(1, 7), unit.gate_weight, unit.candidate_weight)
