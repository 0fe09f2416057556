"""Encoder-decoders with saved indices: published sizes, odd images, and what the indices change."""

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
from torch import nn

from course_pkg.models import (
    DeconvNet,
    DeconvNetSize,
    SegNet,
    VGG16IndexEncoder,
    deconvnet,
    deconvnet_light,
    receptive_field,
    segnet,
    segnet_basic,
    segnet_basic_bilinear,
    segnet_bilinear,
    upsample_bilinear,
)

TINY = (8, 16, 16, 16, 16)
TINY_DECONVNET = DeconvNetSize(TINY, hidden=32, bottleneck=1)
LIGHT: list[Callable[[], nn.Module]] = [
    lambda: segnet(3, TINY),
    lambda: segnet_bilinear(3, TINY),
    lambda: segnet_basic(3, 16),
    lambda: segnet_basic_bilinear(3, 16),
    lambda: DeconvNet(3, TINY_DECONVNET),
]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_deconvnet_has_the_published_size() -> None:
    with torch.device("meta"):
        model = deconvnet()
    assert count(model) == 251_805_653
    assert round(count(model) / 1e6) == 252


def test_deconvnet_layers_are_the_released_ones() -> None:
    with torch.device("meta"):
        model = deconvnet()
    bottleneck = [
        (type(m), m.in_channels, m.out_channels, m.kernel_size)
        for m in model.bottleneck.modules()
        if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)
    ]
    assert bottleneck == [
        (nn.Conv2d, 512, 4096, (7, 7)),
        (nn.Conv2d, 4096, 4096, (1, 1)),
        (nn.ConvTranspose2d, 4096, 512, (7, 7)),
    ]
    stages = [
        [m.out_channels for m in stage.modules() if isinstance(m, nn.ConvTranspose2d)]
        for stage in reversed(model.decoder)
    ]
    assert stages == [[512, 512, 512], [512, 512, 256], [256, 256, 128], [128, 64], [64, 64]]
    assert model.score.out_channels == 21
    norms = sum(isinstance(m, nn.BatchNorm2d) for m in model.modules())
    layers = sum(isinstance(m, nn.Conv2d | nn.ConvTranspose2d) for m in model.modules())
    assert norms == layers - 1
    assert not any(isinstance(m, nn.Dropout) for m in model.modules())


def test_deconvnet_reads_224_pixels_down_to_one_cell() -> None:
    with torch.device("meta"):
        model = deconvnet().eval()
        bottom, _ = model.encoder(torch.zeros(1, 3, 224, 224))
        assert bottom.shape == (1, 512, 7, 7)
        assert model.bottleneck[:2](bottom).shape == (1, 4096, 1, 1)
        assert model.bottleneck(bottom).shape == (1, 512, 7, 7)
        assert model(torch.zeros(1, 3, 224, 230)).shape == (1, 21, 224, 230)


def test_segnet_parameters_by_hand() -> None:
    def conv(c: int, d: int) -> int:
        return 9 * c * d + d + 2 * d  # kernel, bias, batch normalisation

    decoder = 5 * conv(512, 512) + conv(512, 256) + 2 * conv(256, 256) + conv(256, 128)
    decoder += conv(128, 128) + conv(128, 64) + conv(64, 64) + 9 * 64 * 11 + 11
    with torch.device("meta"):
        model = segnet(11)
        encoder = VGG16IndexEncoder()
    assert count(encoder) == 14_714_688 + 2 * 4224
    assert count(model) == count(encoder) + decoder
    convs = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    assert len(convs) == 26  # thirteen down, thirteen up


def test_segnet_basic_parameters_by_hand() -> None:
    with torch.device("meta"):
        model = segnet_basic(11)
    by_hand = 49 * 64 * (3 + 7 * 64) + 8 * 2 * 64 + (64 * 11 + 11)
    assert count(model) == by_hand


def test_segnet_basic_sees_106_pixels_and_has_no_relu_on_the_way_up() -> None:
    model = segnet_basic(11, width=4)
    windows = [(7,), (2, 2)] * 4
    assert receptive_field(windows).size == 106  # "context" of the paper
    kernels = [m.kernel_size for m in model.encoder.modules() if isinstance(m, nn.Conv2d)]
    assert kernels == [(7, 7)] * 4
    assert not any(isinstance(m, nn.ReLU) for m in model.decoder.modules())
    assert any(isinstance(m, nn.ReLU) for m in segnet(11, TINY).decoder.modules())
    with_bias = [m.bias is not None for m in model.modules() if isinstance(m, nn.Conv2d)]
    assert with_bias == [False] * 8 + [True]


@pytest.mark.parametrize(
    ("make", "twin"), [(segnet, segnet_bilinear), (segnet_basic, segnet_basic_bilinear)]
)
def test_twins_share_every_parameter_and_differ_in_the_answer(
    make: Callable[[int], SegNet], twin: Callable[[int], SegNet]
) -> None:
    with torch.device("meta"):
        shapes = [{k: v.shape for k, v in m(11).state_dict().items()} for m in (make, twin)]
    assert shapes[0] == shapes[1]
    light = (TINY,) if make is segnet else (8,)
    first, second = make(3, *light).eval(), twin(3, *light).eval()
    second.load_state_dict(first.state_dict())
    x = torch.rand(1, 3, 32, 32)
    assert not torch.allclose(first(x), second(x))


@pytest.mark.parametrize("make", LIGHT)
@pytest.mark.parametrize("size", [(64, 32), (33, 47), (63, 35)])
def test_odd_sizes_come_back(make: Callable[[], nn.Module], size: tuple[int, int]) -> None:
    model = make().eval()
    with torch.no_grad():
        assert model(torch.rand(2, 3, *size)).shape == (2, 3, *size)


def test_light_deconvnet_is_light_and_keeps_the_size() -> None:
    model = deconvnet_light(3).eval()
    assert count(model) < 1_000_000
    with torch.no_grad():
        assert model(torch.rand(1, 3, 99, 130)).shape == (1, 3, 99, 130)


@pytest.mark.parametrize("make", LIGHT)
def test_every_parameter_learns(make: Callable[[], nn.Module]) -> None:
    model = make()
    images, _ = four_scenes()
    logits = model(images)
    weights = torch.rand(logits.shape, generator=torch.Generator().manual_seed(0))
    assert_all_parameters_learn(model, (logits * weights).sum())


@pytest.mark.parametrize("make", LIGHT)
def test_learns_four_scenes_by_heart(make: Callable[[], nn.Module]) -> None:
    # Background alone is 0.71. Without indices the borders stay soft in this short a time.
    model = make()
    bilinear = isinstance(model, SegNet) and model.upsample is upsample_bilinear
    assert overfit(model, steps=160, lr=0.01) > (0.88 if bilinear else 0.95)


def test_unpooling_draws_a_sharper_border_than_its_twin() -> None:
    """One bright pixel: indices bring it back to its place, bilinear smears it."""
    sharp, soft = segnet_basic(1, 4).eval(), segnet_basic_bilinear(1, 4).eval()
    _, pooled = sharp.encoder(torch.rand(1, 3, 32, 32))
    x = torch.zeros(1, 4, 2, 2)
    x[0, 0, 1, 1] = 1
    for pool in reversed(pooled):
        x = sharp.upsample(x, pool)
    assert (x != 0).sum() == 1
    y = torch.zeros(1, 4, 2, 2)
    y[0, 0, 1, 1] = 1
    for pool in reversed(pooled):
        y = soft.upsample(y, pool)
    assert (y != 0).sum() > 100


@pytest.mark.parametrize("make", LIGHT)
def test_round_trip(make: Callable[[], nn.Module]) -> None:
    x = torch.rand(1, 3, 32, 33)
    assert_state_dict_round_trip(make, lambda model: model(x))


def test_errors() -> None:
    with pytest.raises(ValueError, match="at least 96 pixels a side, but 95x200 came"):
        deconvnet_light(2)(torch.zeros(2, 3, 95, 200))
    with pytest.raises(ValueError, match="at least 16x16 pixels, but 15x40 came"):
        segnet_basic(2, 4)(torch.zeros(1, 3, 15, 40))
    with pytest.raises(ValueError, match="at least 32x32 pixels, but 31x40 came"):
        segnet(2, TINY)(torch.zeros(1, 3, 31, 40))
