"""Classifiers on a grid, both ways round, and the system that uses them."""

import math

import pytest
import torch
import torch.nn.functional as F

from course_pkg import models
from course_pkg.data import boxes_from_masks, instance_target

LAYERS = models.ALL_LAYERS


def maps_of(k=3, side=32, dtype=torch.float32, seed=0):
    g = torch.Generator().manual_seed(seed)
    sizes = {"stride4": side // 4, "stride8": side // 8, "stride16": side // 16}
    return {
        name: torch.randn(k, models.LITE0_CHANNELS[name], s, s, generator=g, dtype=dtype)
        for name, s in sizes.items()
    }


@pytest.mark.parametrize(("grid", "size"), [(1, 4), (2, 7), (3, 3), (5, 50), (10, 28)])
def test_location_weights_are_bilinear_enlarging(grid, size):
    """Enlarging a grid that is 1 in one cell gives that cell's weights."""
    cells = torch.eye(grid * grid).unflatten(1, (grid, grid))[None]
    expected = F.interpolate(cells, (size, size), mode="bilinear", align_corners=False)[0]
    weights = models.location_weights(grid, size)
    torch.testing.assert_close(weights, expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(weights.sum(0), torch.ones(size, size))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("layers", [LAYERS, ("stride8",), ()])
def test_classify_then_upsample_is_upsample_then_classify(seed, layers):
    torch.manual_seed(seed)
    head = models.HypercolumnHead(6, 4, layers, grid=3, size=20).double()
    maps = {k: v.requires_grad_() for k, v in maps_of(dtype=torch.float64, seed=seed).items()}
    fc7 = torch.randn(3, 6, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([1, 3, 2])
    quick, slow = head(maps, fc7, labels), head.upsample_then_classify(maps, fc7, labels)
    torch.testing.assert_close(quick, slow)
    where = torch.randn(quick.shape, dtype=torch.float64)
    used = [fc7, *(maps[name] for name in layers)]
    for a, b in zip(
        torch.autograd.grad((quick * where).sum(), used),
        torch.autograd.grad((slow * where).sum(), used),
        strict=True,
    ):
        torch.testing.assert_close(a, b)


def test_a_pixel_by_hand():
    """Grid of one, mask of the map's own size: the logit is one product of column and weights."""
    head = models.HypercolumnHead(2, 3, ("stride4",), grid=1, size=8)
    maps, fc7 = maps_of(k=1), torch.tensor([[1.0, -2.0]])
    layer = head.layers["stride4"]
    for label in (1, 2):
        w, v = layer.weight[label - 1, :, 0, 0], head.fc7.weight[label - 1]
        column = maps["stride4"][0, :, 5, 2]
        expected = w @ column + layer.bias[label - 1] + v @ fc7[0] + head.fc7.bias[label - 1]
        logit = head(maps, fc7, torch.tensor([label]))[0, 5, 2]
        torch.testing.assert_close(logit, expected)


def test_only_fc7_knows_nothing_finer_than_the_grid():
    head = models.HypercolumnHead(4, 2, (), grid=2, size=4)
    logits = head({}, torch.randn(1, 4), torch.tensor([1]))[0]
    corners = logits[::3, ::3]
    bilinear = F.interpolate(corners[None, None], 4, mode="bilinear")[0, 0]
    torch.testing.assert_close(logits, bilinear)


def test_gradcheck():
    head = models.HypercolumnHead(2, 2, ("stride16",), grid=2, size=3).double()
    small = torch.randn(1, 112, 2, 2, dtype=torch.float64, requires_grad=True)
    fc7 = torch.randn(1, 2, dtype=torch.float64, requires_grad=True)
    one = torch.tensor([1])
    assert torch.autograd.gradcheck(lambda m, f: head({"stride16": m}, f, one), (small, fc7))


def test_errors():
    with pytest.raises(ValueError, match=r"unknown layers \['pool2'\]: the body has stride4"):
        models.HypercolumnHead(2, 2, ("pool2",))
    with pytest.raises(ValueError, match="grid and size must be 1 or more, got 0 and 4"):
        models.location_weights(0, 4)


def squares():
    """A picture with two touching bright squares, and what is true of it."""
    image = torch.full((3, 64, 64), 0.2)
    masks = torch.zeros(2, 64, 64, dtype=torch.bool)
    masks[0, 10:30, 10:30] = masks[1, 10:30, 30:50] = True
    image[0][masks[0]] = image[2][masks[1]] = 0.9
    return image, instance_target(masks, torch.tensor([1, 2]))


def proposer(image):
    """The true regions and some wrong ones."""
    _, target = squares()
    wrong = torch.zeros(6, 64, 64, dtype=torch.bool)
    for i in range(6):
        wrong[i, 32 + 2 * i : 60, 8 * i : 8 * i + 14] = True
    return torch.cat((target["masks"].as_subclass(torch.Tensor), wrong))


def test_sampled_boxes_have_the_label_of_the_true_box():
    _, target = squares()
    boxes = torch.tensor([[10.0, 10, 30, 29], [12.0, 10, 52, 30], [0.0, 40, 20, 60]])
    torch.manual_seed(0)
    drawn = models.sample_boxes(boxes, target, most=20, foreground=1.0)
    answers = {
        tuple(b): (int(c), int(t)) for b, c, t in zip(drawn.boxes.tolist(), *drawn[1:], strict=True)
    }
    assert answers[10.0, 10.0, 30.0, 29.0] == (1, 0)
    assert answers[12.0, 10.0, 52.0, 30.0][0] == 2  # 20 of 42 columns: more than half of neither
    assert answers[0.0, 40.0, 20.0, 60.0][0] == 0
    assert len(drawn.boxes) == 5


def test_the_box_loss_aims_from_the_proposal_at_the_truth():
    """One proposal 4 pixels too wide among the two true boxes, and a regressor that says 0."""
    image, target = squares()
    wide = torch.zeros(1, 64, 64, dtype=torch.bool)
    wide[0, 10:30, 10:34] = True
    system = models.hypercolumns_lite(3, (), 1, 4, 32, 4, propose=lambda image: wide)
    torch.nn.init.zeros_(system.regress.weight)
    torch.nn.init.zeros_(system.regress.bias)
    loss = system([image], [target])["box"]
    # Centre from 22 to 20, in widths of 24, times 10; width from 24 to 20, its log times 5.
    shift, scale = 10 * (20 - 22) / 24, 5 * math.log(20 / 24)
    assert loss.item() == pytest.approx((shift**2 / 2 + scale**2 / 2) / 12, abs=1e-5)


@pytest.mark.parametrize("layers", [LAYERS, ()])
def test_the_system_learns_a_picture_by_heart(layers):
    image, target = squares()
    torch.manual_seed(0)
    system = models.hypercolumns_lite(3, layers, 3, 14, 32, 32, proposer, samples=12)
    assert isinstance(system, models.InstanceSystem)
    groups = [{"params": [p for n, p in system.named_parameters() if ".body." not in n]}]
    optimizer = torch.optim.Adam(groups, lr=5e-3)
    for _ in range(40):
        optimizer.zero_grad()
        losses = system([image], [target])
        assert set(losses) == {"class", "box", "mask"}
        sum(losses.values()).backward()
        optimizer.step()
    assert all(p.grad is not None for p in system.parameters())
    with torch.inference_mode():
        (found,) = system.eval()([image])
    sure = found["scores"] > 0.5
    assert sorted(found["labels"][sure].tolist()) == [1, 2]
    for box, label in zip(found["boxes"][sure], found["labels"][sure], strict=True):
        true = target["boxes"].as_subclass(torch.Tensor)[label - 1]
        assert (box - true).abs().max() < 3
    assert torch.equal(boxes_from_masks(found["masks"]).bool().any(1), torch.ones(len(sure)) > 0)


def test_nothing_proposed_nothing_found():
    def none(image):
        return torch.zeros(0, *image.shape[1:], dtype=torch.bool)

    system = models.hypercolumns_lite(3, crop_size=32, hidden=4, propose=none)
    (found,) = system([torch.zeros(3, 20, 30)])
    assert found["masks"].shape == (0, 20, 30)
    empty = instance_target(torch.zeros(0, 20, 30, dtype=torch.bool), torch.zeros(0).long())
    system.propose = lambda image: torch.ones(1, 20, 30, dtype=torch.bool)
    losses = system([torch.zeros(3, 20, 30)], [empty])
    assert losses["mask"] == losses["box"] == 0
