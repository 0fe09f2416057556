"""The cascade: each stage against a hand computation or the ops, and gradients through the warp."""

import pytest
import torch
from torch.autograd import grad, gradcheck

from course_pkg import models, ops
from course_pkg.data import instance_target


def small_cascade(stages=3, features=None, **settings):
    torch.manual_seed(0)
    features = features or models.LiteFeatures(models.EfficientNetLite0(), 8).train()
    small = {"pooled": 8, "mask": 8, "mask_hidden": 16, "class_hidden": 16}
    size = models.CascadeSize(**(small | settings))
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
    pooled = torch.randn(5, 2, 6, 6)
    stage.mask_path.load_state_dict(stage.box_path.state_dict())
    seen = []
    stage.classes.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    stage(pooled, torch.ones(5, 8, 8))
    stage(pooled, torch.zeros(5, 8, 8))
    torch.testing.assert_close(seen[0][:, :4], seen[0][:, 4:])
    empty = stage.mask_path(torch.zeros(5, 2, 6, 6))
    torch.testing.assert_close(seen[1][:, 4:], empty)


@pytest.mark.parametrize("stages", [3, 5])
def test_losses_of_all_stages_reach_all_parameters(stages):
    cascade = small_cascade(stages)
    image, target = two_squares()
    losses = cascade([image, image[:, :50]], [target, two_squares_cut(target)])
    expected = {"rpn_objectness", "rpn_boxes", "mask_2", "class_3", "mask_class_3", "boxes_3"}
    if stages == 5:
        expected |= {"mask_4", "class_5", "mask_class_5", "boxes_5"}
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


def trained_a_little(gradients, stages=3):
    """A cascade whose masks and boxes are not all alike, and the losses of one image."""
    cascade = small_cascade(stages, gradients=gradients)
    torch.nn.init.normal_(cascade.mask_stage.mask.weight, std=0.3)
    torch.nn.init.constant_(cascade.mask_stage.mask.bias, 2.0)  # masks that fill most of their box
    torch.nn.init.normal_(cascade.class_stage.classes.weight, std=0.5)
    torch.nn.init.normal_(cascade.class_stage.mask_classes.weight, std=0.5)
    image, target = two_squares()
    torch.manual_seed(3)
    return cascade, cascade([image], [target])


@pytest.mark.parametrize("gradients", ["clamped", "whole"])
def test_the_class_losses_move_boxes_and_masks_through_the_warp(gradients):
    cascade, losses = trained_a_little(gradients)
    moves, drawn = cascade.rpn.deltas.weight, cascade.mask_stage.mask.weight

    def reaches(loss_name, weights):
        (gradient,) = grad(losses[loss_name], weights, retain_graph=True, allow_unused=True)
        return gradient is not None and bool(gradient.abs().sum() > 0)

    for loss_name in ("class_3", "mask_class_3"):
        assert reaches(loss_name, moves)
        assert reaches(loss_name, drawn)
    assert reaches("mask_2", moves)
    assert not reaches("rpn_objectness", drawn)


def test_step_by_step_nothing_passes_from_stage_to_stage():
    cascade, losses = trained_a_little("none", stages=5)
    for loss_name in ("mask_2", "class_3", "mask_class_3", "mask_4", "class_5"):
        (gradient,) = grad(
            losses[loss_name], cascade.rpn.deltas.weight, retain_graph=True, allow_unused=True
        )
        assert gradient is None or gradient.abs().sum() == 0
    for loss_name in ("class_3", "mask_class_3", "class_5"):
        (gradient,) = grad(
            losses[loss_name],
            cascade.mask_stage.mask.weight,
            retain_graph=True,
            allow_unused=True,
        )
        assert gradient is None


def test_the_three_ways_say_the_same_and_hear_different_things():
    numbers = {}
    for gradients in ("clamped", "whole", "none"):
        _, losses = trained_a_little(gradients)
        numbers[gradients] = {name: value.item() for name, value in losses.items()}
    assert numbers["clamped"] == numbers["whole"] == numbers["none"]


def what_arrives(limit, image_size=(64, 64)):
    """The gradient at each move when everybody wants every edge further right, by 1 a pixel."""
    torch.manual_seed(0)
    rpn = models.RegionProposalNetwork(4, 8, models.RPNSize(anchor_sizes=(16, 48)))
    torch.nn.init.normal_(rpn.deltas.weight, std=0.05)
    heads = rpn.heads(torch.randn(1, 4, 8, 8))
    heads.deltas.retain_grad()
    found = rpn.propose(heads, [image_size], limit)
    found.boxes[0].sum().backward()
    return heads, found, heads.deltas.grad[0]


def test_no_move_hears_more_than_the_limit():
    _, _, whole = what_arrives(None)
    _, _, cut = what_arrives(1 / 512)
    assert whole.abs().max() > 1
    assert cut.abs().max() == 1 / 512
    heard = cut != 0
    torch.testing.assert_close(cut[heard], whole[heard].clamp(-1 / 512, 1 / 512))


def test_boxes_and_anchors_that_reach_out_of_the_image_hear_nothing():
    heads, found, cut = what_arrives(1 / 512)
    _, _, whole = what_arrives(None)
    moved = ops.decode_boxes(heads.deltas[0].detach(), heads.anchors)

    def within(boxes):
        return (boxes >= 0).all(dim=1) & (boxes <= 64).all(dim=1)

    out = ~(within(moved) & within(heads.anchors))
    proposed = torch.zeros(len(cut), dtype=torch.bool)
    proposed[found.anchors[0]] = True
    assert (whole[proposed & out] != 0).any()  # some of these edges are inside, and would hear
    assert not cut[out].any()
    assert cut[proposed & ~out].any(dim=1).all()


def test_only_masks_that_hold_their_thing_hear_the_class():
    cascade = small_cascade(gradients="clamped")
    _, target = two_squares()
    # The first box is a square; the second overlaps the other square by less than half.
    rois = torch.tensor([[0.0, 6.0, 8.0, 28.0, 30.0], [0.0, 44.0, 34.0, 64.0, 60.0]])
    maps = cascade.features(torch.rand(1, 3, 64, 64)).detach()
    with torch.no_grad():
        cascade.mask_stage.mask.weight.zero_()
        cascade.mask_stage.mask.bias.fill_(3.0)
    seen = []

    def keep(module, inputs, output):
        output.retain_grad()
        seen.append(output)

    cascade.mask_stage.register_forward_hook(keep)
    losses = {}
    cascade._pass_and_judge(maps, rois, [target], losses, 2)
    (losses["class_3"] + losses["mask_class_3"]).backward()
    assert seen[0].grad[0].abs().sum() > 0
    assert seen[0].grad[1].abs().sum() == 0


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
    other = logits.flip(1)  # what the box holds does not choose the move
    stage = models.Stage(rois, torch.zeros(2, 8, 8), other, logits, deltas)
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


@pytest.mark.parametrize(("gradients", "most"), [("clamped", 1 / 512), ("whole", 6.4)])
def test_what_is_said_about_a_moved_box_teaches_the_move_and_the_box(gradients, most):
    rois = torch.tensor([[0.0, 8.0, 8.0, 40.0, 40.0]], requires_grad=True)
    deltas = torch.zeros(1, 3, 4, requires_grad=True)
    logits = torch.tensor([[0.0, 1.0, 0.0]])
    stage = models.Stage(rois, torch.zeros(1, 8, 8), logits, logits, deltas)
    moved = small_cascade(5, gradients=gradients).refine(stage, [(64, 64)])
    to_rois, to_deltas = grad(moved[:, 1:].sum(), (rois, deltas))
    torch.testing.assert_close(to_rois[0, 1:], torch.ones(4))  # it moves along with the old box
    # Both x edges go along by a tenth of the width of 32 a unit, the weight being 10; so do the y.
    torch.testing.assert_close(to_deltas[0, 1, :2], torch.tensor([most, most]))


def test_step_by_step_a_moved_box_teaches_nobody():
    rois = torch.tensor([[0.0, 8.0, 8.0, 40.0, 40.0]], requires_grad=True)
    logits = torch.tensor([[0.0, 1.0, 0.0]])
    deltas = torch.zeros(1, 3, 4, requires_grad=True)
    stage = models.Stage(rois, torch.zeros(1, 8, 8), logits, logits, deltas)
    assert not small_cascade(5, gradients="none").refine(stage, [(64, 64)]).requires_grad


def test_a_move_out_of_the_image_hears_nothing():
    rois = torch.tensor([[0.0, 8.0, 8.0, 40.0, 40.0], [0.0, 40.0, 8.0, 60.0, 20.0]])
    deltas = torch.zeros(2, 3, 4)
    deltas[1, 1, 0] = 9.0  # 18 pixels to the right: past 64
    deltas.requires_grad_()
    logits = torch.tensor([[0.0, 1.0, 0.0]]).expand(2, 3)
    stage = models.Stage(rois, torch.zeros(2, 8, 8), logits, logits, deltas)
    moved = small_cascade(5, gradients="clamped").refine(stage, [(64, 64)])
    (heard,) = grad(moved[:, 1:].sum(), deltas)
    assert heard[0].any()
    assert not heard[1].any()


def test_true_boxes_are_shown_in_both_rounds():
    cascade = small_cascade(5)
    image, target = two_squares()
    seen = []
    cascade._pass_and_judge = lambda maps, rois, *more: (
        seen.append(rois.detach()),
        models.MultitaskCascade._pass_and_judge(cascade, maps, rois, *more),
    )[1]
    torch.manual_seed(0)
    cascade([image, image], [target, target])
    true = target["boxes"].as_subclass(torch.Tensor)
    for rois in seen:
        assert (rois[:, 0].diff() >= 0).all()  # the boxes of an image are neighbours
        for number in (0, 1):
            mine = rois[rois[:, 0] == number, 1:]
            assert (mine[:, None] == true).all(dim=2).any(dim=0).all()
    assert len(seen[1]) == len(seen[0]) + 2 * len(true)  # none is left out of the second round


def test_a_share_of_things_and_background_near_them():
    true = torch.tensor([[0.0, 0.0, 10.0, 10.0]])
    good = true.repeat(50, 1)
    near = torch.tensor([[6.0, 0.0, 16.0, 10.0]]).repeat(60, 1)  # IoU 0.25
    far = torch.tensor([[30.0, 30.0, 40.0, 40.0]]).repeat(60, 1)
    boxes = torch.cat((good, near, far))
    things, rest = models.sample_cascade_boxes(boxes, true, most=64, foreground=0.3)
    assert len(things) == 19  # three tenths of 64
    assert ((rest >= 50) & (rest < 110)).sum() == 38  # 85 % of the other 45
    assert (rest >= 110).sum() == 7
    assert (things < 50).all()
    none, all_far = models.sample_cascade_boxes(far, torch.zeros(0, 4), most=20)
    assert len(none) == 0
    assert len(all_far) == 3  # no box is near anything


def test_answers_by_hand():
    _, target = two_squares()
    rois = torch.tensor(
        [[0.0, 6.0, 8.0, 28.0, 30.0], [0.0, 40.0, 0.0, 60.0, 10.0], [0.0, 26.0, 34.0, 58.0, 60.0]]
    )
    labels, _, masks, aims = models.answer_boxes(rois, [target], mask_size=8)
    assert labels.tolist() == [1, 0, 2]
    assert masks[0].min() == 1.0  # the box is the square
    assert masks[1][:, 0].max() == 0.0  # an eighth of 32 pixels, all of it outside of the square
    assert masks[1][:, 1:].min() == 1.0
    torch.testing.assert_close(aims[0], torch.zeros(4), atol=1e-6, rtol=0)
    # Centre 44 instead of 42, of 32 pixels, times 10; width 28 of 32, times 5.
    expected = torch.tensor([2 / 32 * 10, 0.0, torch.tensor(28 / 32).log() * 5, 0.0])
    torch.testing.assert_close(aims[1], expected)


def test_a_bad_mask_in_a_good_box_is_background():
    _, target = two_squares()
    box = [0.0, 6.0, 8.0, 28.0, 30.0]  # the first square
    rois = torch.tensor([box, box, box, [0.0, 40.0, 0.0, 60.0, 10.0]])
    answers = models.answer_boxes(rois, [target], mask_size=8)
    probs = torch.ones(4, 8, 8)
    probs[1, :, 3:] = 0.0  # less than half of the square
    probs[2, :, 6:] = 0.0  # most of it
    labels = models.label_masks(rois, probs, answers, [target])
    assert answers.labels.tolist() == [1, 1, 1, 0]
    assert labels.tolist() == [1, 0, 1, 0]


def test_the_mask_is_compared_with_the_whole_thing_and_not_with_its_part_in_the_box():
    masks = torch.zeros(1, 20, 40, dtype=torch.bool)
    masks[0, 5:15, 5:35] = True
    target = instance_target(masks, torch.tensor([1]))
    rois = torch.tensor([[0.0, 5.0, 5.0, 23.0, 15.0]])  # six tenths of it
    answers = models.answer_boxes(rois, [target], mask_size=8)
    full, most = torch.ones(1, 8, 8), torch.ones(1, 8, 8)
    most[:, :2] = 0.0  # three quarters of the box: under half of the thing
    assert models.label_masks(rois, full, answers, [target]).tolist() == [1]
    assert models.label_masks(rois, most, answers, [target]).tolist() == [0]


def test_a_mask_that_lost_its_thing_scores_low():
    """Only the head that looks at masks can tell the good half of the boxes from the bad one."""
    cascade = small_cascade().eval()
    rois = torch.tensor([[0.0, 6.0, 8.0, 28.0, 30.0]])
    logits = torch.tensor([[0.0, 9.0, 0.0]]), torch.tensor([[9.0, 0.0, 0.0]])
    boxes_sure, masks_sure = (
        models.Stage(rois, torch.full((1, 8, 8), 5.0), *heads, torch.zeros(1, 3, 4))
        for heads in (logits, logits[::-1])
    )
    assert len(cascade._predict([boxes_sure], 0, (64, 64))["scores"]) == 0
    assert cascade._predict([masks_sure], 0, (64, 64))["scores"][0] > 0.9


def test_fc6_reads_half_as_many_bins_as_the_mask_stage():
    cascade = small_cascade(pooled=14)
    assert cascade.mask_stage.fc.in_features == 8 * 14 * 14
    assert cascade.class_stage.box_path[2].in_features == 8 * 7 * 7
    features = models.LiteFeatures(models.EfficientNetLite0(), 256)
    with torch.device("meta"):
        full = models.ClassStage(256 * 7 * 7, models.MNC_FULL.class_hidden, 21)
    assert models.MNC_FULL.pooled == 14
    # Without the pool fc6 alone has 2 x 256 x 14 x 14 x 4096 = 411 million.
    assert sum(p.numel() for p in full.parameters()) < 140e6
    assert features.out_channels == 256


def test_anchors_of_chosen_boxes_count_whatever_they_overlap():
    torch.manual_seed(0)
    rpn = models.RegionProposalNetwork(4, 8, models.RPNSize(anchor_sizes=(16,), sampled=4))
    heads = rpn.heads(torch.randn(1, 4, 8, 8))
    _, target = two_squares()
    heads.scores.retain_grad()
    forced = [(torch.tensor([5, 7]), torch.tensor([20]))]
    rpn.losses(heads, [target], forced)["rpn_objectness"].backward()
    pulled = heads.scores.grad[0]
    assert (pulled[[5, 7]] < 0).all()  # up, whatever the box under them
    assert pulled[20] > 0
    assert 4 <= (pulled != 0).sum() <= 7


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


def test_a_cascades_masks_are_proposals_for_other_systems():
    cascade = small_cascade().eval()
    with torch.no_grad():
        cascade.mask_stage.mask.weight.zero_()
        cascade.mask_stage.mask.bias.fill_(5.0)  # every mask fills its box
    image, target = two_squares()
    propose = models.cascade_proposals(cascade, most=20)
    regions = propose(image)
    with torch.no_grad():
        maps = cascade.features(models.pad_to_batch([image]))
        boxes = cascade.rpn(maps, [(64, 64)]).boxes[0][:20]
    expected = ops.paste_masks(torch.ones(len(boxes), 1, 1), boxes, (64, 64)) > 0.5
    assert torch.equal(regions, expected[expected.flatten(1).any(dim=1)])
    sds = models.sds_lite(3, crop_size=32, hidden=8, propose=propose, samples=4)
    models.total_loss(sds, ([image], [target])).backward()
    assert all(p.grad is None for p in cascade.parameters())


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
