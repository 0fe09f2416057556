"""RoI pooling, aligning and warping against torchvision, grid_sample and hand computations."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import torchvision.ops as reference
from torch.autograd import gradcheck

from course_pkg import ops

EVERY_OP = (ops.roi_pool, ops.roi_align, ops.roi_warp, ops.roi_warp_released)


def random_case(generator, dtype=torch.float32):
    """Feature maps, and boxes of which some are tiny, some outside the image, some inside out."""
    draw = lambda low, high: int(torch.randint(low, high, (), generator=generator))  # noqa: E731
    n, c, h, w = draw(1, 4), draw(1, 4), draw(3, 14), draw(3, 14)
    scale = [1.0, 0.5, 0.25, 0.0625][draw(0, 4)]
    features = torch.randn(n, c, h, w, generator=generator, dtype=dtype)
    r = draw(0, 6)
    span = torch.tensor([w, h]) / scale
    start = (torch.rand(r, 2, generator=generator, dtype=dtype) * 1.6 - 0.3) * span
    size = (torch.rand(r, 2, generator=generator, dtype=dtype) * 1.2 - 0.05) * span
    image = torch.randint(0, n, (r, 1), generator=generator).to(dtype)
    boxes = torch.cat((image, start, start + size), dim=1)
    return features, boxes, (draw(1, 6), draw(1, 6)), scale, draw(-1, 4)


@pytest.mark.parametrize("seed", range(10))
def test_pool_and_align_equal_torchvision(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(40):
        # Float64: a bin border that is a whole number must not depend on rounding, theirs or ours.
        features, boxes, size, scale, ratio = random_case(generator, torch.float64)
        torch.testing.assert_close(
            ops.roi_pool(features, boxes, size, scale),
            reference.roi_pool(features, boxes, size, scale),
        )
        for aligned in (False, True):
            torch.testing.assert_close(
                ops.roi_align(features, boxes, size, scale, ratio, aligned),
                reference.roi_align(features, boxes, size, scale, ratio, aligned),
            )


@pytest.mark.parametrize("seed", range(10))
def test_warp_equals_grid_sample(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(40):
        features, boxes, (oh, ow), scale, _ = random_case(generator, torch.float64)
        warped = ops.roi_warp(features, boxes, (oh, ow), scale)
        assert warped.shape == (len(boxes), features.shape[1], oh, ow)
        h, w = features.shape[2:]
        for crop, row in zip(warped, boxes, strict=True):
            x0, y0, x1, y1 = (row[1:] * scale).tolist()
            x = x0 + (torch.arange(ow, dtype=torch.float64) + 0.5) / ow * (x1 - x0)
            y = y0 + (torch.arange(oh, dtype=torch.float64) + 0.5) / oh * (y1 - y0)
            grid = torch.stack(torch.meshgrid(2 * x / w - 1, 2 * y / h - 1, indexing="xy"), dim=-1)
            expected = F.grid_sample(features[[int(row[0])]], grid[None], align_corners=False)[0]
            torch.testing.assert_close(crop, expected)


def test_warp_is_align_with_one_sample_where_all_samples_are_inside():
    features = torch.randn(1, 2, 9, 9, generator=torch.Generator().manual_seed(0))
    boxes = [torch.tensor([[0.6, 1.1, 7.7, 8.2], [2.0, 2.0, 4.0, 4.0]])]
    aligned = reference.roi_align(features, boxes, 4, sampling_ratio=1, aligned=True)
    torch.testing.assert_close(ops.roi_warp(features, boxes, 4), aligned)


RAMP = torch.arange(25.0).reshape(1, 1, 5, 5)


def test_rounding_by_hand():
    # At stride 1: x from 0.4 to 2.6 becomes cells 0 to 3; y from 1 to 2.4 becomes cells 1 to 2.
    box = torch.tensor([[0.4, 1.0, 2.6, 2.4]])
    # Two bins of two cells across, two bins of one cell down: maxima of (5 6)(7 8) / (10 11)(12 13)
    assert ops.roi_pool(RAMP, [box], 2)[0, 0].tolist() == [[6.0, 8.0], [11.0, 13.0]]


def test_halves_round_away_from_zero_as_in_c():
    # 0.5 becomes 1 and 2.5 becomes 3; to even they would become 0 and 2.
    box = torch.tensor([[0.5, 0.5, 2.5, 2.5]])
    assert ops.roi_pool(RAMP, [box], 1).item() == RAMP[0, 0, 3, 3].item()
    assert reference.roi_pool(RAMP, [box], 1).item() == RAMP[0, 0, 3, 3].item()


def test_align_and_warp_read_a_ramp_exactly():
    # The ramp is 5 y + x with y, x counted from cell centres at 0.5, so a bin around (2, 3) reads
    # 5 * (3 - 0.5) + (2 - 0.5) = 14.
    box = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
    assert ops.roi_align(RAMP, [box], 1, aligned=True).item() == pytest.approx(14.0)
    assert ops.roi_warp(RAMP, [box], 1).item() == pytest.approx(14.0)
    # Without `aligned` everything is read half a cell further right and down: 3 more.
    assert ops.roi_align(RAMP, [box], 1).item() == pytest.approx(17.0)


def test_gradients_of_features():
    generator = torch.Generator().manual_seed(3)
    features = torch.randn(2, 2, 5, 6, generator=generator, dtype=torch.float64).requires_grad_()
    boxes = [
        torch.tensor([[0.3, 0.6, 4.1, 3.8]]).double(),
        torch.tensor([[1.2, -2.0, 9.0, 3.3]]).double(),
    ]
    for op in (ops.roi_pool, ops.roi_align, ops.roi_warp):
        assert gradcheck(lambda x, op=op: op(x, boxes, 3, 0.8), (features,))


def test_warp_is_differentiable_in_the_box_and_align_is_not():
    generator = torch.Generator().manual_seed(4)
    features = torch.randn(1, 2, 6, 6, generator=generator, dtype=torch.float64).requires_grad_()
    box = torch.tensor([[0.37, 0.61, 4.13, 5.2], [-1.4, 2.3, 2.9, 8.1]]).double().requires_grad_()
    assert gradcheck(lambda x, b: ops.roi_warp(x, [b], (3, 2), 0.9), (features, box))
    assert not ops.roi_align(features.detach(), [box], 2).requires_grad
    (gradient,) = torch.autograd.grad(ops.roi_warp(features, [box], 2)[:, 0].sum(), box)
    assert (gradient.abs() > 0).all()


def released_layer(features, row, bins, scale):
    """The released layer's forward pass, bin by bin and sample by sample."""
    (oh, ow), (c, h, w) = bins, features.shape[1:]
    edges = [np.trunc(v * scale + np.copysign(0.5, v)) for v in row[1:].tolist()]
    x0, y0, x1, y1 = edges
    out = torch.zeros(c, oh, ow, dtype=features.dtype)

    def places(start, size, number, count):
        steps = max(math.ceil(size / count), 1)
        some = steps + 1 if size > 0 else 1
        return [start + (number + k / steps) * size / count for k in range(some)]

    def mixed(at_y, at_x):
        y, x = min(max(at_y, 0), h - 1), min(max(at_x, 0), w - 1)
        top, left = min(int(y), h - 2), min(int(x), w - 2)
        part = features[int(row[0]), :, top : top + 2, left : left + 2]
        down, right = y - top, x - left
        upper = part[:, 0, 0] * (1 - right) + part[:, 0, 1] * right
        lower = part[:, 1, 0] * (1 - right) + part[:, 1, 1] * right
        return upper * (1 - down) + lower * down

    for i in range(oh):
        for j in range(ow):
            values = [
                mixed(y, x)
                for y in places(y0, max(y1 - y0, 0), i, oh)
                for x in places(x0, max(x1 - x0, 0), j, ow)
                if -0.5 <= y <= h - 0.5 and -0.5 <= x <= w - 0.5
            ]
            if values:
                out[:, i, j] = torch.stack(values).amax(dim=0)
    return out


@pytest.mark.parametrize("seed", range(5))
def test_the_released_warp_equals_its_layer_sample_by_sample(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(20):
        features, boxes, bins, scale, _ = random_case(generator, torch.float64)
        crops = ops.roi_warp_released(features, boxes, bins, scale)
        assert crops.shape == (len(boxes), features.shape[1], *bins)
        for crop, row in zip(crops, boxes, strict=True):
            torch.testing.assert_close(crop, released_layer(features, row, bins, scale))


def test_equations_glide_and_the_released_warp_jumps():
    """Lecture 10's ramp: every cell holds the place of its own centre, in pixels."""
    ramp = ((torch.arange(8) + 0.5) * 16).expand(1, 1, 8, 8).contiguous()

    def read(op, x0):
        box = [torch.tensor([[x0, 21.0, 58.0, 58.0]])]
        return [round(v, 1) for v in op(ramp, box, 4, 1 / 16)[0, 0, 0].tolist()]

    assert read(ops.roi_warp, 21.0) == [25.6, 34.9, 44.1, 53.4]
    assert read(ops.roi_warp_released, 21.0) == [36.0, 48.0, 60.0, 72.0]
    firsts = [(read(ops.roi_warp, x)[0], read(ops.roi_warp_released, x)[0]) for x in (22, 23, 24)]
    assert firsts == [(26.5, 36.0), (27.4, 36.0), (28.2, 48.0)]


def test_the_released_warp_has_the_gradient_of_its_samples():
    ramp = torch.arange(16.0).expand(1, 1, 16, 16).contiguous()
    box = torch.tensor([[2.2, 3.0, 9.8, 11.0]], requires_grad=True)
    ops.roi_warp_released(ramp, [box], 1).sum().backward()
    # The largest sample of a ramp stands on the right edge, and moves with it alone.
    torch.testing.assert_close(box.grad, torch.tensor([[0.0, 0.0, 1.0, 0.0]]))


def test_no_boxes_and_no_boxes_in_one_of_the_images():
    features = torch.ones(2, 3, 4, 4)
    for op in EVERY_OP:
        assert op(features, [torch.zeros(0, 4)] * 2, 2).shape == (0, 3, 2, 2)
        assert op(features, torch.zeros(0, 5), (1, 2)).shape == (0, 3, 1, 2)
        some = op(features, [torch.zeros(0, 4), torch.tensor([[1.0, 1.0, 3.0, 3.0]])], 2)
        torch.testing.assert_close(some, torch.ones(1, 3, 2, 2))


def test_boxes_outside_the_image_read_zero():
    features = torch.ones(1, 1, 4, 4)
    far = [torch.tensor([[10.0, 10.0, 14.0, 14.0], [-9.0, 0.0, -5.0, 4.0]])]
    for op in EVERY_OP:
        assert op(features, far, 2).abs().max() == 0


def test_a_list_of_boxes_is_the_same_as_numbered_rows():
    features = torch.randn(2, 1, 5, 5, generator=torch.Generator().manual_seed(1))
    first, second = torch.tensor([[0.0, 0.0, 3.0, 3.0]]), torch.tensor([[1.0, 1.0, 4.0, 5.0]])
    rows = torch.tensor([[0, *first[0].tolist()], [1, *second[0].tolist()]])
    for op in EVERY_OP:
        torch.testing.assert_close(op(features, [first, second], 2), op(features, rows, 2))


@pytest.mark.parametrize("op", EVERY_OP)
def test_what_is_refused(op):
    features, row = torch.ones(1, 1, 4, 4), torch.zeros(1, 5)
    with pytest.raises(ValueError, match="names an image, 0 to 0; got 1 to 1"):
        op(features, torch.tensor([[1.0, 0.0, 0.0, 2.0, 2.0]]), 2)
    with pytest.raises(ValueError, match="one tensor for each image, got 2 for 1"):
        op(features, [torch.zeros(1, 4)] * 2, 2)
    with pytest.raises(ValueError, match="output_size must be one or two ints above 0"):
        op(features, row, 0)
    with pytest.raises(ValueError, match="output_size must be one or two ints above 0"):
        op(features, row, (2, 2, 2))
    with pytest.raises(ValueError, match="spatial_scale must be above 0"):
        op(features, row, 2, 0.0)
