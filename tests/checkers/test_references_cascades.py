"""The references of lecture 10 equal torchvision, torch's autograd and the package's ops."""

import numpy as np
import torch
import torchvision

from course_pkg import ops
from course_pkg.checkers import exercises_of, make_cases
from course_pkg.checkers.definition import reference

TASKS = {e.id: e for e in exercises_of(10)}


def answers(name):
    """Every case of an exercise for a few seeds, with the reference's answer."""
    task = TASKS[f"cascades.{name}"]
    for seed in range(5):
        for case in make_cases(task, seed):
            yield dict(case.inputs), reference(task)(*case.inputs.values())


def test_lecture_10_has_its_exercises():
    assert len(TASKS) >= 5
    assert {id.partition(".")[0] for id in TASKS} == {"cascades"}


def test_the_rounded_box_is_what_torchvision_pools():
    for inputs, mine in answers("rounded_box"):
        box, stride = inputs.values()
        x0, y0, x1, y1 = (mine / stride).astype(int)
        features = torch.rand(1, 1, 24, 24, generator=torch.Generator().manual_seed(0)) + 1
        rows = [torch.from_numpy(box).float()[None]]
        pooled = torchvision.ops.roi_pool(features, rows, 1, 1 / stride)
        inside = features[:, :, y0:y1, x0:x1]
        if inside.numel():  # a box beyond the map reads nothing
            assert pooled.item() == inside.max().item()


def test_places_and_weights_are_those_of_the_warp():
    for inputs, mine in answers("sample_places"):
        start, end, bins = inputs.values()
        ramp = torch.arange(30, dtype=torch.float64)[None, None, None] + 0.5
        box = torch.tensor([[start, 0.0, end, 1.0]], dtype=torch.float64)
        np.testing.assert_allclose(ops.roi_warp(ramp, [box], (1, bins))[0, 0, 0], mine)
    for inputs, mine in answers("tent_weights"):
        places, cells = inputs.values()
        for place, row in zip(places, mine, strict=True):
            eye = torch.eye(cells, dtype=torch.float64).reshape(1, cells, 1, cells)
            box = torch.tensor([[place - 1, 0.0, place + 1, 1.0]], dtype=torch.float64)
            np.testing.assert_allclose(ops.roi_warp(eye, [box], 1)[0, :, 0, 0], row, atol=1e-12)


def test_the_gradient_is_autograds():
    for inputs, mine in answers("box_gradient"):
        slopes, gradient = (torch.from_numpy(v) for v in inputs.values())
        edges = torch.tensor([2.0, 5.0], dtype=torch.float64, requires_grad=True)
        share = (torch.arange(len(slopes)) + 0.5).double() / len(slopes)
        places = edges[0] + share * (edges[1] - edges[0])
        (gradient * slopes * places).sum().backward()
        np.testing.assert_allclose(edges.grad, mine)


def test_pasting_a_row_is_pasting_a_mask():
    for inputs, mine in answers("paste_row"):
        row, start, end, width = inputs.values()
        box = torch.tensor([[start, 0.0, end, 1.0]], dtype=torch.float64)
        pasted = ops.paste_masks(torch.from_numpy(row)[None, None], box, (1, width))
        np.testing.assert_allclose(pasted[0, 0], mine, atol=1e-12)


def test_the_delta_is_the_packages():
    for inputs, mine in answers("box_delta"):
        box, anchor = (torch.from_numpy(v)[None] for v in inputs.values())
        np.testing.assert_allclose(ops.encode_boxes(box, anchor)[0], mine, atol=1e-12)
