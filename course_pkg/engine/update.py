"""One optimizer step: the mean gradient over batches and processes, checked before it is used."""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.optimizer import AcceleratedOptimizer
from accelerate.utils import send_to_device
from torch import Tensor, nn

from course_pkg.engine.losses import LossSum
from course_pkg.metrics import sum_over_processes

__all__ = ["optimizer_step"]


def optimizer_step(
    accelerator: Accelerator,
    model: nn.Module,
    optimizer: AcceleratedOptimizer,
    loss_fn: Callable[[nn.Module, Any], LossSum | Tensor],
    batches: Sequence[Any],
    clip_norm: float | None,
    where: str,
) -> tuple[float, float]:
    """Move the weights by the gradient of one mean loss over all ``batches`` of all processes.

    The result is that of a single large batch: sums and counts are added up first, divided once.

    Args:
        accelerator: knows the processes and the precision.
        model: prepared by ``accelerator``.
        optimizer: prepared by ``accelerator``.
        loss_fn: gives sum and count, or a plain mean, which counts as one item.
        batches: at least one; gradients accumulate over them.
        clip_norm: longest gradient allowed, as a norm; None = any.
        where: "step 7 ..." for error messages.

    Returns:
        The mean loss, and the gradient's norm before clipping.

    Raises:
        FloatingPointError: if the loss or, except in half precision, the gradient is not finite.
            The weights are then as they were before the step.
    """
    optimizer.zero_grad()
    loss_total, count_total, divisor = 0.0, 0.0, 0.0
    for i, batch in enumerate(batches):
        # Processes exchange gradients once per step, in the last backward pass.
        last = i == len(batches) - 1
        with nullcontext() if last else accelerator.no_sync(model):
            loss = _as_sum(loss_fn(model, send_to_device(batch, accelerator.device)))
            batch_total, batch_count = _over_processes(accelerator, loss)
            if not math.isfinite(batch_total):
                mean = batch_total / (batch_count or 1.0)
                raise FloatingPointError(f"the loss is {mean} at {where}")
            loss_total, count_total = loss_total + batch_total, count_total + batch_count
            # The whole count is known only after the last batch. Dividing by a guess now keeps
            # the numbers small enough for half precision; the rest of the division follows below.
            divisor = divisor or (batch_count or 1.0) * len(batches)
            # Times the number of processes: gradients are averaged over them, not added.
            accelerator.backward(loss.total * (accelerator.num_processes / divisor))
    count_total = count_total or 1.0  # nothing but ignored pixels: the gradient is 0 anyway
    parameters = list(model.parameters())
    if divisor != count_total:
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.grad.mul_(divisor / count_total)
    longest = math.inf if clip_norm is None else clip_norm
    norm = float(accelerator.clip_grad_norm_(parameters, longest) or 0.0)
    # In fp16 the loss scaler drops such a step and tries a smaller scale.
    if not math.isfinite(norm) and accelerator.mixed_precision != "fp16":
        raise FloatingPointError(f"the gradient's norm is {norm} at {where}")
    optimizer.step()
    return loss_total / count_total, norm


def _as_sum(loss: LossSum | Tensor) -> LossSum:
    return loss if isinstance(loss, LossSum) else LossSum(loss, torch.ones_like(loss))


def _over_processes(accelerator: Accelerator, loss: LossSum) -> tuple[float, float]:
    # float32 cannot count beyond 16.7 million pixels exactly; Apple's GPUs have nothing better.
    exact = torch.float32 if accelerator.device.type == "mps" else torch.float64
    device = loss.total.device
    pair = torch.stack([loss.total.detach().to(exact), loss.count.detach().to(device, exact)])
    total, count = sum_over_processes(pair).tolist()
    return total, count
