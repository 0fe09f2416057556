"""What the pen is measured by: nats a point, and where its window lies.

How often the letter with the largest weight is the one that is being written: the network is never
told; that the synthesised pen knows its letter lets us ask.
"""

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from course_pkg.data import PenBatch, PenStrokes, collate_writings
from course_pkg.engine import LossSum, eval_mode
from course_pkg.models import Handwriting, Written, pen_nll

__all__ = ["measure_handwriting", "written_nll"]


def written_nll(model: nn.Module, batch: PenBatch) -> tuple[LossSum, Written]:
    """Measure how surprising every point is, given the text and the points before it.

    Args:
        model: a `Handwriting`.
        batch: of writings.

    Returns:
        Sum of nats and number of points, and what the model said.
    """
    # The first point has none before it: the pen starts at rest.
    before = torch.cat([torch.zeros_like(batch.points[:, :1]), batch.points[:, :-1]], dim=1)
    written = model(before, batch.text, batch.text_mask)
    nll = pen_nll(written.mixture, batch.points)
    count = batch.mask.sum().to(nll.dtype)
    return LossSum((nll * batch.mask).sum(), count), written


@torch.inference_mode()
def measure_handwriting(model: Handwriting, data: PenStrokes) -> dict[str, Any]:
    """Measure a pen on words of other hands.

    Args:
        model: trained.
        data: words.

    Returns:
        Nats a point, and the share of points at which the window is on its letter.
    """
    device = model.say.weight.device
    total = count = found = 0.0
    with eval_mode(model):
        for batch in DataLoader(data, 50, collate_fn=collate_writings):
            batch = PenBatch(*(part.to(device) for part in batch))
            loss, written = written_nll(model, batch)
            total, count = total + float(loss.total), count + float(loss.count)
            visible = written.window.masked_fill(~batch.text_mask[:, None], -1)
            found += float(((visible.argmax(2) == batch.owner) & batch.mask).sum())
    return {
        "nats_per_point": total / count,
        "window_on_letter": found / count,
        "test_words": len(data),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
