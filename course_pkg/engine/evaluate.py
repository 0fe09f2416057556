"""Running a model over a data set and into metrics, without gradients."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

import torch
from accelerate.utils import send_to_device
from torch import Tensor, nn
from torch.utils.data import DataLoader

__all__ = ["Metric", "argmax_labels", "eval_mode", "evaluate"]


@runtime_checkable
class Metric(Protocol):
    """What `evaluate` needs of a metric; `ConfusionMatrix` and `BoundaryF1` have it."""

    def update(self, preds: Any, target: Any) -> None:
        """Take in one batch."""

    def compute(self) -> dict[str, float]:
        """Return the scores by name."""
        ...

    def reduce_from_all_processes(self) -> None:
        """Add up what all processes have seen."""


@contextmanager
def eval_mode(model: nn.Module) -> Iterator[None]:
    """Switch dropout and batch statistics off inside the block, and back as they were after it.

    Each module gets its own mode back: what was frozen in eval mode during training stays so.

    Args:
        model: any module.

    Yields:
        Nothing.

    Example:
        >>> model = torch.nn.Dropout()
        >>> with eval_mode(model):
        ...     print(model.training)
        False
        >>> model.training
        True
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def argmax_labels(model: nn.Module, batch: Any) -> tuple[Tensor, Tensor]:
    """Predict the most probable class of every pixel: batch = (images, target).

    Args:
        model: gives logits with classes along axis 1.
        batch: images and their true labels.

    Returns:
        Predicted and true labels.
    """
    images, target = batch
    return model(images).argmax(dim=1), target


def evaluate(
    model: nn.Module,
    loader: DataLoader[Any],
    metrics: Metric | Sequence[Metric],
    *,
    predict: Callable[[nn.Module, Any], tuple[Any, Any]] = argmax_labels,
) -> dict[str, float]:
    """Score a model on a whole data set.

    In a run of several processes each takes every n-th batch and the metrics are added up, so
    that all get the result of the whole set; all of them have to call it.

    Args:
        model: runs on the device of its first parameter, in eval mode; left as it was.
        loader: gives batches, in any order.
        metrics: one or several; they go on from what they hold.
        predict: maps (model, batch on the model's device) to what ``update`` takes.

    Returns:
        The scores of all metrics by name.

    Raises:
        ValueError: if two metrics report the same name, or the loader cannot be shared.

    Example:
        >>> from torch.utils.data import DataLoader
        >>> from course_pkg.metrics import ConfusionMatrix
        >>> image, target = torch.eye(2).reshape(2, 2, 1), torch.tensor([[0], [1]])
        >>> loader = DataLoader([(image, target)])
        >>> evaluate(torch.nn.Identity(), loader, ConfusionMatrix(2))["miou"]
        1.0
    """
    each = [metrics] if isinstance(metrics, Metric) else list(metrics)
    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    with eval_mode(model), torch.inference_mode():
        for batch in _my_batches(loader):
            preds, target = predict(model, send_to_device(batch, device))
            for metric in each:
                metric.update(preds, target)
    scores: dict[str, float] = {}
    for metric in each:
        metric.reduce_from_all_processes()
        for name, value in metric.compute().items():
            if name in scores:
                raise ValueError(f"two metrics report {name!r}: evaluate them one at a time")
            scores[name] = value
    return scores


def _my_batches(loader: DataLoader[Any]) -> Iterator[Any]:
    """This process's batches; the others' are not even loaded."""
    distributed = torch.distributed.is_available() and torch.distributed.is_initialized()
    world = torch.distributed.get_world_size() if distributed else 1
    if world == 1:
        yield from loader
        return
    if loader.batch_sampler is None:
        raise ValueError("a loader with batch_size=None cannot be shared by several processes")
    mine = list(loader.batch_sampler)[torch.distributed.get_rank() :: world]
    yield from DataLoader(
        loader.dataset,
        batch_sampler=mine,
        collate_fn=loader.collate_fn,
        num_workers=loader.num_workers,
        pin_memory=loader.pin_memory,
        worker_init_fn=loader.worker_init_fn,
    )
