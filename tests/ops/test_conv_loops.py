"""The loop versions: pencil numbers, torch as the reference, lists as well as tensors."""

import random

import pytest
import torch
from jaxtyping import TypeCheckError
from torch import Tensor
from torch.nn import functional as F

from course_pkg import ops

NAMES = ("conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d")


def test_lists_of_whole_numbers_stay_whole_numbers() -> None:
    picked = ops.conv1d_loops([1, 2, 3, 4], [1, 1, 1], stride=2, padding=1)
    assert picked.tolist() == [3, 9]
    stamped = ops.conv_transpose1d_loops([3, 9], [1, 1, 1], stride=2)
    assert stamped.tolist() == [3, 3, 12, 9, 9]
    assert not stamped.is_floating_point()
    image, kernel = [[1, 2, 3], [4, 5, 6]], [[1, 0], [0, -1]]
    assert ops.conv2d_loops(image, kernel).tolist() == [[1 - 5, 2 - 6]]
    assert ops.conv_transpose2d_loops([[1, 2]], [[1, 3], [5, 7]], stride=2).tolist() == [
        [1, 3, 2, 6],
        [5, 7, 10, 14],
    ]


def test_a_half_in_either_list_is_not_rounded_away() -> None:
    assert ops.conv1d_loops([1, 2], [0.5]).tolist() == [0.5, 1]
    assert ops.conv_transpose1d_loops([0.5], [1, 3]).tolist() == [0.5, 1.5]
    mixed = ops.conv2d_loops([[1, 2]], torch.tensor([[0.25]], dtype=torch.float64))
    assert mixed.dtype == torch.float64
    assert mixed.tolist() == [[0.25, 0.5]]


def draw(name: str, seed: int) -> tuple[Tensor, Tensor, dict[str, int]]:
    rng = random.Random(f"{name} {seed}")
    axes, transposed = int(name[-2]), "transpose" in name
    while True:
        size, kernel = ([rng.randint(1, top) for _ in range(axes)] for top in (5, 3))
        settings = {"stride": rng.randint(1, 3), "padding": rng.randint(0, 2)}
        settings["dilation"] = rng.randint(1, 3)
        if transposed:
            settings["output_padding"] = rng.randint(0, 2)
        measure = ops.conv_transpose_output_size if transposed else ops.conv_output_size
        try:
            measure(size, kernel, **settings)
        except ValueError:
            continue
        generator = torch.Generator().manual_seed(seed)
        tensors = [
            torch.randn(*s, generator=generator, dtype=torch.float64) for s in (size, kernel)
        ]
        return tensors[0], tensors[1], settings


@pytest.mark.parametrize("seed", range(300))
@pytest.mark.parametrize("name", NAMES)
def test_loops_equal_torch_and_the_fast_version(name: str, seed: int) -> None:
    image, kernel, settings = draw(name, seed)
    loops = getattr(ops, f"{name}_loops")(image, kernel, **settings)
    reference = getattr(F, name)(image[None], kernel[None, None], **settings)[0]
    torch.testing.assert_close(loops, reference, rtol=1e-12, atol=1e-12)
    fast = getattr(ops, name)(image[None], kernel[None, None], **settings)[0]
    torch.testing.assert_close(loops, fast, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_flow_through_the_loops(name: str) -> None:
    cases = (draw(name, seed) for seed in range(300))
    image, kernel, settings = next(case for case in cases if min(*case[0].shape, 9) > 3)
    tensors = [image.requires_grad_(), kernel.requires_grad_()]
    loops = getattr(ops, f"{name}_loops")(*tensors, **settings)
    reference = getattr(F, name)(image[None], kernel[None, None], **settings)[0]
    torch.testing.assert_close(
        torch.autograd.grad(loops.square().sum(), tensors),
        torch.autograd.grad(reference.square().sum(), tensors),
    )


@pytest.mark.parametrize("name", ["conv1d", "conv_transpose1d"])
def test_errors(name: str) -> None:
    loops = getattr(ops, f"{name}_loops")
    with pytest.raises(ValueError, match="stride must be an int, at least 1; got 0"):
        loops([1, 2, 3], [1], stride=0)
    with pytest.raises(ValueError, match="padding must be an int, at least 0; got -1"):
        loops([1, 2, 3], [1], padding=-1)
    with pytest.raises(ValueError, match="input_size must be an int, at least 1; got 0"):
        loops([], [1])
    with pytest.raises((TypeCheckError, ValueError), match="input"):
        loops([[1, 2], [3, 4]], [1])
    with pytest.raises((TypeCheckError, ValueError), match="weight"):
        loops([1, 2], torch.ones(1, 1))


def test_a_kernel_larger_than_the_padded_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"kernel_size 3 .* covers 3 cells"):
        ops.conv1d_loops([1, 2], [1, 1, 1])
    with pytest.raises(ValueError, match="padding 1 crops 2 cells"):
        ops.conv_transpose2d_loops([[1]], [[1, 1], [1, 1]], padding=1)
    with pytest.raises(ValueError, match="output_padding must be smaller"):
        ops.conv_transpose1d_loops([1], [1], output_padding=1)
