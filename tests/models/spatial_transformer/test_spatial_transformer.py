"""Spatial transformers: identity at the start, gradients everywhere, sizes of the paper's table."""

import pytest
import torch
from model_checks import assert_all_parameters_learn, assert_state_dict_round_trip, count
from torch import nn

from course_pkg.models import (
    THETA_SIZES,
    ParallelTransformers,
    SpatialTransformer,
    digit_net,
    identity_theta,
    localisation_cnn,
    spatial_transformer_net,
    theta_grid,
)
from course_pkg.ops import identity_grid

KINDS = list(THETA_SIZES)


def small(kind, size=None, side=9):
    torch.manual_seed(0)
    return SpatialTransformer(
        nn.Sequential(nn.Flatten(), nn.Linear(side**2, 5), nn.ReLU()), 5, kind, size
    )


@pytest.mark.parametrize("kind", KINDS)
def test_it_starts_by_doing_nothing(kind):
    images = torch.rand(3, 1, 9, 9, generator=torch.Generator().manual_seed(1))
    done = small(kind).transform(images)
    torch.testing.assert_close(done.output, images, atol=1e-5, rtol=0)
    assert done.theta.shape == (3, THETA_SIZES[kind])
    torch.testing.assert_close(done.theta, identity_theta(kind).expand_as(done.theta))
    torch.testing.assert_close(done.grid, identity_grid(9, 9).float().expand(3, 9, 9, 2))


@pytest.mark.parametrize("kind", KINDS)
def test_everything_learns_and_round_trips(kind):
    images = torch.rand(4, 1, 9, 9, generator=torch.Generator().manual_seed(2))
    layer = small(kind)
    with torch.no_grad():  # behind zero weights no gradient reaches the localisation net
        layer.to_theta.weight.add_(0.02 * torch.randn(layer.to_theta.weight.shape))
    target = torch.rand(4, 1, 9, 9, generator=torch.Generator().manual_seed(3))
    assert_all_parameters_learn(layer, (layer(images) - target).square().sum())
    assert_state_dict_round_trip(lambda: small(kind), lambda net: net(images))


def test_theta_means_what_it_says():
    size = (1, 1, 3, 3)
    affine = theta_grid("affine", torch.tensor([[0.5, 0, 0.25, 0, 0.5, -0.5]]), size)
    attention = theta_grid("attention", torch.tensor([[0.5, 0.25, -0.5]]), size)
    torch.testing.assert_close(attention, affine)
    projective = theta_grid("projective", torch.tensor([[0.5, 0, 0.25, 0, 0.5, -0.5, 0, 0]]), size)
    torch.testing.assert_close(projective, affine)
    points = identity_theta("tps").reshape(16, 2) * 0.5 + torch.tensor([0.25, -0.5])
    torch.testing.assert_close(theta_grid("tps", points.reshape(1, 32), size), affine)
    torch.testing.assert_close(affine[0, 1, 1], torch.tensor([0.25, -0.5]))


def test_another_output_size_and_other_channels():
    layer = SpatialTransformer(nn.Flatten(), 2 * 36, "affine", size=(4, 5))
    assert layer(torch.rand(2, 2, 6, 6)).shape == (2, 2, 4, 5)
    ones = layer(torch.ones(1, 2, 6, 6))
    torch.testing.assert_close(ones, torch.ones(1, 2, 4, 5))


def test_it_finds_a_shifted_spot():
    """Trained only to make its output equal an upright picture, theta goes where the shift was."""
    torch.manual_seed(0)
    along = torch.arange(15.0)
    blob = torch.exp(-((along[:, None] - 7) ** 2 + (along[None] - 7) ** 2) / 12)[None, None]
    shifted = blob.roll(3, dims=3)
    layer = small("affine", side=15)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.01)
    for _ in range(120):
        loss = (layer(shifted) - blob).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    theta = layer.transform(shifted).theta[0]
    assert abs(theta[2].item() - 3 * 2 / 15) < 0.06
    assert loss < 1e-3


def test_parallel_transformers_stack_channels_in_order():
    pair = ParallelTransformers([small("affine"), small("attention")])
    with torch.no_grad():
        pair.transformers[1].to_theta.bias.copy_(torch.tensor([1.0, 2.5, 0]))  # looks outside
    images = torch.rand(2, 1, 9, 9)
    out = pair(images)
    assert out.shape == (2, 2, 9, 9)
    torch.testing.assert_close(out[:, :1], images, atol=1e-5, rtol=0)
    assert not out[:, 1].any()
    assert [done.theta.shape[1] for done in pair.transform(images)] == [6, 3]
    with pytest.raises(ValueError, match="at least one transformer is needed, got none"):
        ParallelTransformers([])


@pytest.mark.parametrize("side", [28, 42, 60])
@pytest.mark.parametrize("family", ["fcn", "cnn"])
def test_all_rows_of_a_table_have_one_size(family, side):
    plain = count(digit_net(family, side))
    halve = side == 60
    nets = [spatial_transformer_net(family, kind, side, halve=halve) for kind in KINDS]
    for net in nets:
        assert 0.95 * 400_000 < count(net) <= 400_000
        assert net(torch.rand(2, 1, side, side)).shape == (2, 10)
    assert 0.95 * 400_000 < plain <= 400_000


def test_the_cnns_maps_are_the_papers():
    """28 -> 20 -> 10 -> 4 -> 2 and 42 -> 34 -> 17 -> 11 -> 5."""
    for side, expected in ((28, [20, 10, 4, 2]), (42, [34, 17, 11, 5]), (60, [52, 26, 20, 10])):
        x, sides = torch.zeros(1, 1, side, side), []
        for layer in digit_net("cnn", side, budget=20_000):
            x = layer(x)
            if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
                sides.append(x.shape[-1])
        assert sides == expected


def test_parameters_by_hand():
    # one hidden unit: 785 + 2 + 10 * 2
    assert count(digit_net("fcn", 28, budget=810)) == 785 + 2 + 20
    # one and two maps of 9 x 9 and 7 x 7, 2 x 2 cells of 2 maps to ten classes
    assert count(digit_net("cnn", 28, budget=300)) == 82 + 2 * 50 + 10 * 9
    # 14 -> 10 -> 5 -> 1: 20 maps, 20 maps, 20 features
    assert count(localisation_cnn(28)) == 20 * 26 + 20 * 501 + 20 * 21


def test_a_whole_net_learns_everywhere():
    torch.manual_seed(0)
    net = spatial_transformer_net(
        "cnn", "tps", 42, channels=2, classes=19, transformers=2, budget=60_000
    )
    for layer in net.transformers.transformers:
        nn.init.normal_(layer.to_theta.weight, std=0.01)
    logits = net(torch.rand(3, 2, 42, 42))
    assert logits.shape == (3, 19)
    assert_all_parameters_learn(net, logits.square().sum())
    assert len(net.transform(torch.rand(1, 2, 42, 42))) == 2


def test_errors():
    with pytest.raises(ValueError, match="affine takes 6 numbers an image, got 5"):
        theta_grid("affine", torch.zeros(1, 5), (1, 1, 2, 2))
    with pytest.raises(ValueError, match="need pictures of 22 pixels, got 21"):
        digit_net("cnn", 21)
    with pytest.raises(ValueError, match="500 parameters are too few: the narrowest"):
        digit_net("fcn", 28, budget=500)
    with pytest.raises(ValueError, match="pictures need 28"):
        localisation_cnn(25)
