"""The patch widget: its numbers under node and in Python against torch, and what it refuses."""

import json
from typing import Any

import numpy as np
import pytest
from node_tests import assert_node_agrees
from patch_cost_reference import CLASSES, costs_by_torch, random_settings
from traitlets import TraitError
from widget_reference import Random

from course_pkg.widgets import PatchCost
from course_pkg.widgets.patch_costs import amount, patch_cost_problem, patch_costs, times_read


def cases():
    random = Random(seed=22)
    made = []
    for _ in range(60):
        settings = random_settings(random)
        costs, reads = costs_by_torch(**settings)
        made.append({"settings": settings, "costs": costs, "reads": reads, "classes": CLASSES})
    pairs = [(random.whole(8, 40), random.whole(3, 65)) for _ in range(100)]
    pairs += [(i, 2 * i + d) for i in (8, 15, 32) for d in (-1, 0, 1)]  # just enough, just too few
    problems = [
        {"settings": {"image_size": i, "patch_size": p}, "message": patch_cost_problem(i, p)}
        for i, p in pairs
    ]
    values = [0, 0.125, 1.005, 1.5, 9.994, 9.996, 12.5, 999.5, 12345, 999999, 1e6, 1.005e6, 99.96e6]
    values += [10.0 ** random.whole(0, 16) * random.whole(1, 9999) / 7 for _ in range(200)]
    amounts = [{"value": value, "text": amount(value)} for value in values]
    return {"costs": made, "problems": problems, "amounts": amounts}


def test_javascript_equals_torch(tmp_path, request):
    (tmp_path / "cases.json").write_text(json.dumps(cases()))
    (tmp_path / "patch_cost.mjs").write_text(str(PatchCost._esm), encoding="utf-8")
    assert_node_agrees(request.path.with_name("patch_cost.test.mjs"), tmp_path, passed=4)


def test_python_equals_torch():
    random = Random(seed=23)
    for _ in range(40):
        settings = random_settings(random)
        costs, reads = costs_by_torch(**settings)
        assert patch_costs(**settings, classes=CLASSES)._asdict() == costs
        along = [settings[name] for name in ("image_size", "patch_size", "step")]
        assert times_read(*along).tolist() == reads
        made = PatchCost(**settings)
        assert made.costs._asdict() == costs
        assert made.ratio == costs["loop"] / costs["dense"]
        np.testing.assert_array_equal(made.times_read, np.outer(reads, reads))


def test_by_hand():
    # A 3 x 3 patch: 27 weights to each of 2 channels once, then 2 x 12 for the classes.
    w = PatchCost(image_size=8, patch_size=3, step=1, channels=2)
    assert w.costs.one_pass == 27 * 2 + 24
    assert w.costs.loop == 64 * 78 == w.costs.dense
    assert w.times_read[0, 0] == 1
    assert w.times_read[4, 4] == 9


def test_amounts_are_read_by_people():
    said = [amount(x) for x in (0, 0.999, 7.25, 12.5, 999_999, 1_005_000, 99_960_000, 4.523e14)]
    assert said == [
        "0",
        "1",
        "7.25",
        "12.5",
        "999,999",
        "1.00 million",
        "100.0 million",
        "452 trillion",
    ]


@pytest.mark.parametrize(
    ("name", "number", "message"),
    [
        ("patch_size", 8, "Patch size 8 is even: use an odd one"),
        ("patch_size", 67, "patch_size must be a whole number from 3 to 65"),
        ("image_size", 16, "A picture of 16 pixels cannot be mirrored by 16"),
        ("image_size", 4, "image_size must be a whole number from 8 to 512"),
        ("step", 0, "step must be a whole number from 1 to 64"),
        ("channels", 1.5, "channels must be a whole number from 1 to 64"),
    ],
)
def test_a_bad_setting_is_refused_and_the_old_one_kept(name, number, message):
    w = PatchCost()
    before = repr(w)
    with pytest.raises(TraitError, match=message):
        setattr(w, name, number)
    assert repr(w) == before
    if isinstance(number, int):  # the signature itself refuses anything else
        setting: dict[str, Any] = {name: number}
        with pytest.raises(TraitError, match=message):
            PatchCost(**setting)


def test_the_fallback_holds_the_numbers():
    text = PatchCost(image_size=8, patch_size=3, channels=2).fallback()
    assert ">forward passes</th><td>64</td><td>1</td>" in text
    assert ">multiplications a pass</th><td>78</td><td>4992</td>" in text
    assert ">multiplications in all</th><td>4992</td><td>4992</td>" in text
    assert "the loop does 1 times the work" in text
