"""torchvision's own crops for the RoI explorer."""

from typing import Any

import torch
import torchvision.ops
from torch import Tensor

from course_pkg import ops


def crop_by_torchvision(
    method: str, features: Any, box: Any, bins: int, samples: int, stride: int = 1
) -> Tensor:
    """Pool and align by torchvision; both warps by the ops, which have tests of their own."""
    maps = torch.as_tensor(features, dtype=torch.float64)[None, None]
    rows = [torch.as_tensor(box, dtype=torch.float64)[None]]
    if method == "pool":
        crop = torchvision.ops.roi_pool(maps, rows, bins, 1 / stride)
    elif method == "align":
        crop = torchvision.ops.roi_align(maps, rows, bins, 1 / stride, samples, aligned=True)
    else:
        op = {"warp": ops.roi_warp, "released": ops.roi_warp_released}[method]
        crop = op(maps, rows, bins, 1 / stride)
    return crop[0, 0]


def random_case(random: Any) -> dict[str, Any]:
    """A map and a box in cells, in eighths, so that halves come up."""
    h, w = random.whole(2, 9), random.whole(2, 9)
    x0, y0 = random.whole(0, 8 * w) / 8, random.whole(0, 8 * h) / 8
    box = [x0, y0, x0 + random.whole(1, 60) / 8, y0 + random.whole(1, 60) / 8]
    return {
        "method": ("pool", "align", "warp", "released")[random.whole(0, 3)],
        "features": random.numbers(h, w),
        "box": box,
        "bins": random.whole(1, 4),
        "samples": random.whole(1, 3),
    }
