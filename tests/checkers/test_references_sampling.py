"""Chapter 15's references equal torch and the package's operations."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course_pkg.checkers import exercise, make_cases
from course_pkg.checkers.definition import reference

SEEDS = pytest.mark.parametrize("seed", range(3))


def answers(name, seed=0):
    """Every case's inputs with the reference's answer."""
    task = exercise(f"sampling.{name}").definition
    return [(c.inputs, reference(task)(*c.inputs.values())) for c in make_cases(task, seed)]


def reading(image, x, y):
    """Torch's reading at a place in pixels, with the place as a leaf to differentiate."""
    h, w = image.shape
    place = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
    sides = torch.tensor([w, h], dtype=torch.float64)
    grid = (2 * place + 1) / sides - 1
    picture = torch.from_numpy(image)[None, None]
    value = F.grid_sample(picture, grid.reshape(1, 1, 1, 2), align_corners=False).squeeze()
    return value, place


@SEEDS
def test_pixel_place_is_where_torch_reads(seed):
    for inputs, place in answers("pixel_place", seed):
        size = inputs["size"]
        ramp = torch.arange(size, dtype=torch.float64).expand(1, 1, 1, size)
        inside = min(max(place, 0), size - 1)
        grid = torch.tensor([[[[inputs["x"], 0.0]]]], dtype=torch.float64)
        read = F.grid_sample(
            ramp, grid, padding_mode="border", align_corners=inputs["align_corners"]
        )
        assert read.item() == pytest.approx(inside)


@SEEDS
def test_reading_and_its_slope_are_torchs(seed):
    for inputs, value in answers("read_between", seed):
        assert value == pytest.approx(reading(**inputs)[0].item())
    for inputs, slope in answers("place_gradient", seed):
        value, place = reading(**inputs)
        [expected] = torch.autograd.grad(value, place)
        np.testing.assert_allclose(slope, expected.numpy(), atol=1e-9)


@SEEDS
def test_crop_theta_reads_the_box(seed):
    for inputs, theta in answers("crop_theta", seed):
        (x0, y0, x1, y1), h, w = inputs["box"], inputs["h"], inputs["w"]
        grid = F.affine_grid(torch.from_numpy(theta)[None], [1, 1, 2, 2], align_corners=True)[0]
        pixels = (grid + 1) / 2 * torch.tensor([w, h])
        np.testing.assert_allclose(pixels[0, 0], [x0, y0], atol=1e-9)
        np.testing.assert_allclose(pixels[1, 1], [x1, y1], atol=1e-9)


@SEEDS
def test_undo_theta_undoes(seed):
    for inputs, back in answers("undo_theta", seed):
        whole = [np.vstack([m, [0, 0, 1]]) for m in (inputs["theta"], back)]
        np.testing.assert_allclose(whole[0] @ whole[1], np.eye(3), atol=1e-9)


@SEEDS
def test_theta_gradient_is_torchs(seed):
    for inputs, gradient in answers("theta_gradient", seed):
        pull = torch.from_numpy(inputs["pull"])
        theta = torch.zeros(1, 2, 3, dtype=torch.float64, requires_grad=True)
        grid = F.affine_grid(theta, [1, 1, *pull.shape[:2]], align_corners=False)
        [expected] = torch.autograd.grad((grid[0] * pull).sum(), theta)
        np.testing.assert_allclose(gradient, expected[0].numpy(), atol=1e-9)
