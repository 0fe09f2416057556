"""The matrix X of a convolution, dense and sparse, and what its transpose does."""

import random

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from course_pkg import ops

X, Y, Z = 2.0, 3.0, 5.0
A, B, C, D = 7.0, 11.0, 13.0, 17.0
KERNEL = torch.tensor([X, Y, Z])


def test_stride_1_is_four_by_six() -> None:
    matrix = ops.conv_matrix(KERNEL, input_size=6)
    assert matrix.tolist() == [
        [X, Y, Z, 0, 0, 0],
        [0, X, Y, Z, 0, 0],
        [0, 0, X, Y, Z, 0],
        [0, 0, 0, X, Y, Z],
    ]
    padded = torch.tensor([0, A, B, C, D, 0])
    inner = [A * X + B * Y + C * Z, B * X + C * Y + D * Z]
    assert (matrix @ padded).tolist() == [A * Y + B * Z, *inner, C * X + D * Y]
    stamped = [A * X, A * Y + B * X, A * Z + B * Y + C * X, B * Z + C * Y + D * X]
    stamped += [C * Z + D * Y, D * Z]
    assert (matrix.T @ padded[1:5]).tolist() == stamped


def test_stride_2_is_two_by_six_and_its_transpose_alternates() -> None:
    matrix = ops.conv_matrix(KERNEL, input_size=6, stride=2)
    assert matrix.tolist() == [[X, Y, Z, 0, 0, 0], [0, 0, X, Y, Z, 0]]
    padded = torch.tensor([0, A, B, C, D, 0])
    assert (matrix @ padded).tolist() == [A * Y + B * Z, B * X + C * Y + D * Z]
    stamped = [A * X, A * Y, A * Z + B * X, B * Y, B * Z, 0]
    assert (matrix.T @ torch.tensor([A, B])).tolist() == stamped
    assert ops.output_padding_for(6, 3, stride=2) == 1  # the last zero is this one


def test_padding_leaves_the_columns_of_the_padding_cells_out() -> None:
    matrix = ops.conv_matrix(KERNEL, input_size=4, padding=1)
    assert matrix.equal(ops.conv_matrix(KERNEL, input_size=6)[:, 1:5])
    assert matrix.equal(ops.conv_matrix(KERNEL, input_size=4, padding="same"))
    # At stride 1 the transpose is an ordinary convolution with the flipped kernel.
    assert matrix.T.equal(ops.conv_matrix(KERNEL.flip(0), input_size=4, padding=1))


def test_two_by_two_kernel_on_a_two_by_three_image() -> None:
    kernel = torch.tensor([[1.0, 2], [3, 4]])
    assert ops.conv_matrix(kernel, (2, 3)).tolist() == [[1, 2, 0, 3, 4, 0], [0, 1, 2, 0, 3, 4]]
    assert ops.conv_matrix(kernel, 2).tolist() == [[1, 2, 3, 4]]


def test_the_transpose_is_not_the_inverse() -> None:
    matrix = ops.conv_matrix(KERNEL, input_size=6)
    signal = torch.tensor([A, B, C, D, A, B])
    assert not torch.isclose(matrix.T @ matrix @ signal, signal).any()


def draw(axes: int, seed: int) -> tuple[Tensor, Tensor, dict]:
    rng = random.Random(1000 * axes + seed)
    while True:
        size, kernel = ([rng.randint(1, top) for _ in range(axes)] for top in (6, 3))
        settings = {
            key: rng.choice(
                [rng.randint(low, top), tuple(rng.randint(low, top) for _ in range(axes))]
            )
            for key, low, top in (("stride", 1, 3), ("padding", 0, 2), ("dilation", 1, 3))
        }
        try:
            ops.conv_output_size(size, kernel, **settings)
        except ValueError:
            continue
        generator = torch.Generator().manual_seed(seed)
        channels = [rng.randint(1, 3), rng.randint(1, 3)]
        weight = torch.randn(*channels, *kernel, generator=generator, dtype=torch.float64)
        if rng.random() < 0.2:
            weight = weight.transpose(-1, -2).contiguous().transpose(-1, -2)
        image = torch.randn(channels[1], *size, generator=generator, dtype=torch.float64)
        return image, weight.requires_grad_(), settings


@pytest.mark.parametrize("seed", range(300))
@pytest.mark.parametrize("axes", [1, 2])
def test_products_with_x_and_its_transpose_equal_torch(axes: int, seed: int) -> None:
    image, weight, settings = draw(axes, seed)
    size, kernel_size = image.shape[1:], weight.shape[2:]
    torch_conv, torch_transposed = (
        (F.conv1d, F.conv_transpose1d) if axes == 1 else (F.conv2d, F.conv_transpose2d)
    )
    expected = torch_conv(image, weight, **settings)
    extra = ops.output_padding_for(size, kernel_size, **settings)
    expected_back = torch_transposed(expected, weight, output_padding=extra, **settings)
    (expected_gradient,) = torch.autograd.grad(expected_back.square().sum(), weight)

    for sparse in (False, True):
        matrix = ops.conv_matrix(weight, tuple(size), **settings, sparse=sparse)
        assert matrix.is_sparse == sparse
        there = matrix @ image.flatten()
        torch.testing.assert_close(there, expected.flatten(), rtol=1e-12, atol=1e-12)
        back = matrix.T @ there
        torch.testing.assert_close(back, expected_back.flatten(), rtol=1e-12, atol=1e-10)
        (gradient,) = torch.autograd.grad(back.square().sum(), weight)
        torch.testing.assert_close(gradient, expected_gradient, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("axes", [1, 2])
def test_gradcheck(axes: int) -> None:
    for seed in range(3):
        _, weight, settings = draw(axes, seed)
        size = [7] * axes
        assert torch.autograd.gradcheck(lambda w: ops.conv_matrix(w, size, **settings), weight)  # noqa: B023


def test_dense_and_sparse_hold_the_same_numbers_and_sparse_stores_only_the_taps() -> None:
    weight = torch.arange(1.0, 37).reshape(2, 2, 3, 3)
    dense = ops.conv_matrix(weight, (20, 30), padding=1)  # 2 x 600 rows, at most 18 taps in each
    sparse = ops.conv_matrix(weight, (20, 30), padding=1, sparse=True)
    assert sparse.to_dense().equal(dense)
    assert sparse.is_coalesced()
    assert len(sparse.values()) == int((dense != 0).sum()) < 1200 * 18


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_the_matrix_has_the_dtype_and_the_device_of_the_weight(dtype: torch.dtype) -> None:
    matrix = ops.conv_matrix(KERNEL.to(dtype), 6)
    assert matrix.dtype == dtype
    assert matrix.equal(ops.conv_matrix(KERNEL, 6).to(dtype))


@pytest.mark.parametrize(
    ("weight", "arguments", "message"),
    [
        (torch.ones(1, 1, 1, 1, 1), {}, r"weight must be \(k\), \(kh, kw\), .*; got shape"),
        (torch.ones(0), {}, r"weight must be \(k\), .* none of them 0; got shape \(0,\)"),
        (torch.tensor(1.0), {}, r"weight must be \(k\), .*; got shape \(\)"),
        (KERNEL, {"input_size": (6, 6)}, r"input_size must be an int, at least 1; got \(6, 6\)"),
        (KERNEL, {"input_size": 0}, "input_size must be an int, at least 1; got 0"),
        (KERNEL, {"input_size": 2}, "kernel_size 3 with dilation 1 covers 3 cells"),
        (KERNEL, {"stride": 0}, "stride must be an int, at least 1; got 0"),
        (KERNEL, {"padding": -1}, "padding must be an int, at least 0; got -1"),
        (KERNEL, {"dilation": 0}, "dilation must be an int, at least 1; got 0"),
        (
            torch.ones(2, 2),
            {"stride": (1, 2, 3)},
            r"stride must be an int or 2 ints, .* \(1, 2, 3\)",
        ),
    ],
)
def test_errors(weight: Tensor, arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ops.conv_matrix(weight, **{"input_size": 6, **arguments})
