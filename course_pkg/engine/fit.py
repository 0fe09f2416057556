"""The training loop: one for all models, on a CPU, a GPU, or several (started by torchrun).

`fit` knows no model and no data set. It repeats: take a few batches, make one optimizer step,
write down what happened, evaluate and save when it is time. Where a run stands is one number, the
optimizer steps done: the data's order and augmentation follow from it (see `ResumableLoader`).
"""

import itertools
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from accelerate import Accelerator
from accelerate.optimizer import AcceleratedOptimizer
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torch.utils.data import DataLoader
from tqdm.auto import tqdm

from course_pkg.engine.config import TrainConfig
from course_pkg.engine.history import History
from course_pkg.engine.loader import ResumableLoader
from course_pkg.engine.losses import LossSum
from course_pkg.engine.run import FitRun
from course_pkg.engine.runtime import make_accelerator
from course_pkg.engine.seeds import seed_everything
from course_pkg.engine.update import optimizer_step

__all__ = ["fit"]


def fit(
    model: nn.Module,
    train_loader: DataLoader[Any],
    *,
    loss_fn: Callable[[nn.Module, Any], LossSum | Tensor],
    optimizer: Optimizer,
    scheduler: LRScheduler | None = None,
    steps: int | None = None,
    epochs: int | None = None,
    evaluate: Callable[[nn.Module], Mapping[str, float]] | None = None,
    config: TrainConfig | None = None,
) -> History:
    """Train a model in place and return what happened.

    With several processes (``python -m torch.distributed.run --nproc_per_node 2 ...``) every
    batch is shared among them and the result is that of one process, up to rounding; except for
    layers that mix samples, as BatchNorm does, which see only their process's share.

    Args:
        model: ends up trained, in training mode, on the device it was trained on.
        train_loader: says which data, in what batches and whether shuffled; ``config.seed``
            decides the order. See `ResumableLoader` for what it may be.
        loss_fn: maps (model, batch on the right device) to a `LossSum`, or to a plain mean.
        optimizer: over the model's parameters.
        scheduler: stepped after every optimizer step.
        steps: optimizer steps to train for, counting those before a resume. Or:
        epochs: passes over the data to train for.
        evaluate: maps the model to metrics; called in eval mode, in every process.
        config: everything else; None = the defaults.

    Returns:
        The history, over all resumed parts.

    Raises:
        ValueError: if not exactly one of steps and epochs is given, a checkpoint does not fit,
            or ``checkpoint_dir`` holds another run and ``resume`` is off.
        FloatingPointError: if the loss or gradient is not finite; names step and learning rate.

    Example:
        >>> from torch.utils.data import DataLoader
        >>> from course_pkg.engine import supervised
        >>> x = torch.linspace(-1, 1, 8)[:, None]
        >>> model = torch.nn.Linear(1, 1)
        >>> history = fit(
        ...     model,
        ...     DataLoader(list(zip(x, 3 * x)), batch_size=4, shuffle=True),
        ...     loss_fn=supervised(torch.nn.functional.mse_loss),
        ...     optimizer=torch.optim.SGD(model.parameters(), lr=0.5),
        ...     epochs=40,
        ...     config=TrainConfig(device="cpu", progress=False),
        ... )
        >>> history.steps, round(float(model.weight.detach()), 3)
        (80, 3.0)
    """
    config = config or TrainConfig()
    if config.monitor is not None and evaluate is None:
        raise ValueError(f"nothing measures {config.monitor!r}: pass evaluate, or unset monitor")
    accelerator = make_accelerator(config.device, config.precision)
    # Dropout must differ between processes, so each has its own seed.
    seed_everything((config.seed + accelerator.process_index) % 2**32)
    batches = ResumableLoader(
        train_loader,
        seed=config.seed,
        rank=accelerator.process_index,
        world=accelerator.num_processes,
    )
    per_epoch = math.ceil(len(batches) / config.accumulate)
    total = _total_steps(steps, epochs, per_epoch)
    run = FitRun(accelerator, model, optimizer, scheduler, config, per_epoch)
    began = time.perf_counter()
    with _prepared(accelerator, model, optimizer) as (prepared, prepared_optimizer):
        history = run.resume_or_start()
        history.stop_reason = run.reason_to_stop(history, total)
        earlier = history.seconds
        windows = _windows(batches, history.steps, config.accumulate)
        quiet = not (config.progress and accelerator.is_main_process)
        model.train()
        with tqdm(total=total, initial=history.steps, unit="step", disable=quiet) as bar:
            while not history.stop_reason:
                step, rate = history.steps + 1, float(optimizer.param_groups[0]["lr"])
                loss, norm = optimizer_step(
                    accelerator,
                    prepared,
                    prepared_optimizer,
                    loss_fn,
                    next(windows),
                    config.clip_norm,
                    where=f"step {step} (epoch {(step - 1) // per_epoch + 1}), learning rate "
                    f"{rate:g}: lower the rate, clip the gradient (clip_norm), or look for bad "
                    "values in the data",
                )
                if scheduler is not None and not accelerator.optimizer_step_was_skipped:
                    scheduler.step()
                history.loss.append(loss)
                history.learning_rate.append(rate)
                history.grad_norm.append(norm)
                if evaluate is not None and run.is_due(config.evaluate_every, step, total):
                    run.record(history, evaluate)
                history.stop_reason = run.reason_to_stop(history, total)
                history.seconds = earlier + time.perf_counter() - began
                if history.stop_reason or run.is_due(config.checkpoint_every, step, total):
                    run.save(history)
                bar.set_postfix(run.summary(history), refresh=False)
                bar.update()
    return history


@contextmanager
def _prepared(
    accelerator: Accelerator, model: nn.Module, optimizer: Optimizer
) -> Iterator[tuple[nn.Module, AcceleratedOptimizer]]:
    """Let accelerate wrap model and optimizer, and take it off the model again at the end."""
    # accelerate replaces forward() on the model itself, and marks it so that a second call of
    # `fit`, perhaps in another precision, would leave it as it is.
    names = ("forward", "_original_forward", "_is_accelerate_prepared")
    before = {name: model.__dict__[name] for name in names if name in model.__dict__}
    try:
        yield accelerator.prepare(model, optimizer)
    finally:
        for name in names:
            model.__dict__.pop(name, None)
        model.__dict__.update(before)
        accelerator.free_memory()


def _total_steps(steps: int | None, epochs: int | None, per_epoch: int) -> int:
    if (steps is None) == (epochs is None):
        raise ValueError(f"give steps or epochs, one of them: got steps={steps}, epochs={epochs}")
    total = steps if steps is not None else (epochs or 0) * per_epoch
    if total < 1:
        raise ValueError(f"there must be a step to train, got steps={steps}, epochs={epochs}")
    return total


def _windows(batches: ResumableLoader, done: int, accumulate: int) -> Iterator[list[Any]]:
    """Yield the batches of each optimizer step, for ever, from step ``done`` on."""
    first_epoch, first_window = divmod(done, math.ceil(len(batches) / accumulate))
    for epoch in itertools.count(first_epoch):
        start = first_window * accumulate if epoch == first_epoch else 0
        batch = batches.epoch(epoch, start)
        while window := list(itertools.islice(batch, accumulate)):
            yield window
