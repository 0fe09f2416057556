"""Bad arguments: each is refused in one sentence, with the shape checks on and with them off."""

import os
import random
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from jaxtyping import TypeCheckError
from torch import Tensor
from torch.nn import functional as F

from course_pkg import ops

ones = torch.ones
INPUT, WEIGHT, STAMP = ones(2, 4, 5, 5), ones(6, 4, 3, 3), ones(4, 6, 3, 3)

# (function, arguments, what a ValueError says); everything but the named argument is right.
BOTH: list[tuple[dict[str, Any], str]] = [
    ({"stride": 0}, "stride must be an int or 2 ints, at least 1; got 0"),
    ({"stride": (2, -1)}, r"stride must be an int or 2 ints, at least 1; got \(2, -1\)"),
    ({"stride": (1, 1, 1)}, r"stride must be an int or 2 ints, at least 1; got \(1, 1, 1\)"),
    ({"stride": True}, "stride must be an int or 2 ints, at least 1; got True"),
    ({"stride": 1.5}, "stride must be an int or 2 ints, at least 1; got 1.5"),
    ({"stride": ()}, r"stride must be an int or 2 ints, at least 1; got \(\)"),
    ({"padding": -1}, "padding must be an int or 2 ints, at least 0; got -1"),
    ({"dilation": 0}, "dilation must be an int or 2 ints, at least 1; got 0"),
    ({"groups": 0}, "groups must be an int, at least 1; got 0"),
    ({"groups": 2.0}, "groups must be an int, at least 1; got 2.0"),
    ({"input": ones(5, 5)}, r"input must have axes \(c_in, h, w\) or \(n, .*; got shape \(5, 5\)"),
    ({"input": ones(1, 2, 4, 5, 5)}, r"input must have axes .*; got shape \(1, 2, 4, 5, 5\)"),
    ({"input": ones(2, 3, 5, 5)}, r"input must have 4 channels .*; got 3 in shape"),
    ({"input": ones(2, 4, 0, 5)}, "input_size must be an int or 2 ints, at least 1"),
    ({"weight": ones(4, 4, 3)}, r"weight must have axes .*; got shape \(4, 4, 3\)"),
    ({"weight": ones(4, 4, 3, 3, 3)}, r"weight must have axes .*; got shape \(4, 4, 3, 3, 3\)"),
    ({"weight": ones(4, 4, 3, 0)}, r"weight must not be empty; got shape \(4, 4, 3, 0\)"),
    ({"weight": WEIGHT[:, :0]}, r"weight must not be empty; got shape \(6, 0, 3, 3\)"),
    ({"bias": ones(5)}, r"bias must have shape \(6,\); got \(5,\)"),
    ({"bias": ones(6, 1)}, r"bias must have shape \(6,\); got \(6, 1\)"),
    ({"bias": ones(6).double()}, "bias must be torch.float32 on cpu like input; got torch.float64"),
    ({"bias": ones(6, device="meta")}, "bias must be .* on cpu like input; got .* on meta"),
    ({"input": INPUT.half()}, "weight must be torch.float16 on cpu like input"),
    ({"input": INPUT.to("meta")}, "weight must be torch.float32 on meta like input"),
]
CONV: list[tuple[dict[str, Any], str]] = [
    ({"weight": ones(6, 4, 6, 3)}, "kernel_size 6 with dilation 1 covers 6 cells, but .* has 5"),
    ({"dilation": 3}, "kernel_size 3 with dilation 3 covers 7 cells, but the padded input has 5"),
    ({"padding": "full"}, "padding must be ints, 'same' or 'valid'; got 'full'"),
    ({"padding": "same", "stride": 2}, "padding='same' keeps the size only at stride 1"),
    ({"groups": 4}, "weight must have c_out divisible by groups=4; got 6"),
    ({"groups": 2}, "input must have 8 channels for weight .* and groups=2; got 4"),
]
TRANSPOSED: list[tuple[dict[str, Any], str]] = [
    ({"output_padding": 1}, "output_padding must be smaller than stride or dilation"),
    ({"output_padding": -1, "stride": 2}, "output_padding must be an int or 2 ints, at least 0"),
    ({"output_padding": (1, 0), "stride": (1, 2)}, "output_padding 1 with stride 1 and dilation 1"),
    ({"padding": 4}, "padding 4 crops 8 cells, but the stamps cover 7"),
    ({"padding": "same"}, "padding must be an int or 2 ints, at least 0; got 'same'"),
    ({"groups": 3}, "weight must have c_in divisible by groups=3; got 4"),
]
CASES = [
    *(("conv2d", *case) for case in BOTH + CONV),
    *(("conv_transpose2d", *case) for case in BOTH + TRANSPOSED),
]


def call(name: str, arguments: dict[str, Any]) -> Tensor:
    good = {"input": INPUT, "weight": WEIGHT if name == "conv2d" else STAMP}
    return getattr(ops, name)(**{**good, **arguments})


@pytest.mark.parametrize(("name", "arguments", "message"), CASES)
def test_bad_arguments_are_refused(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call(name, arguments)
    argument = next(iter(arguments))
    if isinstance(caught.value, TypeCheckError):  # the check of the signature came first
        assert str(caught.value).startswith(f"{name}: {argument} must be ") or "as in" in str(
            caught.value
        )
    else:
        assert re.search(message, str(caught.value))


def test_the_good_arguments_are_good() -> None:
    assert call("conv2d", {}).shape == (2, 6, 3, 3)
    assert call("conv_transpose2d", {}).shape == (2, 6, 7, 7)


def all_cases_raise_value_errors() -> None:
    """Run in a process without shape checks: what is left must still say the same sentences."""
    for name, arguments, message in CASES:
        with pytest.raises(ValueError, match=message):
            call(name, arguments)
    for name in ("conv1d_loops", "conv_transpose1d_loops"):
        with pytest.raises(ValueError, match=r"input must be a row of numbers; got shape \(2, 2\)"):
            getattr(ops, name)(ones(2, 2), [1])
    for name in ("conv2d_loops", "conv_transpose2d_loops"):
        with pytest.raises(ValueError, match=r"weight must be rows of numbers; got shape \(1,\)"):
            getattr(ops, name)(ones(2, 2), [1])
    print("refused", len(CASES))


def test_all_are_refused_as_well_when_the_shape_checks_are_off() -> None:
    code = "import test_conv_errors as t; t.all_cases_raise_value_errors()"
    environment = {**os.environ, "JAXTYPING_DISABLE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == f"refused {len(CASES)}", ran.stderr


def anything(rng: random.Random, low: int, high: int, axes: int) -> int | tuple[int, ...]:
    # One value in eight lies just outside the permitted range.
    low -= rng.random() < 0.125
    several = tuple(rng.randint(low, high) for _ in range(axes))
    return rng.choice([several[0], several])


@pytest.mark.parametrize("name", ["conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d"])
def test_whatever_torch_refuses_we_refuse(name: str) -> None:
    """Right and wrong arguments at random: never a result where torch has none or another one."""
    axes, transposed = int(name[-2]), "transpose" in name
    refused = returned = 0
    for seed in range(400):
        rng = random.Random(f"{name} {seed}")
        groups = rng.choice([1, 1, 2, 3])
        c_in, c_out = groups * rng.randint(1, 2), groups * rng.randint(1, 2)
        channels = [c_in, c_out // groups] if transposed else [c_out, c_in // groups]
        if rng.random() < 0.1:
            channels[rng.randint(0, 1)] += 1
        weight = ones(*channels, *(rng.randint(1, 3) for _ in range(axes)))
        batch = rng.choice([[], [1], [2]])
        image = ones(*batch, c_in, *(rng.randint(1, 5) for _ in range(axes)))
        bias = rng.choice([None, ones(c_out + (rng.random() < 0.1))])
        settings = {
            "stride": anything(rng, 1, 3, axes),
            "padding": anything(rng, 0, 2, axes),
            "dilation": anything(rng, 1, 3, axes),
            "groups": groups,
        }
        if transposed:
            settings["output_padding"] = anything(rng, 0, 1, axes)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                expected = getattr(F, name)(image, weight, bias, **settings)
        except RuntimeError:
            expected = None
        # Some of torch's back ends refuse a dilation of 0 and outputs of no cells, some do not.
        dilation = settings["dilation"]
        no_dilation = 0 in (dilation if isinstance(dilation, tuple) else [dilation])
        if expected is None or expected.numel() == 0 or no_dilation:
            refused += 1
            with pytest.raises((ValueError, TypeCheckError)):
                getattr(ops, name)(image, weight, bias, **settings)
        else:
            returned += 1
            torch.testing.assert_close(
                getattr(ops, name)(image, weight, bias, **settings), expected
            )
    assert min(refused, returned) > 80, (refused, returned)
