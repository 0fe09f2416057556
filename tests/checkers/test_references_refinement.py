"""Chapter 8's references on refinement equal the package's nets and torch's convolution."""

import numpy as np
import pytest
import torch
from torch import nn

from course_pkg import models
from course_pkg.checkers import exercise, make_cases
from course_pkg.checkers.definition import reference

SEEDS = pytest.mark.parametrize("seed", range(5))


def answers(name, seed=0):
    """Every case's inputs with the reference's answer."""
    task = exercise(f"refinement.{name}").definition
    return [(c.inputs, reference(task)(*c.inputs.values())) for c in make_cases(task, seed)]


@SEEDS
def test_patch_size_is_the_packages_receptive_field(seed):
    for inputs, size in answers("patch_size", seed):
        layers = [tuple(layer) for layer in inputs["layers"].tolist()] * inputs["passes"]
        assert size == models.receptive_field(layers).size


@pytest.mark.parametrize(
    ("build", "sizes"), [(models.rcnn2, [25, 121]), (models.rcnn3, [23, 67, 155])]
)
def test_patch_size_of_the_papers_nets(build, sizes):
    net = build(8)
    layers = [(window.kernel_size, window.stride) for window in models.windows_of(net.f)]
    mine = reference(exercise("refinement.patch_size").definition)
    assert [mine(np.array(layers), p + 1) for p in range(len(sizes))] == sizes
    with torch.no_grad():  # exactly one cell fits, and one pixel less is refused
        for p, side in enumerate(sizes, start=1):
            assert net(torch.zeros(1, 3, side, side), p)[-1].shape[-2:] == (1, 1)
            with pytest.raises(ValueError, match="use fewer passes or larger images"):
                net(torch.zeros(1, 3, side - 1, side), p)


@SEEDS
def test_first_layer_weights_are_those_of_torchs_layer(seed):
    for inputs, count in answers("first_layer_weights", seed):
        with torch.device("meta"):
            layer = nn.Conv2d(3 + inputs["num_classes"], inputs["width"], inputs["kernel_size"])
        assert count == sum(p.numel() for p in layer.parameters())


def test_first_layer_weights_are_those_of_rcnn3():
    count = reference(exercise("refinement.first_layer_weights").definition)
    assert count(8, 25, 8) == sum(p.numel() for p in models.rcnn3(8).f[0].parameters())


@SEEDS
def test_passes_of_f_are_those_of_the_packages_recurrent_net(seed):
    for inputs, scores in answers("passes_of_f", seed):
        weight, bias = torch.as_tensor(inputs["weight"]), torch.as_tensor(inputs["bias"])
        k = len(bias)
        layer = nn.Conv2d(3 + k, k, 1).double()
        with torch.no_grad():
            layer.weight.copy_(weight[:, :, None, None])
            layer.bias.copy_(bias)
            net = models.RecurrentCNN(nn.Sequential(layer), k)
            image = torch.as_tensor(inputs["image"])[None]
            expected = net(image, passes=inputs["passes"])[-1][0]
        np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-10)
