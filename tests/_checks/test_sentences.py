"""What somebody sees of a wrong call: one traceback that ends at their line, and one sentence."""

import copy
import pickle
import re
import subprocess
import sys
import traceback

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError
from PIL import Image

from course_pkg import ArgumentError, data, engine, models, ops

NAMES = {
    "torch": torch,
    "np": np,
    "Image": Image,
    "ops": ops,
    "models": models,
    "data": data,
    "engine": engine,
}
MACHINERY = ("_checks", "jaxtyping", "beartype", "site-packages", "dist-packages")

# (call, what the last line has to say); the first ten are the commonest slips.
WRONG = {
    "shape": (
        "ops.conv_transpose2d(torch.rand(1, 2, 3), torch.rand(2, 3, 3, 3))",
        "conv_transpose2d: weight must be (c_in, c_out_per_group, kh, kw) with c_in = 1 as in "
        "input, got (2, 3, 3, 3)",
    ),
    "rank": (
        "ops.conv2d(torch.rand(5), torch.rand(1, 1, 3, 3))",
        "conv2d: input must be (..., c_in, h, w), got (5,)",
    ),
    "dtype": (
        "ops.nearest_upsample(torch.zeros(1, 2, 2, dtype=torch.int64))",
        "nearest_upsample: input must be a float tensor of shape (..., h, w), got an int64 tensor "
        "of shape (1, 2, 2); use .float()",
    ),
    "order": (
        "ops.max_unpool(torch.zeros(1, 2, 2, dtype=torch.int64), torch.zeros(1, 2, 2), 2)",
        "are indices and input in each other's place?",
    ),
    "missing batch": (
        "network(torch.rand(3, 32, 32))",
        "FCN: images must be (n, 3, h, w), got (3, 32, 32); a batch of one is x[None]",
    ),
    "grey picture": (
        "network(torch.rand(1, 1, 32, 32))",
        "FCN: images must be (n, 3, h, w), got (1, 1, 32, 32); a grey picture becomes one of "
        "three channels with .expand",
    ),
    "a list": (
        "ops.conv2d([1.0, 2.0], torch.rand(1, 1, 3, 3))",
        "conv2d: input must be a float tensor of shape (..., c_in, h, w), got a list of 2; "
        "torch.tensor makes a tensor of it",
    ),
    "none": (
        "ops.conv2d(None, torch.rand(1, 1, 3, 3))",
        "conv2d: input must be a float tensor of shape (..., c_in, h, w), got None",
    ),
    "an integer": (
        "ops.nearest_upsample(5)",
        "nearest_upsample: input must be a float tensor of shape (..., h, w), got the int 5",
    ),
    "network and number": (
        "models.fcn8s_lite(models.EfficientNetLite0(), 5)",
        "fcn8s_lite: num_classes must be an int, got the network EfficientNetLite0; "
        "are backbone and num_classes in each other's place?",
    ),
    "a numpy array": (
        "ops.nearest_upsample(np.zeros((1, 2, 2), np.float32))",
        "got a float32 numpy array of shape (1, 2, 2); torch.from_numpy makes a tensor of it",
    ),
    "a picture": (
        "ops.nearest_upsample(Image.new('RGB', (4, 4)))",
        "got a PIL picture of 4 x 4 pixels; torchvision.transforms.functional.to_tensor makes a "
        "tensor of it",
    ),
    "optional": (
        "ops.conv2d(torch.rand(1, 4, 4), torch.rand(2, 1, 3, 3), torch.rand(5))",
        "conv2d: bias must be None or (c_out,) with c_out = 2 as in weight, got (5,)",
    ),
    "misspelt": (
        "ops.conv2d(torch.rand(1, 4, 4), torch.rand(2, 1, 3, 3), strides=2)",
        "conv2d: got an unexpected keyword argument 'strides'; did you mean 'stride'?",
    ),
    "left out": ("ops.conv2d(torch.rand(1, 4, 4))", "conv2d: missing 1 required positional"),
    "documented": (
        "engine.pixel_cross_entropy(torch.rand(1, 3, 4, 4), torch.zeros(1, 5, 5).long())",
        "pixel_cross_entropy: target must be (n, h, w) with h = 4 as in logits and w = 4 as in "
        "logits, got (1, 5, 5)",
    ),
    "value": (
        "ops.conv2d(torch.rand(1, 4, 4), torch.rand(2, 1, 3, 3), stride=0)",
        "stride must be an int or 2 ints, at least 1; got 0",
    ),
    "whole-number picture": (
        "data.normalize(torch.zeros(1, 1, 2, 2).byte())",
        "normalize: image must be a float tensor of shape (..., c, h, w), got a uint8 tensor of "
        "shape (1, 1, 2, 2); divide by 255",
    ),
    "a dataclass's field": (
        "engine.LossSum(torch.zeros(2), torch.zeros(()))",
        "LossSum: total must be a float tensor of shape (), got (2,)",
    ),
    "a list's item": (
        "engine.median_frequency_weights([torch.zeros(2, 2)], 3)",
        "must be",
    ),
}


@pytest.fixture(scope="module")
def network():
    return models.fcn8s_lite(3, models.EfficientNetLite0()).eval()


def printed(code, capsys, **names):
    """What a script prints that consists of this call, by the hook that prints it."""
    error = caught(code, **names)
    capsys.readouterr()
    sys.excepthook(type(error), error, error.__traceback__)
    return capsys.readouterr().err


def caught(code, **names):
    try:
        exec(compile(code, "own.py", "exec"), {**NAMES, **names})
    except Exception as error:
        trace = error.__traceback__
        return error.with_traceback(trace.tb_next)  # without this function's own frame
    raise AssertionError(f"{code} is not refused")


@pytest.fixture(autouse=True)
def _hook_of_this_test_alone(monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)


@pytest.mark.parametrize("slip", WRONG)
def test_the_traceback_ends_at_the_callers_line_and_the_sentence_says_it(slip, network, capsys):
    code, said = WRONG[slip]
    lines = printed(code, capsys, network=network).splitlines()
    assert said in lines[-1]
    assert len(lines) <= 15
    own = max(place for place, line in enumerate(lines) if "own.py" in line)
    assert len(lines) - own - 1 <= 3
    assert not [line for line in lines[:-1] if any(name in line for name in MACHINERY)]
    assert sum(line.startswith("Traceback") for line in lines) == 1


@pytest.mark.parametrize("slip", WRONG)
def test_a_refusal_is_what_is_documented(slip, network):
    error = caught(WRONG[slip][0], network=network)
    assert isinstance(error, TypeError if slip in ("misspelt", "left out") else ValueError)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_two_devices_are_named(gpu, capsys):
    there = torch.ones(1, 1, 3, 3).to(gpu)
    said = printed("ops.conv2d(torch.ones(1, 4, 4), there)", capsys, there=there)
    assert "weight must be torch.float32 on cpu like input; got torch.float32 on cuda:0" in said
    layer = models.GRU(3, 4).to(gpu)
    lines = printed(
        "layer(torch.ones(1, 2, 3), torch.ones(1, 2) > 0)", capsys, layer=layer
    ).splitlines()
    assert "all must be on one device, got the parameters of GRU on cuda:0" in lines[-1]
    own = max(place for place, line in enumerate(lines) if "own.py" in line)
    assert len(lines) - own - 1 <= 3


def test_a_script_prints_four_lines(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import torch\nfrom course_pkg import ops\nops.conv2d(torch.ones(2), None)\n")
    run = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False, timeout=120
    )
    *trace, sentence = run.stderr.splitlines()
    assert trace == [
        "Traceback (most recent call last):",
        f'  File "{script}", line 3, in <module>',
        "    ops.conv2d(torch.ones(2), None)",
    ]
    assert sentence == "course_pkg.ArgumentError: conv2d: input must be (..., c_in, h, w), got (2,)"


def test_a_notebook_shows_the_cell_alone():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    try:
        with capture_output() as shown:
            shell.run_cell("import torch\nfrom course_pkg import models\nnet = models.GRU(3, 4)")
            shell.run_cell("net(torch.ones(3), None)")
    finally:
        InteractiveShell.clear_instance()
        shell.history_manager.end_session()
    text = re.sub("\x1b[^m]*m", "", shown.stdout + shown.stderr)  # without colours
    assert "GRU: x must be (n, t, c), got (3,)" in text
    assert "net(torch.ones(3), None)" in text
    assert not any(name in text for name in MACHINERY), text
    assert len(text.splitlines()) <= 15


def test_the_whole_traceback_is_kept_for_whoever_asks(network):
    error = caught("network(torch.ones(3))", network=network)
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert frames[0] == "<module>"
    assert "wrapper" in frames


def test_errors_of_somebody_else_stay_whole(capsys):
    def own(tokens, state):
        raise ValueError("mine")

    state = (torch.zeros(1, 2),)
    said = printed(
        "models.greedy_decode(own, state, max_length=3, start=1, end=2, pad=0)",
        capsys,
        own=own,
        state=state,
    )
    assert "in own" in said
    assert said.endswith("ValueError: mine\n")


def test_an_error_survives_copying_and_pickling():
    error = caught("ops.nearest_upsample(5)")
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert isinstance(twin, ArgumentError)
        assert isinstance(twin, TypeCheckError)
        assert str(twin) == str(error)
