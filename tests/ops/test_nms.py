"""Non-maximum suppression against torchvision's, and by hand where it is silent."""

import pytest
import torch
import torchvision.ops as reference

from course_pkg import ops, set_checks


@pytest.mark.parametrize("seed", range(10))
def test_kept_boxes_are_torchvisions(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(30):
        k = int(torch.randint(0, 25, (), generator=generator))
        start = torch.rand(k, 2, generator=generator) * 60 - 10
        boxes = torch.cat((start, start + torch.rand(k, 2, generator=generator) * 15 + 1), dim=1)
        threshold = float(torch.rand((), generator=generator))
        scores = torch.rand(k, generator=generator)
        labels = torch.randint(0, 3, (k,), generator=generator)
        assert ops.nms(boxes, scores, threshold).tolist() == (
            reference.nms(boxes, scores, threshold).tolist()
        )
        assert ops.batched_nms(boxes, scores, labels, threshold).tolist() == (
            reference.batched_nms(boxes, scores, labels, threshold).tolist()
        )


def test_equal_scores_keep_their_order_and_the_threshold_is_strict():
    boxes = torch.tensor([[0.0, 0.0, 2.0, 1.0], [1.0, 0.0, 3.0, 1.0]])  # they share 1 of 3
    third = ops.box_iou(boxes[:1], boxes[1:]).item()
    assert ops.nms(boxes, torch.ones(2), third).tolist() == [0, 1]
    assert ops.nms(boxes, torch.ones(2), third - 1e-6).tolist() == [0]


def test_of_nothing_nothing_is_kept():
    none = torch.zeros(0, 4)
    assert ops.nms(none, torch.zeros(0), 0.5).tolist() == []
    assert ops.batched_nms(none, torch.zeros(0), torch.zeros(0).long(), 0.5).tolist() == []
    assert ops.mask_nms(torch.zeros(0, 3, 3).bool(), torch.zeros(0), 0.5).tolist() == []


def test_region_nms_by_hand():
    # Three strips: the first two share one pixel of five, the third is by itself.
    strips = torch.zeros(3, 1, 9, dtype=torch.bool)
    strips[0, 0, 0:3], strips[1, 0, 2:5], strips[2, 0, 6:9] = True, True, True
    scores = torch.tensor([0.5, 0.9, 0.7])
    assert ops.mask_nms(strips, scores, 0.0).tolist() == [1, 2]
    assert ops.mask_nms(strips, scores, 0.2).tolist() == [1, 2, 0]  # 1/5 is not more than 0.2
    assert ops.mask_nms(strips, scores, 0.0, torch.tensor([1, 2, 1])).tolist() == [1, 2, 0]


@pytest.mark.parametrize("seed", range(5))
def test_region_nms_of_full_boxes_is_box_nms(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(20):
        start = torch.randint(0, 10, (8, 2), generator=generator)
        boxes = torch.cat((start, start + torch.randint(1, 8, (8, 2), generator=generator)), dim=1)
        masks = torch.zeros(8, 18, 18, dtype=torch.bool)
        for mask, (x0, y0, x1, y1) in zip(masks, boxes.tolist(), strict=True):
            mask[y0:y1, x0:x1] = True
        scores, labels = torch.rand(8, generator=generator), torch.arange(8) % 2
        expected = ops.batched_nms(boxes.float(), scores, labels, 0.3)
        assert ops.mask_nms(masks, scores, 0.3, labels).tolist() == expected.tolist()


@pytest.mark.parametrize("checks", [True, False])
def test_numbers_that_do_not_fit_are_refused_with_and_without_the_shape_checks(checks):
    two, maps = torch.tensor([[0.0, 0.0, 2.0, 2.0]] * 2), torch.ones(2, 3, 3, dtype=torch.bool)
    one, idxs = torch.ones(1), torch.zeros(1, dtype=torch.int64)
    set_checks(checks)
    try:
        with pytest.raises(ValueError, match="nms"):
            ops.nms(two, one, 0.5)
        with pytest.raises(ValueError, match="batched_nms"):
            ops.batched_nms(two, torch.ones(2), idxs, 0.5)
        with pytest.raises(ValueError, match="mask_nms"):
            ops.mask_nms(maps, one, 0.5)
    finally:
        set_checks(True)


def test_what_does_not_fit_is_counted():
    two = torch.tensor([[0.0, 0.0, 2.0, 2.0]] * 2)
    set_checks(False)
    try:
        with pytest.raises(ValueError) as refused:
            ops.batched_nms(two, torch.ones(2), torch.zeros(1, dtype=torch.int64), 0.5)
    finally:
        set_checks(True)
    assert str(refused.value) == (
        "batched_nms: one score and one class belong to each of the boxes, got 2 boxes, 2 scores "
        "and 1 classes"
    )
