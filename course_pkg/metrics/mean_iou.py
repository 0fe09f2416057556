"""Which class was taken for which, counted over every pixel of a data set.

All four classic scores of semantic segmentation are ratios of one table, n[i, j]: pixels of true
class i that were labelled j. The table is summed over the whole set *first* and the ratios are
taken once: a mean of per-image scores is another, noisier number, in which a class that fills
three pixels of one image weighs as much as one that fills the street.
"""

import torch
from jaxtyping import Bool, Float, Int, Integer
from torch import Tensor

from course_pkg.ops._shapes import check_axes

__all__ = [
    "check_classes",
    "class_accuracy",
    "class_iou",
    "confusion_matrix",
    "counted_pixels",
    "frequency_weighted_iou",
    "mean_accuracy",
    "mean_iou",
    "pixel_accuracy",
]


def confusion_matrix(
    preds: Integer[Tensor, "*s"],
    target: Integer[Tensor, "*s"],
    num_classes: int,
    ignore_index: int | None = 255,
) -> Int[Tensor, "{num_classes} {num_classes}"]:
    """Count, for every true class, what its pixels were labelled.

    Args:
        preds: predicted labels, 0 to ``num_classes`` - 1.
        target: true labels, the same or ``ignore_index``.
        num_classes: number of classes, k.
        ignore_index: the label of pixels that count nowhere, whatever was predicted there;
            None when every pixel counts.

    Returns:
        n[i, j]: pixels of true class i labelled j.

    Raises:
        ValueError: if the shapes differ, a label is out of range, or ``ignore_index`` is one of
            the classes.

    Source: Long et al. 2015, Fully Convolutional Networks, section 5.

    Example:
        >>> target = torch.tensor([[0, 0], [1, 255]])
        >>> confusion_matrix(torch.tensor([[0, 1], [1, 1]]), target, num_classes=2)
        tensor([[1, 1],
                [0, 1]])
    """
    check_classes(num_classes, ignore_index)
    if preds.shape != target.shape:
        raise ValueError(
            f"preds and target must have one shape, got {tuple(preds.shape)} and "
            f"{tuple(target.shape)}: take the argmax over classes and resize before scoring"
        )
    counted = counted_pixels(preds, target, num_classes, ignore_index)
    true, predicted = target[counted].long(), preds[counted].long()
    # One number per pair of labels, so that a single pass of bincount fills the table.
    pairs = torch.bincount(true * num_classes + predicted, minlength=num_classes**2)
    return pairs.reshape(num_classes, num_classes)


def pixel_accuracy(confusion: Int[Tensor, "k k"]) -> Float[Tensor, ""]:
    """The share of pixels that got their true label: sum n_ii / sum t_i.

    Flattering where one class fills most of the image: call everything "road" and score well.

    Args:
        confusion: counts, rows are true classes.

    Returns:
        Share from 0 to 1 in float64; NaN for an empty table.

    Source: Long et al. 2015, section 5.

    Example:
        >>> pixel_accuracy(torch.tensor([[6, 2], [1, 1]]))
        tensor(0.7000, dtype=torch.float64)
    """
    check_axes("pixel_accuracy", confusion=(confusion, "k k"))
    return confusion.diagonal().sum().double() / confusion.sum()


def class_accuracy(confusion: Int[Tensor, "k k"]) -> Float[Tensor, " k"]:
    """For each class, the share of its pixels that were found: n_ii / t_i.

    Args:
        confusion: counts, rows are true classes.

    Returns:
        Shares from 0 to 1 in float64; NaN for classes that no true pixel has.

    Source: Long et al. 2015, section 5.

    Example:
        >>> class_accuracy(torch.tensor([[6, 2], [1, 1]]))
        tensor([0.7500, 0.5000], dtype=torch.float64)
    """
    check_axes("class_accuracy", confusion=(confusion, "k k"))
    return confusion.diagonal().double() / confusion.sum(1)


def class_iou(confusion: Int[Tensor, "k k"]) -> Float[Tensor, " k"]:
    """For each class, overlap of truth and prediction over their union.

    Unlike accuracy, it also charges a class for the pixels that it took from others:
    n_ii / (t_i + sum_j n_ji - n_ii).

    Args:
        confusion: counts, rows are true classes.

    Returns:
        Ratios from 0 to 1 in float64; NaN for classes neither true nor predicted anywhere.

    Source: Long et al. 2015, section 5.

    Example:
        >>> class_iou(torch.tensor([[6, 2], [1, 1]]))
        tensor([0.6667, 0.2500], dtype=torch.float64)
    """
    check_axes("class_iou", confusion=(confusion, "k k"))
    hits = confusion.diagonal().double()
    return hits / (confusion.sum(1) + confusion.sum(0) - confusion.diagonal())


def mean_accuracy(confusion: Int[Tensor, "k k"]) -> Float[Tensor, ""]:
    """Class accuracy averaged over the classes that occur, so that small ones count equally.

    Args:
        confusion: counts, rows are true classes.

    Returns:
        Share from 0 to 1 in float64; NaN for an empty table.

    Source: Long et al. 2015, section 5.

    Example:
        >>> mean_accuracy(torch.tensor([[6, 2], [1, 1]]))
        tensor(0.6250, dtype=torch.float64)
    """
    return class_accuracy(confusion).nanmean()


def mean_iou(confusion: Int[Tensor, "k k"]) -> Float[Tensor, ""]:
    """Intersection over union averaged over classes (mIoU): the field's headline number.

    A class that is neither true nor predicted anywhere is left out; one that is only predicted
    counts as 0.

    Args:
        confusion: counts, rows are true classes.

    Returns:
        Ratio from 0 to 1 in float64; NaN for an empty table.

    Source: Long et al. 2015, section 5.

    Example:
        >>> mean_iou(torch.tensor([[6, 2], [1, 1]]))
        tensor(0.4583, dtype=torch.float64)
    """
    return class_iou(confusion).nanmean()


def frequency_weighted_iou(confusion: Int[Tensor, "k k"]) -> Float[Tensor, ""]:
    """Intersection over union averaged with each class weighing as many pixels as it has.

    Args:
        confusion: counts, rows are true classes.

    Returns:
        Ratio from 0 to 1 in float64; NaN for an empty table.

    Source: Long et al. 2015, section 5.

    Example:
        >>> frequency_weighted_iou(torch.tensor([[6, 2], [1, 1]]))
        tensor(0.5833, dtype=torch.float64)
    """
    check_axes("frequency_weighted_iou", confusion=(confusion, "k k"))
    pixels = confusion.sum(1)
    # nan_to_num: a class without a true pixel weighs nothing, and 0 * NaN would be NaN.
    return (pixels * class_iou(confusion).nan_to_num(0.0)).sum() / pixels.sum()


def check_classes(num_classes: int, ignore_index: int | None) -> None:
    """Refuse a number of classes or an ignored label that no table can be made for."""
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1, got {num_classes}")
    if ignore_index is not None and 0 <= ignore_index < num_classes:
        raise ValueError(
            f"ignore_index must not be one of the classes 0 to {num_classes - 1}, got "
            f"{ignore_index}: map that label to 255 in the loader"
        )


def counted_pixels(
    preds: Integer[Tensor, "*s"],
    target: Integer[Tensor, "*s"],
    num_classes: int,
    ignore_index: int | None,
) -> Bool[Tensor, "*s"]:
    """Say which pixels count, and refuse labels on them that are no class."""
    # int64 first: in 8 bits -1 and 255 are the same number.
    wide = target.long()
    counted = torch.ones_like(wide, dtype=torch.bool)
    if ignore_index is not None:
        counted = wide != ignore_index
    for name, labels in (("target", wide[counted]), ("preds", preds.long()[counted])):
        if labels.numel() and not 0 <= int(labels.min()) <= int(labels.max()) < num_classes:
            raise ValueError(
                f"{name} must hold labels from 0 to {num_classes - 1}, got {int(labels.min())} to "
                f"{int(labels.max())}: map other labels to ignore_index ({ignore_index}) first"
            )
    return counted
