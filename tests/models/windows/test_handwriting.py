"""Graves' network: its mixture against torch's distributions, its window, its writing."""

import math

import pytest
import torch
from torch.distributions import (
    Bernoulli,
    Categorical,
    MixtureSameFamily,
    MultivariateNormal,
)

from course_pkg.models import (
    Handwriting,
    PeepholeLSTM,
    PenMixture,
    PenPredictor,
    TextWindow,
    decode_mixture,
    pen_nll,
    sample_pen,
    text_window,
)


def random_mixture(seed, *batch, m=3):
    g = torch.Generator().manual_seed(seed)
    return decode_mixture(torch.randn(*batch, 6 * m + 1, generator=g, dtype=torch.float64))


def by_torch(mixture):
    sigma = mixture.log_sigma.exp()
    x, y = sigma.unbind(-1)
    slant = mixture.correlation * x * y
    covariance = torch.stack([torch.stack([x**2, slant], -1), torch.stack([slant, y**2], -1)], -2)
    return MixtureSameFamily(
        Categorical(logits=mixture.log_weight),
        MultivariateNormal(mixture.mean, covariance),
    )


def small(**settings):
    torch.manual_seed(0)
    return Handwriting(5, **{"hidden": 10, "bumps": 2, "components": 3, "layers": 2, **settings})


def test_nll_equals_torch_distributions():
    mixture = random_mixture(1, 4, 6)
    points = torch.randn(4, 6, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    points[..., 2] = (points[..., 2] > 0).double()
    expected = -by_torch(mixture).log_prob(points[..., :2])
    expected = expected - Bernoulli(logits=mixture.lift).log_prob(points[..., 2])
    torch.testing.assert_close(pen_nll(mixture, points), expected)


def test_nll_by_hand():
    # One round Gaussian of sigma 1 at (0, 0), a fair coin: at (3, 4) it is 25/2 further.
    nll = pen_nll(decode_mixture(torch.zeros(7)), torch.tensor([3.0, 4.0, 1.0]))
    assert float(nll) == pytest.approx(math.log(2 * math.pi) + 12.5 + math.log(2))


def test_samples_have_the_mixtures_moments():
    one = random_mixture(3, m=2)
    many = PenMixture(*(part.expand(40_000, *part.shape) for part in one))
    points = sample_pen(many, torch.Generator().manual_seed(4))
    expected = by_torch(one)
    mean = (one.log_weight.exp()[:, None] * one.mean).sum(0)
    torch.testing.assert_close(points[:, :2].mean(0), mean, atol=0.1, rtol=0)
    same = expected.sample((40_000,))
    torch.testing.assert_close(points[:, :2].T.cov(), same.T.cov(), atol=0.4, rtol=0.1)
    lifted = float(points[:, 2].mean())
    assert lifted == pytest.approx(float(one.lift.sigmoid()), abs=0.02)


def test_bias_makes_neat():
    many = PenMixture(*(part.expand(2000, *part.shape) for part in random_mixture(5)))
    wild, neat = (
        sample_pen(many, torch.Generator().manual_seed(6), bias)[:, :2].std(0).sum()
        for bias in (0.0, 5.0)
    )
    assert float(neat) < 0.5 * float(wild)


def test_text_window_by_hand():
    height, sharpness = torch.tensor([[1.0, 0.5]]), torch.tensor([[0.5, 2.0]])
    weights = text_window(height, sharpness, torch.tensor([[2.0, 3.0]]), letters=3)
    expected = [
        math.exp(-0.5) + 0.5 * math.exp(-8),
        1 + 0.5 * math.exp(-2),
        math.exp(-0.5) + 0.5,
    ]
    assert weights[0].tolist() == pytest.approx(expected)


def test_the_window_only_moves_to_the_right():
    torch.manual_seed(7)
    window = TextWindow(6, 3)
    position = torch.zeros(4, 3)
    for _ in range(5):
        weights, moved = window(torch.randn(4, 6), position, 8)
        assert weights.shape == (4, 8)
        assert (moved > position).all()
        position = moved
    # At first it takes its time: some twenty points a letter.
    assert float(window(torch.zeros(1, 6), torch.zeros(1, 3), 8)[1].detach().max()) < 0.15


def test_shapes_and_padding():
    model = small()
    points = torch.randn(3, 7, 3, generator=torch.Generator().manual_seed(8))
    text = torch.tensor([[0, 1, 2, 3], [4, 0, 0, 0], [1, 2, 0, 0]])
    mask = torch.tensor([[True] * 4, [True] + [False] * 3, [True, True, False, False]])
    written = model(points, text, mask)
    assert written.window.shape == (3, 7, 4)
    assert written.mixture.mean.shape == (3, 7, 3, 2)
    alone = model(points[2:], text[2:, :2], mask[2:, :2])
    torch.testing.assert_close(alone.mixture.mean, written.mixture.mean[2:])
    torch.testing.assert_close(alone.window, written.window[2:, :, :2])


def test_a_prediction_knows_nothing_of_later_points():
    model = small()
    points = torch.randn(1, 6, 3, generator=torch.Generator().manual_seed(9))
    text, mask = torch.tensor([[0, 1]]), torch.ones(1, 2, dtype=torch.bool)
    changed = points.clone()
    changed[:, 4:] += 1
    ours, theirs = (model(p, text, mask).mixture.mean for p in (points, changed))
    torch.testing.assert_close(ours[:, :4], theirs[:, :4])
    assert not torch.allclose(ours[:, 4:], theirs[:, 4:])


def test_every_parameter_learns():
    model = small()
    points = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(10))
    points[..., 2] = (points[..., 2] > 0).float()
    text, mask = torch.tensor([[0, 1], [2, 3]]), torch.ones(2, 2, dtype=torch.bool)
    pen_nll(model(points, text, mask).mixture, points).sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_writing_is_what_the_forward_pass_predicts():
    """Fed its own points, the network says what it said while it wrote them."""
    model = small()
    text = torch.tensor([0, 3, 1])
    points, window = model.write(text, torch.Generator().manual_seed(11), most_points=9)
    before = torch.cat([torch.zeros(1, 1, 3), points[None, :-1]], dim=1)
    written = model(before, text[None], torch.ones(1, 3, dtype=torch.bool))
    torch.testing.assert_close(written.window[0], window)
    again, _ = model.write(text, torch.Generator().manual_seed(11), most_points=9)
    assert torch.equal(points, again)


def test_it_stops_behind_the_last_letter():
    model = small(bumps=1)
    with torch.no_grad():
        model.window.decide.weight.zero_()
        model.window.decide.bias.copy_(torch.tensor([0.0, 1.0, 0.0]))  # one letter a point
    text = torch.tensor([0, 1, 2])
    points, window = model.write(text, torch.Generator().manual_seed(12))
    assert len(points) == 4  # at 1, 2, 3, and at 4, behind the text
    assert window[:3].argmax(1).tolist() == [0, 1, 2]
    slow = small(bumps=1)
    assert len(slow.write(text, torch.Generator().manual_seed(13), most_points=5)[0]) <= 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: decode_mixture(torch.zeros(8)), "6 numbers for each component and 1"),
        (lambda: decode_mixture(torch.zeros(1)), "6 numbers for each component and 1"),
        (lambda: sample_pen(random_mixture(1, 2), bias=-1.0), "bias must be at least 0"),
        (lambda: small(bumps=0), "at least 1, got 5, 10, 0, 3 and 2"),
        (lambda: small().write(torch.tensor([5])), "letters must be from 0 to 4, got 5 to 5"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("log_sigma", [-5.0, -20.0, -46.0, -1000.0])
def test_a_component_that_shrinks_to_a_point_does_no_harm(log_sigma):
    """The one component is far from the point and nearly without width."""
    raw = torch.tensor([0.0, 0.0, 0.0, 0.0, log_sigma, log_sigma, 0.3], requires_grad=True)
    nll = pen_nll(decode_mixture(raw), torch.tensor([1.0, 1.0, 0.0]))
    nll.backward()
    assert raw.grad is not None
    assert nll.isfinite()
    assert raw.grad.isfinite().all()
    # A unit away at the narrowest sigma: (1 / 1e-4)^2, twice, sharpened by the correlation.
    assert raw.grad.abs().max() < 1e9
    assert (raw.grad[4:6] < 0).all(), "training has to widen it"


def test_above_the_floor_nothing_changes():
    raw = torch.randn(13, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(
        decode_mixture(raw).log_sigma.T.flatten(), raw[1:].view(6, 2)[3:5].flatten()
    )


def peephole_by_hand(layer, x):
    """Graves 2013, equations 7 to 11, one number after the other."""
    d = layer.hidden
    w, u, b = layer.input.weight, layer.recurrent.weight, layer.input.bias
    i, f, g, o = (slice(k * d, (k + 1) * d) for k in range(4))
    h = c = torch.zeros(len(x), d, dtype=x.dtype)
    states = []
    for now in x.unbind(1):
        total = now @ w.T + h @ u.T + b
        write = torch.sigmoid(total[:, i] + layer.peep_before[:d] * c)
        keep = torch.sigmoid(total[:, f] + layer.peep_before[d:] * c)
        c = keep * c + write * torch.tanh(total[:, g])
        h = torch.sigmoid(total[:, o] + layer.peep_after * c) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, 1)


def test_the_gates_see_the_memory():
    torch.manual_seed(1)
    layer = PeepholeLSTM(3, 4).double()
    x = torch.randn(2, 6, 3, dtype=torch.float64)
    outputs, cell = layer(x)
    torch.testing.assert_close(outputs, peephole_by_hand(layer, x))
    first, between = layer(x[:, :2])
    torch.testing.assert_close(torch.cat([first, layer(x[:, 2:], between)[0]], 1), outputs)
    torch.testing.assert_close(cell[0], outputs[:, -1])


def test_without_peepholes_it_is_torchs_layer():
    torch.manual_seed(2)
    layer, theirs = PeepholeLSTM(3, 4), torch.nn.LSTM(3, 4, batch_first=True)
    with torch.no_grad():
        layer.peep_before.zero_(), layer.peep_after.zero_()
        theirs.weight_ih_l0.copy_(layer.input.weight)
        theirs.weight_hh_l0.copy_(layer.recurrent.weight)
        theirs.bias_ih_l0.copy_(layer.input.bias)
        theirs.bias_hh_l0.zero_()
    x = torch.randn(2, 6, 3)
    torch.testing.assert_close(layer(x)[0], theirs(x)[0])


def test_a_primed_pen_goes_on_as_if_it_had_written_the_beginning():
    model = small()
    said, text = torch.tensor([4, 2]), torch.tensor([0, 3, 1])
    prime = torch.randn(5, 3, generator=torch.Generator().manual_seed(3))
    points, window = model.write(
        text, torch.Generator().manual_seed(4), most_points=4, prime=(prime, said)
    )
    whole = torch.cat([prime, points])
    before = torch.cat([torch.zeros(1, 3), whole[:-1]])[None]
    written = model(before, torch.cat([said, text])[None], torch.ones(1, 5, dtype=torch.bool))
    torch.testing.assert_close(written.window[0, 5:, 2:], window)
    last = PenMixture(*(part[0, 5:] for part in written.mixture))
    assert pen_nll(last, points).isfinite().all()
    # What is drawn depends on the prime: another hand before it, another word.
    other, _ = model.write(
        text, torch.Generator().manual_seed(4), most_points=4, prime=(prime + 1, said)
    )
    assert not torch.equal(points, other)


def test_the_network_without_text_predicts_what_it_writes():
    torch.manual_seed(5)
    model = PenPredictor(hidden=6, components=2, layers=3)
    prime = torch.randn(3, 3, generator=torch.Generator().manual_seed(6))
    points = model.write(4, torch.Generator().manual_seed(7), prime=prime)
    whole = torch.cat([prime, points])
    mixture = model(torch.cat([torch.zeros(1, 3), whole[:-1]])[None])
    again = [
        sample_pen(PenMixture(*(part[0, at] for part in mixture)), generator)
        for generator in [torch.Generator().manual_seed(7)]
        for at in range(3, 7)
    ]
    torch.testing.assert_close(torch.stack(again), points)


def test_the_network_without_text_learns_everywhere_and_knows_no_future():
    torch.manual_seed(8)
    model = PenPredictor(hidden=6, components=2, layers=2)
    points = torch.randn(2, 5, 3)
    changed = points.clone()
    changed[:, 3:] += 1
    same = model(points).mean[:, :3], model(changed).mean[:, :3]
    torch.testing.assert_close(*same)
    pen_nll(model(points), points.clamp(0, 1)).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())
    with pytest.raises(ValueError, match="must be at least 1, got 0, 20 and 3"):
        PenPredictor(hidden=0)
