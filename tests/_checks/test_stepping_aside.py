"""The checks are not there while torch compiles, exports or traces, nor when they are off."""

import inspect
import os
import subprocess
import sys

import pytest
import torch

import course_pkg
from course_pkg import models, ops, set_checks
from course_pkg._checks import wrapper


@pytest.fixture
def looks(monkeypatch):
    """How often the checks have looked at a call's arguments."""
    seen = []
    real = wrapper.Plan.first_misfit
    monkeypatch.setattr(
        wrapper.Plan, "first_misfit", lambda self, *call: seen.append(1) or real(self, *call)
    )
    return seen


class Layers(torch.nn.Module):
    """A network that calls ops, and a network of the package."""

    def __init__(self):
        super().__init__()
        self.gru = models.GRU(3, 4)

    def forward(self, x):
        states = self.gru(x, torch.ones_like(x[..., 0], dtype=torch.bool))
        return ops.nearest_upsample(states)


X = torch.linspace(-1, 1, 30).reshape(2, 5, 3)


def test_compiled_in_one_graph(looks):
    net = Layers().eval()
    expected = net(X)
    assert len(looks) > 2
    looks.clear()
    compiled = torch.compile(net, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(X), expected)
    assert not looks


def test_exported(looks):
    net = Layers().eval()
    expected = net(X)
    looks.clear()
    torch.testing.assert_close(torch.export.export(net, (X,)).module()(X), expected)
    assert not looks


@pytest.mark.filterwarnings(
    "ignore::torch.jit.TracerWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"
)
def test_traced(looks):
    expected = ops.nearest_upsample(X)
    looks.clear()
    traced = torch.jit.trace(ops.nearest_upsample, (X,), check_trace=False)
    torch.testing.assert_close(traced(X), expected)
    assert not looks


def test_switched_off_and_on_again(looks):
    assert set_checks(False) is True
    try:
        ops.nearest_upsample(X)
        assert not looks
    finally:
        assert set_checks(True) is False
    ops.nearest_upsample(X)
    assert looks


@pytest.mark.parametrize("value", ["0", "1"])
def test_the_variable_decides_at_the_start(value):
    code = "import course_pkg as c; print(c.set_checks(True))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "JAXTYPING_DISABLE": value},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.stdout.strip() == str(value == "0"), run.stderr


def test_tools_see_the_function_itself():
    assert list(inspect.signature(ops.conv2d).parameters)[:2] == ["input", "weight"]
    assert inspect.getsource(ops.conv2d).startswith("def conv2d(")
    assert ops.conv2d.__doc__.startswith("Slide")
    assert ops.conv2d.__module__ == "course_pkg.ops.conv"
    assert "set_checks" in dir(course_pkg)


def test_every_public_function_has_its_checks():
    bare = [
        f"{part}.{name}"
        for part in ("ops", "metrics", "models", "data", "engine")
        for name in getattr(course_pkg, part).__all__
        if inspect.isfunction(value := getattr(getattr(course_pkg, part), name))
        and value.__module__.startswith("course_pkg.")
        and not any("._" in part for part in [value.__module__])
        and not hasattr(value, "__wrapped__")
    ]
    assert not bare
