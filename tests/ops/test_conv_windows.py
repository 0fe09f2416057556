"""Picking up and putting down: the same as torch's unfold and fold, and each other's transpose."""

import random

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from course_pkg.ops.conv_sizes import conv_output_size
from course_pkg.ops.conv_windows import pick_up, put_down


def draw(seed: int) -> tuple[Tensor, list[int], list[int], list[int]]:
    rng = random.Random(seed)
    while True:
        size, kernel, stride, dilation = (
            [rng.randint(1, top) for _ in "hw"] for top in (8, 3, 3, 3)
        )
        if all(d * (k - 1) < n for n, k, d in zip(size, kernel, dilation, strict=True)):
            generator = torch.Generator().manual_seed(seed)
            image = torch.randn(2, 3, *size, generator=generator, dtype=torch.float64)
            return image, kernel, stride, dilation


@pytest.mark.parametrize("seed", range(100))
def test_pick_up_is_unfold_and_put_down_is_fold(seed: int) -> None:
    image, kernel, stride, dilation = draw(seed)
    if seed % 2:
        image = image.mT.contiguous().mT  # the same numbers in another order of memory
    copies = pick_up(image, kernel, stride, dilation)
    unfolded = F.unfold(image, kernel, dilation, 0, stride)
    assert copies.reshape(unfolded.shape).equal(unfolded)
    folded = F.fold(unfolded, image.shape[2:], kernel, dilation, 0, stride)
    torch.testing.assert_close(put_down(copies, image.shape[2:], stride, dilation), folded)


@pytest.mark.parametrize("seed", range(20))
def test_the_two_are_transposes_of_each_other(seed: int) -> None:
    image, kernel, stride, dilation = draw(seed)
    picked = pick_up(image, kernel, stride, dilation)
    copies = torch.randn(
        picked.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )
    put = put_down(copies, image.shape[2:], stride, dilation)
    torch.testing.assert_close((picked * copies).sum(), (image * put).sum())


def test_gradients_of_both_to_second_order() -> None:
    image, kernel, stride, dilation = draw(3)
    image.requires_grad_()
    copies = pick_up(image, kernel, stride, dilation).detach().requires_grad_()
    size = image.shape[2:]

    def up(x: Tensor) -> Tensor:
        return pick_up(x, kernel, stride, dilation).sin()

    def down(x: Tensor) -> Tensor:
        return put_down(x, size, stride, dilation).sin()

    for function, argument in ((up, image), (down, copies)):
        assert torch.autograd.gradcheck(function, argument)
        assert torch.autograd.gradgradcheck(function, argument, fast_mode=True)


def test_fewer_windows_than_the_canvas_has_room_for() -> None:
    copies = torch.ones(1, 1, 2, 3, dtype=torch.float64, requires_grad=True)
    canvas = put_down(copies, [9], [2], [1])
    assert canvas.tolist() == [[[1, 1, 1, 1, 1, 1, 0, 0, 0]]]
    assert torch.autograd.gradcheck(lambda x: put_down(x, [9], [2], [1]), copies)


def test_errors() -> None:
    image = torch.ones(1, 1, 4)
    with pytest.raises(ValueError, match="kernel_size 5 with dilation 1 covers 5 cells"):
        pick_up(image, [5], [1], [1])
    with pytest.raises(ValueError, match="stride must be an int, at least 1"):
        pick_up(image, [2], [0], [1])
    with pytest.raises(ValueError, match=r"size \(4,\) has room for \(3,\) windows; got \(4,\)"):
        put_down(torch.ones(1, 1, 2, 4), [4], [1], [1])
    with pytest.raises(ValueError, match=r"copies must have 2 \+ 2 \* 1 axes"):
        put_down(torch.ones(1, 1, 2), [4], [1], [1])
    assert conv_output_size((4,), (2,)) == (3,)
