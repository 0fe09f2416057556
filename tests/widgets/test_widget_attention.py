"""The attention grid: its numbers under node and in Python against torch, and what it refuses."""

import json

import pytest
import torch
from node_tests import assert_node_agrees
from traitlets import TraitError

from course_pkg import ops
from course_pkg.widgets import AttentionGrid


def mulberry32(seed: int, count: int) -> list[float]:
    """The published generator, written once more with Python's whole numbers."""
    mask, drawn = 2**32 - 1, []
    for _ in range(count):
        seed = (seed + 0x6D2B79F5) & mask
        t = ((seed ^ (seed >> 15)) * (seed | 1)) & mask
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & mask)) & mask
        drawn.append((t ^ (t >> 14)) / 2**32)
    return drawn


def cases() -> dict[str, list]:
    g = torch.Generator().manual_seed(0)
    values = torch.tensor(AttentionGrid().values, dtype=torch.float64)
    made = []
    for temperature in (0.1, 0.5, 1.0, 2.5, 5.0) * 8:
        scores = (8 * torch.rand(9, generator=g, dtype=torch.float64) - 4).round(decimals=1)
        weights = ops.masked_softmax(scores, temperature=temperature)
        uniforms = torch.rand(20, generator=g, dtype=torch.float64)
        drawn = torch.searchsorted(weights.cumsum(0), uniforms, right=True).clamp_max(8)
        made.append(
            {
                "scores": scores.tolist(),
                "temperature": temperature,
                "values": values.tolist(),
                "weights": weights.tolist(),
                "mixture": ops.soft_attend(weights, values).tolist(),
                "entropy": float(ops.entropy(weights)),
                "uniforms": uniforms.tolist(),
                "drawn": drawn.tolist(),
            }
        )
    streams = [{"seed": s, "numbers": mulberry32(s, 50)} for s in (0, 1, 123456789, 2**31)]
    return {"grids": made, "streams": streams}


def test_javascript_equals_torch(tmp_path, request):
    (tmp_path / "cases.json").write_text(json.dumps(cases()))
    (tmp_path / "attention_grid.mjs").write_text(str(AttentionGrid._esm), encoding="utf-8")
    assert_node_agrees(request.path.with_name("attention.test.mjs"), tmp_path, passed=4)


def test_python_equals_torch():
    for case in cases()["grids"]:
        w = AttentionGrid(case["scores"], case["temperature"])
        torch.testing.assert_close(torch.tensor(w.weights), torch.tensor(case["weights"]).double())
        mixture = torch.tensor(case["mixture"]).double()
        torch.testing.assert_close(torch.tensor(w.expectation), mixture)


def test_the_stream_of_looks_is_even():
    drawn = torch.tensor(mulberry32(7, 20_000))
    counts = torch.histc(drawn, 10, 0, 1)
    assert ((counts - 2000).abs() < 4 * (20_000 * 0.1 * 0.9) ** 0.5).all()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("scores", [0.0] * 8, "scores must be 9 numbers from -4 to 4"),
        ("scores", [5.0] + [0.0] * 8, "scores must be 9 numbers from -4 to 4"),
        ("temperature", 0.0, "temperature must be from 0.1 to 5"),
        ("temperature", 6.0, "temperature must be from 0.1 to 5"),
        ("looks", -1, "looks must be a whole number from 0 to 400"),
    ],
)
def test_a_bad_setting_is_refused_and_the_old_one_kept(name, value, message):
    w = AttentionGrid()
    before = repr(w)
    with pytest.raises(TraitError, match=message):
        setattr(w, name, value)
    assert repr(w) == before


def test_the_fallback_holds_the_numbers():
    text = AttentionGrid([0.0] * 9).fallback()
    assert text.count(">0.1111<") == 9
    mixed = torch.tensor(AttentionGrid().values).double().mean(0)
    assert ", ".join(f"{part:.0f}" for part in mixed.tolist()) in text
