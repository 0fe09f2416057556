"""Affine, projective and thin-plate grids: against torch, by hand, and what they keep in place."""

import math

import pytest
import torch
import torch.nn.functional as F

from course_pkg import ops

SQUARE = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]


# torch says that it once did otherwise for grids of one pixel; what it does now is compared.
@pytest.mark.filterwarnings("ignore:Since version 1.3.0, affine_grid behavior has changed")
@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("number", range(10))
def test_affine_equals_torch_with_gradients(number: int, align_corners: bool) -> None:
    generator = torch.Generator().manual_seed(number)
    n, c, h, w = (1 + int(k) for k in torch.randint(6, (4,), generator=generator))
    theta = torch.randn(n, 2, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    ours = ops.affine_grid(theta, (n, c, h, w), align_corners)
    theirs = F.affine_grid(theta, [n, c, h, w], align_corners)
    torch.testing.assert_close(ours, theirs)
    weight = torch.randn(ours.shape, generator=generator, dtype=torch.float64)
    got, expected = (torch.autograd.grad(g, theta, weight)[0] for g in (ours, theirs))
    torch.testing.assert_close(got, expected)
    single = ops.affine_grid(theta.detach().float(), (n, c, h, w), align_corners)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), theirs.detach(), rtol=1e-5, atol=1e-5)


def test_affine_by_hand() -> None:
    # A quarter turn and a step to the right: (x, y) -> (-y + 0.5, x).
    theta = torch.tensor([[[0.0, -1.0, 0.5], [1.0, 0.0, 0.0]]])
    grid = ops.affine_grid(theta, (1, 1, 2, 2))
    # The pixel at (-0.5, -0.5) reads at (0.5 + 0.5, -0.5).
    assert grid[0, 0, 0].tolist() == [1.0, -0.5]
    assert grid[0, 1, 0].tolist() == [0.0, -0.5]
    half = torch.tensor([[[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]])
    places = ops.affine_grid(half, (1, 1, 1, 4), align_corners=True)[0, 0, :, 0]
    torch.testing.assert_close(places, torch.tensor([-0.5, -1 / 6, 1 / 6, 0.5]))


@pytest.mark.parametrize("align_corners", [False, True])
def test_projective_with_a_plain_last_row_is_affine(align_corners: bool) -> None:
    generator = torch.Generator().manual_seed(1)
    theta = torch.randn(3, 2, 3, generator=generator, dtype=torch.float64)
    last = torch.tensor([0.0, 0, 1], dtype=torch.float64).expand(3, 1, 3)
    grid = ops.projective_grid(torch.cat([theta, last], dim=1), (3, 1, 4, 5), align_corners)
    torch.testing.assert_close(grid, F.affine_grid(theta, [3, 1, 4, 5], align_corners))


def test_projective_by_hand_and_scale() -> None:
    tilt = torch.tensor([[[1.0, 0, 0], [0, 1, 0], [0.5, 0, 1]]])
    grid = ops.projective_grid(tilt, (1, 1, 2, 2))
    # The pixel at (0.5, -0.5) has depth 1.25.
    torch.testing.assert_close(grid[0, 0, 1], torch.tensor([0.4, -0.4]))
    torch.testing.assert_close(ops.projective_grid(3 * tilt, (1, 1, 2, 2)), grid)


def test_behind_the_horizon_lies_nothing() -> None:
    theta = torch.tensor([[[1.0, 0, 0], [0, 1, 0], [2.0, 0, 1]]], requires_grad=True)
    grid = ops.projective_grid(theta, (1, 1, 1, 4))  # depths -0.5, 0.5, 1.5, 2.5
    image = torch.ones(1, 1, 4, 4)
    assert (F.grid_sample(image, grid, align_corners=False)[0, 0, 0, 1:] > 0).all()
    assert F.grid_sample(image, grid, align_corners=False)[0, 0, 0, 0] == 0
    assert grid.isfinite().all()
    [gradient] = torch.autograd.grad(grid[..., 1:, :].sum(), theta)
    assert gradient.isfinite().all()


def test_four_points_go_where_they_should() -> None:
    generator = torch.Generator().manual_seed(2)
    square = torch.tensor(SQUARE, dtype=torch.float64).expand(20, 4, 2)
    moved = square + 0.4 * torch.rand(20, 4, 2, generator=generator, dtype=torch.float64)
    theta = ops.projective_from_points(square, moved)
    corners = torch.cat([square, torch.ones(20, 4, 1)], dim=-1) @ theta.mT
    torch.testing.assert_close(corners[..., :2] / corners[..., 2:], moved)
    assert (theta[:, 2, 2] == 1).all()
    same = ops.projective_from_points(square, square)
    torch.testing.assert_close(same, torch.eye(3, dtype=torch.float64).expand(20, 3, 3))


def test_four_points_on_a_line_are_refused() -> None:
    line = torch.tensor([[[0.0, 0], [1, 1], [2, 2], [3, 3]]])
    with pytest.raises(ValueError, match="three of the four points lie on a line"):
        ops.projective_from_points(line, torch.tensor(SQUARE)[None])


def test_gradcheck_of_the_grids() -> None:
    generator = torch.Generator().manual_seed(3)

    def near(shape: tuple[int, ...], rest: torch.Tensor) -> torch.Tensor:
        noise = 0.2 * torch.randn(shape, generator=generator, dtype=torch.float64)
        return (rest.double() + noise).requires_grad_()

    size = (2, 1, 3, 4)
    theta = near((2, 3, 3), torch.eye(3))
    assert torch.autograd.gradcheck(lambda t: ops.projective_grid(t, size), (theta,))
    points = near((2, 16, 2), ops.tps_control_points())
    assert torch.autograd.gradcheck(lambda p: ops.tps_grid(p, size), (points,))


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tps_at_rest_is_the_identity_to_the_last_bit(
    align_corners: bool, dtype: torch.dtype
) -> None:
    for h, w in ((1, 1), (4, 4), (28, 28), (5, 42)):
        rest = ops.tps_control_points().to(dtype).expand(2, 16, 2)
        grid = ops.tps_grid(rest, (2, 1, h, w), align_corners)
        assert torch.equal(grid, ops.identity_grid(h, w, align_corners).to(dtype).expand_as(grid))


@pytest.mark.parametrize("number", range(10))
def test_tps_moves_its_control_points_where_they_are_told(number: int) -> None:
    generator = torch.Generator().manual_seed(number)
    source = ops.tps_control_points().float() + 0.3 * torch.randn(16, 2, generator=generator)
    # With corners pinned, every ninth pixel of 28 is a control point.
    grid = ops.tps_grid(source[None], (1, 1, 28, 28), align_corners=True)
    found = grid[0, ::9, ::9].reshape(16, 2)
    assert (found - source).abs().max() < 1e-5


def test_tps_keeps_affine_maps_and_is_the_textbooks_spline() -> None:
    scipy = pytest.importorskip("scipy.interpolate")
    generator = torch.Generator().manual_seed(4)
    points = ops.tps_control_points()
    matrix = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    affine = points @ matrix[:, :2].T + matrix[:, 2]
    grid = ops.tps_grid(affine[None], (1, 1, 6, 7))
    torch.testing.assert_close(grid, F.affine_grid(matrix[None], [1, 1, 6, 7], align_corners=False))
    source = points + 0.4 * torch.randn(16, 2, generator=generator, dtype=torch.float64)
    spline = scipy.RBFInterpolator(points.numpy(), source.numpy(), kernel="thin_plate_spline")
    expected = spline(ops.identity_grid(6, 7).reshape(-1, 2).numpy())
    got = ops.tps_grid(source[None], (1, 1, 6, 7))[0].reshape(-1, 2)
    torch.testing.assert_close(got, torch.from_numpy(expected), rtol=1e-7, atol=1e-9)


def test_tps_with_points_of_ones_own() -> None:
    own = torch.tensor([[0.0, 0.0], [0.5, 0.5], [-0.5, 0.5], [0.1, -0.8]])
    rest = ops.tps_grid(own[None], (1, 1, 4, 4), control_points=own)
    assert torch.equal(rest[0], ops.identity_grid(4, 4).float())
    weights = ops.tps_weights(own, own)
    torch.testing.assert_close(weights, torch.eye(4, dtype=torch.float64), atol=1e-9, rtol=0)
    anywhere = ops.tps_weights(own, torch.tensor([[3.0, -2.0]]))
    assert anywhere.sum().item() == pytest.approx(1)


def test_tps_after_a_look_without_gradients() -> None:
    points = ops.tps_control_points().float()[None]
    with torch.inference_mode():
        ops.tps_grid(points.clone(), (1, 1, 11, 13))
    learning = points.clone().requires_grad_()
    ops.tps_grid(learning, (1, 1, 11, 13)).sum().backward()
    assert learning.grad is not None
    assert learning.grad.abs().sum() > 0


@pytest.mark.parametrize("make", [ops.affine_grid, ops.projective_grid, ops.tps_grid])
def test_no_images_no_grids_and_wrong_sizes(make) -> None:
    shape = {ops.affine_grid: (2, 3), ops.projective_grid: (3, 3), ops.tps_grid: (16, 2)}[make]
    assert make(torch.zeros(0, *shape), (0, 1, 3, 4)).shape == (0, 3, 4, 2)
    theta = torch.zeros(2, *shape)
    with pytest.raises(ValueError, match=r"size must be \(n, c, h, w\), got \(2, 3\)"):
        make(theta, (2, 3))
    with pytest.raises(ValueError, match="size asks for 3 images, but 2 came"):
        make(theta, (3, 1, 4, 4))
    with pytest.raises(ValueError, match="c, h and w of size must be at least 1"):
        make(theta, (2, 1, 0, 4))


def test_other_errors() -> None:
    with pytest.raises(ValueError, match="height and width must be at least 1, got 0x3"):
        ops.identity_grid(0, 3)
    with pytest.raises(ValueError, match="side must be at least 2, got 1"):
        ops.tps_control_points(1)
    with pytest.raises(ValueError, match="15 points are no square grid"):
        ops.tps_grid(torch.zeros(1, 15, 2), (1, 1, 4, 4))
    line = torch.tensor([[0.0, 0], [1, 1], [2, 2]])
    with pytest.raises(ValueError, match="the 3 control points must be different"):
        ops.tps_weights(line, line)
    twice = torch.tensor([[0.0, 0], [1, 0], [0, 1], [0, 1]])
    with pytest.raises(ValueError, match="the 4 control points must be different"):
        ops.tps_weights(twice, twice)


def test_a_rotation_of_the_grid_turns_the_picture_the_other_way() -> None:
    image = torch.zeros(1, 1, 9, 9)
    image[0, 0, 4, 7] = 1  # right of the middle
    angle = math.pi / 2
    cos, sin = math.cos(angle), math.sin(angle)
    theta = torch.tensor([[[cos, -sin, 0.0], [sin, cos, 0.0]]])
    turned = ops.grid_sample(image, ops.affine_grid(theta, (1, 1, 9, 9)))
    # (x, y) reads at (-y, x): the point that reads at (+, 0) is (0, -): above the middle.
    assert turned[0, 0, 1, 4] == pytest.approx(1)
