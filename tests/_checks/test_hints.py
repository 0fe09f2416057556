"""Our matching of axes against jaxtyping's own ``isinstance``, at random."""

import random

import numpy as np
import pytest
import torch
from jaxtyping import Bool, Float, Int, Integer, Num, Shaped, UInt8, jaxtyped

from course_pkg._checks.hints import Scope, compile_hint

AXES = [
    "n c h w", "n 3 h w", "n n", "", " k", "*batch", "*batch c", "n *batch c", "... h w", "_ 4",
    "#n c", "*#batch c", "n c 2*n", "n+1", "h w=4", "n {side}", "*_ c",
]  # fmt: skip
DTYPES = [torch.float32, torch.float16, torch.int64, torch.int32, torch.uint8, torch.bool]
KINDS = [Float, Int, Integer, Num, Shaped, UInt8, Bool]


def jaxtyping_says(hints, values):
    """Whether the values fit one after the other, each binding what it can."""
    answers = []

    @jaxtyped(typechecker=None)
    def ask(side, values):
        for hint, value in zip(hints, values, strict=True):
            try:
                answers.append(isinstance(value, hint))
            except Exception as error:  # a name that is not bound yet
                answers.append(type(error).__name__)

    ask(3, values)
    return answers


@pytest.mark.parametrize("seed", range(300))
def test_each_value_fits_or_not_as_jaxtyping_says(seed):
    rng = random.Random(seed)
    hints, values = [], []
    axes = rng.sample(AXES, 4)
    for one in axes * 2:
        array = rng.choice([torch.Tensor, torch.Tensor, np.ndarray])
        hints.append(rng.choice(KINDS if rng.random() < 0.3 else [Shaped])[array, one])
        shape = [rng.choice([1, 2, 3, 4]) for _ in range(rng.choice([0, 1, 2, 2, 3, 4]))]
        value = torch.zeros(shape, dtype=rng.choice(DTYPES))
        values.append(value.numpy() if rng.random() < 0.2 else value)
    scope = Scope(lambda: {"side": 3, "values": values})
    ours = [compile_hint(hint)(value, scope) for hint, value in zip(hints, values, strict=True)]
    theirs = jaxtyping_says(hints, values)
    for place, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        if b == "AnnotationError":  # an axis computed from names that nobody has bound
            break
        assert a == b, (hints[: place + 1], [v.shape for v in values[: place + 1]])
