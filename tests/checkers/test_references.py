"""The numpy references equal torch and the package's own operations."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from single_calls import single_calls

from course_pkg import ops
from course_pkg.checkers import exercises_of, make_cases
from course_pkg.checkers.definition import reference


def t(array):
    return torch.as_tensor(array)


def conv_transpose1d(x, weight, stride, padding=0, output_padding=0):
    out = F.conv_transpose1d(
        t(x)[None, None], t(weight)[None, None], None, stride, padding, output_padding
    )
    return out[0, 0]


def by_torch_nearest(x, scale_factor):
    return F.interpolate(t(x)[None, None], scale_factor=scale_factor, mode="nearest")[0, 0]


def by_torch_bilinear_1d(x, scale_factor):
    out = F.interpolate(t(x)[None, None], scale_factor=scale_factor, mode="linear")
    return out[0, 0]


def by_torch_sum_pool(y, stride):
    return F.avg_pool2d(t(y)[None], stride)[0] * stride**2


def by_torch_bed_of_nails(x, stride):
    nail = torch.zeros(1, 1, stride, stride, dtype=torch.float64)
    nail[..., 0, 0] = 1
    return F.conv_transpose2d(t(x)[None, None], nail, stride=stride)[0, 0]


def by_torch_max_pool(x, kernel_size):
    values, indices = F.max_pool2d(t(x)[None], kernel_size, return_indices=True)
    return values[0], indices[0]


def by_torch_max_unpool(values, indices, output_size):
    step = output_size[0] // values.shape[0]
    return F.max_unpool2d(t(values)[None], t(indices)[None], step, output_size=output_size)[0]


def by_torch_overlap_count(input_size, kernel_size, stride):
    ones = conv_transpose1d(np.ones(input_size), np.ones(kernel_size), stride)
    return ones.round().long()


def by_torch_conv_matrix(weight, input_size, stride):
    columns = F.conv1d(
        torch.eye(input_size, dtype=torch.float64)[:, None], t(weight)[None, None], stride=stride
    )
    return columns[:, 0].T  # fmt: skip


def by_torch_output_size(n, k, stride, padding, output_padding, dilation):
    out = F.conv_transpose1d(
        torch.ones(1, 1, n), torch.ones(1, 1, k), None, stride, padding, output_padding, 1, dilation
    )
    return torch.tensor(out.shape[-1])


def by_torch_output_padding_for(size, k, stride, padding, dilation):
    kernel = torch.ones(1, 1, k)
    small = F.conv1d(torch.ones(1, 1, size), kernel, None, stride, padding, dilation)
    found = [
        extra
        for extra in range(stride)
        if extra < max(stride, dilation)
        and F.conv_transpose1d(
            small, kernel, None, stride, padding, extra, 1, dilation
        ).shape[-1] == size
    ]  # fmt: skip
    assert len(found) == 1
    return torch.tensor(found[0])


def by_torch_input_gradient(grad_output, weight, input_size, stride):
    x = torch.zeros(1, 1, input_size, dtype=torch.float64, requires_grad=True)
    y = F.conv1d(x, t(weight)[None, None], stride=stride)
    return torch.autograd.grad(y, x, t(grad_output)[None, None])[0][0, 0]


BY_TORCH = {
    "upsampling.nearest": by_torch_nearest,
    "upsampling.bed_of_nails": by_torch_bed_of_nails,
    "upsampling.max_unpool": by_torch_max_unpool,
    "upsampling.sum_pool": by_torch_sum_pool,
    "upsampling.max_pool_with_indices": by_torch_max_pool,
    "upsampling.bilinear_1d": by_torch_bilinear_1d,
    "upsampling.pixel_shuffle": lambda x, r: F.pixel_shuffle(t(x), r),
    "conv_transpose.output_size": by_torch_output_size,
    "conv_transpose.stamp": conv_transpose1d,
    "conv_transpose.overlap_count": by_torch_overlap_count,
    "conv_transpose.conv_matrix": by_torch_conv_matrix,
    "conv_transpose.output_padding_for": by_torch_output_padding_for,
    "conv_transpose.crop": conv_transpose1d,
    "conv_transpose.input_gradient": by_torch_input_gradient,
}
NUMPY = {e.id: e for e in exercises_of() if not e.needs}


def as_arrays(out):
    out = out if isinstance(out, tuple) else (out,)
    return [np.asarray(o.detach() if isinstance(o, torch.Tensor) else o) for o in out]


def assert_same(mine, theirs):
    for a, b in zip(as_arrays(mine), as_arrays(theirs), strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)


@pytest.mark.parametrize("id", BY_TORCH)
@pytest.mark.parametrize("seed", range(5))
def test_reference_equals_torch(id, seed):
    for case in single_calls(NUMPY[id], seed):
        inputs = case.values()
        assert_same(reference(NUMPY[id])(*inputs), BY_TORCH[id](*inputs))


def test_every_numpy_exercise_is_compared_with_torch():
    elsewhere = {"upsampling.bilinear_kernel", "conv_transpose.zero_insertion"}
    here = {id for id, task in NUMPY.items() if task.chapter in (4, 5)}  # others: own files
    assert BY_TORCH.keys() | elsewhere == here


@pytest.mark.parametrize("stride", range(1, 9))
def test_the_bilinear_kernel_interpolates_away_from_the_border(stride):
    size = 2 * stride - stride % 2
    kernel = t(reference(NUMPY["upsampling.bilinear_kernel"])(size))[None, None]
    x = torch.randn(1, 1, 6, 6, dtype=torch.float64, generator=torch.manual_seed(0))
    stamped = F.conv_transpose2d(x, kernel, stride=stride, padding=(size - stride) // 2)
    smooth = F.interpolate(x, scale_factor=stride, mode="bilinear")
    inner = slice(stride, -stride)
    assert_same(stamped[0, 0, inner, inner], smooth[0, 0, inner, inner])


@pytest.mark.parametrize("seed", range(5))
def test_zeros_between_the_values_give_the_transposed_convolution(seed):
    task = NUMPY["conv_transpose.zero_insertion"]
    for case in make_cases(task, seed):
        line, kernel = reference(task)(*case.inputs.values())
        assert_same(np.correlate(line, kernel, "valid"), conv_transpose1d(*case.inputs.values()))


def by_ops_unpool(values, indices, output_size):
    step = output_size[0] // values.shape[0]
    return ops.max_unpool(t(values), t(indices), step, output_size=output_size)


def by_ops_stamp(x, weight, stride, padding=0, output_padding=0):
    line, kernel = t(x)[None], t(weight)[None, None]
    return ops.conv_transpose1d(
        line, kernel, stride=stride, padding=padding, output_padding=output_padding
    )[0]


def by_ops_input_gradient(grad_output, weight, input_size, stride):
    extra = ops.output_padding_for(input_size, len(weight), stride)
    return by_ops_stamp(grad_output, weight, stride, 0, extra)


BY_OPS = {
    "upsampling.nearest": lambda x, s: ops.nearest_upsample(t(x), s),
    "upsampling.bed_of_nails": lambda x, s: ops.bed_of_nails(t(x), s),
    "upsampling.max_unpool": by_ops_unpool,
    "upsampling.sum_pool": lambda y, s: ops.sum_pool(t(y), s),
    "upsampling.max_pool_with_indices": lambda x, k: ops.max_pool_with_indices(t(x), k),
    "upsampling.bilinear_1d": lambda x, s: ops.bilinear_upsample(t(x)[None], s)[0],
    "upsampling.pixel_shuffle": lambda x, r: ops.pixel_shuffle(t(x), r),
    "conv_transpose.output_size": ops.conv_transpose_output_size,
    "conv_transpose.stamp": by_ops_stamp,
    "conv_transpose.overlap_count": lambda n, k, s: by_ops_stamp(np.ones(n), np.ones(k), s),
    "conv_transpose.conv_matrix": lambda w, n, s: ops.conv_matrix(t(w), n, s),
    "conv_transpose.output_padding_for": ops.output_padding_for,
    "conv_transpose.crop": by_ops_stamp,
    "conv_transpose.input_gradient": by_ops_input_gradient,
}


@pytest.mark.parametrize("id", BY_OPS)
def test_reference_equals_the_package(id):
    for case in single_calls(NUMPY[id]):
        inputs = case.values()
        assert_same(reference(NUMPY[id])(*inputs), BY_OPS[id](*inputs))


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5, 16])
def test_the_bilinear_kernel_equals_the_packages(kernel_size):
    mine = reference(NUMPY["upsampling.bilinear_kernel"])(kernel_size)
    # The package's is float32, and these weights are sums of few powers of two or thirds.
    np.testing.assert_allclose(mine, ops.bilinear_kernel(kernel_size), rtol=0, atol=1e-7)
