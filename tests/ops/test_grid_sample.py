"""Reading between pixels: by hand, against torch in every mode, the paper's sums, and refusals."""

import itertools

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from course_pkg import ops

MODES = ("bilinear", "nearest", "bicubic")
PADDINGS = ("zeros", "border", "reflection")
SETTINGS = list(itertools.product(MODES, PADDINGS, (False, True)))


def random_case(number: int, spread: float = 1.3) -> tuple[Tensor, Tensor]:
    """An image and a grid of random sizes; every third place lies outside."""
    generator = torch.Generator().manual_seed(number)
    n, c, h, w, ho, wo = (1 + int(k) for k in torch.randint(7, (6,), generator=generator))
    image = torch.randn(n, c, h, w, generator=generator, dtype=torch.float64)
    grid = spread * torch.randn(n, ho, wo, 2, generator=generator, dtype=torch.float64)
    return image, grid


def gradients(output: Tensor, inputs: tuple[Tensor, ...], number: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(number)
    weight = torch.randn(output.shape, generator=generator, dtype=output.dtype)
    found = torch.autograd.grad(output, inputs, weight, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, inputs, strict=True)]


# 18 settings x 20 random sizes: 360 configurations.
@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize(("mode", "padding_mode", "align_corners"), SETTINGS)
def test_equals_torch_with_gradients(
    mode: str, padding_mode: str, align_corners: bool, number: int
) -> None:
    image, grid = (t.requires_grad_() for t in random_case(number))
    ours = ops.grid_sample(image, grid, mode, padding_mode, align_corners)
    theirs = F.grid_sample(image, grid, mode, padding_mode, align_corners)
    torch.testing.assert_close(ours, theirs)
    for got, expected in zip(
        gradients(ours, (image, grid), number),
        gradients(theirs, (image, grid), number),
        strict=True,
    ):
        torch.testing.assert_close(got, expected)


@pytest.mark.parametrize(("mode", "padding_mode", "align_corners"), SETTINGS)
def test_equals_torch_in_single_precision_and_on_strides(
    mode: str, padding_mode: str, align_corners: bool
) -> None:
    image, grid = random_case(100)
    image, grid = image.float().mT.contiguous().mT, grid.float().transpose(1, 2)
    ours = ops.grid_sample(image, grid, mode, padding_mode, align_corners)
    theirs = F.grid_sample(image, grid, mode, padding_mode, align_corners)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("padding_mode", PADDINGS)
@pytest.mark.parametrize("align_corners", [False, True])
def test_on_the_kinks_too(padding_mode: str, align_corners: bool) -> None:
    """Places exactly on pixels, on edges and on mirrors: the sub-gradient is torch's."""
    image = torch.arange(1.0, 13, dtype=torch.float64).reshape(1, 1, 3, 4).square()
    pixels = torch.arange(-5, 10, dtype=torch.float64) / 2
    along = (pixels / 1.5 - 1) if align_corners else ((2 * pixels + 1) / 4 - 1)
    y = torch.full_like(along, 0.3)
    grid = torch.stack([along, y], dim=-1)[None, None].requires_grad_()
    ours = ops.grid_sample(image, grid, "bilinear", padding_mode, align_corners)
    theirs = F.grid_sample(image, grid, "bilinear", padding_mode, align_corners)
    torch.testing.assert_close(ours, theirs)
    [got], [expected] = gradients(ours, (grid,), 0), gradients(theirs, (grid,), 0)
    torch.testing.assert_close(got, expected)


@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
@pytest.mark.parametrize("padding_mode", PADDINGS)
def test_places_that_are_no_places(mode: str, padding_mode: str) -> None:
    image = torch.arange(1.0, 7).reshape(1, 1, 2, 3)
    bad = [float("nan"), float("inf"), -float("inf"), 1e30]
    grid = torch.tensor([[[[x, 0.0] for x in bad]]])
    ours = ops.grid_sample(image, grid, mode, padding_mode)
    assert ours.isfinite().all()
    if padding_mode == "zeros":
        assert not ours.any()


def test_by_hand() -> None:
    image = torch.tensor([[[[0.0, 10.0], [20.0, 30.0]]]])
    # Pixel centres of a 2 x 2 image lie at -0.5 and 0.5; a quarter of the way along each axis.
    grid = torch.tensor([[[[-0.25, -0.25]]]])
    # 0.75 * (0.75 * 0 + 0.25 * 10) + 0.25 * (0.75 * 20 + 0.25 * 30) = 1.875 + 5.625
    assert ops.grid_sample(image, grid).item() == 7.5
    assert ops.grid_sample(image, grid, "nearest").item() == 0
    # With corners pinned the centres lie at -1 and 1: -0.25 is 3/8 of the way.
    # 0.625 * (0.375 * 10) + 0.375 * (0.625 * 20 + 0.375 * 30) = 2.34375 + 8.90625
    assert ops.grid_sample(image, grid, align_corners=True).item() == 11.25
    # At the outer edge half of the value is padding.
    edge = torch.tensor([[[[-1.0, 0.5]]]])
    assert ops.grid_sample(image, edge).item() == 10
    assert ops.grid_sample(image, edge, padding_mode="border").item() == 20
    # Half a pixel and one beyond: the mirror stands at the edge.
    beyond = torch.tensor([[[[-1.5, 0.5], [-2.5, 0.5]]]])
    assert ops.grid_sample(image, beyond, padding_mode="reflection").flatten().tolist() == [20, 30]


def test_x_is_the_column() -> None:
    image = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    right_above = torch.tensor([[[[0.5, -0.5]]]])
    assert ops.grid_sample(image, right_above).item() == 2


def test_the_identity_returns_the_image() -> None:
    image = torch.rand(2, 3, 5, 7, dtype=torch.float64)
    for align_corners, mode in itertools.product((False, True), MODES):
        grid = ops.identity_grid(5, 7, align_corners).expand(2, 5, 7, 2)
        got = ops.grid_sample(image, grid, mode, align_corners=align_corners)
        torch.testing.assert_close(got, image)


def test_weights_add_up_to_one_inside() -> None:
    _, grid = random_case(3)
    ones = torch.ones(len(grid), 1, 6, 5, dtype=torch.float64)
    for mode in MODES:
        for padding_mode in ("border", "reflection"):
            got = ops.grid_sample(ones, grid, mode, padding_mode)
            torch.testing.assert_close(got, torch.ones_like(got))


@pytest.mark.parametrize("number", range(8))
def test_the_papers_sums_are_the_same_operation(number: int) -> None:
    generator = torch.Generator().manual_seed(number)
    image = torch.randn(4, 5, generator=generator, dtype=torch.float64)
    x = 6 * torch.rand(9, generator=generator, dtype=torch.float64) - 1
    y = 5 * torch.rand(9, generator=generator, dtype=torch.float64) - 1
    if number % 2:  # exactly on pixels, where the tent has its kinks
        x, y = x.round(), y.round()
    pixels = image.clone().requires_grad_()
    grid = torch.stack([(2 * x + 1) / 5 - 1, (2 * y + 1) / 4 - 1], dim=-1)[None, None]
    grid.requires_grad_()
    output = F.grid_sample(pixels[None, None], grid, align_corners=False)[0, 0, 0]
    torch.testing.assert_close(ops.grid_sample_loops(image, x, y), output.detach())

    by_pixel, by_x, by_y = ops.sampling_gradients_loops(image, x, y)
    for k in range(len(x)):
        to_pixels, to_grid = torch.autograd.grad(output[k], (pixels, grid), retain_graph=True)
        torch.testing.assert_close(by_pixel[k], to_pixels)
        if number % 2:
            continue  # rounding decides on which side of the kink the grid falls
        # The grid counts in half images, the paper in pixels.
        torch.testing.assert_close(by_x[k] * 5 / 2, to_grid[0, 0, k, 0])
        torch.testing.assert_close(by_y[k] * 4 / 2, to_grid[0, 0, k, 1])


def test_the_slope_on_a_pixel_is_the_one_towards_the_next() -> None:
    image = torch.tensor([[1.0, 5.0, 7.0]])
    place = torch.tensor([1.0])
    _, by_x, _ = ops.sampling_gradients_loops(image, place, torch.zeros(1))
    assert by_x.item() == 2


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("padding_mode", PADDINGS)
def test_gradcheck(mode: str, padding_mode: str) -> None:
    generator = torch.Generator().manual_seed(5)
    image = torch.randn(1, 2, 3, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    grid = 2.4 * torch.rand(1, 2, 3, 2, generator=generator, dtype=torch.float64) - 1.2
    grid.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda i, g: ops.grid_sample(i, g, mode, padding_mode), (image, grid)
    )


def test_nearest_has_no_gradient_in_the_place() -> None:
    image, grid = (t.requires_grad_() for t in random_case(2))
    output = ops.grid_sample(image.detach(), grid, "nearest")
    [to_grid] = torch.autograd.grad(output.sum(), grid)
    assert not to_grid.any()


def test_nothing_in_nothing_out() -> None:
    empty = ops.grid_sample(torch.zeros(0, 2, 4, 4), torch.zeros(0, 3, 3, 2))
    assert empty.shape == (0, 2, 3, 3)
    assert ops.grid_sample(torch.ones(1, 2, 4, 4), torch.zeros(1, 0, 3, 2)).shape == (1, 2, 0, 3)


@pytest.mark.parametrize(
    ("image", "grid", "settings", "message"),
    [
        ((1, 1, 2, 2), (1, 2, 2, 2), {"mode": "cubic"}, "mode must be bilinear, nearest or bic"),
        ((1, 1, 2, 2), (1, 2, 2, 2), {"padding_mode": "wrap"}, "padding_mode must be zeros, bord"),
        ((1, 1, 0, 2), (1, 2, 2, 2), {}, "there is no pixel to read"),
        ((1, 0, 2, 2), (1, 2, 2, 2), {}, "there is no pixel to read"),
    ],
)
def test_errors(image, grid, settings, message) -> None:
    with pytest.raises(ValueError, match=message):
        ops.grid_sample(torch.zeros(image), torch.zeros(grid), **settings)


def test_dtypes_must_agree() -> None:
    with pytest.raises(ValueError, match=r"input is torch\.float64 but grid is torch\.float32"):
        ops.grid_sample(torch.zeros(1, 1, 2, 2).double(), torch.zeros(1, 2, 2, 2))


@pytest.mark.parametrize(
    ("image", "grid"),
    [((2, 1, 3, 3), (1, 2, 2, 2)), ((1, 3, 3), (1, 2, 2, 2)), ((1, 1, 3, 3), (1, 2, 2, 3))],
)
def test_shapes_are_refused(image, grid) -> None:
    from jaxtyping import TypeCheckError

    with pytest.raises((ValueError, TypeCheckError)):
        ops.grid_sample(torch.zeros(image), torch.zeros(grid))
