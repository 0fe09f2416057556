"""Full resolution and its two twins: same parameters, other sizes inside."""

from collections.abc import Callable

import pytest
import torch
from model_checks import (
    assert_all_parameters_learn,
    assert_state_dict_round_trip,
    count,
    four_scenes,
    overfit,
)

from course_pkg.models import (
    ConvStack,
    downsampled_net,
    full_resolution_net,
    receptive_field,
    skip_net,
    windows_of,
)

BUILDERS = (full_resolution_net, downsampled_net, skip_net)
Builder = Callable[..., ConvStack]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_parameters_by_hand_and_equal_for_all_three() -> None:
    by_hand = (3 * 8 * 9 + 8) + 8 * (8 * 8 * 9 + 8) + (8 * 5 + 5)
    states = [make(5, width=8, depth=9).state_dict() for make in BUILDERS]
    for make, state in zip(BUILDERS, states, strict=True):
        assert count(make(5, width=8, depth=9)) == by_hand
        assert {k: v.shape for k, v in state.items()} == {k: v.shape for k, v in states[0].items()}


@pytest.mark.parametrize("make", BUILDERS)
@pytest.mark.parametrize("size", [(16, 24), (13, 7)])
def test_logits_have_the_images_size(make: Builder, size: tuple[int, int]) -> None:
    assert make(4, width=6, depth=3)(torch.rand(2, 3, *size)).shape == (2, 4, *size)


def test_receptive_field_grows_by_two_a_layer() -> None:
    model = full_resolution_net(2, width=2, depth=4).double()
    for p in model.parameters():
        torch.nn.init.constant_(p, 0.1)
    x = torch.ones(1, 3, 21, 21, dtype=torch.double, requires_grad=True)
    model(x)[0, 0, 10, 10].backward()
    assert x.grad is not None
    reached = x.grad.abs().sum((0, 1)).nonzero()
    assert (reached[-1] - reached[0] + 1).tolist() == [9, 9]
    assert receptive_field(windows_of(model)).size == 9  # 1 + 2 * 4


@pytest.mark.parametrize("make", BUILDERS)
def test_every_parameter_learns(make: Builder) -> None:
    model = make(3, width=8, depth=6)
    images, _ = four_scenes()
    assert_all_parameters_learn(model, model(images).square().sum())


def test_scoring_before_enlarging_changes_nothing() -> None:
    model = downsampled_net(3, width=8, depth=3).double()
    images = torch.rand(1, 3, 12, 20).double()
    before = model(images)
    classifier = model.classifier
    model.classifier = torch.nn.Identity()
    after = classifier(model(images))
    torch.testing.assert_close(before, after)


def test_skip_net_adds_what_the_pools_had_seen() -> None:
    down, skip = downsampled_net(3, width=8, depth=3), skip_net(3, width=8, depth=3)
    skip.load_state_dict(down.state_dict())
    images = torch.rand(1, 3, 16, 16)
    checkerboard = images + 0.1 * (torch.arange(16)[:, None] + torch.arange(16)).remainder(2)
    assert not torch.allclose(skip(images), down(images))
    # Fine detail reaches the twin with skips more than the one without.
    change = [(net(checkerboard) - net(images)).diff(dim=-1).abs().mean() for net in (skip, down)]
    assert change[0] > 2 * change[1]


@pytest.mark.parametrize("make", BUILDERS)
def test_learns_four_scenes_by_heart(make: Builder) -> None:
    assert overfit(make(3, width=16, depth=6), steps=160, lr=0.01) > 0.95


def test_round_trip() -> None:
    x = torch.rand(1, 3, 8, 8)
    assert_state_dict_round_trip(lambda: skip_net(3, width=4, depth=3), lambda model: model(x))


def test_errors() -> None:
    with pytest.raises(ValueError, match="at least 3 layers, but depth is 2"):
        downsampled_net(3, depth=2)
    with pytest.raises(ValueError, match=r"depth is 2 and pool_before is \(2,\)"):
        ConvStack(3, 2, width=4, depth=2, pool_before=(2,))
    with pytest.raises(ValueError, match="depth is 0"):
        full_resolution_net(3, depth=0)
