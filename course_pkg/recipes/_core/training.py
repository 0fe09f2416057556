"""How the networks of the recipes learn: Adam, a rate that rises briefly and then falls.

One place for it, so that a network and the twin it is compared with cannot learn differently.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.engine import History, LossSum, TrainConfig, cosine_schedule, fit, poly_schedule

__all__ = ["Training", "learn", "parameter_groups"]


@dataclass(frozen=True)
class Training:
    """How one network is trained: AdamW and a rate that falls.

    Attributes:
        epochs: passes over what is learned from.
        batch_size: samples per step.
        rate: learning rate of what starts from nothing.
        body_rate: learning rate of a pretrained ``body``; None = the same.
        balanced: weigh classes by median frequency.
        precision: of the forward and backward pass.
        workers: processes that prepare samples.
    """

    epochs: int
    batch_size: int = 8
    rate: float = 2e-3
    body_rate: float | None = None
    balanced: bool = False
    precision: Literal["no", "bf16"] = "no"
    workers: int = 0


def parameter_groups(
    model: nn.Module, rate: float, body_rate: float | None = None
) -> list[dict[str, Any]]:
    """Let a pretrained body learn at its own rate; what is frozen does not learn.

    Args:
        model: its pretrained part, if it has one, is called ``body``.
        rate: of what starts from nothing.
        body_rate: of the ``body``; None = the same for all.

    Returns:
        One or two groups for an optimizer of `torch.optim`.

    Example:
        >>> net = nn.ModuleDict({"body": nn.Linear(2, 3), "head": nn.Linear(3, 1)})
        >>> [(group["lr"], len(group["params"])) for group in parameter_groups(net, 1e-2, 1e-3)]
        [(0.01, 2), (0.001, 2)]
    """
    body = None if body_rate is None else getattr(model, "body", None)
    pretrained = set(body.parameters()) if isinstance(body, nn.Module) else set()
    learning = [p for p in model.parameters() if p.requires_grad]
    groups: list[dict[str, Any]] = [
        {"params": [p for p in learning if p not in pretrained], "lr": rate}
    ]
    tuned = [p for p in learning if p in pretrained]
    if tuned:
        groups.append({"params": tuned, "lr": body_rate})
    return groups


def learn(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: Callable[[nn.Module, Any], LossSum | Tensor],
    *,
    rate: float,
    steps: int,
    config: TrainConfig,
    body_rate: float | None = None,
    falling: Literal["cosine", "poly"] = "cosine",
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
        body_rate: the same for a pretrained ``body``; None = as the rest.
        falling: along a cosine, or as a power of the steps that are left.
        warmup: steps until the full rate, a tenth of all steps at most.
        final: share of the rate that is left at the end of a cosine.
        weight_decay: of AdamW; with 0 it is Adam.
        betas: of Adam.

    Returns:
        What happened.

    Example:
        >>> from course_pkg.recipes._core.training import learn
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
        parameter_groups(model, rate, body_rate), lr=rate, betas=betas, weight_decay=weight_decay
    )
    warmup = min(warmup, steps // 10)
    if falling == "poly":
        scheduler = poly_schedule(optimizer, steps, warmup=warmup)
    else:
        scheduler = cosine_schedule(optimizer, steps, final, warmup)
    history = fit(
        model,
        loader,
        loss_fn=loss_fn,
        optimizer=optimizer,
        scheduler=scheduler,
        steps=steps,
        config=config,
    )
    model.eval()
    return history
