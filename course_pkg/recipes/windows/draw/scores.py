"""What DRAW is measured by: the bound on -log p(x) in nats over the whole test set.

One draw of the random numbers a picture. Beside it stands what the same model would report with the
paper's printed constant (one -1 for a whole step instead of one for each random number): the same
model, another number.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch.utils.data import DataLoader

from course_pkg.data import BinarizedMNIST, BinaryDigits
from course_pkg.engine import eval_mode
from course_pkg.models import (
    DRAW,
    draw_bound,
)

__all__ = ["measure_draw"]


@torch.inference_mode()
def measure_draw(model: DRAW, data: BinaryDigits | BinarizedMNIST, seed: int) -> Mapping[str, Any]:
    """Measure a model on test digits.

    Args:
        model: trained.
        data: binary digits.
        seed: of its random numbers.

    Returns:
        Nats a picture: the bound, its two parts, and the bound with the printed constant.
    """
    device = model.canvas_start.device
    generator = torch.Generator(device).manual_seed(seed)
    bound = sent = 0.0
    with eval_mode(model):
        for images, _ in DataLoader(data, 100):
            steps = model(images.to(device), generator)
            bound += float(draw_bound(steps, images.to(device)).double().sum())
            sent += float(steps.kl.double().sum())
    bound, sent = bound / len(data), sent / len(data)
    # The constant as printed: -1/2 a step, where each of its random numbers has one.
    excess = 0.5 * (model.latent_size - 1) * model.steps
    return {
        "bound_nats": bound,
        "reconstruction_nats": bound - sent,
        "kl_nats": sent,
        "printed_constant_nats": bound + excess,
        "test_digits": len(data),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
