"""What the classifier by glimpses is measured by: how often it is right."""

from typing import Any

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

from course_pkg.engine import eval_mode
from course_pkg.models import GlimpseClassifier

__all__ = ["measure_glimpses"]


@torch.inference_mode()
def measure_glimpses(model: GlimpseClassifier, data: TensorDataset) -> dict[str, Any]:
    """Measure a classifier on hidden digits.

    Args:
        model: trained.
        data: (canvas, number) pairs.

    Returns:
        Fractions, and nats a digit.
    """
    device, right, loss = model.start.device, 0, 0.0
    with eval_mode(model):
        for images, labels in DataLoader(data, 100):
            logits = model(images.to(device)).logits.cpu()
            right += int((logits.argmax(1) == labels).sum())
            loss += float(F.cross_entropy(logits, labels, reduction="sum"))
    return {
        "accuracy": right / len(data),
        "error": 1 - right / len(data),
        "loss_nats": loss / len(data),
        "test_digits": len(data),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
