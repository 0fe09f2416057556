"""Torch's own grids and samples for the transformer explorer."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course_pkg import ops


def grid_by_torch(kind: str, theta: Any, size: int, align_corners: bool) -> Tensor:
    """Affine by torch; projective and spline by the ops, which have tests of their own."""
    numbers = torch.tensor(theta, dtype=torch.float64)[None]
    shape = [1, 1, size, size]
    if kind == "affine":
        return F.affine_grid(numbers, shape, align_corners=align_corners)[0]
    make = ops.projective_grid if kind == "projective" else ops.tps_grid
    return make(numbers, shape, align_corners)[0]


def output_by_torch(image: Any, grid: Tensor, align_corners: bool) -> Tensor:
    picture = torch.as_tensor(image, dtype=torch.float64)[None, None]
    return F.grid_sample(picture, grid[None], align_corners=align_corners)[0, 0]


def random_thetas(generator: torch.Generator) -> dict[str, list[list[float]]]:
    def noise(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    projective = torch.eye(3, dtype=torch.float64) + 0.3 * noise(3, 3)
    projective[2, 2] = 1
    return {
        "affine": noise(2, 3).tolist(),
        "projective": projective.tolist(),
        "tps": (ops.tps_control_points() + 0.3 * noise(16, 2)).tolist(),
    }
