"""Masks of instances against pycocotools, torch and hand computations."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pycocotools import mask as coco
from torchvision.ops import roi_align
from torchvision.transforms.v2.functional import resize

from course_pkg import ops


def random_masks(generator, count, h, w):
    density = torch.rand(count, 1, 1, generator=generator)
    return torch.rand(count, h, w, generator=generator) < density


@pytest.mark.parametrize("seed", range(6))
def test_iou_and_runs_equal_pycocotools(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(50):
        h, w = (int(torch.randint(1, 12, (), generator=generator)) for _ in range(2))
        masks, others = random_masks(generator, 4, h, w), random_masks(generator, 3, h, w)
        encoded = [coco.encode(np.asfortranarray(m.byte().numpy())) for m in (*masks, *others)]
        expected = torch.from_numpy(coco.iou(encoded[:4], encoded[4:], [0] * 3)).float()
        torch.testing.assert_close(ops.mask_iou(masks, others), expected)
        for mask, theirs in zip(masks, encoded, strict=False):
            ours = ops.rle_encode(mask)
            uncompressed = {"size": list(ours.size), "counts": list(ours.counts)}
            assert coco.frPyObjects(uncompressed, h, w) == theirs
            assert torch.equal(ops.rle_decode(ours), mask)


def test_runs_by_hand():
    mask = torch.tensor([[False, True, True], [False, True, False]])
    assert ops.rle_encode(mask) == ops.RLE((2, 3), (2, 3, 1))
    assert ops.rle_encode(~mask) == ops.RLE((2, 3), (0, 2, 3, 1))
    assert ops.rle_encode(torch.zeros(2, 2, dtype=torch.bool)) == ops.RLE((2, 2), (4,))
    assert ops.rle_decode(ops.rle_encode(torch.zeros(0, 3, dtype=torch.bool))).shape == (0, 3)


def test_no_masks():
    none = torch.zeros(0, 4, 4, dtype=torch.bool)
    assert ops.mask_iou(none, torch.ones(2, 4, 4, dtype=torch.bool)).shape == (0, 2)
    assert ops.mask_iou(torch.zeros(1, 4, 4).bool(), torch.zeros(1, 4, 4).bool()).item() == 0
    assert ops.crop_masks(none, torch.zeros(0, 4), 3).shape == (0, 3, 3)
    assert ops.paste_masks(torch.zeros(0, 3, 3), torch.zeros(0, 4), (5, 6)).shape == (0, 5, 6)


@pytest.mark.parametrize("seed", range(6))
def test_pasting_into_whole_pixels_is_interpolation(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(50):
        m, h, w = (int(torch.randint(1, 9, (), generator=generator)) for _ in range(3))
        grid = torch.rand(1, m, m, generator=generator)
        pasted = ops.paste_masks(grid, torch.tensor([[2.0, 3.0, 2.0 + w, 3.0 + h]]), (14, 13))
        inside = F.interpolate(grid[None], (h, w), mode="bilinear", align_corners=False)[0]
        expected = torch.zeros(1, 14, 13)
        expected[:, 3 : 3 + h, 2 : 2 + w] = inside
        torch.testing.assert_close(pasted, expected)


@pytest.mark.parametrize("seed", range(5))
def test_pasting_anywhere_is_grid_sampling_inside_the_box(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(20):
        grid = torch.rand(1, 5, 4, generator=generator, dtype=torch.float64)
        start = torch.rand(2, generator=generator, dtype=torch.float64) * 12 - 4
        end = start + torch.rand(2, generator=generator, dtype=torch.float64) * 9 + 0.2
        box = torch.cat((start, end))[None]
        x = (torch.arange(10.0).double() + 0.5 - start[0]) / (end[0] - start[0]) * 2 - 1
        y = (torch.arange(8.0).double() + 0.5 - start[1]) / (end[1] - start[1]) * 2 - 1
        where = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
        read = F.grid_sample(grid[None], where[None], padding_mode="border", align_corners=False)
        inside = (y.abs() <= 1)[:, None] & (x.abs() <= 1)
        torch.testing.assert_close(ops.paste_masks(grid, box, (8, 10)), read[0] * inside)


@pytest.mark.parametrize("seed", range(5))
def test_cropping_is_aligned_roi_align_of_the_mask(seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(20):
        masks = random_masks(generator, 3, 9, 11)
        start = torch.rand(3, 2, generator=generator) * 8 - 2
        boxes = torch.cat((start, start + torch.rand(3, 2, generator=generator) * 9), dim=1)
        rows = torch.cat((torch.arange(3.0)[:, None], boxes), dim=1)
        expected = roi_align(masks[:, None].float(), rows, 4, aligned=True)[:, 0]
        torch.testing.assert_close(ops.crop_masks(masks, boxes, 4), expected)


def test_cropping_a_whole_image_by_a_whole_factor_is_the_mean_of_each_block():
    masks = random_masks(torch.Generator().manual_seed(2), 2, 12, 12)
    whole = torch.tensor([[0.0, 0.0, 12.0, 12.0]] * 2)
    torch.testing.assert_close(
        ops.crop_masks(masks, whole, 4), F.avg_pool2d(masks[None].float(), 3)[0]
    )


def test_a_circle_comes_back_and_without_the_half_pixel_it_does_not():
    yy, xx = torch.meshgrid(torch.arange(40) + 0.5, torch.arange(40) + 0.5, indexing="ij")
    circle = ((yy - 20) ** 2 + (xx - 20) ** 2 < 14**2)[None]
    box = torch.tensor([[6.0, 6.0, 34.0, 34.0]])
    grid = ops.crop_masks(circle, box, 14)
    back = ops.paste_masks(grid, box, (40, 40)) > 0.5
    assert ops.mask_iou(back, circle).item() > 0.97
    # align_corners pins cell centres to the box's corners: the mask grows by half a cell.
    wrong = torch.zeros(1, 40, 40)
    wrong[:, 6:34, 6:34] = F.interpolate(grid[None], (28, 28), mode="bilinear", align_corners=True)[
        0
    ]
    assert ops.mask_iou(wrong > 0.5, circle).item() < ops.mask_iou(back, circle).item()


def test_a_grid_of_ones_fills_the_pixels_whose_centres_lie_in_the_box():
    ones = ops.paste_masks(torch.ones(1, 3, 3), torch.tensor([[1.4, -5.0, 3.6, 1.6]]), (4, 6))
    # Centres at 1.5, 2.5, 3.5 across; at 0.5, 1.5 down.
    expected = torch.zeros(1, 4, 6)
    expected[:, :2, 1:4] = 1
    torch.testing.assert_close(ones, expected)


def test_gradients_of_pasting():
    generator = torch.Generator().manual_seed(0)
    grid = torch.rand(2, 3, 3, generator=generator, dtype=torch.float64).requires_grad_()
    boxes = torch.tensor([[0.2, 0.3, 4.4, 5.1], [2.6, -1.2, 7.7, 3.3]]).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda g, b: ops.paste_masks(g, b, (6, 7)), (grid, boxes))


def test_boxes_outside_the_image_and_empty_boxes_paste_nothing():
    boxes = torch.tensor([[20.0, 0.0, 24.0, 4.0], [2.0, 2.0, 2.0, 5.0], [3.0, 3.0, 1.0, 1.0]])
    assert ops.paste_masks(torch.ones(3, 2, 2), boxes, (6, 6)).abs().sum() == 0


def test_resizing_a_mask_to_a_smaller_image_keeps_its_share():
    mask = random_masks(torch.Generator().manual_seed(1), 1, 16, 16)
    half = ops.crop_masks(mask, torch.tensor([[0.0, 0.0, 16.0, 16.0]]), 8)
    torch.testing.assert_close(half, resize(mask.float(), [8, 8], antialias=False))


def test_what_is_refused():
    with pytest.raises(ValueError, match="add up to 2 x 2 = 4 pixels, got 3"):
        ops.rle_decode(ops.RLE((2, 2), (1, 2)))
    with pytest.raises(ValueError, match="the runs must be 0 or more"):
        ops.rle_decode(ops.RLE((2, 2), (5, -1)))


def test_compressed_runs_are_coco_s():
    generator = torch.Generator().manual_seed(5)
    for h, w in [(1, 1), (3, 5), (40, 33), (300, 200)]:
        for share in (0.0, 0.03, 0.5, 1.0):
            mask = torch.rand(h, w, generator=generator) < share
            theirs = coco.encode(np.asfortranarray(mask.numpy().astype(np.uint8)))
            assert torch.equal(ops.rle_decode(theirs), mask)
            as_json = {"size": theirs["size"], "counts": theirs["counts"].decode()}
            assert torch.equal(ops.rle_decode(as_json), mask)
            runs = ops.rle_encode(mask)
            assert torch.equal(ops.rle_decode({"size": [h, w], "counts": [*runs.counts]}), mask)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ("P", "end in the middle of a number"),
        ("1~", "'~' is no letter of compressed counts"),
        ("1", "add up to 2 x 2 = 4 pixels, got 1"),
    ],
)
def test_damaged_compressed_runs(counts, message):
    with pytest.raises(ValueError, match=message):
        ops.rle_decode({"size": [2, 2], "counts": counts})
