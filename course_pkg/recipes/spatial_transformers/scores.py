"""What a digit network is measured by: its error."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.engine import eval_mode
from course_pkg.recipes.spatial_transformers.data import (
    DistortedData,
)

__all__ = ["measure_digits"]


def measure_digits(
    model: nn.Module, predict: Callable[[Tensor], Tensor], data: DistortedData
) -> Mapping[str, Any]:
    """Count the answers that are wrong.

    Args:
        model: trained.
        predict: what it says to pictures.
        data: its ``val`` part is asked.

    Returns:
        The share of wrong answers, and how many were asked.
    """
    wrong = 0
    with eval_mode(model):
        for pictures, answers in DataLoader(data.val, 256):
            wrong += int((predict(pictures).cpu() != answers).sum())
    return {
        "error": wrong / len(data.val),
        "test_digits": len(data.val),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
