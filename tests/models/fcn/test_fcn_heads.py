"""Where cells lie, what brings them onto each other, and what the head adds up."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_pkg.models import (
    FCN,
    LITE0_LEVELS,
    BilinearUpsampling,
    FCNHead,
    Level,
    VGG16Size,
    bilinear_conv_transpose,
    init_from_coarser,
    upsampling_geometry,
    vgg16_levels,
)

VGG = vgg16_levels(VGG16Size(widths=(1, 1, 1, 1, 1), hidden=1))
LITE = [level._replace(channels=1) for level in LITE0_LEVELS]
# A torch ResNet: symmetric padding centres cell i on pixel stride * i.
ON_CELLS = [Level(1, 32, 0.0), Level(1, 16, 0.0), Level(1, 8, 0.0)]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize(("skips", "crops"), [(0, [-19]), (1, [5, -27]), (2, [5, 9, -31])])
def test_released_crop_offsets_follow_from_the_centres(skips: int, crops: list[int]) -> None:
    head = FCNHead(2, VGG[: 1 + skips])
    assert head.crops == crops
    kernels = [u.kernel_size for u in head.upscore] + [head.final.kernel.shape[-2:]]
    last = {0: 64, 1: 32, 2: 16}[skips]
    assert kernels == [(4, 4)] * skips + [(last, last)]


def test_geometry_by_hand() -> None:
    # Coarse centres 0.5, 2.5, ... lie halfway between fine ones: kernel 4 peaks at 1.5.
    assert upsampling_geometry(Level(1, 2, 0.5), Level(1, 1, 0.0)) == (4, 2, -1)
    # Coarse centres on fine ones: kernel 3 peaks at 1.
    assert upsampling_geometry(Level(1, 2, 0.0), Level(1, 1, 0.0)) == (3, 2, -1)
    assert upsampling_geometry(Level(1, 2, 1.0), Level(1, 1, 0.0)) == (3, 2, 0)


@pytest.mark.parametrize("stride", [2, 3, 4, 8])
def test_bilinear_upsampling_equals_interpolate_in_the_interior(stride: int) -> None:
    x = torch.rand(2, 3, 5, 6)
    got = BilinearUpsampling(2 * stride, stride)(x)
    assert got.shape == (2, 3, 4 * stride + 2 * stride, 5 * stride + 2 * stride)
    if stride % 2 == 0:
        half = stride // 2
        got = got[..., half:-half, half:-half]
        expected = F.interpolate(x, scale_factor=stride, mode="bilinear")
        inside = (slice(None), slice(None), slice(stride, -stride), slice(stride, -stride))
        torch.testing.assert_close(got[inside], expected[inside])
        assert not torch.allclose(got, expected)  # zeros beyond the border


@pytest.mark.parametrize("stride", [2, 4, 8])
def test_odd_kernel_equals_interpolate_with_aligned_corners(stride: int) -> None:
    x = torch.rand(2, 3, 5, 6)
    got = BilinearUpsampling(2 * stride - 1, stride)(x)[..., stride - 1 : 1 - stride, :]
    size = (4 * stride + 1, 5 * stride + 1)
    expected = F.interpolate(x, size, mode="bilinear", align_corners=True)
    torch.testing.assert_close(got[..., stride - 1 : 1 - stride], expected)


def test_learnable_upsampling_starts_as_the_fixed_one_class_by_class() -> None:
    layer = bilinear_conv_transpose(3, 4, 2)
    x = torch.rand(1, 3, 4, 5)
    torch.testing.assert_close(layer(x), BilinearUpsampling(4, 2)(x))
    assert layer.weight.requires_grad
    off_diagonal = layer.weight[~torch.eye(3, dtype=torch.bool)]
    assert not off_diagonal.any()


def _coordinate_maps(levels: list[Level], cells: list[int]) -> list[Tensor]:
    """Maps whose value is the pixel that the cell is centred on."""
    maps = []
    for level, n in zip(levels, cells, strict=True):
        x = level.origin + level.stride * torch.arange(n, dtype=torch.double)
        maps.append(x.expand(1, 1, n, n).contiguous())
    return maps


@pytest.mark.parametrize("skips", [0, 1, 2])
@pytest.mark.parametrize(
    ("levels", "cells", "border"),
    [(VGG, [16, 44, 88], 0), (LITE, [16, 32, 64], 1), (ON_CELLS, [16, 32, 64], 1)],
)
def test_every_level_lands_on_its_own_pixels(
    levels: list[Level], cells: list[int], border: int, skips: int
) -> None:
    """Feed each level the coordinates of its cells: the sum must be the pixels' coordinates."""
    head = FCNHead(1, levels[: 1 + skips], border=border).double()
    for conv in head.score:
        nn.init.ones_(conv.weight)
    got = head(_coordinate_maps(levels, cells), (480, 480))[0, 0]
    pixels = (1 + skips) * torch.arange(480, dtype=torch.double).expand(480, 480)
    inside = slice(60, 420)  # away from the border, where bilinear has no neighbours
    torch.testing.assert_close(got[inside, inside], pixels[inside, inside])


def test_border_makes_interpolation_hold_up_to_the_edge() -> None:
    head = FCNHead(2, LITE[:1], border=1)
    nn.init.normal_(head.score[0].weight)
    x = torch.rand(1, 1, 3, 4)
    expected = F.interpolate(head.score[0](x), scale_factor=32, mode="bilinear")
    torch.testing.assert_close(head([x], (90, 128)), expected[..., :90, :])


def test_contributions_sum_to_the_logits() -> None:
    head = FCNHead(3, LITE, border=1)
    for p in head.score.parameters():
        nn.init.normal_(p)
    maps = [torch.rand(2, 1, 2 * 2**i, 3 * 2**i) for i in range(3)]
    parts = head.contributions(maps, (64, 90))
    assert len(parts) == 3
    assert all(part.any() for part in parts)
    torch.testing.assert_close(sum(parts), head(maps, (64, 90)))


def test_scales_multiply_the_maps() -> None:
    plain, scaled = FCNHead(2, LITE[:2]), FCNHead(2, LITE[:2], scales=(1.0, 0.01))
    for p in plain.score.parameters():
        nn.init.normal_(p)
    scaled.load_state_dict(plain.state_dict())
    maps = [torch.rand(1, 1, 2, 2), torch.rand(1, 1, 4, 4)]
    a, b = plain.score_maps([maps[0], maps[1] / 100]), scaled.score_maps(maps)
    torch.testing.assert_close(a, b)


def test_score_layers_start_at_zero() -> None:
    head = FCNHead(2, LITE)
    assert not any(p.any() for p in head.score.parameters())
    assert sum(p.requires_grad for p in head.parameters()) == 8  # 3 scores with bias, 2 upscores
    assert [name for name, _ in head.final.named_parameters()] == []


def test_gradients_of_the_fixed_upsampling() -> None:
    x = torch.rand(1, 2, 2, 3, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(BilinearUpsampling(4, 2).double(), (x,))


def test_errors() -> None:
    with pytest.raises(ValueError, match="the strides must divide"):
        upsampling_geometry(Level(1, 3, 0.0), Level(1, 2, 0.0))
    with pytest.raises(ValueError, match="cannot align a level of stride 2"):
        upsampling_geometry(Level(1, 2, 0.3), Level(1, 1, 0.0))
    with pytest.raises(ValueError, match="2 levels and 1 scales came"):
        FCNHead(2, LITE[:2], scales=[1.0])
    with pytest.raises(ValueError, match="at least one level"):
        FCNHead(2, [])
    with pytest.raises(ValueError, match="pixels inside the image"):
        FCNHead(2, [Level(1, 2, 7.5)])
    head = FCNHead(2, LITE[:2], border=1)
    with pytest.raises(ValueError, match="sums the scores of 2 levels, but 1 came"):
        head([torch.zeros(1, 1, 2, 2)], (64, 64))
    with pytest.raises(ValueError, match="do not come from the image size that was given"):
        head([torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 4, 4)], (128, 128))
    coarse = FCN(nn.Identity(), FCNHead(3, LITE[:1]))
    with pytest.raises(ValueError, match=r"does not fit into the finer one, first at 'head.score"):
        init_from_coarser(FCN(nn.Identity(), FCNHead(2, LITE[:2])), coarse)
    with pytest.raises(ValueError, match="does not fit"):
        init_from_coarser(coarse, FCN(nn.Identity(), FCNHead(3, LITE[:2])))


@pytest.mark.parametrize(
    ("learn", "between", "last"),
    [("none", False, False), ("between", True, False), ("all", True, True)],
)
def test_which_enlargements_learn(learn: str, between: bool, last: bool) -> None:
    levels = [Level(2, 32, 15.5), Level(2, 16, 7.5), Level(2, 8, 3.5)]
    head = FCNHead(3, levels, border=1, learn_upsampling=learn)
    learning = {name for name, p in head.named_parameters() if p.requires_grad}
    assert ("upscore.0.weight" in learning, "upscore.1.weight" in learning) == (between, between)
    assert ("final.weight" in learning) == last
    # All start as the same network.
    fixed = FCNHead(3, levels, border=1, learn_upsampling="none")
    maps = [torch.rand(1, 2, side, side) for side in (2, 4, 8)]
    with torch.no_grad():
        for mine, theirs in zip(head.score, fixed.score, strict=True):
            nn.init.normal_(mine.weight)
            theirs.load_state_dict(mine.state_dict())
    torch.testing.assert_close(head(maps, (60, 64)), fixed(maps, (60, 64)))


def test_another_word_for_learning_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of none, between, all; got 'some'"):
        FCNHead(3, [Level(2, 32, 15.5)], border=1, learn_upsampling="some")


def test_a_stage_with_learnt_enlargements_starts_from_the_one_before() -> None:
    levels = [Level(2, 32, 15.5), Level(2, 16, 7.5)]
    coarser, finer = (
        FCN(nn.Identity(), FCNHead(3, levels[:n], border=1, learn_upsampling="all")) for n in (1, 2)
    )
    nn.init.normal_(coarser.head.score[0].weight)
    init_from_coarser(finer, coarser)
    assert torch.equal(finer.head.score[0].weight, coarser.head.score[0].weight)
    assert finer.head.final.kernel_size == (32, 32)
