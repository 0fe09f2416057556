"""Region scores against hand counts, scikit-learn and torchmetrics."""

import math

import numpy as np
import pytest
import sklearn.metrics as sk
import torch
import torchmetrics.classification as tm

from course_pkg.metrics import (
    ConfusionMatrix,
    class_accuracy,
    class_iou,
    confusion_matrix,
    frequency_weighted_iou,
    mean_accuracy,
    mean_iou,
    pixel_accuracy,
)


def random_labels(seed, num_classes=5, shape=(3, 17, 13), ignored=0.2, present=None):
    """Predictions half right, truth with ignored pixels and only the ``present`` classes."""
    generator = torch.Generator().manual_seed(seed)
    present = torch.arange(num_classes) if present is None else torch.tensor(present)
    target = present[torch.randint(len(present), shape, generator=generator)]
    preds = present[torch.randint(len(present), shape, generator=generator)]
    preds = torch.where(torch.rand(shape, generator=generator) < 0.5, target, preds)
    target = torch.where(torch.rand(shape, generator=generator) < ignored, 255, target)
    return preds, target


def test_by_hand():
    # truth 0 0 0 1 1 2, labelled 0 0 1 1 0 2; the last pixel is ignored.
    target = torch.tensor([[0, 0, 0, 1, 1, 2, 255]])
    preds = torch.tensor([[0, 0, 1, 1, 0, 2, 0]])
    confusion = confusion_matrix(preds, target, num_classes=4)
    assert confusion.tolist() == [[2, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert pixel_accuracy(confusion) == pytest.approx(4 / 6)
    assert class_accuracy(confusion)[:3].tolist() == pytest.approx([2 / 3, 1 / 2, 1])
    assert mean_accuracy(confusion) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert class_iou(confusion)[:3].tolist() == pytest.approx([2 / 4, 1 / 3, 1])
    assert mean_iou(confusion) == pytest.approx((2 / 4 + 1 / 3 + 1) / 3)
    assert frequency_weighted_iou(confusion) == pytest.approx((3 * 2 / 4 + 2 * 1 / 3 + 1 * 1) / 6)
    assert class_accuracy(confusion)[3].isnan()  # class 3 never occurs
    assert class_iou(confusion)[3].isnan()


def test_predicted_but_never_true_counts_as_zero_iou_and_no_accuracy():
    confusion = confusion_matrix(torch.tensor([0, 1]), torch.tensor([0, 0]), num_classes=2)
    assert class_iou(confusion).tolist() == [0.5, 0.0]
    assert mean_iou(confusion) == 0.25
    assert mean_accuracy(confusion) == 0.5  # over class 0 alone
    assert frequency_weighted_iou(confusion) == 0.5


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("present", [None, [0, 2, 3]])
def test_equals_scikit_learn(seed, present):
    preds, target = random_labels(seed, present=present)
    counted = target != 255
    y_true, y_pred = target[counted].numpy(), preds[counted].numpy()
    confusion = confusion_matrix(preds, target, num_classes=5)
    np.testing.assert_array_equal(
        confusion.numpy(), sk.confusion_matrix(y_true, y_pred, labels=range(5))
    )
    labels = range(5) if present is None else present
    assert pixel_accuracy(confusion) == pytest.approx(sk.accuracy_score(y_true, y_pred))
    assert mean_accuracy(confusion) == pytest.approx(sk.balanced_accuracy_score(y_true, y_pred))
    for ours, average in ((mean_iou, "macro"), (frequency_weighted_iou, "weighted")):
        theirs = sk.jaccard_score(y_true, y_pred, labels=labels, average=average)
        assert ours(confusion) == pytest.approx(theirs)
    theirs = sk.jaccard_score(y_true, y_pred, labels=labels, average=None)
    assert class_iou(confusion)[list(labels)].tolist() == pytest.approx(theirs.tolist())


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("present", [None, [1, 2]])
def test_equals_torchmetrics_over_several_updates(seed, present):
    ours = ConfusionMatrix(num_classes=5)
    theirs = {
        "pixel_accuracy": tm.MulticlassAccuracy(5, average="micro", ignore_index=255),
        "mean_accuracy": tm.MulticlassAccuracy(5, average="macro", ignore_index=255),
        "miou": tm.MulticlassJaccardIndex(5, average="macro", ignore_index=255),
        "fwiou": tm.MulticlassJaccardIndex(5, average="weighted", ignore_index=255),
    }
    for batch in range(3):
        preds, target = random_labels(10 * seed + batch, present=present)
        ours.update(preds, target)
        for metric in theirs.values():
            metric.update(preds, target)
    scores = ours.compute()
    assert set(scores) == set(theirs)
    for name, metric in theirs.items():
        assert scores[name] == pytest.approx(float(metric.compute()), abs=1e-6), name


def test_an_empty_table_has_no_scores():
    scores = ConfusionMatrix(num_classes=3).compute()
    assert len(scores) == 4
    assert all(math.isnan(score) for score in scores.values())


def test_small_integer_masks_and_no_ignored_label():
    preds, target = random_labels(0, ignored=0.0)
    expected = confusion_matrix(preds, target, num_classes=5)
    assert expected.sum() == target.numel()
    for dtype in (torch.uint8, torch.int32):
        got = confusion_matrix(preds.to(dtype), target.to(dtype), 5, ignore_index=None)
        assert torch.equal(got, expected)


def test_bad_input_is_refused():
    labels = torch.tensor([0, 1])
    with pytest.raises(ValueError, match="target must hold labels from 0 to 1, got 0 to 7"):
        confusion_matrix(labels, torch.tensor([0, 7]), num_classes=2)
    with pytest.raises(ValueError, match="preds must hold labels from 0 to 1, got -1 to 0"):
        confusion_matrix(torch.tensor([0, -1]), labels, num_classes=2)
    with pytest.raises(ValueError, match="ignore_index must not be one of the classes 0 to 1"):
        confusion_matrix(labels, labels, num_classes=2, ignore_index=1)
    with pytest.raises(ValueError, match="num_classes must be at least 1"):
        ConfusionMatrix(num_classes=0)
    # Shapes that would broadcast silently (checked by jaxtyping first, see test below).
    with pytest.raises((ValueError, TypeError)):
        confusion_matrix(labels, labels[:1], num_classes=2)


def test_wrong_prediction_at_an_ignored_pixel_may_be_anything():
    confusion = confusion_matrix(torch.tensor([99, 0]), torch.tensor([255, 0]), num_classes=2)
    assert confusion.tolist() == [[1, 0], [0, 0]]


def test_eight_bits_do_not_wrap_around():
    """255 in uint8 and -1 in int8 are the same bits; neither may pass for the other."""
    target = torch.tensor([0, 1, 255], dtype=torch.uint8)
    with pytest.raises(ValueError, match="target must hold labels from 0 to 1, got 0 to 255"):
        confusion_matrix(torch.tensor([0, 1, 1]), target, 2, ignore_index=-1)
    signed = torch.tensor([0, 1, -1], dtype=torch.int8)
    with pytest.raises(ValueError, match="got -1 to 1"):
        confusion_matrix(torch.tensor([0, 1, 1]), signed, 2, ignore_index=255)
    counts = confusion_matrix(torch.tensor([0, 1, 1]), signed, 2, ignore_index=-1)
    assert counts.tolist() == [[1, 0], [0, 1]]
