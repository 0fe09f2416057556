"""What the pen is measured by: nats a point, and where its window lies.

How often the letter with the largest weight is the one that is being written: the network is never
told; that the synthesised pen knows its letter lets us ask.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data import IAMOnDB, PenBatch, PenStrokes, collate_writings
from course_pkg.engine import LossSum, eval_mode
from course_pkg.models import Handwriting, PenMixture, PenPredictor, Written, pen_nll

__all__ = ["measure_handwriting", "measure_pen", "pen_only_nll", "written_nll"]


def written_nll(model: nn.Module, batch: PenBatch) -> tuple[LossSum, Written]:
    """Measure how surprising every point is, given the text and the points before it.

    Args:
        model: a `Handwriting`.
        batch: of writings.

    Returns:
        Sum of nats and number of points, and what the model said.
    """
    written = model(_before(batch), batch.text, batch.text_mask)
    return _sum(written.mixture, batch), written


def pen_only_nll(model: nn.Module, batch: PenBatch) -> LossSum:
    """Measure how surprising every point is, given the points before it alone.

    Args:
        model: a `PenPredictor`.
        batch: of writings, whose text is not looked at.

    Returns:
        Sum of nats and number of points.
    """
    return _sum(model(_before(batch)), batch)


def _before(batch: PenBatch) -> Tensor:
    """The first point has none before it: the pen starts at rest."""
    return torch.cat([torch.zeros_like(batch.points[:, :1]), batch.points[:, :-1]], dim=1)


def _sum(mixture: PenMixture, batch: PenBatch) -> LossSum:
    nll = pen_nll(mixture, batch.points)
    return LossSum((nll * batch.mask).sum(), batch.mask.sum().to(nll.dtype))


@torch.inference_mode()
def measure_handwriting(model: Handwriting, data: PenStrokes | IAMOnDB) -> dict[str, Any]:
    """Measure a pen on writings of other hands.

    Args:
        model: trained.
        data: words, or real lines.

    Returns:
        Nats a point, and the share of points at which the window is on its letter, where the data
        know it.
    """
    device = model.say.weight.device
    total = count = found = known = 0.0
    with eval_mode(model):
        for batch in DataLoader(data, 50, collate_fn=collate_writings):
            batch = PenBatch(*(part.to(device) for part in batch))
            loss, written = written_nll(model, batch)
            total, count = total + float(loss.total), count + float(loss.count)
            visible = written.window.masked_fill(~batch.text_mask[:, None], -1)
            owned = batch.mask & (batch.owner >= 0)
            known += float(owned.sum())
            found += float(((visible.argmax(2) == batch.owner) & owned).sum())
    return {
        "nats_per_point": total / count,
        "window_on_letter": found / known if known else None,
        "test_words": len(data),
        "parameters": sum(p.numel() for p in model.parameters()),
    }


@torch.inference_mode()
def measure_pen(model: PenPredictor, data: PenStrokes | IAMOnDB) -> dict[str, Any]:
    """Measure a pen that knows no text on writings of other hands.

    Args:
        model: trained.
        data: words, or real lines.

    Returns:
        Nats a point.
    """
    device = model.say.weight.device
    total = count = 0.0
    with eval_mode(model):
        for batch in DataLoader(data, 50, collate_fn=collate_writings):
            loss = pen_only_nll(model, PenBatch(*(part.to(device) for part in batch)))
            total, count = total + float(loss.total), count + float(loss.count)
    return {
        "nats_per_point": total / count,
        "test_words": len(data),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
