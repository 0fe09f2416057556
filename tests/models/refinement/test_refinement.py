"""rCNN: patch arithmetic, alignment of the passes, one set of weights, a loss on each pass."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from model_checks import (
    assert_all_parameters_learn,
    assert_state_dict_round_trip,
    count,
    four_scenes,
    overfit,
)
from torch import nn

from course_pkg.models import (
    RecurrentCNN,
    full_resolution_scores,
    plain_cnn1,
    rcnn2,
    rcnn3,
    receptive_field,
    refinement_loss,
    same_size_refinement,
    windows_of,
)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_published_patch_sizes() -> None:
    plain = receptive_field(windows_of(plain_cnn1(8)))
    assert (plain.size, plain.stride) == (133, 16)
    assert [rcnn2(8).field(p) for p in (1, 2)] == [(25, 4), (121, 16)]
    assert [rcnn3(8).field(p) for p in (1, 2, 3)] == [(23, 2), (67, 4), (155, 8)]


@pytest.mark.parametrize("make", [rcnn2, rcnn3])
@pytest.mark.parametrize("passes", [1, 2, 3])
def test_a_patch_is_just_large_enough(make: Callable[[int], RecurrentCNN], passes: int) -> None:
    model = make(4)
    side = model.field(passes).size
    if side > 200:
        passes, side = 2, model.field(2).size
    scores = model(torch.rand(1, 3, side, side + 1), passes)
    assert len(scores) == passes
    assert scores[-1].shape == (1, 4, 1, 1)
    with pytest.raises(ValueError, match=f"{passes} passes need .* images of {side} pixels"):
        model(torch.rand(1, 3, side - 1, side), passes)


def test_layers_by_hand() -> None:
    # C8(25) on 3 + 8 planes, C8(50), C1(8), each with bias
    by_hand = 25 * (11 * 64 + 1) + 50 * (25 * 64 + 1) + 8 * 51
    assert count(rcnn2(8)) == count(rcnn3(8)) == by_hand
    assert count(plain_cnn1(8)) == 25 * (3 * 36 + 1) + 50 * (25 * 9 + 1) + 8 * (50 * 49 + 1)


@pytest.mark.parametrize("make", [rcnn2, rcnn3])
def test_every_pass_is_the_same_f_on_image_and_scores(
    make: Callable[[int], RecurrentCNN],
) -> None:
    model = make(4)
    images = torch.rand(2, 3, 130, 140)
    first, second = model(images, 2)
    zeros = torch.zeros(2, 4, 130, 140)
    torch.testing.assert_close(first, model.f(torch.cat((images, zeros), 1)))
    h, w = first.shape[-2:]
    patch, stride = model.field(1)
    # The image under each score cell: the average over stride + 1 pixels around its centre.
    centre = patch // 2
    rows = [images[:, :, centre + stride * i - stride // 2 :][:, :, : stride + 1].mean(2)
            for i in range(h)]  # fmt: skip
    rows = torch.stack(rows, 2)
    smaller = [rows[..., centre + stride * j - stride // 2 :][..., : stride + 1].mean(3)
               for j in range(w)]  # fmt: skip
    smaller = torch.stack(smaller, 3)
    torch.testing.assert_close(
        second, model.f(torch.cat((smaller, first), 1)), atol=1e-5, rtol=1e-4
    )


class _CentrePixel(nn.Module):
    """An f whose score is the colour in the middle of its patch plus twice the score there."""

    def __init__(self, kernel_size: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 1, kernel_size, stride, bias=False)
        with torch.no_grad():
            self.conv.weight.zero_()
            self.conv.weight[0, 0, kernel_size // 2, kernel_size // 2] = 1
            self.conv.weight[0, 3, kernel_size // 2, kernel_size // 2] = 2


@pytest.mark.parametrize(("kernel_size", "stride"), [(5, 2), (7, 4), (5, 1), (9, 3)])
def test_passes_stay_aligned(kernel_size: int, stride: int) -> None:
    """On a ramp of coordinates every pass must read the coordinate of its own patch's middle."""
    f = nn.Sequential(_CentrePixel(kernel_size, stride).conv)
    model = RecurrentCNN(f, num_classes=1).double()
    ramp = torch.arange(140, dtype=torch.double).expand(1, 3, 140, 140)
    expected_factor = 0.0
    for p, scores in enumerate(model(ramp, 3), start=1):
        size, step = model.field(p)
        middle = size // 2 + step * torch.arange(scores.shape[-1], dtype=torch.double)
        # score = own colour + 2 * score before: factors 1, 3, 7
        expected_factor = 1 + 2 * expected_factor
        torch.testing.assert_close(scores[0, 0, 0], expected_factor * middle)


def test_passes_add_no_parameters_and_all_learn() -> None:
    model = rcnn3(3, widths=(6, 8))
    images = torch.rand(1, 3, 80, 80)
    scores = model(images, 2)
    assert_all_parameters_learn(model, scores[-1].square().sum())


def test_loss_is_the_sum_over_passes_at_the_patch_middles() -> None:
    model = rcnn3(3, widths=(4, 4))
    images = torch.rand(2, 3, 90, 84)
    semantic = torch.randint(0, 3, (2, 90, 84))
    semantic[0, 20:60, 20:60] = 255
    scores = model(images, 2)
    fields = [model.field(p) for p in (1, 2)]
    by_hand = torch.tensor(0.0)
    for s, (size, step) in zip(scores, fields, strict=True):
        losses = []
        for n in range(2):
            for i in range(s.shape[2]):
                for j in range(s.shape[3]):
                    label = semantic[n, size // 2 + step * i, size // 2 + step * j]
                    if label != 255:
                        losses.append(F.cross_entropy(s[n, :, i, j], label))
        by_hand = by_hand + torch.stack(losses).mean()
    torch.testing.assert_close(refinement_loss(scores, fields, semantic), by_hand)


def test_loss_without_labels_is_zero() -> None:
    model = same_size_refinement(3, 8)
    scores = model(torch.rand(1, 3, 8, 8), 2)
    nothing = torch.full((1, 8, 8), 255)
    loss = refinement_loss(scores, [model.field(1), model.field(2)], nothing)
    assert loss.item() == 0


@pytest.mark.parametrize(("make", "passes"), [(rcnn2, 1), (rcnn3, 1), (rcnn3, 2)])
def test_full_resolution_is_one_patch_per_pixel(
    make: Callable[..., RecurrentCNN], passes: int
) -> None:
    model = make(3, widths=(3, 3)).eval()
    size = model.field(passes).size
    half = size // 2
    images = torch.rand(1, 3, half + 3, half + 4)
    with torch.no_grad():
        got = full_resolution_scores(model, images, passes)
        assert got.shape == (1, 3, half + 3, half + 4)
        padded = F.pad(images, (half,) * 4, mode="reflect")
        for y, x in ((0, 0), (half + 2, 1), (5, half + 3)):
            patch = padded[..., y : y + size, x : x + size]
            alone = model(patch, passes)[-1][..., 0, 0]
            torch.testing.assert_close(got[..., y, x], alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("size", [(16, 24), (13, 18), (1, 2)])
def test_same_size_refinement_keeps_the_size(size: tuple[int, int]) -> None:
    scores = same_size_refinement(5, 8)(torch.rand(2, 3, *size), passes=3)
    assert [s.shape for s in scores] == [(2, 5, *size)] * 3


def test_same_size_refinement_feeds_the_scores_back() -> None:
    model = same_size_refinement(3, 8)
    images = torch.rand(1, 3, 16, 16)
    first, second = model(images, 2)
    assert torch.equal(model(images, 1)[0], first)
    cells = model.f(torch.cat((images, first), 1))
    torch.testing.assert_close(second, F.interpolate(cells, scale_factor=4, mode="bilinear"))


def test_same_size_refinement_learns_in_every_weight_from_the_last_pass() -> None:
    model = same_size_refinement(3, 8)
    images, _ = four_scenes()
    assert_all_parameters_learn(model, model(images, 2)[-1].square().sum())


def test_same_size_refinement_learns_four_scenes_by_heart() -> None:
    model = same_size_refinement(3, 16)
    assert overfit(model, steps=60, lr=0.01, answer=lambda m, x: m(x, 2)[-1]) > 0.93


def test_rcnn_learns_its_labels_by_heart() -> None:
    model = rcnn3(3, widths=(8, 12))
    images, semantic = four_scenes(80)
    fields = [model.field(p) for p in (1, 2)]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for _ in range(80):
        optimizer.zero_grad()
        loss = refinement_loss(model(images, 2), fields, semantic)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.25 * losses[0]


def test_round_trip() -> None:
    x = torch.rand(1, 3, 24, 24)
    make = lambda: rcnn3(2, widths=(3, 3))  # noqa: E731
    assert_state_dict_round_trip(make, lambda model: model(x, 1)[0])


def test_errors() -> None:
    model = same_size_refinement(3, 8)
    with pytest.raises(ValueError, match="at least one pass, but passes is 0"):
        model(torch.rand(1, 3, 8, 8), 0)
    with pytest.raises(ValueError, match="multiple of 8, but it is 12"):
        same_size_refinement(3, 12)
    with pytest.raises(ValueError, match="0 passes need at least one pass"):
        rcnn3(3)(torch.rand(1, 3, 30, 30), 0)
    with pytest.raises(ValueError, match="too small to be mirrored by 11 pixels"):
        full_resolution_scores(rcnn3(3), torch.rand(1, 3, 11, 30), 1)
    fields = [rcnn3(2).field(1)]
    labels = torch.zeros(1, 29, 31, dtype=torch.long)
    assert refinement_loss([torch.zeros(1, 2, 4, 5)], fields, labels) > 0
    for size in ((4, 4), (5, 5), (3, 5)):
        with pytest.raises(ValueError, match="have 4x5 cells of patch 23 and step 2, but the"):
            refinement_loss([torch.zeros(1, 2, *size)], fields, labels)
