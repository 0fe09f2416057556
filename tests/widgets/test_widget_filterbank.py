"""The filterbank widget: its numbers under node and in Python against torch; what it refuses."""

import json

import numpy as np
import pytest
import torch
from node_tests import assert_node_agrees
from traitlets import TraitError

from course_pkg import ops
from course_pkg.widgets import Filterbank


def by_torch(x, y, stride, sigma, patch_size, size, shifted=False):
    """Both filterbanks, from the ops; the mistake is a window one stride further left and up."""
    off = stride if shifted else 0.0
    values = [torch.tensor([v], dtype=torch.float64) for v in (y - off, x - off, stride, sigma)]
    rows = ops.gaussian_filterbank(values[0], values[2], values[3], patch_size, size[0])
    columns = ops.gaussian_filterbank(values[1], values[2], values[3], patch_size, size[1])
    return rows, columns


def cases(count=60):
    g = torch.Generator().manual_seed(31)
    made = []
    for number in range(count):
        h, w, patch_size = torch.randint(3, 12, (3,), generator=g).tolist()
        x, y, stride, spread, strength = torch.rand(5, generator=g, dtype=torch.float64).tolist()
        x, y, stride, sigma = 30 * x - 10, 30 * y - 10, 4 * stride, 0.1 + 2 * spread
        shifted = number % 3 == 0
        rows, columns = by_torch(x, y, stride, sigma, patch_size, (h, w), shifted)
        picture = 255 * torch.rand(1, 1, h, w, generator=g, dtype=torch.float64)
        factor = torch.tensor([0.2 + strength], dtype=torch.float64)
        patch = ops.read_window(picture, rows, columns, factor)
        written = ops.write_window(patch, rows, columns, factor)
        made.append(
            {
                **{"x": x, "y": y, "stride": stride, "sigma": sigma, "patchSize": patch_size},
                **{"shifted": shifted, "intensity": float(factor)},
                **{"rows": rows[0].tolist(), "columns": columns[0].tolist()},
                **{"picture": picture[0, 0].tolist(), "patch": patch[0, 0].tolist()},
                "written": written[0, 0].tolist(),
            }
        )
    return made


def test_javascript_equals_torch(tmp_path, request):
    (tmp_path / "cases.json").write_text(json.dumps(cases()))
    (tmp_path / "filterbank.mjs").write_text(str(Filterbank._esm), encoding="utf-8")
    assert_node_agrees(request.path.with_name("filterbank.test.mjs"), tmp_path, passed=3)


@pytest.mark.parametrize("case", cases(12))
def test_python_equals_torch(case):
    keys = ("x", "y", "stride")
    w = Filterbank(
        *(case[key] for key in keys),
        variance=max(case["sigma"] ** 2, 0.01),
        intensity=case["intensity"],
        patch_size=case["patchSize"],
        shifted=case["shifted"],
        photo=np.rint(case["picture"]),
    )
    rows, columns = (torch.tensor([case[name]]).double() for name in ("rows", "columns"))
    picture = torch.tensor(case["picture"]).double().round()[None, None]
    factor = torch.tensor([case["intensity"]]).double()
    patch = ops.read_window(picture, rows, columns, factor)
    np.testing.assert_allclose(w.patch, patch[0, 0].numpy(), rtol=1e-6, atol=1e-6)
    written = ops.write_window(patch, rows, columns, factor)
    np.testing.assert_allclose(w.written, written[0, 0].numpy(), rtol=1e-6, atol=1e-6)
    assert "data:image/png" in w.fallback()


@pytest.mark.parametrize(
    ("name", "number", "message"),
    [
        ("stride", -1.0, "stride must be a number from 0 to 32"),
        ("variance", 0.0, "variance must be a number from 0.01 to 100"),
        ("variance", float("nan"), "variance must be a number from 0.01 to 100"),
        ("intensity", 5.0, "intensity must be a number from 0.1 to 4"),
        ("centre_x", float("inf"), "centre_x must be a number from -64 to 128"),
        ("patch_size", 13, "patch_size must be a whole number from 1 to 12"),
    ],
)
def test_a_bad_setting_is_refused_and_the_old_one_kept(name, number, message):
    w = Filterbank()
    before = repr(w)
    with pytest.raises(TraitError, match=message):
        setattr(w, name, number)
    assert repr(w) == before


def test_a_bad_photo_is_refused():
    with pytest.raises(ValueError, match="at most 64 x 64 pixels, but its shape is"):
        Filterbank(photo=np.zeros((65, 3)))
    with pytest.raises(ValueError, match="brightness from 0 to 255"):
        Filterbank(photo=np.full((3, 3), 300.0))
