"""Chapter 9's references equal the package's own operations."""

import numpy as np
import pytest
import torch
from single_calls import single_calls
from sklearn.metrics import jaccard_score

from course_pkg import metrics, models, ops
from course_pkg.checkers import exercise
from course_pkg.checkers.definition import reference

SEEDS = pytest.mark.parametrize("seed", range(5))


def answers(name, seed=0):
    """Every case's inputs with the reference's answer."""
    task = exercise(f"regions.{name}").definition
    return [(c, reference(task)(*c.values())) for c in single_calls(task, seed)]


@SEEDS
def test_mask_iou_is_the_packages_and_scikit_learns(seed):
    for inputs, iou in answers("mask_iou", seed):
        a, b = inputs["a"], inputs["b"]
        expected = ops.mask_iou(torch.as_tensor(a)[None], torch.as_tensor(b)[None])
        assert iou == pytest.approx(float(expected), abs=1e-6)
        assert iou == pytest.approx(jaccard_score(a.ravel(), b.ravel(), zero_division=0))


@SEEDS
def test_matching_is_the_packages(seed):
    for inputs, correct in answers("match_detections", seed):
        ious = torch.as_tensor(inputs["ious"]).float()
        expected = metrics.match_detections(ious, inputs["threshold"])
        np.testing.assert_array_equal(correct, expected)


@SEEDS
def test_average_precision_is_the_packages(seed):
    for inputs, area in answers("average_precision", seed):
        correct = torch.as_tensor(inputs["correct"])
        falling = torch.arange(len(correct), 0, -1).float()
        expected = metrics.average_precision(falling, correct, inputs["num_targets"])
        assert area == pytest.approx(expected, abs=1e-12)


@SEEDS
def test_superpixel_mask_is_a_vote_of_two_classes(seed):
    for inputs, mask in answers("superpixel_mask", seed):
        coarse = torch.as_tensor(inputs["coarse"])
        both = torch.stack((1 - coarse, coarse))
        voted = models.superpixel_vote(both, torch.as_tensor(inputs["segments"]))
        np.testing.assert_array_equal(mask, voted == 1)


@SEEDS
def test_location_weights_make_the_packages(seed):
    for inputs, line in answers("location_weights", seed):
        grid, size = inputs["grid"], inputs["size"]
        square = np.einsum("ai,bj->abij", line, line).reshape(grid * grid, size, size)
        np.testing.assert_allclose(models.location_weights(grid, size), square, atol=1e-5)


@SEEDS
def test_region_alone_is_what_the_package_paints(seed):
    for inputs, seen in answers("region_alone", seed):
        crop, mask, mean = (torch.as_tensor(x) for x in inputs.values())
        painted = torch.where(mask, crop, mean[:, None, None])
        np.testing.assert_allclose(seen, painted - mean[:, None, None], atol=1e-12)
