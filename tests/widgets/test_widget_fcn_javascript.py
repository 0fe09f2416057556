"""The receptive-field and skip widgets' JavaScript, under node, against numbers from torch."""

import json

import pytest
import torch
import torch.nn.functional as F
from fcn_widgets import labels_that_may_be, path_gradient, skip_explorer, stack_by_torch
from fcn_widgets import summed_scores as by_torch
from node_tests import assert_node_agrees
from torch import nn
from widget_reference import Random

from course_pkg import widgets
from course_pkg.widgets.stack_costs import Layer, stack_problem


def random_stack(random, most_stride=2):
    return [
        [random.whole(1, 5), random.whole(1, most_stride), random.whole(1, 3), random.whole(0, 9)]
        for _ in range(random.whole(1, 5))
    ]


def paths_of(layers):
    stack = nn.Sequential()
    for kernel_size, stride, dilation, _ in layers:
        conv = nn.Conv1d(1, 1, kernel_size, stride, 0, dilation, bias=False).double()
        nn.init.ones_(conv.weight)
        stack.append(conv)
    gradient = path_gradient(stack, 0)
    seen = gradient.nonzero().flatten()
    return (gradient[: int(seen[-1]) + 1] / gradient.max()).tolist()


def stacks(random, count):
    made = 0
    while made < count:
        layers, size = random_stack(random), random.whole(8, 60)
        if stack_problem([Layer(*layer) for layer in layers], size) is None:
            made += 1
            rows = stack_by_torch(layers, size)
            yield {"layers": layers, "image_size": size, "rows": rows, "paths": paths_of(layers)}


def stack_problems(random, count):
    for _ in range(count):
        layers = random_stack(random, 4) + random_stack(random, 4)
        size = random.whole(8, 40)
        message = stack_problem([Layer(*layer) for layer in layers], size)
        yield {"layers": layers, "image_size": size, "message": message}


def skips():
    made = skip_explorer()
    size = (made.picture["height"], made.picture["width"])
    for number in range(8):
        chosen = [bool(number & 4), bool(number & 2), bool(number & 1)]
        allowed = labels_that_may_be(by_torch(made.maps, chosen, 8, size)).flatten(1).tolist()
        yield {"maps": made.maps, "chosen": chosen, "stride": 8, "size": size, "allowed": allowed}


def near_by_torch(truth, distance):
    """A pixel is near a border if the smallest and the largest label around it differ."""
    window = 2 * distance + 1
    x = truth[None, None].double()
    largest = F.max_pool2d(x, window, 1, distance)
    return (largest != -F.max_pool2d(-x, window, 1, distance))[0, 0]


def shares(random):
    for distance in (1, 2, 3):
        size = (random.whole(4, 12), random.whole(4, 12))
        truth, labels = (torch.randint(3, size, generator=random.generator) for _ in range(2))
        truth[0, :2] = 255
        near, right = near_by_torch(truth, distance), truth == labels
        known = truth != 255
        yield {
            "truth": truth.flatten().tolist(),
            "labels": labels.flatten().tolist(),
            "size": size,
            "distance": distance,
            "near": near.flatten().int().tolist(),
            "right": float(right[known].double().mean()),
            "right_near": float(right[known & near].double().mean()),
        }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("fcn_widget_cases")
    random = Random(seed=21)
    cases = {
        "stacks": list(stacks(random, 60)),
        "stack_problems": list(stack_problems(random, 150)),
        "skips": list(skips()),
        "shares": list(shares(random)),
    }
    (made / "cases.json").write_text(json.dumps(cases))
    modules = {"receptive_field": widgets.ReceptiveField, "skip_explorer": widgets.SkipExplorer}
    for name, widget in modules.items():
        (made / f"{name}.mjs").write_text(widget._esm, encoding="utf-8")
    return made


def test_javascript_equals_torch(folder, request):
    assert_node_agrees(request.path.with_name("fcn.test.mjs"), folder, passed=7)
