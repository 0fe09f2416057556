"""FCN on VGG-16 is the released one; the light FCN is the same idea at any size."""

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from model_checks import (
    assert_all_parameters_learn,
    assert_state_dict_round_trip,
    count,
    four_scenes,
    overfit,
    randomize_zeros,
)
from torch import Tensor, nn
from torchvision.models.vgg import VGG, make_layers

from course_pkg.data import normalize
from course_pkg.models import (
    AT_ONCE_SCALES,
    FCN,
    EfficientNetLite0,
    VGG16Body,
    VGG16Size,
    VGG16Trunk,
    efficientnet_lite0_pretrained,
    fcn8s,
    fcn8s_at_once,
    fcn8s_lite,
    fcn16s,
    fcn16s_lite,
    fcn32s,
    fcn32s_lite,
    init_from_coarser,
    load_torchvision_vgg16,
    load_vgg16_convolutions,
)

TINY = VGG16Size(widths=(8, 8, 16, 16, 16), hidden=32)
LITE_BUILDERS = (fcn32s_lite, fcn16s_lite, fcn8s_lite)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize(
    ("make", "parameters", "upscore"),
    [(fcn32s, 134_346_581, 544), (fcn16s, 134_364_410, 560), (fcn8s, 134_376_863, 568)],
)
def test_released_sizes(make: Callable[[], FCN], parameters: int, upscore: int) -> None:
    with torch.device("meta"):
        model = make()
        images = torch.zeros(1, 3, 500, 500)
        maps = model.body(images)
        trunk = model.body.trunk(images)
        fc6 = model.body.fc6(trunk.pool5)
        assert count(model) == parameters
        assert [m.shape[-1] for m in trunk] == [88, 44, 22]
        assert fc6.shape == (1, 4096, 16, 16)
        assert [m.shape[-1] for m in maps] == [16, 44, 88]
        assert model.head.upsample(model.head.score_maps(maps)).shape[-2:] == (upscore, upscore)
        assert model(images).shape == (1, 21, 500, 500)
    assert round(parameters / 1e6) == 134


def test_parameters_by_hand() -> None:
    body = 14_714_688 + (512 * 49 + 1) * 4096 + (4096 + 1) * 4096
    score, pool4, pool3, upscore = 21 * 4097, 21 * 513, 21 * 257, 21 * 21 * 16
    with torch.device("meta"):
        assert count(fcn32s()) == body + score
        assert count(fcn16s()) == body + score + pool4 + upscore
        assert count(fcn8s()) == body + score + pool4 + pool3 + 2 * upscore


@pytest.mark.parametrize("make", [fcn32s, fcn16s, fcn8s, fcn8s_at_once])
def test_any_image_size_works_down_to_one_pixel(make: Callable[..., FCN]) -> None:
    with torch.device("meta"):
        model = make(3, VGG16Size(widths=(1, 1, 1, 1, 1), hidden=1))
        for side in [*range(1, 68), 223, 321]:
            assert model(torch.zeros(1, 3, side, 33)).shape == (1, 3, side, 33)


def test_fcn_is_body_and_head_on_a_real_forward_pass() -> None:
    model = fcn8s(5, TINY)
    randomize_zeros(model)
    assert model(torch.rand(2, 3, 17, 30)).shape == (2, 5, 17, 30)


def test_new_net_says_nothing_yet() -> None:
    for make in (fcn32s, fcn16s, fcn8s, fcn8s_at_once):
        assert not make(3, TINY)(torch.rand(1, 3, 8, 8)).any()


@pytest.mark.parametrize("make", [fcn32s, fcn16s, fcn8s])
def test_every_parameter_learns(make: Callable[..., FCN]) -> None:
    model = make(3, TINY)
    randomize_zeros(model)
    images, _ = four_scenes()
    assert_all_parameters_learn(model, model(images).square().sum())


def test_at_once_scales_only_the_skips() -> None:
    model = fcn8s_at_once(3, TINY)
    assert model.head.scales == AT_ONCE_SCALES == (1.0, 0.01, 0.0001)
    assert fcn8s(3, TINY).head.scales == (1.0, 1.0, 1.0)
    plain = fcn8s(3, TINY)
    plain.load_state_dict(model.state_dict())
    randomize_zeros(plain)
    with torch.no_grad():
        model.load_state_dict(plain.state_dict())
        for conv, scale in zip(plain.head.score, AT_ONCE_SCALES, strict=True):
            conv.weight.mul_(scale)
    x = torch.rand(1, 3, 20, 20)
    torch.testing.assert_close(model.eval()(x), plain.eval()(x), atol=1e-4, rtol=1e-4)


def _bend(scores: Tensor) -> Tensor:
    """Largest second difference of the coarse scores, rows plus columns."""
    return scores.diff(n=2, dim=-1).abs().max() + scores.diff(n=2, dim=-2).abs().max()


@pytest.mark.parametrize("light", [False, True])
def test_stages_start_where_the_coarser_one_ended(light: bool) -> None:
    images = torch.rand(1, 3, 100, 130)
    if light:
        nets = [make(3, EfficientNetLite0()) for make in LITE_BUILDERS]
    else:
        nets = [make(3, TINY) for make in (fcn32s, fcn16s, fcn8s)]
    coarse = nets[0].eval()
    nn.init.normal_(coarse.head.score[0].weight)
    with torch.no_grad():
        expected = coarse(images)
        scores = coarse.head.score_maps(coarse.body(images))[0]
        for finer in nets[1:]:
            assert init_from_coarser(finer.eval(), coarse) is finer
            assert torch.equal(finer.head.score_maps(finer.body(images))[0], scores)
            assert all(not conv.weight.any() for conv in list(finer.head.score)[1:])
            # The same scores, drawn with one more joint per cell: no further apart than that.
            edge = 0 if light else 40
            inside = (slice(None), slice(None), slice(edge, -edge or None))
            apart = (finer(images) - expected)[inside].abs().max()
            assert apart <= _bend(scores) / 4
            coarse = finer
    assert expected.std() > 0


def test_staged_start_is_exact_where_scores_are_straight() -> None:
    nets = [make(2, TINY).eval() for make in (fcn32s, fcn16s, fcn8s)]
    nn.init.constant_(nets[0].head.score[0].bias, 0.7)
    for coarse, finer in pairwise(nets):
        init_from_coarser(finer, coarse)
    images = torch.rand(1, 3, 100, 100)
    for net in nets:
        # Cells lie at 12.5, 44.5, ...: towards the border the released upsampling fades to zero.
        logits = net(images)[..., 45:85, 45:85]
        torch.testing.assert_close(logits, torch.full((1, 2, 40, 40), 0.7))


def _small_torchvision_vgg() -> VGG:
    layout = [4, 4, "M", 4, 4, "M", 6, 6, 6, "M", 6, 6, 6, "M", 8, 8, 8, "M"]
    vgg = VGG(make_layers(layout), init_weights=False)  # pyright: ignore[reportArgumentType]
    vgg.classifier = nn.Sequential(
        nn.Linear(8 * 49, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 16), nn.ReLU(), nn.Dropout(),
        nn.Linear(16, 10),
    )  # fmt: skip
    return vgg.eval()


def test_torchvision_weights_give_torchvisions_fc7() -> None:
    vgg = _small_torchvision_vgg()
    size = VGG16Size(widths=(4, 4, 6, 6, 8), hidden=16)
    model = load_torchvision_vgg16(fcn32s(3, size), vgg.state_dict()).eval()
    body = model.body
    assert isinstance(body, VGG16Body)
    images = torch.rand(2, 3, 224, 224)
    x = normalize(images)
    expected = vgg.classifier[:5](vgg.features(x).flatten(1))
    # The same body behind a trunk without the wide padding sees exactly torchvision's 7 x 7 map.
    body.trunk = VGG16Trunk(size.widths)
    load_vgg16_convolutions(body.trunk, vgg.state_dict())
    fc7 = body(images)[0]
    assert fc7.shape == (2, 16, 1, 1)
    torch.testing.assert_close(fc7[..., 0, 0], expected)


@pytest.mark.parametrize("make", LITE_BUILDERS)
@pytest.mark.parametrize("size", [(1, 1), (64, 96), (33, 70), (65, 31)])
def test_light_net_answers_at_any_size(
    make: Callable[[int, EfficientNetLite0], FCN], size: tuple[int, int]
) -> None:
    model = make(4, EfficientNetLite0()).eval()
    randomize_zeros(model)
    with torch.no_grad():
        assert model(torch.rand(1, 3, *size)).shape == (1, 4, *size)


def test_light_net_enlarges_like_interpolate_up_to_the_edge() -> None:
    """Cells sit in the middle of their blocks: half-pixel bilinear, at every stride."""
    model = fcn8s_lite(4, EfficientNetLite0()).eval()
    randomize_zeros(model)
    images = torch.rand(1, 3, 64, 90)
    with torch.no_grad():
        maps = model.body(images)
        parts = model.head.contributions(maps, (64, 90))
        coarse, middle, fine = model.head.score_maps(maps)
        up = torch.nn.functional.interpolate
        coarse = up(coarse, scale_factor=2, mode="bilinear")
        coarse, middle = (up(x, scale_factor=2, mode="bilinear") for x in (coarse, middle))
        for part, scores in zip(parts, (coarse, middle, fine), strict=True):
            expected = up(scores, scale_factor=8, mode="bilinear")[..., :90]
            torch.testing.assert_close(part, expected, atol=1e-4, rtol=1e-4)


def test_light_net_does_not_see_beyond_the_image() -> None:
    """Filling up to whole blocks is the net's own business: done outside it changes nothing."""
    model = fcn8s_lite(4, EfficientNetLite0()).eval()
    randomize_zeros(model)
    images = torch.rand(1, 3, 40, 50)
    padded = torch.full((1, 3, 64, 64), 127 / 255)
    padded[..., :40, :50] = images
    with torch.no_grad():
        torch.testing.assert_close(model(images), model(padded)[..., :40, :50])


@pytest.mark.parametrize("make", LITE_BUILDERS)
def test_light_net_learns_everywhere(make: Callable[[int, EfficientNetLite0], FCN]) -> None:
    model = make(3, EfficientNetLite0())
    randomize_zeros(model)
    images, _ = four_scenes(64)
    assert_all_parameters_learn(model, model(images).square().sum())


def test_light_net_holds_the_backbone_that_came() -> None:
    backbone = EfficientNetLite0()
    assert fcn8s_lite(2, backbone).body.backbone is backbone


def test_fcn8s_learns_four_scenes_by_heart() -> None:
    # In evaluation mode: dropout would keep it from learning by heart. Background alone is 0.71.
    assert overfit(fcn8s(3, TINY).eval(), steps=40, lr=0.003) > 0.85


def test_light_fcn8s_learns_four_scenes_by_heart() -> None:
    model = fcn8s_lite(3, efficientnet_lite0_pretrained().backbone)
    assert overfit(model, steps=25, lr=0.01, side=64) > 0.9


def test_round_trip() -> None:
    x = torch.rand(1, 3, 9, 9)
    assert_state_dict_round_trip(lambda: fcn8s(2, TINY), lambda model: model(x))


def test_errors() -> None:
    light = fcn8s_lite(2, EfficientNetLite0())
    with pytest.raises(ValueError, match="stands on Lite0Body: build it with fcn32s"):
        load_torchvision_vgg16(light, {})
    with pytest.raises(ValueError, match=r"classifier.0 has \(16, 392\)"):
        load_torchvision_vgg16(fcn32s(2, TINY), _small_torchvision_vgg().state_dict())
    with pytest.raises(ValueError, match="the same body"):
        init_from_coarser(light, fcn32s(2, TINY))
