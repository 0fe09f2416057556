"""A small FCN head whose scores the skip explorer shows, and torch's word on both widgets."""

import base64
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_pkg import widgets
from course_pkg.models import FCNHead, Level

LEVELS = [Level(5, stride, (stride - 1) / 2) for stride in (32, 16, 8)]
CLASSES = ("sky", "grass", "road", "car")
PALETTE = ((135, 190, 235), (110, 170, 80), (125, 115, 125), (250, 200, 40))


def skip_example(h: int = 64, w: int = 96, seed: int = 3) -> dict[str, Any]:
    """What `SkipExplorer` takes, from a head with random weights on random maps."""
    generator = torch.Generator().manual_seed(seed)
    head = FCNHead(len(CLASSES), LEVELS, border=1)
    for parameter in head.parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data.add_(0.2 * noise)
    maps = [
        torch.randn(1, 5, -(-h // level.stride), -(-w // level.stride), generator=generator)
        for level in LEVELS
    ]
    with torch.no_grad():
        contributions = [part[0] for part in head.contributions(maps, (h, w))]
        logits = head(maps, (h, w))[0]
    truth = torch.randint(len(CLASSES), (h // 16, w // 16), generator=generator)
    truth = truth.repeat_interleave(16, 0).repeat_interleave(16, 1)
    truth[:5, :9] = 255
    image = torch.rand(3, h, w, generator=generator)
    made = {"image": image, "contributions": contributions, "truth": truth}
    return {**made, "classes": CLASSES, "palette": PALETTE, "logits": logits}


def skip_explorer(**settings: Any) -> widgets.SkipExplorer:
    example = skip_example()
    del example["logits"]
    return widgets.SkipExplorer(**{**example, **settings})


def unpacked(packed: dict[str, Any]) -> Tensor:
    whole = np.frombuffer(base64.b64decode(packed["values"]), "<i2").astype(float)
    return torch.as_tensor(whole * packed["scale"]).reshape(packed["shape"])


def summed_scores(maps: list, chosen: list, stride: int, size: tuple[int, int]) -> Tensor:
    """Torch's enlargement of the chosen maps, added up."""
    total = torch.zeros(maps[0]["shape"][0], *size, dtype=torch.float64)
    for packed, on in zip(maps, chosen, strict=True):
        small = unpacked(packed)[None]
        large = F.interpolate(small, scale_factor=stride, mode="bilinear", align_corners=False)
        total += on * large[0, :, : size[0], : size[1]]
    return total


def labels_that_may_be(scores: Tensor) -> Tensor:
    """For every class where it wins, or comes so near that rounding may decide."""
    return scores >= scores.amax(0) - 1e-9 * scores.abs().max().clamp(min=1)


def stack_by_torch(layers: list, image_size: int) -> list[dict[str, int]]:
    """Field, step, cells and multiplications, from gradients and shapes of real layers."""
    rows, channels = [], 3
    x = torch.zeros(1, 1, image_size)
    free = nn.Sequential()  # the same without padding, on a line with room on both sides
    for kernel_size, stride, dilation, width in layers:
        padding = dilation * (kernel_size - 1) // 2
        x = F.conv1d(x, torch.ones(1, 1, kernel_size), None, stride, padding, dilation)
        conv = nn.Conv1d(1, 1, kernel_size, stride, 0, dilation, bias=False).double()
        nn.init.constant_(conv.weight, 1 / kernel_size)
        free.append(conv)
        first, second = (_seen(free, cell) for cell in (0, 1))
        cells = x.shape[-1]
        rows.append(
            {
                "field": int(first[-1] - first[0] + 1),
                "step": int(second[0] - first[0]),
                "cells": cells,
                "multiplications": kernel_size**2 * channels * width * cells**2,
                "numbers": (width or channels) * cells**2,
            }
        )
        channels = width or channels
    return rows


def _seen(stack: nn.Sequential, cell: int) -> Tensor:
    return path_gradient(stack, cell).nonzero().flatten()


def path_gradient(stack: nn.Sequential, cell: int) -> Tensor:
    line = torch.zeros(1, 1, 3000, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(stack(line)[0, 0, cell], line)[0][0, 0]
