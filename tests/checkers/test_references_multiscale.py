"""Chapter 8's references on pyramids and regions equal the package's own operations."""

import numpy as np
import pytest
import torch
from scipy.stats import entropy

from course_pkg import models
from course_pkg.checkers import exercise, make_cases
from course_pkg.checkers.definition import reference

SEEDS = pytest.mark.parametrize("seed", range(5))


def answers(name, seed=0):
    """Every case's inputs with the reference's answer."""
    task = exercise(f"multiscale.{name}").definition
    return [(c.inputs, reference(task)(*c.inputs.values())) for c in make_cases(task, seed)]


def as_image(line):
    """A line as a picture of eight equal rows, which the blur along columns leaves alone."""
    return torch.as_tensor(line).expand(1, 1, 8, -1)


@SEEDS
def test_halve_is_the_packages_reduction(seed):
    for inputs, half in answers("halve", seed):
        expected = models.pyramid_reduce(as_image(inputs["x"]))[0, 0, 0]
        np.testing.assert_allclose(half, expected, rtol=0, atol=1e-12)


def test_halve_keeps_what_its_weights_promise():
    half = reference(exercise("multiscale.halve").definition)
    # A straight line stays straight inside: its middle values lie halfway between two pixels.
    np.testing.assert_allclose(half(np.arange(8.0))[1:-1], [2.5, 4.5])


@SEEDS
def test_rebuild_undoes_the_packages_pyramid(seed):
    line = np.random.default_rng(seed).normal(size=16)
    fine, middle, rest = models.laplacian_pyramid(as_image(line), levels=3)
    rebuilt = reference(exercise("multiscale.rebuild").definition)
    levels = [level[0, 0, 0].numpy() for level in (fine, middle, rest)]
    np.testing.assert_allclose(rebuilt(*levels), line, rtol=0, atol=1e-12)


@SEEDS
def test_rebuild_enlarges_as_torch_does(seed):
    for inputs, line in answers("rebuild", seed):
        fine, middle, rest = (torch.as_tensor(x)[None, None] for x in inputs.values())
        up = torch.nn.Upsample(scale_factor=2, mode="linear")
        expected = up(up(rest) + middle) + fine
        np.testing.assert_allclose(line, expected[0, 0], rtol=0, atol=1e-12)


@SEEDS
def test_vote_is_the_packages(seed):
    for inputs, labels in answers("vote", seed):
        segments = torch.as_tensor(inputs["segments"])
        expected = models.superpixel_vote(torch.as_tensor(inputs["probs"]), segments)
        np.testing.assert_array_equal(labels, expected)


@SEEDS
def test_impurity_is_scipys_entropy_and_the_packages(seed):
    for inputs, mixed in answers("impurity", seed):
        np.testing.assert_allclose(mixed, entropy(inputs["shares"], axis=1), atol=1e-12)
        expected = models.class_entropy(torch.as_tensor(inputs["shares"]))
        np.testing.assert_allclose(mixed, expected, atol=1e-12)


@SEEDS
def test_purest_cover_is_the_packages_at_the_leaves(seed):
    for inputs, winners in answers("purest_cover", seed):
        parents = inputs["parents"].tolist()
        everywhere = models.optimal_cover(parents, inputs["impurity"].tolist())
        leaves = [node for node in range(len(parents)) if node not in parents]
        assert winners.tolist() == [everywhere[leaf] for leaf in leaves]


def test_purest_cover_of_the_drawn_tree_by_hand():
    task = exercise("multiscale.purest_cover").definition
    first = make_cases(task)[0].inputs
    # Leaf 0: 0.5, 0.8, 0.3 -> the root. Leaf 1: 0.2 is best. Leaves 2 and 3: the root's 0.3.
    assert reference(task)(*first.values()).tolist() == [6, 1, 6, 6]
