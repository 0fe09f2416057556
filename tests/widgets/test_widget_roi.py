"""The RoI explorer: its crops under node and in Python against torchvision, and what it refuses."""

import json

import numpy as np
import pytest
from node_tests import assert_node_agrees
from roi_reference import crop_by_torchvision, random_case
from traitlets import TraitError
from widget_reference import Random

from course_pkg.widgets import RoIExplorer
from course_pkg.widgets.roi_crops import crop_of_box, roi_problem


def cases():
    random = Random(seed=31)
    crops = []
    for _ in range(300):
        settings = random_case(random)
        crops.append({"settings": settings, "crop": crop_by_torchvision(**settings).tolist()})
    edges = [[random.whole(0, 128) for _ in range(4)] for _ in range(100)]
    problems = []
    for box in edges:
        settings = dict(zip(("left", "top", "right", "bottom"), box, strict=True))
        problems.append({"settings": settings, "message": roi_problem(**settings)})
    return {"crops": crops, "problems": problems}


def test_javascript_equals_torchvision(tmp_path, request):
    (tmp_path / "cases.json").write_text(json.dumps(cases()))
    (tmp_path / "roi_explorer.mjs").write_text(str(RoIExplorer._esm), encoding="utf-8")
    assert_node_agrees(request.path.with_name("roi.test.mjs"), tmp_path, passed=5)


def test_python_equals_torchvision():
    random = Random(seed=32)
    for _ in range(300):
        settings = random_case(random)
        mine = crop_of_box(
            settings["method"],
            np.array(settings["features"], float),
            tuple(settings["box"]),
            settings["bins"],
            settings["samples"],
        )
        np.testing.assert_allclose(mine, crop_by_torchvision(**settings).numpy(), atol=1e-9)


def test_the_output_is_the_crop_of_the_box_in_cells():
    w = RoIExplorer(left=21, top=27, right=104, bottom=108, bins=3)
    box = [21.0, 27.0, 104.0, 108.0]
    for w.method in ("pool", "align", "warp", "released"):
        expected = crop_by_torchvision(w.method, w.features, box, 3, w.samples, stride=16)
        np.testing.assert_allclose(w.output, expected.numpy())


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("right", 21, r"its right edge \(21\) must lie right of its left edge \(21\)"),
        ("top", 120, r"its bottom edge \(108\) must lie below its top edge \(120\)"),
        ("left", -1, "left must be a whole number from 0 to 128"),
        ("bins", 5, "bins must be a whole number from 1 to 4"),
        ("samples", 0, "samples must be a whole number from 1 to 3"),
        ("method", "crop", "method"),
    ],
)
def test_a_bad_setting_is_refused_and_the_old_one_kept(name, value, message):
    w = RoIExplorer()
    before = repr(w)
    with pytest.raises(TraitError, match=message):
        setattr(w, name, value)
    assert repr(w) == before


def test_the_fallback_holds_the_numbers():
    text = RoIExplorer(left=24, top=24, right=56, bottom=56, bins=2, method="warp").fallback()
    assert "<td>3</td><td>5.75</td>" in text
    assert "RoI warp of the box 24, 24, 56, 56" in text


def test_the_equations_glide_and_the_released_warp_jumps():
    w = RoIExplorer(right=58, bottom=58, bins=4)
    w.features = [[16 * (j + 0.5) for j in range(8)]] * 8  # lecture 10's ramp
    firsts = {}
    for w.method in ("warp", "released"):
        firsts[w.method] = []
        for w.left in (21, 22, 23, 24):
            firsts[w.method].append(w.output[0, 0])
    assert firsts["released"] == [36, 36, 36, 48]
    np.testing.assert_allclose(np.diff(firsts["warp"]), 7 / 8)
