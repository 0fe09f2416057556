"""Boundary F1 against hand counts and an independent computation by distances."""

import math

import numpy as np
import pytest
import torch
from scipy.ndimage import distance_transform_edt

from course_pkg.metrics import BoundaryF1, boundary_f1, label_edges


def edges_by_loops(labels, valid):
    """Definition, pixel by pixel."""
    height, width = labels.shape
    edges = np.zeros((height, width), dtype=bool)
    for y in range(height):
        for x in range(width):
            for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                inside = 0 <= v < height and 0 <= u < width
                if inside and valid[y, x] and valid[v, u] and labels[v, u] != labels[y, x]:
                    edges[y, x] = True
    return edges


def score_by_distances(preds, target, class_index, theta, ignore_index=255):
    """One class of one image, with all pairwise distances instead of a dilation."""
    valid = target != ignore_index
    if not (target == class_index).any():
        return math.nan
    found = np.argwhere(edges_by_loops(preds, valid) & (preds == class_index))
    wanted = np.argwhere(edges_by_loops(target, valid) & (target == class_index))
    if len(found) == 0 and len(wanted) == 0:
        return math.nan
    if len(found) == 0 or len(wanted) == 0:
        return 0.0
    distance = np.hypot(*(found[:, None] - wanted[None]).transpose(2, 0, 1))
    precision = (distance.min(axis=1) < theta).mean()
    recall = (distance.min(axis=0) < theta).mean()
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def blobs(seed, num_classes=4, shape=(23, 31), ignored=False):
    """Label maps with regions, not noise: the largest of some random smooth fields."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(2, num_classes, 5, 6, generator=generator)
    target = torch.nn.functional.interpolate(coarse, shape, mode="bilinear").argmax(1)
    noise = 0.7 * torch.randn(2, num_classes, 5, 6, generator=generator)
    preds = torch.nn.functional.interpolate(coarse + noise, shape, mode="bilinear").argmax(1)
    if ignored:
        target[:, 4:9, 10:20] = 255
    return preds, target


def test_edges_by_hand():
    labels = torch.tensor([[[0, 0, 0, 1], [0, 0, 0, 1], [2, 2, 0, 1]]])
    assert label_edges(labels)[0].int().tolist() == [[0, 0, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]
    # The last column unknown: the border towards it disappears.
    valid = torch.ones_like(labels, dtype=torch.bool)
    valid[..., 3] = False
    known = label_edges(labels, valid)[0].int().tolist()
    assert known == [[0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]]
    assert label_edges(torch.zeros(1, 1, 1, dtype=torch.int64)).sum() == 0


def test_shifted_border_by_hand():
    # Two halves of a 1 x 40 strip, diagonal 40.01, tolerance 0.05 -> theta 2.0006.
    target = (torch.arange(40) >= 20).long()[None, None]
    for shift, expected in ((0, 1.0), (1, 1.0), (2, 1.0), (3, 0.0)):
        preds = (torch.arange(40) >= 20 + shift).long()[None, None]
        assert boundary_f1(preds, target, 2, tolerance=0.05).tolist() == [[expected, expected]]
    # A second, false border far away: precision 1/2, recall 1.
    preds = target.clone()
    preds[..., 0] = 1
    assert boundary_f1(preds, target, 2, tolerance=0.05)[0].tolist() == pytest.approx([2 / 3] * 2)


def test_tolerance_is_strict():
    # A 3-4-5 picture: height 30, width 40, diagonal exactly 50; tolerance 0.1 -> theta = 5.
    target = (torch.arange(40) >= 20).long().expand(1, 30, 40)
    preds = target.roll(5, dims=2).clone()
    preds[..., :5] = 0
    assert boundary_f1(preds, target, 2, tolerance=0.1).tolist() == [[0.0, 0.0]]
    assert boundary_f1(preds, target, 2, tolerance=0.1001).tolist() == [[1.0, 1.0]]


@pytest.mark.parametrize("ignored", [False, True])
@pytest.mark.parametrize("tolerance", [0.0075, 0.03, 0.09, 0.4])
def test_equals_pairwise_distances(tolerance, ignored):
    preds, target = blobs(seed=3, ignored=ignored)
    theta = tolerance * math.hypot(*target.shape[1:])
    got = boundary_f1(preds, target, 4, tolerance)
    expected = [
        [score_by_distances(p, t, c, theta) for c in range(4)]
        for p, t in zip(preds.numpy(), target.numpy(), strict=True)
    ]
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-12)
    assert 0 < np.nanmean(expected) < 1  # the case is not trivial


def test_equals_distance_transform_at_camvid_size():
    preds, target = blobs(seed=5, num_classes=11, shape=(360, 480))
    theta = 4.5  # 0.75 % of the diagonal of 600
    everywhere = np.ones((360, 480), dtype=bool)
    got = boundary_f1(preds, target, 11)[0].tolist()
    edges = []
    for labels in (preds[0], target[0]):
        edge = torch.zeros(360, 480, dtype=torch.bool)
        vertical, horizontal = labels[1:] != labels[:-1], labels[:, 1:] != labels[:, :-1]
        edge[1:] |= vertical
        edge[:-1] |= vertical
        edge[:, 1:] |= horizontal
        edge[:, :-1] |= horizontal
        edges.append(edge.numpy())
    compared = 0
    for c in range(11):
        found, wanted = edges[0] & (preds[0] == c).numpy(), edges[1] & (target[0] == c).numpy()
        if not (found.any() and wanted.any()):
            continue
        precision = (distance_transform_edt(everywhere & ~wanted)[found] < theta).mean()
        recall = (distance_transform_edt(everywhere & ~found)[wanted] < theta).mean()
        assert got[c] == pytest.approx(2 * precision * recall / (precision + recall), rel=1e-12)
        compared += 1
    assert compared >= 5


def test_classes_without_anything_to_score():
    empty = torch.zeros(1, 6, 6, dtype=torch.int64)
    halves = empty.clone()
    halves[..., 3:] = 1
    # Right, and no edge anywhere: nothing to score.
    assert boundary_f1(empty, empty, 3).isnan().all()
    # A border that is not there / a border missed: 0. Absent classes: NaN.
    scores = boundary_f1(halves, empty, 3)[0]
    assert scores[0] == 0
    assert scores[1:].isnan().all()
    scores = boundary_f1(empty, halves, 3)[0]
    assert scores[:2].tolist() == [0, 0]
    assert scores[2].isnan()


def test_accumulator_is_the_mean_of_image_means():
    preds, target = blobs(seed=1)
    per_image = boundary_f1(preds, target, 4).nanmean(dim=1)
    whole, first, second = (BoundaryF1(num_classes=4) for _ in range(3))
    whole.update(preds, target)
    first.update(preds[:1], target[:1])
    second.update(preds[1:], target[1:])
    second.update(preds[:0], target[:0])
    second.update(torch.zeros(1, 5, 5).long(), torch.zeros(1, 5, 5).long())  # nothing to score
    expected = float(per_image.mean())
    assert whole.compute()["boundary_f1"] == pytest.approx(expected, rel=1e-12)
    assert (first + second).compute()["boundary_f1"] == pytest.approx(expected, rel=1e-12)
    whole.reduce_from_all_processes()
    assert whole.compute()["boundary_f1"] == pytest.approx(expected, rel=1e-12)
    whole.reset()
    assert math.isnan(whole.compute()["boundary_f1"])


def test_bad_input_is_refused():
    labels = torch.zeros(1, 4, 4, dtype=torch.int64)
    with pytest.raises(ValueError, match="tolerance must be a positive fraction"):
        boundary_f1(labels, labels, 2, tolerance=0.0)
    with pytest.raises(ValueError, match="num_classes must be at least 1"):
        boundary_f1(labels, labels, 0)
    with pytest.raises(ValueError, match="same settings"):
        BoundaryF1(2) + BoundaryF1(2, tolerance=0.01)


def test_gpu_gives_the_same_scores(gpu):
    preds, target = blobs(seed=2, ignored=True)
    on_gpu = boundary_f1(preds.to(gpu), target.to(gpu), 4).cpu()
    torch.testing.assert_close(on_gpu, boundary_f1(preds, target, 4), equal_nan=True)


def test_labels_that_are_no_class_are_refused():
    target = torch.tensor([[[0, 1], [1, 255]]], dtype=torch.uint8)
    with pytest.raises(ValueError, match="target must hold labels from 0 to 1, got 0 to 255"):
        boundary_f1(target.long() * 0, target, num_classes=2, ignore_index=-1)
    with pytest.raises(ValueError, match="preds must hold labels from 0 to 1, got 7 to 7"):
        boundary_f1(torch.full((1, 2, 2), 7), target, num_classes=2)
