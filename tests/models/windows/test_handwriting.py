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
    PenMixture,
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
