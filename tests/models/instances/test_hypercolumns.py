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
@pytest.mark.parametrize("kernels", [None, {"stride8": 3}])
def test_classify_then_upsample_is_upsample_then_classify(seed, layers, kernels):
    torch.manual_seed(seed)
    head = models.HypercolumnHead(6, 4, layers, grid=3, size=20, kernels=kernels).double()
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


def test_a_classifier_of_three_by_three_sees_the_next_cell():
    head = models.HypercolumnHead(2, 2, ("stride8",), grid=1, size=4, kernels={"stride8": 3})
    maps = maps_of(k=1)
    one = torch.tensor([1])
    before = head(maps, torch.zeros(1, 2), one)
    maps["stride8"] = maps["stride8"].clone()
    maps["stride8"][0, :, 0, 1] += 1.0
    moved = (head(maps, torch.zeros(1, 2), one) - before)[0].abs() > 1e-6
    assert moved[:2, :3].all()  # the cell itself and its neighbours
    assert not moved[2:].any()


def test_errors():
    with pytest.raises(ValueError, match="kernels must have odd sides, got"):
        models.HypercolumnHead(2, 2, ("stride8",), kernels={"stride8": 2})
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
    assert system.regress.out_features == 4 * 3  # a move for each class
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


def test_each_class_moves_a_box_its_own_way():
    image, _ = squares()
    system = models.hypercolumns_lite(3, (), 1, 4, 32, 4, propose=proposer)
    for layer in (system.regress, system.classify):
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    with torch.no_grad():
        system.regress.bias[4] = 1.0  # a tenth of the width to the right, for class 1 alone
    with torch.inference_mode():
        boxes, labels, _ = system.detect(image, score_threshold=0.1)
    left = {label: boxes[labels == label][:, 0].min().item() for label in (1, 2)}
    assert left[2] == 0.0
    assert left[1] == pytest.approx(1.4)  # of a box 14 pixels wide


def test_a_small_box_counts_less_for_its_mask():
    image, target = squares()
    losses = {}
    for weighted in (False, True):
        torch.manual_seed(0)
        system = models.hypercolumns_lite(3, (), 1, 4, 64, 4, propose=proposer, released=weighted)
        system.size_weights = weighted
        torch.manual_seed(1)
        losses[weighted] = system([image], [target])["mask"].item()
    # Both squares are 20 of the crop's 64 pixels wide.
    assert losses[True] == pytest.approx(losses[False] * 20**2 / 64**2, rel=1e-4)


def test_superpixels_are_taken_or_left_by_their_mean():
    probs = torch.tensor([[[0.5, 0.4, 0.7, 0.0]], [[0.1, 0.1, 0.8, 0.1]]])
    segments = torch.tensor([[0, 0, 1, 1]])
    drawn = models.project_to_superpixels(probs, segments)
    # Means 0.45 and 0.35; 0.1 and 0.45. At one half all four would be left.
    assert drawn.tolist() == [[[True, True, False, False]], [[False, False, True, True]]]


def test_released_systems_draw_whole_superpixels():
    image, _ = squares()
    system = models.hypercolumns_lite(3, LAYERS, 3, 14, 32, 8, proposer, released=True).eval()
    assert system.head.layers["stride8"].kernel_size == (3, 3)
    boxes = torch.tensor([[8.0, 8.0, 34.0, 34.0]])
    with torch.inference_mode():
        (mask,) = system.masks(image, boxes, torch.tensor([1]))
    segments = models.fine_superpixels(image)
    for number in segments.unique().tolist():
        assert mask[segments == number].unique().numel() == 1


def test_system_one_keeps_what_sds_found_and_draws_its_masks_anew():
    image, target = squares()
    torch.manual_seed(0)
    sds = models.sds_lite(3, crop_size=32, hidden=8, propose=proposer)
    hypercolumns = models.hypercolumns_lite(3, LAYERS, 3, 14, 32, 8, proposer)
    system = models.HypercolumnRefinement(sds, hypercolumns).eval()
    assert isinstance(system, models.InstanceSystem)
    with torch.inference_mode():
        found = sds.detect(image)
        (drawn,) = system([image])
        masks = hypercolumns.masks(image, found.boxes, found.labels)
    full = masks.flatten(1).any(dim=1)
    assert set(drawn["scores"].tolist()) == set(found.scores[full].tolist())
    assert len(drawn["masks"]) == int(full.sum()) > 0
    models.total_loss(system, ([image], [target])).backward()
    assert all(p.grad is None for p in system.sds.parameters())
    assert any(p.grad is not None for p in system.body.parameters())
    with pytest.raises(ValueError, match="must know the same classes, got 3 and 2"):
        models.HypercolumnRefinement(sds, models.hypercolumns_lite(2, crop_size=32, hidden=4))
