"""Boxes against torchvision over random configurations, and by hand where torchvision is silent."""

import math
import os
import subprocess
import sys

import pytest
import torch
import torchvision.ops as reference
from torchvision.models.detection._utils import BoxCoder

from course_pkg import ops


def random_boxes(generator, count, span=40.0, largest=15.0):
    """Some of them reach out of an image of span x span, some lie wholly outside."""
    start = torch.rand(count, 2, generator=generator) * (span + 20) - 10
    size = torch.rand(count, 2, generator=generator) * largest + 1
    return torch.cat((start, start + size), dim=1)


@pytest.mark.parametrize("seed", range(10))
def test_area_iou_and_clip_equal_torchvision(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(30):
        k = int(torch.randint(0, 25, (), generator=generator))
        boxes, others = random_boxes(generator, k), random_boxes(generator, 7)
        torch.testing.assert_close(ops.box_area(boxes), reference.box_area(boxes))
        torch.testing.assert_close(ops.box_iou(boxes, others), reference.box_iou(boxes, others))
        torch.testing.assert_close(
            ops.clip_boxes_to_image(boxes, (30, 20)), reference.clip_boxes_to_image(boxes, (30, 20))
        )


@pytest.mark.parametrize("seed", range(10))
def test_encoding_and_decoding_equal_torchvision(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(30):
        weights = tuple((torch.rand(4, generator=generator) * 10 + 0.1).tolist())
        boxes, anchors = random_boxes(generator, 9), random_boxes(generator, 9)
        coder = BoxCoder(weights)
        deltas = ops.encode_boxes(boxes, anchors, weights)
        torch.testing.assert_close(deltas, coder.encode_single(boxes, anchors))
        noisy = deltas + torch.randn(9, 4, generator=generator) * 3
        expected = coder.decode_single(noisy, anchors)
        torch.testing.assert_close(ops.decode_boxes(noisy, anchors, weights), expected)
        back = ops.decode_boxes(deltas, anchors, weights)
        torch.testing.assert_close(back, boxes, rtol=1e-4, atol=1e-3)


def test_an_absurd_scale_is_cut():
    anchor = torch.tensor([[0.0, 0.0, 16.0, 16.0]])
    box = ops.decode_boxes(torch.tensor([[0.0, 0.0, 50.0, -50.0]]), anchor)
    # Width 16 x 1000/16, about the centre 8; no height left.
    torch.testing.assert_close(box, torch.tensor([[-492.0, 8.0, 508.0, 8.0]]))


def test_gradients_of_iou_and_coding():
    generator = torch.Generator().manual_seed(0)
    boxes = random_boxes(generator, 4).double().requires_grad_()
    anchors = random_boxes(generator, 4).double().requires_grad_()
    assert torch.autograd.gradcheck(ops.box_iou, (boxes, anchors))
    assert torch.autograd.gradcheck(ops.encode_boxes, (boxes, anchors))
    deltas = torch.randn(4, 4, dtype=torch.float64, generator=generator).requires_grad_()
    assert torch.autograd.gradcheck(ops.decode_boxes, (deltas, anchors))


def test_boxes_without_area():
    point = torch.tensor([[3.0, 3.0, 3.0, 3.0]])
    whole = torch.tensor([[0.0, 0.0, 9.0, 9.0]])
    assert math.isnan(reference.box_iou(point, point).item())  # where the two part
    assert ops.box_iou(point, point).item() == 0.0
    assert ops.box_iou(point, whole).item() == reference.box_iou(point, whole).item() == 0.0
    grown = point.clone().requires_grad_()
    ops.box_iou(grown, point).sum().backward()
    assert grown.grad is not None
    assert grown.grad.isfinite().all()


def test_a_box_outside_the_image_keeps_no_area():
    clipped = ops.clip_boxes_to_image(torch.tensor([[-9.0, -5.0, -2.0, 4.0]]), (10, 10))
    assert clipped.tolist() == [[0.0, 0.0, 0.0, 4.0]]
    assert ops.box_area(clipped).item() == 0.0


def test_no_boxes():
    none = torch.zeros(0, 4)
    assert ops.box_area(none).shape == (0,)
    assert ops.box_iou(none, torch.zeros(2, 4)).shape == (0, 2)
    assert ops.encode_boxes(none, none).shape == ops.decode_boxes(none, none).shape == (0, 4)
    assert ops.clip_boxes_to_image(none, (4, 4)).shape == (0, 4)


def test_what_is_refused():
    one = torch.tensor([[0.0, 0.0, 2.0, 2.0]])
    empty = torch.tensor([[1.0, 1.0, 1.0, 2.0]])
    with pytest.raises(ValueError, match="boxes must have x1 > x0"):
        ops.encode_boxes(empty, one)
    with pytest.raises(ValueError, match="anchors must have x1 > x0"):
        ops.encode_boxes(one, empty)
    with pytest.raises(ValueError, match="four numbers above 0"):
        ops.decode_boxes(one, one, weights=(1.0, 1.0, 0.0, 1.0))
    with pytest.raises(ValueError, match="four numbers above 0"):
        ops.encode_boxes(one, one, weights=(1.0, 1.0, 1.0))


_WITHOUT_THE_HOOK = """
import torch
from course_pkg import ops

two, one = torch.tensor([[0.0, 0.0, 2.0, 2.0]] * 2), torch.tensor([[0.0, 0.0, 2.0, 2.0]])
maps = torch.ones(2, 3, 3, dtype=torch.bool)
calls = {
    "encode_boxes": lambda: ops.encode_boxes(one, two),
    "decode_boxes": lambda: ops.decode_boxes(two, one),
    "crop_masks": lambda: ops.crop_masks(maps, one, 2),
    "paste_masks": lambda: ops.paste_masks(maps.float(), one, (4, 4)),
}
for name, call in calls.items():
    try:
        call()
    except ValueError as error:
        print(name, "belongs to each" in str(error) or "belong to each" in str(error))
"""


def test_numbers_that_do_not_fit_are_refused_also_without_the_shape_hook():
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_THE_HOOK],
        env={**os.environ, "JAXTYPING_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    names = [
        "encode_boxes",
        "decode_boxes",
        "crop_masks",
        "paste_masks",
    ]
    assert done.stdout.split("\n")[:-1] == [f"{name} True" for name in names]
