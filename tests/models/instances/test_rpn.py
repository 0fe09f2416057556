"""Anchors and the region proposal network against torchvision's, and by hand."""

import pytest
import torch
from torchvision.models.detection._utils import Matcher
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.rpn import RegionProposalNetwork as Reference
from torchvision.models.detection.rpn import RPNHead
from torchvision.ops import box_iou

from course_pkg import models
from course_pkg.data import boxes_from_masks, instance_target


def random_boxes(generator, count, span=60.0):
    start = torch.rand(count, 2, generator=generator) * span
    return torch.cat((start, start + torch.rand(count, 2, generator=generator) * 25 + 4), dim=1)


def test_cell_anchors_are_torchvisions_before_rounding():
    sizes, ratios = (8, 16, 32), (0.5, 1.0, 2.0)
    theirs = AnchorGenerator((sizes,), (ratios,)).cell_anchors[0]
    ours = models.cell_anchors(sizes, ratios)
    torch.testing.assert_close(ours.round(), theirs)
    area = (ours[:, 2] - ours[:, 0]) * (ours[:, 3] - ours[:, 1])
    torch.testing.assert_close(area.reshape(3, 3), torch.tensor([[64.0, 256.0, 1024.0]] * 3))


def test_the_grid_stands_half_a_cell_from_torchvisions():
    cell = models.cell_anchors((8, 16), (1.0,))
    generator = AnchorGenerator(((8, 16),), ((1.0,),))
    theirs = generator.grid_anchors([[3, 5]], [[torch.tensor(4), torch.tensor(4)]])[0]
    torch.testing.assert_close(models.anchor_grid(cell, (3, 5), stride=4), theirs + 2.0)


@pytest.mark.parametrize("best_counts", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_matching_equals_torchvision(seed, best_counts):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(10):
        anchors, true = random_boxes(generator, 40), random_boxes(generator, 5)
        # A true box that no anchor touches has torchvision match all of them: left out here.
        true = true[box_iou(true, anchors).amax(dim=1) > 0]
        matcher = Matcher(0.6, 0.25, allow_low_quality_matches=best_counts)
        theirs = matcher(box_iou(true, anchors))
        ours = models.match_boxes(anchors, true, low=0.25, high=0.6, best_counts=best_counts)
        assert ours.tolist() == theirs.tolist()


def test_without_a_true_box_everything_is_background():
    anchors = random_boxes(torch.Generator().manual_seed(0), 3)
    assert (
        models.match_boxes(anchors, torch.zeros(0, 4), 0.3, 0.7).tolist() == [models.BACKGROUND] * 3
    )


def test_sampling_keeps_its_share_and_leaves_the_unsure_out():
    matches = torch.tensor([0] * 30 + [-1] * 100 + [-2] * 50)
    generator = torch.Generator().manual_seed(0)
    thing, background = models.sample_balanced(matches, 40, 0.5, generator)
    assert len(thing) == len(background) == 20
    assert (matches[thing] >= 0).all()
    assert (matches[background] == models.BACKGROUND).all()
    assert len(set(thing.tolist())) == 20
    again = models.sample_balanced(matches, 40, 0.5, torch.Generator().manual_seed(0))
    assert torch.equal(again[0], thing)


def with_weights_of(ours, stride):
    """torchvision's network with our weights, and its anchors moved to our places."""
    size = ours.size
    anchors = AnchorGenerator((size.anchor_sizes,), (size.aspect_ratios,))
    anchors.cell_anchors = [ours.cell + stride / 2]
    head = RPNHead(8, anchors.num_anchors_per_location()[0])
    head.conv[0][0].load_state_dict(ours.conv.state_dict())
    head.cls_logits.load_state_dict(ours.objectness.state_dict())
    head.bbox_pred.load_state_dict(ours.deltas.state_dict())
    top = {"training": size.before_nms, "testing": size.before_nms}
    after = {"training": size.after_nms, "testing": size.after_nms}
    return Reference(anchors, head, 0.7, 0.3, 256, 0.5, top, after, size.nms_threshold)


def test_proposals_and_losses_equal_torchvision():
    torch.manual_seed(0)
    size = models.RPNSize(anchor_sizes=(8, 16), sampled=100_000, before_nms=200, after_nms=50)
    ours = models.RegionProposalNetwork(8, stride=4, size=size)
    torch.nn.init.normal_(ours.deltas.weight, std=0.05)  # so that boxes move
    torch.nn.init.normal_(ours.objectness.weight, std=0.05)
    theirs = with_weights_of(ours, stride=4)
    theirs.fg_bg_sampler.batch_size_per_image = 100_000  # all of them: nothing is drawn
    features = torch.randn(2, 8, 12, 16)
    masks = torch.zeros(2, 48, 64, dtype=torch.bool)
    masks[0, 5:20, 8:25], masks[1, 22:40, 30:60] = True, True
    targets = [instance_target(masks, torch.tensor([1, 1]))] * 2
    found = ours(features, [(48, 64)] * 2, targets)
    from torchvision.models.detection.image_list import ImageList

    images = ImageList(torch.zeros(2, 3, 48, 64), [(48, 64)] * 2)
    plain = [{"boxes": boxes_from_masks(masks)}] * 2
    expected, losses = theirs.train()(images, {"0": features}, plain)
    for mine, other in zip(found.boxes, expected, strict=True):
        torch.testing.assert_close(mine.detach(), other, rtol=1e-4, atol=1e-3)
    # theirs is the mean over all anchors of the batch, ours over images: the same here
    torch.testing.assert_close(found.losses["rpn_objectness"], losses["loss_objectness"])
    torch.testing.assert_close(found.losses["rpn_boxes"], losses["loss_rpn_box_reg"])


def test_proposals_lie_in_the_image_and_keep_their_gradient():
    torch.manual_seed(1)
    rpn = models.RegionProposalNetwork(4, stride=8)
    features = torch.randn(1, 4, 6, 7, requires_grad=True)
    boxes, scores, losses = rpn(features, [(41, 50)])
    assert losses == {}
    assert len(boxes[0]) == len(scores[0]) > 10
    assert boxes[0].min() >= 0
    assert (boxes[0].amax(dim=0)[2:] <= torch.tensor([50.0, 41.0])).all()
    assert (scores[0].diff() <= 0).all()
    assert not scores[0].requires_grad
    boxes[0].sum().backward()
    assert rpn.deltas.weight.grad.abs().sum() > 0


def test_what_is_refused():
    with pytest.raises(ValueError, match="numbers above 0"):
        models.cell_anchors((), (1.0,))
    with pytest.raises(ValueError, match="numbers above 0"):
        models.cell_anchors((8,), (-1.0,))
    with pytest.raises(ValueError, match="low must not be above high"):
        models.match_boxes(torch.zeros(1, 4), torch.zeros(1, 4), low=0.7, high=0.3)
