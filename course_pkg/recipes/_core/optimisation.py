"""How the networks of the attention chapters learn: Adam, a rate that rises briefly and then falls.

One place for it, so that a network and the twin it is compared with cannot learn differently.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.engine import History, LossSum, TrainConfig, cosine_schedule, fit

__all__ = ["learn"]


def learn(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: Callable[[nn.Module, Any], LossSum | Tensor],
    *,
    rate: float,
    steps: int,
    config: TrainConfig,
    warmup: int = 0,
    final: float = 0.0,
    weight_decay: float = 0.0,
    betas: tuple[float, float] = (0.9, 0.999),
) -> History:
    """Train whatever in a network learns, and leave it in evaluation mode.

    Args:
        model: changed in place; weights that need no gradient stay as they are.
        loader: its batches go to ``loss_fn``.
        loss_fn: of (network, batch).
        rate: learning rate at its highest.
        steps: of the optimizer.
        config: of the training loop.
        warmup: steps until the full rate, a tenth of all steps at most.
        final: share of the rate that is left at the end.
        weight_decay: of AdamW; with 0 it is Adam.
        betas: of Adam.

    Returns:
        What happened.

    Example:
        >>> from course_pkg.recipes._core.optimisation import learn
        >>> x = torch.linspace(-1, 1, 8)[:, None]
        >>> pairs = list(zip(x, 3 * x, strict=True))
        >>> line = nn.Linear(1, 1)
        >>> def loss(model, batch):
        ...     return (model(batch[0]) - batch[1]).square().mean()
        >>> quiet = TrainConfig(progress=False, device="cpu")
        >>> history = learn(line, DataLoader(pairs, 4), loss, rate=0.3, steps=200, config=quiet)
        >>> print(f"{line.weight.item():.2f} {line.training}")
        3.00 False
    """
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=rate, betas=betas, weight_decay=weight_decay
    )
    history = fit(
        model,
        loader,
        loss_fn=loss_fn,
        optimizer=optimizer,
        scheduler=cosine_schedule(optimizer, steps, final, min(warmup, steps // 10)),
        steps=steps,
        config=config,
    )
    model.eval()
    return history
