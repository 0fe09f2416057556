"""The pyramid gives the image back; the shared net sees what the paper says it sees."""

import pytest
import skimage.color
import skimage.data
import torch
from model_checks import (
    assert_all_parameters_learn,
    assert_state_dict_round_trip,
    count,
    four_scenes,
    overfit,
)
from torch import Tensor, nn

from course_pkg.models import (
    MultiScaleNet,
    MultiScaleSize,
    PartialConv2d,
    laplacian_pyramid,
    local_normalize,
    multiscale_net,
    pyramid_expand,
    pyramid_reduce,
    random_connections,
    receptive_field,
    rgb_to_yuv,
    windows_of,
    with_mlp,
)

LIGHT = MultiScaleSize(maps=(8, 16, 32), fan_in=(4, 8))


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_yuv_equals_scikit_image() -> None:
    images = torch.rand(2, 3, 4, 5, dtype=torch.double)
    expected = skimage.color.rgb2yuv(images.numpy(), channel_axis=1)
    torch.testing.assert_close(rgb_to_yuv(images), torch.from_numpy(expected), atol=1e-4, rtol=1e-4)


def test_reduce_by_hand() -> None:
    # weights 1 3 3 1 over eight, border repeated: (0 + 0 + 3*8 + 1*0)/8 and (8 + 0 + 0 + 0)/8
    x = torch.tensor([0.0, 8.0, 0.0, 0.0]).expand(1, 1, 4, 4)
    assert pyramid_reduce(x)[0, 0].tolist() == [[3.0, 1.0], [3.0, 1.0]]


def test_pyramid_levels_keep_their_place() -> None:
    """A ramp of coordinates: every level's pixel lies in the middle of its block of four."""
    ramp = torch.arange(32.0).expand(1, 1, 32, 32)
    half = pyramid_reduce(ramp)[0, 0, 8, 2:-2]
    torch.testing.assert_close(half, 2 * torch.arange(2.0, 14.0) + 0.5)
    back = pyramid_expand(pyramid_reduce(ramp), (32, 32))
    torch.testing.assert_close(back[..., 4:-4], ramp[..., 4:-4])


@pytest.mark.parametrize("size", [(16, 16), (13, 22), (1, 7), (5, 5)])
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_pyramid_adds_up_to_the_image(size: tuple[int, int], levels: int) -> None:
    images = torch.rand(2, 3, *size)
    pyramid = laplacian_pyramid(images, levels)
    assert len(pyramid) == levels
    x = pyramid[-1]
    for detail in reversed(pyramid[:-1]):
        h, w = detail.shape[-2:]
        x = detail + pyramid_expand(x, (h, w))
    torch.testing.assert_close(x, images)


def test_details_of_a_flat_image_are_empty() -> None:
    fine, middle, rest = laplacian_pyramid(torch.full((1, 1, 12, 12), 0.3))
    assert fine.abs().max() < 1e-6
    assert middle.abs().max() < 1e-6
    torch.testing.assert_close(rest, torch.full((1, 1, 3, 3), 0.3))


def test_local_normalize_ignores_light_and_contrast() -> None:
    photo = torch.from_numpy(skimage.data.camera())[None, None, 100:200, 100:200].double()
    got = local_normalize(photo)
    torch.testing.assert_close(got, local_normalize(3 * photo + 50))
    assert got.mean().abs() < 0.1
    textured = got[..., 30:60, 30:60]
    assert 0.2 < textured.std() < 1.5


def test_local_normalize_by_hand() -> None:
    # 3 x 3 around the only bright pixel: mean 1, so 8 above it.
    x = torch.zeros(1, 1, 5, 5)
    x[..., 2, 2] = 9
    x[..., 0, 0] = 0.4  # hardly to be seen
    y = x - torch.nn.functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
    deviation = torch.nn.functional.avg_pool2d(y**2, 3, 1, 1, count_include_pad=False).sqrt()
    assert y[0, 0, 2, 2] == 8
    # In the corner less happens than on average: there the average divides.
    assert deviation[0, 0, 2, 2] > deviation.mean() > deviation[0, 0, 0, 0]
    got = local_normalize(x, 3)[0, 0]
    torch.testing.assert_close(got[2, 2], 8 / deviation[0, 0, 2, 2])
    torch.testing.assert_close(got[0, 0], 0.3 / deviation.mean())


def test_shared_net_sees_46_pixels() -> None:
    model = multiscale_net(8)
    field = receptive_field(windows_of(model.shared))
    assert (field.size, field.stride) == (46, 4)
    assert [field.size * 2**s for s in range(model.scales)] == [46, 92, 184]


def test_connections_are_the_papers() -> None:
    model = multiscale_net(8)
    first, second, third = (m for m in model.shared if isinstance(m, PartialConv2d))
    assert first.mask.flatten(1).sum(1).tolist() == [1] * 10 + [2] * 6
    assert not first.mask[:10, 1:].any()
    assert not first.mask[10:, 0].any()
    assert second.mask.flatten(1).sum(1).tolist() == [8] * 64
    assert third.mask.flatten(1).sum(1).tolist() == [32] * 256
    connected = sum(int(m.mask.sum()) * 49 for m in (first, second, third))
    assert connected == 49 * (22 + 512 + 8192)


def test_connections_are_drawn_from_the_seed() -> None:
    draw = [random_connections(9, 5, 4, torch.Generator().manual_seed(s)) for s in (0, 0, 1)]
    assert torch.equal(draw[0], draw[1])
    assert not torch.equal(draw[0], draw[2])
    assert draw[0].sum(1).tolist() == [4] * 5


def test_partial_convolution_ignores_what_is_not_connected() -> None:
    connections = torch.tensor([[True, False, True]])
    layer = PartialConv2d(connections, 3)
    x = torch.rand(1, 3, 5, 5)
    other = x.clone()
    other[:, 1] = 9
    assert torch.equal(layer(x), layer(other))
    dense = nn.Conv2d(2, 1, 3, padding=1)
    with torch.no_grad():
        dense.weight.copy_(layer.conv.weight[:, [0, 2]])
        assert layer.conv.bias is not None
        assert dense.bias is not None
        dense.bias.copy_(layer.conv.bias)
    torch.testing.assert_close(layer(x), dense(x[:, [0, 2]]))


@pytest.mark.parametrize("size", [(32, 48), (30, 41), (1, 5)])
def test_sizes(size: tuple[int, int]) -> None:
    model = multiscale_net(5, LIGHT)
    images = torch.rand(2, 3, *size)
    assert model(images).shape == (2, 5, *size)
    cells = [-(-n // 16) * 4 for n in size]
    assert model.features(images).shape == (2, 96, *cells)


def test_image_is_continued_right_and_below_only() -> None:
    model = multiscale_net(5, LIGHT)
    images = torch.rand(1, 3, 21, 30)
    whole = torch.nn.functional.pad(images, (0, 2, 0, 11), mode="replicate")
    torch.testing.assert_close(model(images), model(whole)[..., :21, :30])


def test_published_feature_length() -> None:
    model = multiscale_net(8)
    classifier = model.classifier
    assert isinstance(classifier, nn.Conv2d)
    assert classifier.in_channels == 768


def test_one_net_serves_all_scales() -> None:
    one, three = (
        multiscale_net(5, MultiScaleSize(LIGHT.maps, LIGHT.fan_in, scales=s)) for s in (1, 3)
    )
    assert count(one.shared) == count(three.shared)
    assert count(three) - count(one) == 2 * 32 * 5  # only the classifier reads more


def test_features_of_each_scale_are_the_shared_net_on_its_level() -> None:
    model = multiscale_net(5, LIGHT)
    images = torch.rand(1, 3, 32, 32)
    levels = laplacian_pyramid(rgb_to_yuv(images), 3)
    features: Tensor = model.features(images)
    torch.testing.assert_close(features[:, :32], model.shared(local_normalize(levels[0])))
    coarse = model.shared(local_normalize(levels[2]))
    expected = torch.nn.functional.interpolate(coarse, scale_factor=4, mode="bilinear")
    torch.testing.assert_close(features[:, 64:], expected)


def test_every_parameter_learns() -> None:
    model = multiscale_net(3, LIGHT)
    images, _ = four_scenes()
    assert_all_parameters_learn(model, model(images).square().sum())


def test_second_step_trains_only_the_new_classifier() -> None:
    first = multiscale_net(3, LIGHT)
    second = with_mlp(first, hidden=20)
    assert isinstance(second, MultiScaleNet)
    assert second.shared is first.shared
    learning = {name for name, p in second.named_parameters() if p.requires_grad}
    assert learning == {f"classifier.{i}.{leaf}" for i in (0, 2) for leaf in ("weight", "bias")}
    assert second(torch.rand(1, 3, 20, 20)).shape == (1, 3, 20, 20)
    assert second.classifier[0].out_channels == 20


def test_learns_four_scenes_by_heart() -> None:
    assert overfit(multiscale_net(3, LIGHT), steps=60, lr=0.01) > 0.93


def test_round_trip() -> None:
    x = torch.rand(1, 3, 16, 16)
    assert_state_dict_round_trip(lambda: multiscale_net(3, LIGHT), lambda model: model(x))


def test_errors() -> None:
    with pytest.raises(ValueError, match="odd side of at least 3, but size is 4"):
        local_normalize(torch.zeros(1, 1, 8, 8), size=4)
    with pytest.raises(ValueError, match="at least 1 level, but levels is 0"):
        laplacian_pyramid(torch.zeros(1, 1, 8, 8), levels=0)
    with pytest.raises(ValueError, match="have to be 4x3, but they are 3x3"):
        pyramid_expand(torch.zeros(1, 1, 3, 3), (7, 6))
    with pytest.raises(ValueError, match="all 4 input maps, but fan_in is 5"):
        random_connections(4, 2, 5, torch.Generator())
    with pytest.raises(ValueError, match="replaces the linear classifier"):
        with_mlp(with_mlp(multiscale_net(3, LIGHT)))
