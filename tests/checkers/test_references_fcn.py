"""The references of lectures 03 and 06 equal torch, its counters, and the package's models."""

from bisect import bisect_left
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from single_calls import single_calls
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_pkg import metrics, models
from course_pkg.checkers import exercises_of, make_cases
from course_pkg.checkers.definition import reference

EXERCISES = {e.id: e for chapter in (3, 6) for e in exercises_of(chapter)}


def ones_stack(kernel_sizes, strides, paddings=None, dilations=None):
    """A line of convolutions whose every weight is 1, so that gradients count paths."""
    layers = []
    for i, (k, s) in enumerate(zip(kernel_sizes, strides, strict=True)):
        padding = 0 if paddings is None else int(paddings[i])
        dilation = 1 if dilations is None else int(dilations[i])
        conv = nn.Conv1d(1, 1, int(k), int(s), padding, dilation, bias=False)
        nn.init.ones_(conv.weight)
        layers.append(conv.double())
    return nn.Sequential(*layers)


def gradient_of_cell(stack, cell, length):
    x = torch.zeros(1, 1, length, dtype=torch.float64, requires_grad=True)
    out = stack(x)
    return torch.autograd.grad(out[0, 0, cell], x)[0][0, 0], out.shape[-1]


def by_gradient_window(kernel_sizes, strides, dilations):
    stack = ones_stack(kernel_sizes, strides, dilations=dilations)
    length = 8000
    first, _ = gradient_of_cell(stack, 0, length)
    second, _ = gradient_of_cell(stack, 1, length)
    seen, next_seen = first.nonzero().flatten(), second.nonzero().flatten()
    return int(seen[-1] - seen[0] + 1), int(next_seen[0] - seen[0])


def by_gradient_path_counts(kernel_sizes, strides):
    gradient, _ = gradient_of_cell(ones_stack(kernel_sizes, strides), 0, 3000)
    return gradient[: int(gradient.nonzero()[-1]) + 1].round().long()


def by_gradient_first_and_last(cell, kernel_sizes, strides, paddings):
    # The same stack without padding, far from any border; padding then only renumbers pixels.
    step = int(np.prod(strides))
    shift = sum(int(p) * int(np.prod(strides[:i])) for i, p in enumerate(paddings))
    gradient, _ = gradient_of_cell(ones_stack(kernel_sizes, strides), cell, 40 * step + 4000)
    seen = gradient.nonzero().flatten()
    return int(seen[0]) - shift, int(seen[-1]) - shift


def by_torch_stack_size(size, kernel_sizes, strides, paddings):
    stack = ones_stack(kernel_sizes, strides, paddings)
    return stack(torch.zeros(1, 1, size, dtype=torch.float64)).shape[-1]


def by_counter_macs(in_channels, out_channels, kernel_size, stride, height, width):
    with torch.device("meta"):
        conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, kernel_size // 2)
        counter = FlopCounterMode(display=False)
        with counter:
            conv(torch.zeros(1, in_channels, height, width))
    return counter.get_total_flops() // 2


def by_meta_activation_bytes(channels, strides, batch, height, width):
    x, total, before = torch.zeros(batch, 3, height, width, device="meta"), 0, 3
    for c, s in zip(channels.tolist(), strides.tolist(), strict=True):
        x = nn.Conv2d(before, c, 3, s, 1, device="meta")(x)
        total, before = total + x.numel() * x.element_size(), c
    return total


def by_search_layers_needed(field, kernel_size):
    def sees(n):
        return models.receptive_field([(kernel_size,)] * n).size

    return bisect_left(range(field + 1), field, key=sees)


@cache
def vgg16_body():
    with torch.device("meta"):
        return models.fcn8s().body


def by_model_stage_sizes(size):
    body: Any = vgg16_body()
    with torch.device("meta"):
        fc7, pool4, pool3 = body(torch.zeros(1, 3, size, size))
        pool5 = body.trunk(torch.zeros(1, 3, size, size)).pool5
    return np.array([x.shape[-1] for x in (pool3, pool4, pool5, fc7)])


def by_model_upsampling_weight(num_classes, stride):
    return models.bilinear_conv_transpose(num_classes, 2 * stride, stride).weight.detach()


def by_model_crop_offset(coarse_origin, coarse_stride, fine_origin, fine_stride):
    coarse = models.Level(1, coarse_stride, coarse_origin)
    return models.upsampling_geometry(coarse, models.Level(1, fine_stride, fine_origin)).crop


def by_torch_fuse(coarse, fine, offset):
    k, h, w = coarse.shape
    weight = models.bilinear_conv_transpose(k, 4, 2).weight.detach().double()
    large = F.conv_transpose2d(torch.as_tensor(coarse)[None], weight, stride=2)[0]
    return large + torch.as_tensor(fine)[:, offset:, offset:][:, : 2 * h + 2, : 2 * w + 2]


def by_metrics_set_iou(predictions, targets, num_classes):
    confusion = metrics.ConfusionMatrix(num_classes, ignore_index=255)
    for prediction, target in zip(predictions, targets, strict=True):
        confusion.update(torch.as_tensor(prediction), torch.as_tensor(target))
    return confusion.compute()["miou"]


def by_sgd_equivalent_rate(rate, height, width, momentum):
    """Let torch's optimizer walk down a slope of 1 per pixel, and measure one late step."""
    weight = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=rate, momentum=momentum)
    ones = torch.ones(height, width, dtype=torch.float64)
    before = 0.0
    for _ in range(1500):
        before = float(weight.detach())
        optimizer.zero_grad()
        (weight * ones).sum().backward()
        optimizer.step()
    return before - float(weight.detach())


INDEPENDENT = {
    "receptive_field.layers_needed": by_search_layers_needed,
    "receptive_field.stack_size": by_torch_stack_size,
    "receptive_field.conv_macs": by_counter_macs,
    "receptive_field.activation_bytes": by_meta_activation_bytes,
    "receptive_field.window": by_gradient_window,
    "receptive_field.first_and_last": by_gradient_first_and_last,
    "receptive_field.path_counts": by_gradient_path_counts,
    "fcn.stage_sizes": by_model_stage_sizes,
    "fcn.equivalent_rate": by_sgd_equivalent_rate,
    "fcn.upsampling_weight": by_model_upsampling_weight,
    "fcn.crop_offset": by_model_crop_offset,
    "fcn.fuse": by_torch_fuse,
    "fcn.set_iou": by_metrics_set_iou,
}


def test_every_exercise_of_lectures_3_and_6_is_compared():
    assert INDEPENDENT.keys() == EXERCISES.keys()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("id", INDEPENDENT)
def test_reference_equals_an_independent_one(id, seed):
    # float32 weights of the package, and 1500 steps of an optimizer, set the tolerance.
    loose = {"fcn.equivalent_rate": 1e-6, "fcn.upsampling_weight": 1e-6, "fcn.fuse": 1e-6}
    for case in single_calls(EXERCISES[id], seed):
        inputs = case.values()
        solve: Any = reference(EXERCISES[id])
        mine = np.asarray(solve(*inputs), dtype=float)
        theirs = np.asarray(INDEPENDENT[id](*inputs), dtype=float)
        assert mine.shape == theirs.shape, str(case)
        np.testing.assert_allclose(
            mine, theirs, rtol=loose.get(id, 1e-12), atol=0, err_msg=str(case)
        )


@pytest.mark.parametrize("seed", range(3))
def test_the_window_equals_the_packages(seed):
    task = EXERCISES["receptive_field.window"]
    for case in make_cases(task, seed):
        layers = zip(*(column.tolist() for column in case.inputs.values()), strict=True)
        assert reference(task)(*case.inputs.values()).tolist() == [*models.receptive_field(layers)]


def test_the_offsets_are_the_released_ones():
    levels = models.vgg16_levels(models.VGG16_FULL)
    for skips, offsets in ((0, [-19]), (1, [5, -27]), (2, [5, 9, -31])):
        assert models.FCNHead(2, levels[: 1 + skips]).crops == offsets
