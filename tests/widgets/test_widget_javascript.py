"""The widgets' JavaScript, under node, against numbers from torch."""

import json

import pytest
import torch
from node_tests import assert_node_agrees
from widget_reference import Random, overlap_counts, stamped_photo

from course_pkg import widgets
from course_pkg.widgets.conv_matrix import conv_matrix_problem
from course_pkg.widgets.stamping import stamp_weights
from course_pkg.widgets.transposed_conv import transposed_conv_problem

MODULES = {
    "transposed_conv": widgets.TransposedConv,
    "conv_matrix": widgets.ConvMatrix,
    "upsampling_family": widgets.UpsamplingFamily,
    "checkerboard": widgets.Checkerboard,
    "frames": widgets.Frames,
}


def random_problems(random, count):
    """Settings of which some are impossible, with Python's sentence or None."""
    for _ in range(count):
        settings = {
            "input": [1.0] * random.whole(1, 3),
            "kernel": [1.0] * random.whole(1, 3),
            "stride": random.whole(1, 3),
            "padding": random.whole(0, 4),
            "output_padding": random.whole(0, 3),
            "dilation": random.whole(1, 3),
        }
        yield {"settings": settings, "message": transposed_conv_problem(**settings)}


def random_matrix_problems(random, count):
    for _ in range(count):
        settings = {
            "x": random.numbers(random.whole(1, 4), random.whole(1, 4)),
            "kernel": random.numbers(random.whole(1, 3), random.whole(1, 3)),
            "stride": random.whole(1, 3),
            "padding": random.whole(0, 2),
            "dilation": random.whole(1, 2),
        }
        yield {"settings": settings, "message": conv_matrix_problem(**settings)}


def checkerboard_cases(random):
    for kernel_size in range(1, 9):
        for stride in range(1, 5):
            n = random.whole(1, 7)
            shape = "triangle" if random.whole(0, 1) else "equal"
            weights = stamp_weights(shape, kernel_size, stride).tolist()
            photo = torch.rand(5, 7, generator=random.generator, dtype=torch.float64).tolist()
            yield {
                "n": n,
                "kernel_size": kernel_size,
                "stride": stride,
                "counts": overlap_counts(n, kernel_size, stride),
                "shape": shape,
                "weights": weights,
                "photo": photo,
                "stamped": stamped_photo(photo, weights, stride).tolist(),
            }


@pytest.fixture(scope="module")
def cases_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("widget_cases")
    random = Random(seed=20)
    cases = {
        "conv_transpose": list(random.conv_transpose(600)),
        "conv_matrix": list(random.conv_matrix(120)),
        "upsampling": list(random.upsampling(120)),
        "checkerboard": list(checkerboard_cases(random)),
        "problems": list(random_problems(random, 200)),
        "matrix_problems": list(random_matrix_problems(random, 200)),
    }
    (folder / "cases.json").write_text(json.dumps(cases))
    for name, widget in MODULES.items():
        (folder / f"{name}.mjs").write_text(widget._esm, encoding="utf-8")
    return folder


def test_javascript_equals_torch(cases_folder, request):
    assert_node_agrees(request.path.with_name("javascript.test.mjs"), cases_folder, passed=12)
