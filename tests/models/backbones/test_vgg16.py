"""VGG-16 against torchvision's, layer by layer, and the encoder that remembers its maxima."""

import pytest
import torch
import torch.nn.functional as F
import torchvision
from model_checks import assert_all_parameters_learn, assert_state_dict_round_trip, count
from torch import Tensor, nn
from torchvision.models.vgg import make_layers

from course_pkg.data import IMAGENET, normalize
from course_pkg.models import (
    Pooled,
    VGG16IndexEncoder,
    VGG16Trunk,
    load_vgg16_convolutions,
    pool_with_indices,
    unpool_with_indices,
    upsample_bilinear,
)

WIDTHS = (4, 4, 6, 6, 8)
_WIDTHS_LIST: list[str | int] = [4, 4, "M", 4, 4, "M", 6, 6, 6, "M", 6, 6, 6, "M", 8, 8, 8, "M"]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def _torchvision_features(batch_norm: bool) -> nn.Sequential:
    features = make_layers(_WIDTHS_LIST, batch_norm=batch_norm)
    for p in features.parameters():
        nn.init.normal_(p, std=0.3)
    for m in features.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.running_mean.normal_()
            m.running_var.uniform_(0.5, 2)
    return features.eval()


def _state(features: nn.Sequential) -> dict[str, Tensor]:
    return {f"features.{k}": v for k, v in features.state_dict().items()}


def _imagenet(images: Tensor) -> Tensor:
    return torchvision.transforms.functional.normalize(
        images, list(IMAGENET.mean), list(IMAGENET.std)
    )


def test_normalize_equals_torchvision() -> None:
    images = torch.rand(2, 3, 5, 4)
    got = normalize(images, IMAGENET)
    torch.testing.assert_close(got, _imagenet(images))


def test_trunk_equals_torchvision_at_every_pool() -> None:
    features = _torchvision_features(batch_norm=False)
    trunk = VGG16Trunk(WIDTHS)
    load_vgg16_convolutions(trunk, _state(features))
    images = torch.rand(2, 3, 64, 96)
    pools = []
    x = _imagenet(images)
    for layer in features:
        x = layer(x)
        if isinstance(layer, nn.MaxPool2d):
            pools.append(x)
    for got, expected in zip(trunk(images), pools[2:], strict=True):
        torch.testing.assert_close(got, expected)


def test_trunk_rounds_sizes_up_and_pads_by_100() -> None:
    maps = VGG16Trunk((1, 1, 1, 1, 1), first_padding=100)(torch.zeros(1, 3, 1, 500))
    assert [m.shape[-2:] for m in maps] == [(25, 88), (13, 44), (7, 22)]


def test_trunk_has_vgg16s_parameters() -> None:
    with torch.device("meta"):
        trunk = VGG16Trunk()
        features = torchvision.models.vgg16().features
    assert count(trunk) == count(features) == 14_714_688
    assert list(trunk.state_dict()) == [f"features.{k}" for k in features.state_dict()]


def test_signal_survives_thirteen_layers() -> None:
    with torch.no_grad():
        pool5 = VGG16Trunk((32, 32, 32, 32, 32))(torch.rand(2, 3, 64, 64)).pool5
    assert 0.05 < pool5.std() < 20


def test_index_encoder_equals_torchvisions_vgg16_bn() -> None:
    features = _torchvision_features(batch_norm=True)
    encoder = VGG16IndexEncoder(WIDTHS).eval()
    load_vgg16_convolutions(encoder, _state(features))
    images = torch.rand(2, 3, 64, 33)
    bottom, pooled = encoder(images)
    torch.testing.assert_close(bottom, features(_imagenet(images)))
    assert [p.size for p in pooled] == [(64, 33), (32, 16), (16, 8), (8, 4), (4, 2)]


def test_plain_vgg16_fits_the_encoder_and_leaves_its_norms() -> None:
    features = _torchvision_features(batch_norm=False)
    encoder = VGG16IndexEncoder(WIDTHS)
    load_vgg16_convolutions(encoder, _state(features))
    convs = [m for m in encoder.modules() if isinstance(m, nn.Conv2d)]
    assert torch.equal(convs[12].weight, features[28].weight)
    norms = [m for m in encoder.modules() if isinstance(m, nn.BatchNorm2d)]
    assert all((norm.weight == 1).all() for norm in norms)


def test_index_encoder_learns_everywhere() -> None:
    encoder = VGG16IndexEncoder((8, 8, 8, 8, 8))
    bottom, _ = encoder(torch.rand(2, 3, 64, 65))
    assert bottom.shape == (2, 8, 2, 2)
    assert_all_parameters_learn(encoder, (bottom * torch.rand_like(bottom)).sum())


def test_round_trip() -> None:
    x = torch.rand(1, 3, 32, 32)
    assert_state_dict_round_trip(lambda: VGG16Trunk(WIDTHS), lambda model: model(x).pool5)


@pytest.mark.parametrize("size", [(4, 4), (5, 4), (5, 7)])
def test_unpool_puts_every_maximum_back(size: tuple[int, int]) -> None:
    x = torch.rand(2, 3, *size)
    values, pooled = pool_with_indices(x)
    back = unpool_with_indices(values, pooled)
    assert back.shape == x.shape
    assert torch.equal(back[back != 0], x[back != 0])
    assert (back != 0).sum() == values.numel()
    assert torch.equal(pool_with_indices(back)[0], values)


def test_bilinear_way_back_uses_only_the_size() -> None:
    x = torch.rand(1, 2, 3, 4)
    pooled = Pooled(torch.zeros(1, 2, 3, 4, dtype=torch.long), (7, 8))
    torch.testing.assert_close(
        upsample_bilinear(x, pooled), F.interpolate(x, (7, 8), mode="bilinear")
    )


def test_errors() -> None:
    with pytest.raises(ValueError, match="one mean and one std per channel, 1 each, got 3 and 3"):
        normalize(torch.zeros(1, 1, 2, 2))
    with pytest.raises((ValueError, TypeError), match="uint8"):
        normalize(torch.zeros(1, 3, 2, 2, dtype=torch.uint8))
    with pytest.raises(ValueError, match="at least 32x32 pixels, but 31x40 came"):
        VGG16IndexEncoder(WIDTHS)(torch.zeros(1, 3, 31, 40))
    with pytest.raises(ValueError, match="pass the state dict of torchvision's vgg16"):
        load_vgg16_convolutions(VGG16Trunk(WIDTHS), {"features.0.weight": torch.zeros(4, 3, 3, 3)})
    wider = _state(_torchvision_features(batch_norm=False))
    with pytest.raises(ValueError, match="the weights do not fit"):
        load_vgg16_convolutions(VGG16Trunk((5, 5, 5, 5, 5)), wider)
