"""The confusion matrix of a whole data set, filled batch by batch."""

import torch
from jaxtyping import Integer
from torch import Tensor

from course_pkg.metrics.mean_iou import (
    check_classes,
    class_iou,
    confusion_matrix,
    frequency_weighted_iou,
    mean_accuracy,
    mean_iou,
    pixel_accuracy,
)
from course_pkg.metrics.processes import sum_over_processes

__all__ = ["ConfusionMatrix"]


class ConfusionMatrix:
    """One table for a whole data set: `update` per batch, `compute` the scores at the end.

    Args:
        num_classes: number of classes, k.
        ignore_index: the label of pixels that count nowhere; None when every pixel counts.

    Raises:
        ValueError: if ``num_classes`` is below 1 or ``ignore_index`` is one of the classes.

    Source: Long et al. 2015, section 5.

    Example:
        >>> confusion = ConfusionMatrix(num_classes=2)
        >>> confusion.update(torch.tensor([0, 1, 1]), torch.tensor([0, 0, 1]))
        >>> confusion.update(torch.tensor([0]), torch.tensor([255]))
        >>> confusion.matrix
        tensor([[1, 1],
                [0, 1]])
        >>> round(confusion.compute()["miou"], 3)
        0.5
    """

    def __init__(self, num_classes: int, ignore_index: int | None = 255) -> None:
        check_classes(num_classes, ignore_index)
        self.num_classes = num_classes
        self.ignore_index = ignore_index
        self.matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)

    def update(self, preds: Integer[Tensor, "*s"], target: Integer[Tensor, "*s"]) -> None:
        """Count one more batch of labels; the table moves to the batch's device."""
        counts = confusion_matrix(preds, target, self.num_classes, self.ignore_index)
        self.matrix = self.matrix.to(counts.device) + counts

    def compute(self) -> dict[str, float]:
        """Return the four scores, as fractions: pixel_accuracy, mean_accuracy, miou, fwiou."""
        return {
            "pixel_accuracy": float(pixel_accuracy(self.matrix)),
            "mean_accuracy": float(mean_accuracy(self.matrix)),
            "miou": float(mean_iou(self.matrix)),
            "fwiou": float(frequency_weighted_iou(self.matrix)),
        }

    def per_class_iou(self) -> list[float]:
        """Return every class's IoU, NaN where the class never occurred."""
        return class_iou(self.matrix).tolist()

    def reset(self) -> None:
        """Forget all counts."""
        self.matrix = torch.zeros_like(self.matrix)

    def reduce_from_all_processes(self) -> None:
        """Add up the tables of all processes, in place; every process has to call it."""
        self.matrix = sum_over_processes(self.matrix)

    def __add__(self, other: "ConfusionMatrix") -> "ConfusionMatrix":
        if (self.num_classes, self.ignore_index) != (other.num_classes, other.ignore_index):
            raise ValueError(f"only tables of the same classes add up, got {self!r} and {other!r}")
        merged = ConfusionMatrix(self.num_classes, self.ignore_index)
        merged.matrix = self.matrix + other.matrix.to(self.matrix.device)
        return merged

    def __repr__(self) -> str:
        return f"ConfusionMatrix(num_classes={self.num_classes}, ignore_index={self.ignore_index})"
