"""Losses as a sum and a count, so that means stay right however the work is cut up.

A mean over pixels cannot be put together from the means of parts: parts differ in how many pixels
are ignored. `fit` therefore takes sums and counts, adds both over accumulated batches and over
processes, and divides once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float, Integer
from torch import Tensor, nn

__all__ = ["LossSum", "median_frequency_weights", "pixel_cross_entropy", "supervised"]


@dataclass(frozen=True)
class LossSum:
    """A loss before division: the mean is ``total`` / ``count``.

    Attributes:
        total: sum over the counted items, with its graph.
        count: how many items (or how much weight) the sum is over.
    """

    total: Float[Tensor, ""]
    count: Float[Tensor, ""]


def pixel_cross_entropy(
    logits: Float[Tensor, "n k h w"],
    target: Integer[Tensor, "n h w"],
    weight: Float[Tensor, " k"] | None = None,
    ignore_index: int = 255,
) -> LossSum:
    """Sum the cross-entropy over all labelled pixels.

    ``total / count`` is torch's ``cross_entropy`` with ``reduction="mean"``, except where no
    pixel is labelled: there torch gives NaN, and here the sum is 0.

    Args:
        logits: class scores before the softmax.
        target: true labels, 0 to k - 1, or ``ignore_index``.
        weight: factor per class, e.g. from `median_frequency_weights`; None = all 1.
        ignore_index: label of pixels that count nowhere.

    Returns:
        Sum, and number of labelled pixels (with ``weight``: the sum of their weights).

    Raises:
        ValueError: if logits and target differ in batch size, height or width.

    Source: Long et al. 2015, section 4; class weights as in Badrinarayanan et al. 2017, section 3.

    Example:
        >>> loss = pixel_cross_entropy(torch.zeros(1, 2, 1, 3), torch.tensor([[[0, 1, 255]]]))
        >>> loss.total / loss.count
        tensor(0.6931)
    """
    if (logits.shape[0], *logits.shape[2:]) != tuple(target.shape):
        raise ValueError(
            f"logits {tuple(logits.shape)} and target {tuple(target.shape)} must agree in batch "
            "size, height and width: upsample the logits to the target's size"
        )
    target = target.long()
    total = F.cross_entropy(
        logits, target, weight=weight, ignore_index=ignore_index, reduction="sum"
    )
    labelled = target[target != ignore_index]
    count = labelled.numel() if weight is None else weight[labelled].sum()
    return LossSum(total, torch.as_tensor(count, dtype=total.dtype, device=total.device))


def median_frequency_weights(
    targets: Iterable[Integer[Tensor, "h w"]], num_classes: int, ignore_index: int = 255
) -> Float[Tensor, " {num_classes}"]:
    """Weigh classes so that rare ones count: median frequency over own frequency.

    A class's frequency is its pixels over all labelled pixels of the images it occurs in, so a
    class is not called rare merely because few images have it.

    Args:
        targets: the label maps of the training set.
        num_classes: number of classes, k.
        ignore_index: label of pixels that count nowhere.

    Returns:
        Weights; 1 for the median class, 0 for classes that never occur.

    Raises:
        ValueError: if no pixel is labelled, or a label is out of range.

    Source: Eigen and Fergus 2015, Predicting Depth, Surface Normals and Semantic Labels with a
        Common Multi-Scale Convolutional Architecture, section 6.3.2; Badrinarayanan et al. 2017,
        SegNet, section 3.

    Example:
        >>> maps = [torch.tensor([[0, 0, 0, 1]]), torch.tensor([[0, 2, 2, 2]])]
        >>> median_frequency_weights(maps, num_classes=3)
        tensor([1.0000, 2.0000, 0.6667])
    """
    pixels = torch.zeros(num_classes, dtype=torch.float64)
    around = torch.zeros(num_classes, dtype=torch.float64)
    for target in targets:
        target = target.long()  # first: in 8 bits -1 and 255 are the same number
        labelled = target[target != ignore_index]
        if labelled.numel() and not 0 <= int(labelled.min()) <= int(labelled.max()) < num_classes:
            raise ValueError(
                f"labels must be from 0 to {num_classes - 1} or {ignore_index}, got "
                f"{int(labelled.min())} to {int(labelled.max())}"
            )
        counts = torch.bincount(labelled.cpu(), minlength=num_classes).double()
        pixels += counts
        around += (counts > 0) * counts.sum()
    present = pixels > 0
    if not present.any():
        raise ValueError("no labelled pixel in targets: check the masks and ignore_index")
    frequency = pixels[present] / around[present]
    # quantile, not median(): of an even number of classes torch's median takes the lower one.
    weights = torch.zeros(num_classes, dtype=torch.float64)
    weights[present] = frequency.quantile(0.5) / frequency
    return weights.float()


def supervised(
    criterion: Callable[[Any, Any], LossSum | Tensor],
) -> Callable[[nn.Module, Any], LossSum | Tensor]:
    """Make `fit`'s loss function for the plain case: batch = (inputs, target), one output.

    Args:
        criterion: called with (model(inputs), target), e.g. `pixel_cross_entropy`.

    Returns:
        A function of (model, batch).

    Example:
        >>> loss_fn = supervised(torch.nn.functional.mse_loss)
        >>> loss_fn(torch.nn.Identity(), (torch.zeros(2), torch.ones(2)))
        tensor(1.)
    """

    def loss_fn(model: nn.Module, batch: Any) -> LossSum | Tensor:
        inputs, target = batch
        return criterion(model(inputs), target)

    return loss_fn
