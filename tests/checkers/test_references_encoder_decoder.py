"""Chapter 7's references equal torch, the package's metrics and losses, and its networks."""

from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.ndimage import distance_transform_edt
from single_calls import single_calls
from torch import nn

from course_pkg import models, ops
from course_pkg.checkers import exercise
from course_pkg.checkers.definition import reference
from course_pkg.engine import median_frequency_weights, pixel_cross_entropy
from course_pkg.metrics import boundary_f1, label_edges

SEEDS = pytest.mark.parametrize("seed", range(5))


def answers(name, seed=0):
    """Every case's inputs with the reference's answer."""
    task = exercise(f"encoder_decoder.{name}").definition
    return [(c, reference(task)(*c.values())) for c in single_calls(task, seed)]


@SEEDS
def test_size_chain_is_what_torch_pools_and_unpools(seed):
    for inputs, sides in answers("size_chain", seed):
        x, saved = torch.rand(1, 1, inputs["size"]), []  # one side: the other goes the same way
        seen = [x.shape[-1]]
        for _ in range(inputs["pools"]):
            before = x.shape[-1:]
            x, places = F.max_pool1d(x, 2, return_indices=True)
            saved.append((places, before))
            seen.append(x.shape[-1])
        for places, before in reversed(saved):
            x = F.max_unpool1d(x, places, 2, output_size=before)
            seen.append(x.shape[-1])
        assert sides == seen


@SEEDS
def test_stage_parameters_are_those_of_torch_layers(seed):
    for inputs, count in answers("stage_parameters", seed):
        channels = inputs["channels"].tolist()
        with torch.device("meta"):
            layers = [
                nn.Sequential(nn.Conv2d(c, d, inputs["kernel_size"]), nn.BatchNorm2d(d))
                for c, d in pairwise(channels)
            ]
        assert count == sum(p.numel() for layer in layers for p in layer.parameters())


def test_stage_parameters_are_those_of_segnets_decoder():
    with torch.device("meta"):
        decoder = models.segnet(11).decoder
    stages = [[64, 64], [128, 128, 64], [256, 256, 256, 128]]
    count = reference(exercise("encoder_decoder.stage_parameters").definition)
    for stage, channels in zip(decoder, stages, strict=False):
        assert count(np.array(channels), 3) == sum(p.numel() for p in stage.parameters())


@SEEDS
def test_two_bits_bring_every_index_back(seed):
    for inputs, bits in answers("two_bits", seed):
        h, w = bits.shape
        assert set(bits.ravel().tolist()) <= {0, 1, 2, 3}
        rows, columns = 2 * np.indices((h, w)) + np.stack((bits // 2, bits % 2))
        np.testing.assert_array_equal(rows * inputs["width"] + columns, inputs["indices"])


def test_two_bits_of_a_pool_of_the_package():
    x = torch.randn(6, 10, generator=torch.manual_seed(0))
    _, places = ops.max_pool_with_indices(x, 2)
    bits = reference(exercise("encoder_decoder.two_bits").definition)(places.numpy(), 10)
    windows = x.unfold(0, 2, 2).unfold(1, 2, 2).flatten(-2)  # (3, 5, 4)
    np.testing.assert_array_equal(bits, windows.argmax(-1).numpy())


@SEEDS
def test_index_bits_count_the_indices_of_real_pools(seed):
    for inputs, bits in answers("index_bits", seed):
        k = inputs["kernel_size"]
        windows = sum(
            F.max_pool2d(torch.zeros(1, *shape, device="meta"), k).numel()
            for shape in inputs["maps"].tolist()
        )
        assert bits == windows * {2: 2, 3: 4}[k]


@SEEDS
def test_edge_pixels_are_the_metrics(seed):
    for inputs, edges in answers("edge_pixels", seed):
        expected = label_edges(torch.as_tensor(inputs["labels"])[None])[0]
        np.testing.assert_array_equal(edges, expected.numpy())


@SEEDS
def test_class_weights_are_the_engines(seed):
    for inputs, weights in answers("class_weights", seed):
        expected = median_frequency_weights(
            torch.as_tensor(inputs["labels"]), inputs["num_classes"]
        )
        np.testing.assert_allclose(weights, expected, rtol=1e-6)


@SEEDS
def test_weighted_loss_is_torchs_and_the_engines(seed):
    for inputs, loss in answers("weighted_loss", seed):
        logits = torch.as_tensor(inputs["probs"]).log()[None]
        target, weight = torch.as_tensor(inputs["target"])[None], torch.as_tensor(inputs["weight"])
        by_torch = F.cross_entropy(logits, target, weight, ignore_index=255)
        np.testing.assert_allclose(loss, by_torch, rtol=1e-12)
        ours = pixel_cross_entropy(logits, target, weight)
        np.testing.assert_allclose(loss, ours.total / ours.count, rtol=1e-12)


@SEEDS
def test_border_f1_agrees_with_scipys_distances(seed):
    for inputs, f1 in answers("border_f1", seed):
        pred, true = inputs["pred"], inputs["true"]
        if not pred.any():
            assert f1 == 0
            continue
        precision = (distance_transform_edt(~true)[pred] < inputs["theta"]).mean()
        recall = (distance_transform_edt(~pred)[true] < inputs["theta"]).mean()
        both = precision + recall
        np.testing.assert_allclose(f1, 2 * precision * recall / both if both else 0)


def test_border_f1_is_the_metrics():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, size=(2, 4, 5)).repeat(3, 1).repeat(3, 2)
    pred, true = torch.as_tensor(labels)
    theta = 1.8
    scores = boundary_f1(pred[None], true[None], 2, tolerance=theta / np.hypot(12, 15))[0]
    mine = reference(exercise("encoder_decoder.border_f1").definition)
    edges_pred, edges_true = label_edges(pred[None])[0], label_edges(true[None])[0]
    for c in (0, 1):
        f1 = mine((edges_pred & (pred == c)).numpy(), (edges_true & (true == c)).numpy(), theta)
        np.testing.assert_allclose(f1, scores[c])
    assert 0 < float(scores.min()) < float(scores.max()) < 1
