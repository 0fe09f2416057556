"""The references of lecture 02 equal torch and the package's own models."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_pkg.checkers import exercises_of, make_cases
from course_pkg.checkers.definition import reference
from course_pkg.models import label_every_pixel, receptive_field, shift_and_stitch

TASKS = {e.id: e for e in exercises_of(2)}
SEEDS = range(5)


def answers(name):
    """Every case of an exercise for a few seeds, with the reference's answer."""
    task = TASKS[f"patches.{name}"]
    for seed in SEEDS:
        for case in make_cases(task, seed):
            yield case.inputs, reference(task)(*case.inputs.values())


def t(array):
    return torch.as_tensor(np.asarray(array))


def test_lecture_02_has_its_exercises():
    assert {id.partition(".")[0] for id in TASKS} == {"patches"}
    assert len(TASKS) >= 8


def test_a_patch_is_what_the_package_shows_to_its_classifier():
    for inputs, mine in answers("extract"):
        image, row, column, size = inputs.values()
        patches = label_every_pixel(nn.Flatten(), t(image)[None, None], size)
        np.testing.assert_array_equal(mine.ravel(), patches[0, :, row, column])


def test_the_number_of_patches_equals_unfolds():
    for inputs, mine in answers("count"):
        height, width, size, padding, step = inputs.values()
        columns = F.unfold(torch.zeros(1, 1, height, width), size, padding=padding, stride=step)
        assert mine == columns.shape[-1]


def test_times_read_equals_fold_of_unfold():
    for inputs, mine in answers("times_read"):
        height, width, size, step = inputs.values()
        ones = F.unfold(torch.ones(1, 1, height, width), size, stride=step)
        counts = F.fold(ones, (height, width), size, stride=step)[0, 0]
        np.testing.assert_array_equal(mine, counts)


def chain(layers):
    """The unpadded convolutions that the rows (c_in, c_out, k, s) describe, on no device."""
    return nn.Sequential(*(nn.Conv2d(*row, bias=False, device="meta") for row in layers.tolist()))


def test_multiply_adds_equal_half_of_torchs_flops():
    for inputs, mine in answers("multiply_adds"):
        size, layers = inputs.values()
        with FlopCounterMode(display=False) as counter:
            chain(layers)(torch.zeros(1, int(layers[0, 0]), size, size, device="meta"))
        assert 2 * mine == counter.get_total_flops()


def test_the_receptive_field_equals_the_packages_and_what_gradients_reach():
    for inputs, mine in answers("receptive_field"):
        layers = inputs["layers"]
        assert tuple(mine) == receptive_field([tuple(row) for row in layers.tolist()])
        size, stride = mine.tolist()
        x = torch.zeros(1, 1, size + stride, dtype=torch.float64, requires_grad=True)
        y = x
        for kernel_size, step in layers.tolist():
            y = F.conv1d(y, torch.ones(1, 1, kernel_size, dtype=torch.float64), stride=step)
        assert y.shape[-1] == 2
        for cell in (0, 1):
            (seen,) = torch.autograd.grad(y[0, 0, cell], x, retain_graph=True)
            reached = seen[0, 0].nonzero().flatten()
            assert reached.min() == cell * stride
            assert reached.max() == cell * stride + size - 1


def test_folded_kernels_give_what_the_linear_layer_gives():
    generator = torch.Generator().manual_seed(3)
    for inputs, mine in answers("fc_to_conv"):
        weight, *size = inputs.values()
        x = torch.randn(4, *size, generator=generator, dtype=torch.float64)
        torch.testing.assert_close(F.conv2d(x, t(mine)).flatten(1), x.flatten(1) @ t(weight).T)


def test_a_sliding_linear_layer_equals_the_convolution():
    for inputs, mine in answers("dense_fc"):
        x, weight, height, width = inputs.values()
        kernels = t(weight).unflatten(1, (len(x), height, width))
        torch.testing.assert_close(t(mine), F.conv2d(t(x), kernels))


def test_stitching_equals_pixel_shuffle_and_the_packages():
    for inputs, mine in answers("stitch"):
        runs = t(inputs["answers"])
        np.testing.assert_array_equal(mine, F.pixel_shuffle(runs.flatten(0, 1), len(runs))[0])
    stitch = reference(TASKS["patches.stitch"])
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(1, 1, 8, 12, generator=generator)
    pool = nn.MaxPool2d(2)
    runs = [
        [F.pad(images, (0, 1, 0, 1))[..., y : y + 8, x : x + 12] for x in (0, 1)] for y in (0, 1)
    ]
    answers_ = torch.stack([torch.stack([pool(image)[0, 0] for image in row]) for row in runs])
    whole = shift_and_stitch(pool, images, patch_size=2, stride=2)[0, 0]
    # The last row and column of the shifted runs look beyond the picture.
    np.testing.assert_array_equal(stitch(answers_.numpy())[:7, :11], whole)
