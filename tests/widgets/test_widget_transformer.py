"""The transformer explorer: its numbers under node and in Python against torch, and refusals."""

import json

import numpy as np
import pytest
import torch
from node_tests import assert_node_agrees
from traitlets import TraitError
from transformer_reference import grid_by_torch, output_by_torch, random_thetas

from course_pkg.widgets import TransformerExplorer


def cases():
    generator = torch.Generator().manual_seed(31)
    for number in range(60):
        h, w, size = (int(k) for k in torch.randint(2, 12, (3,), generator=generator))
        image = (255 * torch.rand(h, w, generator=generator, dtype=torch.float64)).tolist()
        align = bool(number % 2)
        for kind, theta in random_thetas(generator).items():
            grid = grid_by_torch(kind, theta, size, align)
            yield {
                "kind": kind,
                "theta": theta,
                "size": size,
                "align": align,
                "image": image,
                "grid": grid.tolist(),
                "output": output_by_torch(image, grid, align).tolist(),
            }


def test_javascript_equals_torch(tmp_path, request):
    (tmp_path / "cases.json").write_text(json.dumps(list(cases())))
    (tmp_path / "transformer.mjs").write_text(str(TransformerExplorer._esm), encoding="utf-8")
    assert_node_agrees(request.path.with_name("transformer.test.mjs"), tmp_path, passed=5)


def test_python_equals_torch():
    for case in list(cases())[:90]:
        if np.abs(case["theta"]).max() > 4:
            continue
        size = max(2, case["size"])
        explorer = TransformerExplorer(
            case["kind"],
            case["theta"],
            output_size=size,
            align_corners=case["align"],
            photo=np.rint(case["image"]),
        )
        grid = grid_by_torch(case["kind"], case["theta"], size, case["align"])
        np.testing.assert_allclose(explorer.grid, grid.numpy(), rtol=1e-7, atol=1e-7)
        expected = output_by_torch(np.rint(case["image"]), grid, case["align"])
        np.testing.assert_allclose(explorer.output, expected.numpy(), rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("kind", ["affine", "projective", "tps"])
def test_it_starts_at_rest(kind):
    explorer = TransformerExplorer(kind, output_size=6)
    rest = TransformerExplorer(output_size=6)
    np.testing.assert_allclose(explorer.grid, rest.grid, atol=1e-6)
    same = TransformerExplorer(kind, output_size=3, photo=np.arange(9.0).reshape(3, 3))
    np.testing.assert_allclose(same.output, np.arange(9.0).reshape(3, 3), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("affine", [[1, 0, 0]], r"affine must be 2 x 3 numbers from -4 to 4"),
        ("affine", [[1, 0, 0], [0, 5, 0]], r"affine must be 2 x 3 numbers from -4 to 4"),
        ("projective", "no", r"projective must be 3 x 3 numbers"),
        ("tps", [[0, 0]] * 15, r"tps must be 16 x 2 numbers"),
        ("tps", [[float("nan"), 0]] * 16, r"tps must be 16 x 2 numbers"),
        ("output_size", 17, "output_size must be a whole number from 2 to 16"),
    ],
)
def test_a_bad_setting_is_refused_and_the_old_one_kept(name, value, message):
    explorer = TransformerExplorer()
    before = explorer.static_state()
    with pytest.raises(TraitError, match=message):
        setattr(explorer, name, value)
    assert explorer.static_state() == before


def test_bad_photos_are_refused():
    with pytest.raises(ValueError, match=r"at most 48 x 48 pixels, but its shape is \(49, 3\)"):
        TransformerExplorer(photo=np.zeros((49, 3)))
    with pytest.raises(ValueError, match="brightness from 0 to 255"):
        TransformerExplorer(photo=np.full((3, 3), 256.0))


def test_the_fallback_holds_picture_and_numbers():
    text = TransformerExplorer(theta=[[0.5, 0, 0.25], [0, 0.5, 0]]).fallback()
    assert "<td>0.5</td><td>0</td><td>0.25</td>" in text
    assert 'alt="A photographer behind his camera, read at 8 x 8 places"' in text
    assert "data:image/png;base64," in text
