"""Convolutions on numbers that can be done with a pencil, and the laws that tie them together."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from course_pkg import ops
from course_pkg.ops import conv_transpose
from course_pkg.ops.conv import conv_nd
from course_pkg.ops.conv_transpose import conv_transpose_nd

X, Y, Z = 2.0, 3.0, 5.0  # the kernel (x, y, z); primes, so that no two sums agree by chance
A, B, C, D = 7.0, 11.0, 13.0, 17.0
KERNEL = torch.tensor([[[X, Y, Z]]])


def randn(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_convolution_reads_a_window_and_writes_one_number() -> None:
    signal = torch.tensor([[A, B, C, D]])
    everywhere = [[A * Y + B * Z, A * X + B * Y + C * Z, B * X + C * Y + D * Z, C * X + D * Y]]
    assert ops.conv1d(signal, KERNEL, padding=1).tolist() == everywhere
    assert ops.conv1d(signal, KERNEL, stride=2, padding=1).tolist() == [everywhere[0][::2]]


def test_transposed_convolution_stamps_and_sums_the_overlaps() -> None:
    signal = torch.tensor([[A, B]])
    stamps = [[A * X, A * Y, A * Z + B * X, B * Y, B * Z]]
    assert ops.conv_transpose1d(signal, KERNEL, stride=2).tolist() == stamps
    assert ops.conv_transpose1d(signal, KERNEL, stride=2, padding=1).tolist() == [stamps[0][1:4]]
    # output_padding gives back one of the cells that the padding had cropped at the end ...
    restored = ops.conv_transpose1d(signal, KERNEL, stride=2, padding=1, output_padding=1)
    assert restored.tolist() == [stamps[0][1:5]]
    # ... or, where nothing was cropped, a cell that no stamp reaches: only the bias stands there.
    bias = torch.tensor([100.0])
    empty = ops.conv_transpose1d(signal, KERNEL, bias, stride=2, output_padding=1)
    assert empty.tolist() == [[100 + number for number in [*stamps[0], 0]]]


def test_3_and_9_through_a_kernel_of_ones() -> None:
    picked = ops.conv1d(torch.tensor([[1.0, 2, 3, 4]]), torch.ones(1, 1, 3), stride=2, padding=1)
    assert picked.tolist() == [[3, 9]]
    stamped = ops.conv_transpose1d(picked, torch.ones(1, 1, 3), stride=2)
    assert stamped.tolist() == [[3, 3, 12, 9, 9]]  # the shape comes back, 1 2 3 4 does not


def test_two_by_two_with_a_3x3_kernel_stride_2_padding_1() -> None:
    small = torch.tensor([[[1.0, 2], [3, 4]]])
    kernel = torch.tensor([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]])
    three = ops.conv_transpose2d(small, kernel, stride=2, padding=1)
    # Corners see one stamp's centre, edges two stamps, the middle all four.
    edge = [4 * 2 + 6 * 1, 2 * 3 + 8 * 1, 2 * 4 + 8 * 2, 4 * 4 + 6 * 3]
    middle = 9 * 1 + 7 * 2 + 3 * 3 + 1 * 4
    assert three.tolist() == [[[5, edge[0], 10], [edge[1], middle, edge[2]], [15, edge[3], 20]]]
    four = ops.conv_transpose2d(small, kernel, stride=2, padding=1, output_padding=1)
    assert four.shape == (1, 4, 4)
    assert four[:, :3, :3].equal(three)
    assert four[0, 3].tolist() == [8 * 3, 9 * 3 + 7 * 4, 8 * 4, 9 * 4]


def test_a_kernel_that_stride_does_not_divide_covers_cells_unevenly() -> None:
    def stamps(kernel_size: int, stride: int) -> list[int]:
        ones = torch.ones(1, 1, 9), torch.ones(1, 1, kernel_size)
        return ops.conv_transpose1d(*ones, stride=stride)[0, 0, 6:12].int().tolist()

    assert stamps(3, 2) == [2, 1, 2, 1, 2, 1]
    assert stamps(4, 2) == [2, 2, 2, 2, 2, 2]
    assert stamps(5, 2) == [3, 2, 3, 2, 3, 2]
    assert stamps(4, 3) == [2, 1, 1, 2, 1, 1]
    assert stamps(6, 3) == [2, 2, 2, 2, 2, 2]


# Groups, lopsided strides, paddings and dilations in one setting each.
SETTINGS = [
    {"stride": 1, "padding": 0, "dilation": 1, "groups": 1},
    {"stride": (2, 1), "padding": (1, 2), "dilation": 1, "groups": 2},
    {"stride": (3, 2), "padding": (0, 1), "dilation": (1, 2), "groups": 1},
    {"stride": (1, 2), "padding": (2, 1), "dilation": (3, 1), "groups": 4},
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_each_is_the_adjoint_of_the_other(settings: dict) -> None:
    image, weight = randn(2, 4, 11, 9, seed=0), randn(8, 4 // settings["groups"], 3, 2, seed=1)
    there = ops.conv2d(image, weight, **settings)
    back = {key: value for key, value in settings.items() if key != "groups"}
    extra = ops.output_padding_for((11, 9), (3, 2), **back)
    other = randn(*there.shape, seed=2)
    returned = ops.conv_transpose2d(other, weight, output_padding=extra, **settings)
    assert returned.shape == image.shape
    torch.testing.assert_close((there * other).sum(), (image * returned).sum())


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_transposed_convolution_is_the_gradient_of_the_convolution(settings: dict) -> None:
    image = randn(2, 4, 11, 9, seed=3).requires_grad_()
    weight = randn(8, 4 // settings["groups"], 3, 2, seed=4)
    output = F.conv2d(image, weight, **settings)  # torch's own, so that the law is tested, not us
    arriving = randn(*output.shape, seed=5)
    (gradient,) = torch.autograd.grad(output, image, arriving)
    back = {key: value for key, value in settings.items() if key != "groups"}
    extra = ops.output_padding_for((11, 9), (3, 2), **back)
    ours = ops.conv_transpose2d(arriving, weight, output_padding=extra, **settings)
    torch.testing.assert_close(ours, gradient)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_inserting_zeros_and_convolving_with_the_flipped_kernel_is_the_same(
    stride: int, padding: int
) -> None:
    image, weight = randn(1, 2, 4, 5, seed=6), randn(2, 3, 3, 3, seed=7)
    sparse = image.new_zeros(1, 2, 3 * stride + 1, 4 * stride + 1)
    sparse[..., ::stride, ::stride] = image
    flipped = weight.flip(2, 3).transpose(0, 1)
    slow = ops.conv2d(sparse, flipped, padding=2 - padding)
    torch.testing.assert_close(
        ops.conv_transpose2d(image, weight, stride=stride, padding=padding), slow
    )


def test_going_there_and_back_restores_the_shape_but_not_the_values() -> None:
    image, weight = randn(1, 1, 6, 6, seed=8), randn(1, 1, 3, 3, seed=9)
    back = ops.conv_transpose2d(ops.conv2d(image, weight), weight)
    assert back.shape == image.shape
    assert (back - image).abs().min() > 1e-3


def test_a_third_axis_works_as_well() -> None:
    volume, weight = randn(2, 3, 5, 4, 6, seed=10), randn(4, 3, 2, 3, 2, seed=11)
    ours = conv_nd(volume, weight, None, 2, 1, 1, 1, axes=3)
    torch.testing.assert_close(ours, F.conv3d(volume, weight, None, 2, 1))
    back = conv_transpose_nd(ours, weight, None, 2, 1, (1, 0, 1), 1, 1, axes=3)
    expected = F.conv_transpose3d(ours, weight, None, 2, 1, (1, 0, 1))
    torch.testing.assert_close(back, expected)


class NoConvolution(TorchDispatchMode):
    """Fails on every kernel of torch's that does the work for us."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        assert not any(word in func.name() for word in ("conv", "col2im", "im2col")), func.name()
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", ["conv2d", "conv_transpose2d"])
def test_torch_convolution_is_never_called(name: str) -> None:
    image = randn(2, 4, 5, 6, seed=12).requires_grad_()
    weight, bias = randn(4, 4, 3, 3, seed=13).requires_grad_(), randn(4, seed=14)
    with NoConvolution():
        with pytest.raises(AssertionError, match="conv"):
            getattr(F, name)(image, weight, bias)
        output = getattr(ops, name)(image, weight, bias, stride=2, padding=1)
        (first,) = torch.autograd.grad(output.square().sum(), image, create_graph=True)
        (second,) = torch.autograd.grad(first.square().sum(), weight)
        matrix = ops.conv_matrix(weight, (5, 6), stride=2, padding=1)
    assert second.shape == weight.shape
    assert matrix.shape == (4 * 3 * 3, 4 * 5 * 6)


def test_one_path_leads_to_the_whole_family() -> None:
    for name in conv_transpose.__all__:
        assert callable(getattr(conv_transpose, name))
    shared = set(conv_transpose.__all__) - {"conv_transpose_nd"}
    assert shared <= set(ops.__all__)
    assert all(getattr(ops, name) is getattr(conv_transpose, name) for name in shared)
