"""What the classifier by glimpses is measured by: is it right, and does it look at the digit?"""

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
        data: (canvas, number, box of the digit) triples.

    Returns:
        Fractions, and nats a digit. ``last_on_digit`` says how often the last window's centre lies
        in the digit's box, ``uniform_on_digit`` how often a random place of the canvas would.
    """
    device, right, loss, there, luck = model.start.device, 0, 0.0, 0, 0.0
    area = model.size[0] * model.size[1]
    with eval_mode(model):
        for images, labels, boxes in DataLoader(data, 100):
            said = model(images.to(device))
            logits, last = said.logits.cpu(), said.windows[-1]
            right += int((logits.argmax(1) == labels).sum())
            loss += float(F.cross_entropy(logits, labels, reduction="sum"))
            centre = torch.stack([last.centre_x, last.centre_y], dim=1).cpu()
            inside = (centre >= boxes[:, :2]) & (centre <= boxes[:, 2:])
            there += int(inside.all(dim=1).sum())
            luck += float((boxes[:, 2:] - boxes[:, :2]).prod(dim=1).sum()) / area
    return {
        "accuracy": right / len(data),
        "error": 1 - right / len(data),
        "loss_nats": loss / len(data),
        "last_on_digit": there / len(data),
        "uniform_on_digit": luck / len(data),
        "test_digits": len(data),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
