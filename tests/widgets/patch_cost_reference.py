"""Torch's own count of the patch widget's work: real layers, their flops, their windows."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

CLASSES = 12


@cache
def _multiplications(size: int, patch_size: int, channels: int) -> int:
    """Half the flops of the network on a square of ``size`` pixels."""
    layers = [
        nn.Conv2d(3 if i == 0 else channels, channels, 3, bias=False, device="meta")
        for i in range(patch_size // 2)
    ]
    net = nn.Sequential(*layers, nn.Conv2d(channels, CLASSES, 1, bias=False, device="meta"))
    with FlopCounterMode(display=False) as counter:
        net(torch.zeros(1, 3, size, size, device="meta"))
    return counter.get_total_flops() // 2


def costs_by_torch(
    image_size: int, patch_size: int, step: int, channels: int
) -> tuple[dict[str, int], list[int]]:
    """The counts, and how many windows read each pixel along an axis."""
    padded = torch.zeros(1, 1, 1, image_size + patch_size - 1)
    windows = padded.unfold(3, patch_size, step)
    side = windows.shape[3]
    region = (side - 1) * step + patch_size
    ones = torch.ones(1, patch_size, side)
    reads = F.fold(ones, (1, region), (1, patch_size), stride=(1, step)).flatten().int().tolist()
    one_pass = _multiplications(patch_size, patch_size, channels)
    counts = {
        "side": side,
        "passes": side**2,
        "region": region,
        "one_pass": one_pass,
        "loop": side**2 * one_pass,
        "dense": _multiplications(region, patch_size, channels),
    }
    return counts, reads


def random_settings(random: Any) -> dict[str, Any]:
    return {
        "image_size": random.whole(33, 90),
        "patch_size": 2 * random.whole(1, 20) + 1,
        "step": random.whole(1, 20),
        "channels": random.whole(1, 9),
    }
