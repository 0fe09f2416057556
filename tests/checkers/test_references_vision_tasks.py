"""The references of lecture 01 equal torchmetrics, scipy, torchvision and the package's metrics."""

from typing import cast

import numpy as np
import pytest
import torch
import torchmetrics.functional.classification as tm
from scipy.ndimage import label
from sklearn.metrics import accuracy_score, jaccard_score, recall_score
from torchvision.ops import masks_to_boxes

from course_pkg import metrics
from course_pkg.checkers import exercises_of, make_cases
from course_pkg.checkers.definition import reference
from course_pkg.data import boxes_from_masks, sample_scene

TASKS = {e.id: e for e in exercises_of(1)}
SEEDS = range(5)


def answers(id):
    """Every case of an exercise for a few seeds, with the reference's answer."""
    task = TASKS[id]
    for seed in SEEDS:
        for case in make_cases(task, seed):
            yield dict(case.inputs), reference(task)(*case.inputs.values())


def t(array):
    return torch.as_tensor(np.asarray(array))


def test_lecture_01_has_its_exercises():
    assert {id.partition(".")[0] for id in TASKS} == {"metrics", "vision_tasks"}
    assert len(TASKS) >= 8


def test_the_confusion_matrix_equals_torchmetrics_and_the_packages():
    for inputs, mine in answers("metrics.confusion_matrix"):
        preds, target, k, ignored = inputs.values()
        theirs = tm.multiclass_confusion_matrix(
            t(preds), t(target), num_classes=k, ignore_index=ignored
        )
        np.testing.assert_array_equal(mine, theirs)
        np.testing.assert_array_equal(
            mine, metrics.confusion_matrix(t(preds), t(target), k, ignored)
        )


@pytest.mark.parametrize("name", ["pixel_accuracy", "mean_accuracy", "frequency_weighted_iou"])
def test_the_ratios_equal_the_packages(name):
    for inputs, mine in answers(f"metrics.{name}"):
        ours = getattr(metrics, name)(t(inputs["confusion"]))
        assert mine == pytest.approx(ours.item(), abs=1e-15)


def labels_of(confusion):
    """Label maps that have this confusion matrix."""
    true, predicted = np.indices(confusion.shape).reshape(2, -1).repeat(confusion.ravel(), axis=1)
    return t(predicted), t(true)


def test_pixel_accuracy_and_mean_accuracy_equal_scikit_learns():
    for inputs, mine in answers("metrics.pixel_accuracy"):
        preds, target = labels_of(inputs["confusion"])
        assert mine == pytest.approx(accuracy_score(target, preds), abs=1e-15)
    for inputs, mine in answers("metrics.mean_accuracy"):
        preds, target = labels_of(inputs["confusion"])
        theirs = recall_score(target, preds, labels=np.unique(target), average="macro")
        assert mine == pytest.approx(theirs, abs=1e-15)


def test_class_iou_equals_torchmetrics_and_the_packages():
    for inputs, (iou, occurs) in answers("metrics.class_iou"):
        confusion = inputs["confusion"]
        preds, target = labels_of(confusion)
        theirs = tm.multiclass_jaccard_index(
            preds, target, num_classes=len(confusion), average="none"
        )
        np.testing.assert_allclose(iou, theirs, atol=1e-6)  # torchmetrics counts in float32
        ours = metrics.class_iou(t(confusion))
        np.testing.assert_array_equal(occurs, ~ours.isnan())
        np.testing.assert_allclose(iou[occurs], ours[t(occurs)], rtol=1e-15)


def test_mean_iou_equals_the_packages_accumulator_and_scikit_learn():
    for inputs, mine in answers("metrics.mean_iou"):
        preds, target, k, ignored = inputs.values()
        whole = metrics.ConfusionMatrix(k, ignored)
        for p, y in zip(preds, target, strict=True):
            whole.update(t(p), t(y))
        assert mine == pytest.approx(whole.compute()["miou"], abs=1e-15)
        known = target != ignored
        used = np.union1d(target[known], preds[known])
        theirs = jaccard_score(target[known], preds[known], labels=used, average="macro")
        assert mine == pytest.approx(theirs, abs=1e-15)


def test_boxes_equal_torchvisions_and_the_packages():
    for inputs, mine in answers("vision_tasks.mask_to_box"):
        mask = t(inputs["mask"])[None]
        # torchvision's corner is the last pixel itself, ours is where that pixel ends.
        theirs = masks_to_boxes(mask)[0] + torch.tensor([0, 0, 1, 1])
        np.testing.assert_array_equal(mine, theirs)
        np.testing.assert_array_equal(mine, boxes_from_masks(mask)[0])


def regions(mask):
    _, count = cast("tuple[np.ndarray, int]", label(mask))
    return count


def test_counted_regions_equal_scipys():
    rng = np.random.default_rng(7)
    count = reference(TASKS["vision_tasks.count_regions"])
    for inputs, mine in answers("vision_tasks.count_regions"):
        assert mine == regions(inputs["mask"])
    for density in (0.2, 0.45, 0.6, 0.8):
        mask = rng.random((17, 13)) < density
        assert count(mask) == regions(mask)


def test_painting_the_instances_gives_the_scenes_own_semantic_map():
    paint = reference(TASKS["vision_tasks.paint_semantic"])
    for seed in range(10):
        scene = sample_scene(seed, size=64)
        things = scene.masks.any(0)
        ground = torch.where(things, 0, scene.semantic)
        visible = paint(*(a.numpy() for a in (ground, scene.amodal, scene.labels, scene.depth)))
        np.testing.assert_array_equal(visible, scene.semantic)
