"""The patch loop, checked window by window, and the two networks it runs."""

import pytest
import torch
from model_checks import assert_all_parameters_learn, assert_state_dict_round_trip, count
from torch import nn

from course_pkg.models import (
    LENET_PATCH,
    N4_PATCH,
    ciresan_n4,
    label_every_pixel,
    lenet_patch,
    receptive_field,
    sliding_window_logits,
    windows_of,
)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_n4_sizes_close_without_remainder() -> None:
    x = torch.zeros(1, 1, N4_PATCH, N4_PATCH)
    sides = []
    for layer in ciresan_n4():
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            sides.append(x.shape[-1])
            assert x.shape[1] == 48
    assert sides == [92, 46, 42, 21, 18, 9, 6, 3]
    assert x.shape == (1, 2)


def test_n4_parameters_by_hand() -> None:
    # kernels 4, 5, 4, 4 of 48 maps; 432 -> 200 -> 2
    by_hand = 48 * 17 + 48 * (48 * 25 + 1) + 2 * 48 * (48 * 16 + 1) + 200 * 433 + 2 * 201
    assert count(ciresan_n4()) == by_hand


def test_lenet_has_lenets_size() -> None:
    # LeCun et al. 1998 with dense connections on one grey plane: 61 706 parameters.
    assert count(lenet_patch(10, in_channels=1)) == 61706


@pytest.mark.parametrize(("in_channels", "classes"), [(1, 2), (3, 9)])
def test_every_parameter_of_the_patch_nets_learns(in_channels: int, classes: int) -> None:
    for make, side in ((lenet_patch, LENET_PATCH), (ciresan_n4, N4_PATCH)):
        model = make(classes, in_channels)
        logits = model(torch.rand(3, in_channels, side, side))
        assert logits.shape == (3, classes)
        assert_all_parameters_learn(model, logits.square().sum())


def test_windows_are_cut_where_they_should_be() -> None:
    # A "classifier" that returns its top left and bottom right pixel.
    corners = nn.Sequential(nn.Flatten(), nn.Linear(9, 2, bias=False))
    with torch.no_grad():
        corners[1].weight.zero_()
        corners[1].weight[0, 0] = corners[1].weight[1, 8] = 1
    image = torch.arange(2 * 5 * 7.0).reshape(2, 1, 5, 7)
    got = sliding_window_logits(corners, image, patch_size=3, stride=2, batch_size=4)
    assert got.shape == (2, 2, 2, 3)
    assert torch.equal(got[:, 0], image[:, 0, 0:3:2, 0:5:2])
    assert torch.equal(got[:, 1], image[:, 0, 2:5:2, 2:7:2])


@pytest.mark.parametrize("batch_size", [1, 7, 1000])
def test_sliding_window_equals_one_call_per_window(batch_size: int) -> None:
    model = lenet_patch(4).eval()
    images = torch.rand(2, 3, 35, 34)
    with torch.no_grad():
        got = sliding_window_logits(model, images, LENET_PATCH, batch_size=batch_size)
        assert got.shape == (2, 4, 4, 3)
        for y in range(4):
            for x in range(3):
                one = model(images[..., y : y + 32, x : x + 32])
                torch.testing.assert_close(got[..., y, x], one)


@pytest.mark.parametrize("patch_size", [3, 4, 5])
def test_every_pixel_sits_in_the_middle_of_its_patch(patch_size: int) -> None:
    middle = (patch_size // 2) * patch_size + patch_size // 2
    model = nn.Sequential(nn.Flatten(), nn.Linear(patch_size**2, 1, bias=False))
    with torch.no_grad():
        model[1].weight.copy_(torch.eye(patch_size**2)[middle])
    image = torch.rand(1, 1, 6, 9)
    torch.testing.assert_close(label_every_pixel(model, image, patch_size), image)


def test_border_is_mirrored() -> None:
    left_neighbour = nn.Sequential(nn.Flatten(), nn.Linear(9, 1, bias=False))
    with torch.no_grad():
        left_neighbour[1].weight.copy_(torch.eye(9)[3])
    image = torch.tensor([[[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]]])
    got = label_every_pixel(left_neighbour, image, 3)
    assert got[0, 0, 0].tolist() == [2.0, 1.0, 2.0]


def test_receptive_field_of_the_nets_is_their_patch() -> None:
    lenet = receptive_field([*windows_of(lenet_patch(2)), (5,)])
    n4 = receptive_field([*windows_of(ciresan_n4()), (3,)])
    assert (lenet.size, lenet.stride) == (LENET_PATCH, 4)
    assert (n4.size, n4.stride) == (N4_PATCH, 16)


def test_patch_net_round_trip() -> None:
    x = torch.rand(2, 3, 32, 32)
    assert_state_dict_round_trip(lambda: lenet_patch(3), lambda model: model(x))


def test_errors() -> None:
    model = lenet_patch(2)
    with pytest.raises(ValueError, match="no 32x32 window fits into a 31x40 image"):
        sliding_window_logits(model, torch.zeros(1, 3, 31, 40), 32)
    with pytest.raises(ValueError, match="must be at least 1, but they are 32, 0 and 256"):
        sliding_window_logits(model, torch.zeros(1, 3, 40, 40), 32, stride=0)
    with pytest.raises(ValueError, match="too small to be mirrored by 16 pixels"):
        label_every_pixel(model, torch.zeros(1, 3, 16, 40), 32)
