"""The cascade: each stage against a hand computation or the ops, and gradients through the warp."""

import pytest
import torch
from torch.autograd import grad, gradcheck

from course_pkg import models, ops
from course_pkg.data import instance_target


def small_cascade(stages=3, features=None, **settings):
    torch.manual_seed(0)
    features = features or models.LiteFeatures(models.EfficientNetLite0(), 8).train()
    size = models.CascadeSize(
        pooled=4, mask=8, mask_hidden=16, class_hidden=16, rois=64, **settings
    )
    rpn = models.RPNSize(anchor_sizes=(16, 24), after_nms=300)
    return models.MultitaskCascade(features, num_classes=3, stages=stages, size=size, rpn=rpn)


def two_squares(side=64):
    masks = torch.zeros(2, side, side, dtype=torch.bool)
    masks[0, 8:30, 6:28], masks[1, 34:60, 30:58] = True, True
    image = torch.full((3, side, side), 0.2)
    image[0, masks[0]], image[1, masks[1]] = 1.0, 1.0
    return image, instance_target(masks, torch.tensor([1, 2]))


def random_rois(generator, images=2, each=3, span=40.0):
    start = torch.rand(images * each, 2, generator=generator).double() * span - 6
    size = torch.rand(images * each, 2, generator=generator).double() * 30 + 2
    number = torch.arange(images).repeat_interleave(each)[:, None].double()
    return torch.cat((number, start, start + size), dim=1)


@pytest.mark.parametrize("seed", range(10))
def test_the_fast_warp_is_the_readable_one(seed):
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(2, 3, 9, 11, generator=generator, dtype=torch.float64)
    rois = random_rois(generator)
    torch.testing.assert_close(
        models.warp_boxes(features, rois, 5, stride=4), ops.roi_warp(features, rois, 5, 1 / 4)
    )


def test_the_fast_warp_is_differentiable_in_the_box():
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(1, 2, 6, 6, generator=generator, dtype=torch.float64).requires_grad_()
    box = torch.tensor([[1.3, 2.1, 17.6, 19.9]], dtype=torch.float64, requires_grad=True)
    zero = torch.zeros(1, 1, dtype=torch.float64)
    assert gradcheck(
        lambda x, b: models.warp_boxes(x, torch.cat((zero, b), 1), 3, stride=4), (features, box)
    )


def test_no_boxes_in_one_of_the_images():
    features = torch.ones(2, 3, 4, 4)
    rois = torch.tensor([[1.0, 2.0, 2.0, 9.0, 9.0]])
    assert models.warp_boxes(features, rois, 2, stride=4).shape == (1, 3, 2, 2)
    assert models.warp_boxes(features, rois[:0], 2, stride=4).shape == (0, 3, 2, 2)


def test_a_mask_of_ones_leaves_the_features_and_one_of_zeros_removes_them():
    torch.manual_seed(0)
    stage = models.ClassStage(in_features=2 * 9, hidden=4, num_classes=3)
    pooled = torch.randn(5, 2, 3, 3)
    stage.mask_path.load_state_dict(stage.box_path.state_dict())
    seen = []
    stage.classes.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    stage(pooled, torch.ones(5, 8, 8))
    stage(pooled, torch.zeros(5, 8, 8))
    torch.testing.assert_close(seen[0][:, :4], seen[0][:, 4:])
    empty = stage.mask_path(torch.zeros(5, 2, 3, 3))
    torch.testing.assert_close(seen[1][:, 4:], empty)


@pytest.mark.parametrize("stages", [3, 5])
def test_losses_of_all_stages_reach_all_parameters(stages):
    cascade = small_cascade(stages)
    image, target = two_squares()
    losses = cascade([image, image[:, :50]], [target, two_squares_cut(target)])
    expected = {"rpn_objectness", "rpn_boxes", "mask_2", "class_3", "boxes_3"}
    if stages == 5:
        expected |= {"mask_4", "class_5", "boxes_5"}
    assert set(losses) == expected
    assert all(value.isfinite() and value.ndim == 0 for value in losses.values())
    sum(losses.values()).backward()
    silent = [
        name
        for name, p in cascade.named_parameters()
        if p.grad is None or not p.grad.abs().sum() > 0
    ]
    assert silent == []


def two_squares_cut(target):
    return instance_target(target["masks"].as_subclass(torch.Tensor)[:, :50], target["labels"])


def test_the_class_loss_moves_boxes_and_masks_through_the_warp():
    cascade = small_cascade()
    image, target = two_squares()
    box_weights = cascade.rpn.deltas.weight
    mask_weights = cascade.mask_stage.mask.weight

    def reaches(loss_name, weights):
        torch.manual_seed(3)
        loss = cascade([image], [target])[loss_name]
        (gradient,) = grad(loss, weights, allow_unused=True)
        return gradient is not None and bool(gradient.abs().sum() > 0)

    assert reaches("class_3", box_weights)
    assert reaches("mask_2", box_weights)
    assert reaches("class_3", mask_weights)
    assert not reaches("rpn_objectness", mask_weights)


def test_a_share_of_the_gradient_reaches_the_proposals_and_no_number_changes():
    image, target = two_squares()
    found = {}
    for share in (1.0, 0.1, 0.0):
        cascade = small_cascade(box_gradient=share)
        torch.manual_seed(3)
        loss = cascade([image], [target])["class_3"]
        weights = cascade.rpn.deltas.weight, cascade.mask_stage.mask.weight
        found[share] = loss.detach(), *grad(loss, weights)
    for share in (0.1, 0.0):
        loss, boxes, masks = found[share]
        torch.testing.assert_close(loss, found[1.0][0], rtol=0, atol=0)
        torch.testing.assert_close(boxes, share * found[1.0][1], rtol=1e-3, atol=0)
        torch.testing.assert_close(masks, found[1.0][2], rtol=1e-3, atol=0)
    assert found[1.0][1].abs().sum() > 0


def test_stepwise_nothing_passes_from_stage_to_stage():
    cascade = small_cascade(end_to_end=False)
    image, target = two_squares()
    losses = cascade([image], [target])
    for loss_name in ("mask_2", "class_3"):
        (gradient,) = grad(
            losses[loss_name], cascade.rpn.deltas.weight, retain_graph=True, allow_unused=True
        )
        assert gradient is None or gradient.abs().sum() == 0
    (gradient,) = grad(losses["class_3"], cascade.mask_stage.mask.weight, allow_unused=True)
    assert gradient is None


def test_the_gradient_of_the_class_loss_says_where_the_box_should_go():
    """A bright square, a detector of brightness, a box half beside it: the gradient pulls."""
    map_ = torch.zeros(1, 1, 8, 8)
    map_[..., 2:6, 2:6] = 1.0  # 8 to 24 in pixels
    box = torch.tensor([[0.0, 14.0, 10.0, 30.0, 20.0]], requires_grad=True)
    loss = -models.warp_boxes(map_, box, 4, stride=4).mean()
    loss.backward()
    # Samples stand at 4, 5, 6, 7 cells; only the one at 6 is on the slope, between 1 and 0. It lies
    # 5/8 of the way from the left edge to the right one, a cell is 4 pixels, it is 1 sample of 4.
    # Downhill is where the gradient is negative: to the left, with both edges.
    expected = torch.tensor([[0.0, 3 / 8 / 16, 0.0, 5 / 8 / 16, 0.0]])
    torch.testing.assert_close(box.grad, expected)


def test_refined_boxes_are_decoded_with_the_deltas_of_the_best_class():
    cascade = small_cascade()
    rois = torch.tensor([[0.0, 10.0, 10.0, 30.0, 20.0], [1.0, 0.0, 0.0, 8.0, 8.0]])
    deltas = torch.zeros(2, 3, 4)
    deltas[0, 2] = torch.tensor([1.0, 0.0, 0.0, 0.0])  # a tenth of the width, by the weight 10
    deltas[0, 1] = 99.0
    deltas[1, 1] = torch.tensor([0.0, 0.0, 5.0, 5.0])  # e times as large, cut by the image
    logits = torch.tensor([[9.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    stage = models.Stage(rois, torch.zeros(2, 8, 8), logits, deltas)
    moved = cascade.refine(stage, [(64, 64), (9, 9)])
    torch.testing.assert_close(moved[0], torch.tensor([0.0, 12.0, 10.0, 32.0, 20.0]))
    torch.testing.assert_close(moved[1], torch.tensor([1.0, 0.0, 0.0, 9.0, 9.0]))


def test_five_stages_share_their_weights_with_three():
    three, five = small_cascade(3), small_cascade(5)
    assert sum(p.numel() for p in three.parameters()) == sum(p.numel() for p in five.parameters())
    assert three.state_dict().keys() == five.state_dict().keys()
    maps = three.features(torch.rand(1, 3, 64, 64))
    rois = torch.tensor([[0.0, 8.0, 8.0, 40.0, 40.0]])
    assert len(three.run_stages(maps, rois, [(64, 64)])) == 1
    first, second = five.run_stages(maps, rois, [(64, 64)])
    torch.testing.assert_close(second.rois, five.refine(first, [(64, 64)]))


def test_what_is_said_about_a_moved_box_teaches_the_move_and_not_the_box():
    rois = torch.tensor([[0.0, 8.0, 8.0, 40.0, 40.0]], requires_grad=True)
    deltas = torch.zeros(1, 3, 4, requires_grad=True)
    logits = torch.tensor([[0.0, 1.0, 0.0]])
    stage = models.Stage(rois, torch.zeros(1, 8, 8), logits, deltas)
    moved = small_cascade(5).refine(stage, [(64, 64)])
    to_rois, to_deltas = grad(moved[:, 1:].sum(), (rois, deltas))
    assert not to_rois.any()
    # Both x edges go along by a tenth of the width of 32 a unit, the weight being 10; so do the y.
    torch.testing.assert_close(to_deltas[0, 1, :2], torch.tensor([6.4, 6.4]))


def test_answers_by_hand():
    cascade = small_cascade()
    _, target = two_squares()
    rois = torch.tensor(
        [[0.0, 6.0, 8.0, 28.0, 30.0], [0.0, 40.0, 0.0, 60.0, 10.0], [0.0, 26.0, 34.0, 58.0, 60.0]]
    )
    labels, masks, aims = cascade._answers(rois, [target])
    assert labels.tolist() == [1, 0, 2]
    assert masks[0].min() == 1.0  # the box is the square
    assert masks[1][:, 0].max() == 0.0  # an eighth of 32 pixels, all of it outside of the square
    assert masks[1][:, 1:].min() == 1.0
    torch.testing.assert_close(aims[0], torch.zeros(4), atol=1e-6, rtol=0)
    # Centre 44 instead of 42, of 32 pixels, times 10; width 28 of 32, times 5.
    expected = torch.tensor([2 / 32 * 10, 0.0, torch.tensor(28 / 32).log() * 5, 0.0])
    torch.testing.assert_close(aims[1], expected)


def test_predictions_have_the_sizes_of_their_images():
    cascade = small_cascade(5).eval()
    with torch.inference_mode():
        predictions = cascade([torch.rand(3, 64, 64), torch.rand(3, 40, 70)])
    for found, size in zip(predictions, [(64, 64), (40, 70)], strict=True):
        k = len(found["scores"])
        assert found["masks"].shape == (k, *size)
        assert found["boxes"].shape == (k, 4)
        assert found["masks"].dtype == torch.bool
        assert set(found["labels"].tolist()) <= {1, 2}
        assert k <= cascade.size.most


def test_voting_by_hand():
    boxes = torch.tensor([[0.0, 0.0, 4.0, 1.0], [0.0, 0.0, 4.0, 1.0], [20.0, 0.0, 24.0, 1.0]])
    left = torch.tensor([[[1.0, 0.0]]])
    right = torch.tensor([[[0.0, 1.0]]])
    masks = torch.cat((left, right, left))
    # The first has 0.6 of the votes on the left half; the second 0.4 on the right one: both reach
    # 0.4 where they are sure, and together everywhere in between.
    voted = models.vote_mask(masks[:2], boxes[:2], torch.tensor([0.6, 0.4]), (1, 6))
    assert voted.tolist() == [[True, True, True, True, False, False]]
    voted = models.vote_mask(masks[:2], boxes[:2], torch.tensor([0.9, 0.1]), (1, 6))
    assert voted.tolist() == [[True, True, False, False, False, False]]
    probs = torch.tensor([[0.1, 0.9], [0.2, 0.8], [0.4, 0.6]])
    found = models.vote_instances(boxes, probs, masks, (1, 30))
    torch.testing.assert_close(found["scores"], torch.tensor([0.9, 0.6]))
    assert found["boxes"].tolist() == [boxes[0].tolist(), boxes[2].tolist()]
    assert found["masks"][1].nonzero()[:, 1].tolist() == [20, 21]


def test_nothing_found():
    found = models.vote_instances(
        torch.zeros(0, 4), torch.zeros(0, 3), torch.zeros(0, 8, 8), (5, 6)
    )
    assert found["masks"].shape == (0, 5, 6)
    assert found["scores"].tolist() == []


def test_overfits_two_squares():
    torch.manual_seed(0)
    cascade = small_cascade(5, features=models.lite_features(16))
    image, target = two_squares()
    groups = [
        {"params": [p for n, p in cascade.named_parameters() if ".body." not in n]},
        {"params": list(cascade.body.parameters()), "lr": 1e-4},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3)
    for _ in range(120):  # at 60 it depends on the seed whether both have been found
        loss = models.total_loss(cascade, ([image], [target]))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(cascade.parameters(), 5.0)
        optimizer.step()
    with torch.inference_mode():
        (found,) = cascade.eval()([image])
    best = found["masks"][:2]
    ious = ops.mask_iou(target["masks"].as_subclass(torch.Tensor), best).amax(dim=1)
    assert ious.min() > 0.5
    assert sorted(found["labels"][:2].tolist()) == [1, 2]


def test_what_is_refused():
    features = models.LiteFeatures(models.EfficientNetLite0(), 8)
    with pytest.raises(ValueError, match="3 or 5 stages"):
        models.MultitaskCascade(features, num_classes=3, stages=4)
    with pytest.raises(ValueError, match="at least 2 classes"):
        models.MultitaskCascade(features, num_classes=1)
