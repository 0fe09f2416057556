"""Every family of operations on a GPU, or on its stand-in: there as here, gradients included."""

import pytest
import torch
from torch.utils._pytree import tree_leaves

from course_pkg import ops


def rand(*size):
    return torch.rand(size, generator=torch.Generator().manual_seed(sum(size)))


BOXES = torch.tensor([[1.0, 1.0, 6.0, 7.0], [2.0, 0.5, 7.5, 5.0], [0.0, 0.0, 8.0, 8.0]])
ROIS = torch.cat([torch.zeros(3, 1), BOXES], dim=1)
SCORES = torch.tensor([0.9, 0.8, 0.7])
PICTURE = rand(1, 2, 8, 8)
THETA = torch.tensor([[[0.9, 0.1, 0.05], [-0.1, 0.8, 0.0]]])
TILT = torch.tensor([[[1.0, 0.0, 0.1], [0.0, 1.0, 0.0], [0.3, 0.0, 1.0]]])
MASKS = rand(3, 8, 8) > 0.4
MASK = torch.tensor([[True, True, False, True, True]])


def window(raw, image):
    where = ops.decode_window(raw, (8, 8), 3)
    rows, columns = ops.window_filters(where, 3, (8, 8))
    patch = ops.read_window(image[:, :1], rows, columns, where.intensity)
    return patch, ops.write_window(patch, rows, columns, where.intensity)


def pooled(image):
    values, where = ops.max_pool_with_indices(image, 2)
    return values, where, ops.max_unpool(values, where, 2), ops.max_unpool_adjoint(image, where)


def twice_as_deep(x):
    return x.repeat(1, 2, 1, 1)


CALLS = {
    "nearest": (lambda x: ops.nearest_upsample(x, 2), PICTURE),
    "nails": (lambda x: (ops.bed_of_nails(x, 2), ops.subsample(x, 2), ops.sum_pool(x, 2)), PICTURE),
    "unpooling": (pooled, PICTURE),
    "bilinear": (
        lambda x: (ops.bilinear_upsample(x, 2), ops.bilinear_adjoint(x, 2)),
        PICTURE,
    ),
    "shuffle": (
        lambda x: (ops.pixel_shuffle(twice_as_deep(x), 2), ops.pixel_unshuffle(x, 2)),
        PICTURE,
    ),
    "matrix": (lambda w: ops.conv_matrix(w, (5, 6), 2), rand(1, 1, 3, 3)),
    "sparse matrix": (lambda w: ops.conv_matrix(w, 6, 2, sparse=True).to_dense(), rand(1, 1, 3)),
    "affine": (lambda t, x: ops.grid_sample(x, ops.affine_grid(t, (1, 2, 5, 6))), THETA, PICTURE),
    "bicubic": (
        lambda t, x: ops.grid_sample(x, ops.affine_grid(t, (1, 2, 5, 6)), "bicubic", "reflection"),
        THETA,
        PICTURE,
    ),
    "projective": (lambda t: ops.projective_grid(t, (1, 1, 5, 6)), TILT),
    "spline": (
        lambda p: ops.tps_grid(p, (1, 1, 5, 6)),
        ops.tps_control_points().float()[None] + 0.1,
    ),
    "projective from points": (
        ops.projective_from_points,
        rand(1, 4, 2) + torch.tensor([[[0.0, 0], [2, 0], [0, 2], [2, 2]]]),
        torch.tensor([[[-1.0, -1], [1, -1], [-1, 1], [1, 1]]]),
    ),
    "window": (window, torch.tensor([[0.1, -0.2, 0.3, 0.0, 0.1]]), PICTURE),
    "additive attention": (
        lambda q, k, v: ops.additive_attention(q, k, k, v, MASK.to(q.device)),
        rand(1, 4),
        rand(1, 5, 4),
        rand(4),
    ),
    "dot products": (ops.dot_product_attention, rand(1, 2, 4), rand(1, 5, 4), rand(1, 5, 3)),
    "soft": (lambda w, v: ops.soft_attend(w.softmax(-1), v), rand(1, 5), rand(1, 5, 4)),
    "entropy": (lambda w: ops.entropy(w.softmax(-1)), rand(2, 5)),
    "align": (lambda x, r: ops.roi_align(x, r, 3), PICTURE, ROIS),
    "pool": (lambda x, r: ops.roi_pool(x, r, 3), PICTURE, ROIS),
    "warp": (lambda x, r: ops.roi_warp(x, r, 3), PICTURE, ROIS),
    "boxes": (
        lambda b: (
            ops.box_iou(b, b),
            ops.decode_boxes(ops.encode_boxes(b, b + 1), b + 1),
            ops.clip_boxes_to_image(b, (6, 6)),
        ),
        BOXES,
    ),
    "suppression": (
        lambda b, s: (ops.nms(b, s, 0.3), ops.batched_nms(b, s, s.long(), 0.3)),
        BOXES,
        SCORES,
    ),
    "masks": (
        lambda m, s: (ops.mask_iou(m, m), ops.mask_nms(m, s, 0.5)),
        MASKS,
        SCORES,
    ),
    "pasted": (lambda p, b: (ops.paste_masks(p, b, (8, 8)),), rand(3, 4, 4), BOXES),
    "cropped": (lambda m, b: ops.crop_masks(m, b, 4), MASKS, BOXES),
}


@pytest.mark.parametrize("name", CALLS)
def test_there_as_here(name, gpu):
    call, *inputs = CALLS[name]

    def results(device):
        moved = [
            x.to(device).requires_grad_() if x.is_floating_point() else x.to(device) for x in inputs
        ]
        out = [x for x in tree_leaves(call(*moved)) if isinstance(x, torch.Tensor)]
        total = sum(x.square().sum() for x in out if x.requires_grad)
        wanted = [x for x in moved if x.requires_grad]
        if isinstance(total, torch.Tensor):
            out += [
                g for g in torch.autograd.grad(total, wanted, allow_unused=True) if g is not None
            ]
        assert {x.device.type for x in out} == {torch.device(device).type}
        return [x.detach().cpu() for x in out]

    torch.testing.assert_close(results(gpu), results("cpu"))
