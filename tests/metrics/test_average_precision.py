"""AP^r by hand, against pycocotools where the definitions agree, and where they do not."""

import contextlib
import io
import math

import numpy as np
import pytest
import torch
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from course_pkg import metrics


def instances(masks, labels=None, scores=None):
    labels = torch.ones(len(masks)).long() if labels is None else torch.tensor(labels)
    made = {"masks": masks, "labels": labels}
    return made if scores is None else {**made, "scores": torch.as_tensor(scores)}


def strips(*spans, width=12):
    """Masks of one row, each True from start to end."""
    masks = torch.zeros(len(spans), 1, width, dtype=torch.bool)
    for mask, (start, end) in zip(masks, spans, strict=True):
        mask[0, start:end] = True
    return masks


def ap_curve(found, truth, num_classes=2):
    metric = metrics.InstanceAP(num_classes)
    metric.update(found, truth)
    return metric.curve()


def test_greedy_matching_by_hand():
    # The second looks for the best *free* truth: its best (0.8) is taken, the next is 0.6.
    ious = torch.tensor([[0.9, 0.2], [0.8, 0.6], [0.7, 0.55]])
    assert metrics.match_detections(ious, 0.5).tolist() == [True, True, False]
    # A false alarm takes nothing away from those after it.
    assert metrics.match_detections(torch.tensor([[0.4], [0.9]]), 0.5).tolist() == [False, True]


def test_the_threshold_itself_is_not_enough():
    half = torch.tensor([[0.5]])
    assert metrics.match_detections(half, 0.5).tolist() == [False]
    assert metrics.match_detections(half + 1e-6, 0.5).tolist() == [True]
    # 7 of 10 pixels in float32 against the threshold 0.7 as Python has it.
    curve = ap_curve(
        [instances(strips((0, 7)), scores=[1.0])], [instances(strips((0, 10)), scores=None)]
    )
    assert curve[0.7] == 0.0
    assert curve[0.6] == 1.0


def test_area_under_the_envelope_by_hand():
    correct = torch.tensor([False, True, True, False, True])
    scores = torch.tensor([0.9, 0.8, 0.7, 0.6, 0.5])
    # Precisions at the hits: 1/2, 2/3, 3/5; raised to 2/3, 2/3, 3/5; one truth of 4 is not found.
    expected = (2 / 3 + 2 / 3 + 3 / 5) / 4
    assert metrics.average_precision(scores, correct, 4) == pytest.approx(expected)
    shuffled = torch.tensor([3, 0, 4, 1, 2])
    assert metrics.average_precision(scores[shuffled], correct[shuffled], 4) == pytest.approx(
        expected
    )


def test_nothing_found_and_nothing_to_find():
    none = torch.zeros(0)
    assert metrics.average_precision(none, none.bool(), 3) == 0.0
    assert math.isnan(metrics.average_precision(none, none.bool(), 0))
    empty = strips()
    assert ap_curve([instances(empty, scores=none)], [instances(strips((0, 3)))])[0.5] == 0.0
    assert math.isnan(ap_curve([instances(strips((0, 3)), scores=[1.0])], [instances(empty)])[0.5])


def test_classes_are_scored_apart_and_averaged():
    masks = strips((0, 4), (6, 10))
    truth = [instances(masks, [1, 2])]
    # Right shape, wrong class for the second: class 2 finds nothing.
    assert ap_curve([instances(masks, [1, 1], [0.9, 0.8])], truth, 3)[0.5] == pytest.approx(0.5)
    # Class 3 has no truth: its false alarm is not in the mean.
    assert ap_curve([instances(masks, [1, 3], [0.9, 0.8])], truth, 4)[0.5] == pytest.approx(0.5)


def test_scores_are_ranked_over_the_whole_set():
    truth = [instances(strips((0, 4))), instances(strips((0, 4)))]
    found = [
        instances(strips((0, 4), (8, 12)), scores=[0.9, 0.8]),
        instances(strips((0, 4)), scores=[0.5]),
    ]
    # By score: hit, false alarm, hit: (1 + 2/3) / 2.
    assert ap_curve(found, truth)[0.5] == pytest.approx((1 + 2 / 3) / 2)


def test_volume_is_the_mean_of_nine_thresholds():
    # One detection with IoU 6/10: correct at 0.1 to 0.5 (0.6 is not enough).
    metric = metrics.InstanceAP(2)
    metric.update([instances(strips((0, 6)), scores=[1.0])], [instances(strips((0, 10)))])
    assert metric.compute() == {"apr50": 1.0, "apr70": 0.0, "apr_vol": pytest.approx(5 / 9)}


def random_set(seed, images=10, truths=2, width=24, classes=1):
    """As many truths as divide 100, and detections that are the truths moved, or nothing at all."""
    generator = torch.Generator().manual_seed(seed)
    found, target = [], []
    for _ in range(images):
        masks = torch.zeros(truths, width, width, dtype=torch.bool)
        noisy = []
        for mask in masks:
            x, y = torch.randint(0, 14, (2,), generator=generator).tolist()
            w, h = torch.randint(3, 10, (2,), generator=generator).tolist()
            mask[y : y + h, x : x + w] = True
            for _ in range(int(torch.randint(0, 4, (), generator=generator))):
                dx, dy = torch.randint(-2, 3, (2,), generator=generator).tolist()
                noisy.append(mask.roll((dy, dx), (0, 1)))
        noisy = torch.stack(noisy) if noisy else torch.zeros(0, width, width, dtype=torch.bool)
        labels = torch.randint(1, classes + 1, (truths,), generator=generator).tolist()
        guesses = torch.randint(1, classes + 1, (len(noisy),), generator=generator).tolist()
        scores = torch.rand(len(noisy), generator=generator, dtype=torch.float64)
        found.append({**instances(noisy, guesses or None, scores)})
        target.append(instances(masks, labels))
    return found, target


def coco_evaluation(found, target, thresholds):
    encode = lambda m: coco_mask.encode(np.asfortranarray(m.byte().numpy()))  # noqa: E731
    truth, guesses = [], []
    for i, (mine, true) in enumerate(zip(found, target, strict=True), start=1):
        for mask, label in zip(true["masks"], true["labels"].tolist(), strict=True):
            truth.append(
                {
                    "id": len(truth) + 1,
                    "image_id": i,
                    "category_id": label,
                    "segmentation": encode(mask),
                    "area": int(mask.sum()),
                    "iscrowd": 0,
                }
            )
        for mask, label, score in zip(
            mine["masks"], mine["labels"].tolist(), mine["scores"].tolist(), strict=True
        ):
            guesses.append(
                {
                    "image_id": i,
                    "category_id": label,
                    "segmentation": encode(mask),
                    "score": score,
                }
            )
    categories = sorted({t["category_id"] for t in truth})
    with contextlib.redirect_stdout(io.StringIO()):
        api = COCO()
        api.dataset = {
            "info": {},
            "images": [
                {"id": i, "height": mask.shape[1], "width": mask.shape[2]}
                for i, mask in enumerate((t["masks"] for t in target), start=1)
            ],
            "categories": [{"id": c} for c in categories],
            "annotations": truth,
        }
        api.createIndex()
        evaluation = COCOeval(api, api.loadRes(guesses), "segm")
        evaluation.params.iouThrs = np.array(thresholds)
        # As they are, 0.35 is just above 7 of 20 in floating point, and the sample is a step late.
        evaluation.params.recThrs = np.linspace(0, 1, 101) - 1e-9
        evaluation.evaluate()
        evaluation.accumulate()
    # thresholds, 101 recalls, classes; all areas, 100 detections
    return evaluation.eval["precision"][:, :, :, 0, 2]


# 0.33 and so on: thresholds that no IoU of whole pixels equals here, so "at least" is "more than".
UNREACHED = [0.123, 0.331, 0.457, 0.551, 0.713, 0.847]


@pytest.mark.parametrize("seed", range(8))
def test_equal_to_coco_up_to_its_sampling_of_recall(seed):
    found, target = random_set(seed)  # 20 truths: 5 recalls of COCO's 101 for each, and recall 0
    precision = coco_evaluation(found, target, UNREACHED)[:, :, 0]
    metric = metrics.InstanceAP(2)
    metric.thresholds = UNREACHED
    metric.update(found, target)
    # COCO's mean counts the precision at recall 0 once more than the area does.
    expected = (precision.sum(axis=1) - precision[:, 0]) / 100
    np.testing.assert_allclose(list(metric.curve().values()), expected, atol=1e-9)
    assert expected.max() > 0.3  # and there was something to measure


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_coco_class_by_class(seed):
    found, target = random_set(seed, images=10, truths=4)
    for i, (mine, true) in enumerate(zip(found, target, strict=True)):
        mine["labels"] += i % 2  # every second image is of class 2: 20 truths of each
        true["labels"] += i % 2
    precision = coco_evaluation(found, target, UNREACHED)
    metric = metrics.InstanceAP(3)
    metric.thresholds = UNREACHED
    metric.update(found, target)
    expected = (precision.sum(axis=1) - precision[:, 0]).T / 100
    np.testing.assert_allclose(metric.per_class().numpy(), expected, atol=1e-9)


def test_where_coco_differs():
    # IoU 1/2 at threshold 1/2: correct for COCO, a false alarm for AP^r.
    found = [instances(strips((0, 3)).repeat(1, 2, 1), scores=[1.0])]
    target = [instances(strips((0, 6)).repeat(1, 2, 1))]
    assert coco_evaluation(found, target, [0.5]).mean() == pytest.approx(1.0)
    assert ap_curve(found, target)[0.5] == 0.0
    # Three truths, one found: the area is 1/3, COCO's 101 samples give 34/101.
    found = [instances(strips((0, 3)).repeat(1, 2, 1), scores=[1.0])]
    target = [instances(strips((0, 3), (4, 7), (8, 11)).repeat(1, 2, 1))]
    assert coco_evaluation(found, target, [0.45]).mean() == pytest.approx(34 / 101)
    assert ap_curve(found, target)[0.5] == pytest.approx(1 / 3)


def test_where_the_box_rule_of_pascal_differs():
    # Both detections fit the first truth best; the second also covers the other truth by 0.6.
    ious = torch.tensor([[0.9, 0.1], [0.8, 0.6]])
    first_choice = ious.argmax(dim=1)
    pascal = [True, first_choice[1].item() != first_choice[0].item()]
    assert pascal == [True, False]
    assert metrics.match_detections(ious, 0.5).tolist() == [True, True]


def test_batches_processes_and_sums_agree():
    found, target = random_set(5, classes=2)
    whole, first, second = (metrics.InstanceAP(3) for _ in range(3))
    whole.update(found, target)
    first.update(found[:4], target[:4])
    second.update(found[4:], target[4:])
    assert (first + second).compute() == whole.compute()
    whole.reduce_from_all_processes()  # alone: nothing changes
    assert whole.compute() == (first + second).compute()
    whole.reset()
    assert all(math.isnan(value) for value in whole.compute().values())


def test_what_is_refused():
    one = instances(strips((0, 3)), scores=[1.0])
    metric = metrics.InstanceAP(2)
    with pytest.raises(ValueError, match="got 2 predictions and 1 targets"):
        metric.update([one, one], [one])
    with pytest.raises(ValueError, match="paste them into the image's size"):
        metric.update([one], [instances(strips((0, 3), width=13))])
    with pytest.raises(ValueError, match="counts the background too"):
        metrics.InstanceAP(1)
    with pytest.raises(ValueError, match="same classes"):
        metric + metrics.InstanceAP(3)
    with pytest.raises(ValueError, match=r"more correct detections \(2\) than targets \(1\)"):
        metrics.average_precision(torch.ones(2), torch.tensor([True, True]), 1)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_scores_that_are_no_numbers_are_refused(place):
    scores = torch.tensor([0.3, 0.2, 0.1])
    scores[place] = float("nan")
    with pytest.raises(ValueError, match="average_precision: 1 of 3 scores are NaN"):
        metrics.average_precision(scores, torch.tensor([True, False, False]), 2)
    found = {
        "masks": torch.ones(3, 2, 2, dtype=torch.bool),
        "labels": torch.ones(3, dtype=torch.int64),
        "scores": scores,
    }
    with pytest.raises(ValueError, match="InstanceAP: 1 of 3 scores are NaN"):
        metrics.InstanceAP(2).update([found], [found])
