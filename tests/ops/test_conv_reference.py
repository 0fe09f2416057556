"""Our convolutions against torch's own, over hundreds of seeded random configurations."""

import random
import warnings
from collections import Counter
from functools import partial
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from course_pkg import ops

NAMES = ("conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d")
SEEDS = range(320)


class Case(NamedTuple):
    """The tensors and settings of one call."""

    input: Tensor
    weight: Tensor
    bias: Tensor | None
    settings: dict[str, Any]
    layout: str

    def tensors(self) -> list[Tensor]:
        return [t for t in (self.input, self.weight, self.bias) if t is not None]


def torch_own(name: str, *tensors: Tensor | None, **settings: Any) -> Tensor:
    with warnings.catch_warnings():  # torch says that a lopsided "same" costs it a copy
        warnings.filterwarnings("ignore", message="Using padding='same'")
        return getattr(F, name)(*tensors, **settings)


def laid_out(layout: str, shape: list[int], randn: Any) -> Tensor:
    if layout == "transposed":
        return randn(*shape[::-1]).permute(*reversed(range(len(shape))))
    if layout == "every second":
        return randn(*shape[:-1], 2 * shape[-1])[..., ::2]
    if layout == "expanded":
        return randn(*shape[:-1], 1).expand(shape)
    return randn(*shape)


def draw(name: str, seed: int, dtype: torch.dtype = torch.float64) -> Case:
    """A random valid call: drawn anew until the output has at least one cell."""
    rng = random.Random(f"{name} {seed}")
    axes, transposed = int(name[-2]), "transpose" in name
    while True:
        size = [rng.randint(1, 7) for _ in range(axes)]
        kernel = [rng.randint(1, 4) for _ in range(axes)]
        settings = {
            "stride": ints(rng, 1, 3, axes),
            "padding": ints(rng, 0, 3, axes),
            "dilation": ints(rng, 1, 3, axes),
            "groups": rng.choice([1, 1, 2, 3]),
        }
        if transposed:
            settings["output_padding"] = ints(rng, 0, 2, axes)
        elif rng.random() < 0.2:
            settings["padding"] = rng.choice(["same", "valid"])
            if settings["padding"] == "same":
                settings["stride"] = 1
        try:
            geometry = {key: value for key, value in settings.items() if key != "groups"}
            measure = ops.conv_transpose_output_size if transposed else ops.conv_output_size
            measure(size, kernel, **geometry)
        except ValueError:
            continue
        break
    groups = settings["groups"]
    c_in, c_out = groups * rng.randint(1, 3), groups * rng.randint(1, 3)
    channels = [c_in, c_out // groups] if transposed else [c_out, c_in // groups]
    batch = rng.choice([[], [0], [1], [2], [3]])
    layout = rng.choice(["contiguous", "transposed", "every second", "expanded"])
    randn = partial(torch.randn, generator=torch.Generator().manual_seed(seed), dtype=dtype)
    return Case(
        laid_out(layout, [*batch, c_in, *size], randn),
        laid_out(rng.choice(["contiguous", "transposed"]), [*channels, *kernel], randn),
        randn(c_out) if rng.random() < 0.5 else None,
        settings,
        layout,
    )


def ints(rng: random.Random, low: int, high: int, axes: int) -> int | list[int] | tuple[int, ...]:
    """One int, a tuple with one int an axis, or a list of one: torch takes all three."""
    several = tuple(rng.randint(low, high) for _ in range(axes))
    return rng.choice([several[0], several, list(several[:1])])


def separate(tensor: Tensor) -> Tensor:
    """A copy in which no two entries share memory, as numerical differences need it."""
    return tensor.detach().clone(memory_format=torch.contiguous_format)


@pytest.mark.parametrize("name", NAMES)
def test_the_configurations_are_as_varied_as_this_file_claims(name: str) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = draw(name, seed)
        seen[case.layout] += 1
        seen["unbatched"] += case.input.ndim == case.weight.ndim - 1
        seen["empty batch"] += case.input.numel() == 0
        seen["groups"] += case.settings["groups"] > 1
        seen["bias"] += case.bias is not None
        for key, value in case.settings.items():
            seen[
                f"{key} {value}" if isinstance(value, str) else f"{key} {type(value).__name__}"
            ] += 1
            seen[f"lopsided {key}"] += isinstance(value, tuple) and len(set(value)) == 2
            seen[f"large {key}"] += max(value if isinstance(value, list | tuple) else [0]) > 1
    wanted = ["contiguous", "transposed", "every second", "expanded", "unbatched", "empty batch"]
    wanted += ["groups", "bias", "stride int", "stride tuple", "stride list", "large dilation"]
    wanted += ["output_padding tuple"] if "transpose" in name else ["padding same", "padding valid"]
    if name.endswith("2d"):
        wanted += ["lopsided stride", "lopsided padding", "lopsided dilation"]
    assert min(seen[what] for what in wanted) >= 5, seen


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_torch_forward_and_backward(name: str, seed: int) -> None:
    case = draw(name, seed)
    ours, reference = (
        [t.detach().requires_grad_() for t in case.tensors()],
        [t.detach().requires_grad_() for t in case.tensors()],
    )
    output = getattr(ops, name)(*ours, **case.settings)
    expected = torch_own(name, *reference, **case.settings)
    assert output.is_contiguous()
    torch.testing.assert_close(output, expected, rtol=1e-12, atol=1e-12)

    cotangent = torch.randn(
        output.shape, generator=torch.Generator().manual_seed(seed), dtype=output.dtype
    )
    gradients = torch.autograd.grad(output, ours, cotangent)
    expected_gradients = torch.autograd.grad(expected, reference, cotangent)
    torch.testing.assert_close(gradients, expected_gradients, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_gradcheck_along_a_random_direction(name: str, seed: int) -> None:
    case = draw(name, seed)
    tensors = [separate(t).requires_grad_() for t in case.tensors()]
    function = partial(getattr(ops, name), **case.settings)
    assert torch.autograd.gradcheck(function, tensors, fast_mode=True)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", NAMES)
def test_gradcheck_of_every_entry_and_of_the_gradient_itself(name: str, seed: int) -> None:
    case = draw(name, seed)
    tensors = [separate(t).requires_grad_() for t in case.tensors()]
    function = partial(getattr(ops, name), **case.settings)
    assert torch.autograd.gradcheck(function, tensors)
    assert torch.autograd.gradgradcheck(function, tensors, fast_mode=True)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("name", NAMES)
def test_every_float_dtype_is_as_exact_as_its_precision_allows(
    name: str, dtype: torch.dtype
) -> None:
    for seed in range(40):
        case = draw(name, seed, dtype)
        output = getattr(ops, name)(*case.tensors(), **case.settings)
        assert output.dtype == dtype
        exact = torch_own(name, *(t.double() for t in case.tensors()), **case.settings)
        # Rounding bound of a sum of that many products: terms x eps x the sum of magnitudes.
        magnitudes = torch_own(name, *(t.double().abs() for t in case.tensors()), **case.settings)
        bound = (case.weight.numel() + 2) * torch.finfo(dtype).eps * magnitudes
        if dtype == torch.float64:
            bound = bound * 2  # the yardstick rounds as well
        assert bool(((output.double() - exact).abs() <= bound).all()), (seed, case)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("device", ["meta", "cuda"])
def test_the_result_lives_where_the_input_lives(
    name: str, device: str, request: pytest.FixtureRequest
) -> None:
    if device == "cuda":
        request.getfixturevalue("gpu")
    for seed in range(20):
        case = draw(name, seed)
        moved = [t.to(device).requires_grad_() for t in case.tensors()]
        output = getattr(ops, name)(*moved, **case.settings)
        gradients = torch.autograd.grad(output.square().sum(), moved)
        assert {t.device.type for t in (output, *gradients)} == {device}
        expected = torch_own(name, *case.tensors(), **case.settings)
        assert output.shape == expected.shape
        if device != "meta":
            torch.testing.assert_close(output.cpu(), expected)


# torch.jit warns when torch itself sets up forward-mode differentiation.
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:FutureWarning")
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", NAMES)
def test_vmap_and_forward_mode(name: str) -> None:
    cases = (draw(name, seed) for seed in SEEDS)
    case = next(c for c in cases if c.input.ndim == c.weight.ndim and len(c.input) == 3)
    one = partial(getattr(ops, name), weight=case.weight, bias=case.bias, **case.settings)
    expected = torch_own(name, *case.tensors(), **case.settings)
    torch.testing.assert_close(torch.func.vmap(one)(case.input), expected)
    tangent = torch.ones_like(case.input)
    _, derivative = torch.func.jvp(one, (separate(case.input),), (tangent,))
    straight = torch_own(name, tangent, case.weight, **case.settings)
    torch.testing.assert_close(derivative, straight)
