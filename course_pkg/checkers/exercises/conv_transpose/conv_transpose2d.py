"""The transposed convolution of a network: batch, channels, two axes, and gradients."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE"]


def _drive(student: Callable[..., Any], inputs: Mapping[str, Any]) -> Any:
    """Call with tensors that want gradients, and send ``grad_output`` back through the answer."""
    from importlib import import_module

    torch = import_module("torch")  # by name: this package is importable where there is no torch
    x = torch.tensor(inputs["x"], requires_grad=True)
    weight = torch.tensor(inputs["weight"], requires_grad=True)
    sent_back = torch.tensor(inputs["grad_output"])
    y = student(x, weight, stride=inputs["stride"], padding=inputs["padding"])
    grads = (None, None)
    fits = type(y) is torch.Tensor and y.shape == sent_back.shape and y.dtype == sent_back.dtype
    if fits and y.requires_grad:
        grads = torch.autograd.grad(y, (x, weight), sent_back, allow_unused=True)
    # What no gradient reaches, does not depend on the input as far as training can tell: zero.
    found = [
        torch.zeros_like(t) if g is None else g for t, g in zip((x, weight), grads, strict=True)
    ]
    return y, *found


def _stamped(x: Any, weight: Any, stride: int, padding: int, add: bool = True) -> Any:
    n, _, h, w = x.shape
    _, channels, kh, kw = weight.shape
    out = x.new_zeros(n, channels, (h - 1) * stride + kh, (w - 1) * stride + kw)
    for i in range(kh):
        for j in range(kw):
            stamp = (x[:, :, None] * weight[None, :, :, i, j, None, None]).sum(1)
            rows, columns = slice(i, i + h * stride, stride), slice(j, j + w * stride, stride)
            if add:
                out[:, :, rows, columns] += stamp
            else:
                out[:, :, rows, columns] = stamp
    return out[:, :, padding : out.shape[2] - padding, padding : out.shape[3] - padding]


def _detached(x: Any, weight: Any, stride: int, padding: int) -> Any:
    return _stamped(x, weight, stride, padding).detach()


def _overwrites(x: Any, weight: Any, stride: int, padding: int) -> Any:
    return _stamped(x, weight, stride, padding, add=False)


def _flips(x: Any, weight: Any, stride: int, padding: int) -> Any:
    return _stamped(x, weight.flip((2, 3)), stride, padding)


def _channels_swapped(x: Any, weight: Any, stride: int, padding: int) -> Any:
    return _stamped(x, weight.transpose(0, 1), stride, padding)


def _no_padding(x: Any, weight: Any, stride: int, padding: int) -> Any:
    return _stamped(x, weight, stride, 0)


def _kernel_turned(x: Any, weight: Any, stride: int, padding: int) -> Any:
    return _stamped(x, weight.transpose(2, 3), stride, padding)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    settings = (
        ("one channel, stride 2", (1, 1, 2, 2), (1, 1, 3, 3), 2, 0),
        ("two channels to two", (1, 2, 2, 3), (2, 2, 3, 3), 2, 0),
        ("padding 1", (1, 2, 3, 3), (2, 1, 3, 3), 2, 1),
        ("a batch of 2, 2 channels to 3, kernel 2 x 3", (2, 2, 3, 2), (2, 3, 2, 3), 3, 0),
        ("stride 1", (1, 3, 4, 4), (3, 2, 3, 3), 1, 1),
    )
    for name, x, weight, stride, padding in settings:
        size = [(n - 1) * stride + k - 2 * padding for n, k in zip(x[2:], weight[2:], strict=True)]
        yield Case(
            name,
            {
                "x": rng.normal(size=x),
                "weight": rng.normal(size=weight),
                "stride": stride,
                "padding": padding,
                "grad_output": rng.normal(size=(x[0], weight[1], *size)),
            },
        )


EXERCISE = Exercise(
    id="conv_transpose.conv_transpose2d",
    title="The real thing, in torch",
    chapter=5,
    points=6,
    statement=(
        "Write the transposed convolution of a network for tensors x (n, c_in, h, w) and weight "
        "(c_in, c_out, kh, kw), with stride and padding as single integers: the result of "
        "torch.nn.functional.conv_transpose2d, without any of torch's convolutions. Gradients have "
        "to reach x and weight."
    ),
    starter=("def conv_transpose2d(x, weight, stride, padding):\n    raise NotImplementedError"),
    hints=(
        "Loop over the kernel's cells (i, j) rather than over the picture: kernel cell (i, j) of "
        "all stamps lands on every stride-th row from i and every stride-th column from j.",
        "For one kernel cell, channels mix by a matrix: "
        'torch.einsum("nchw,co->nohw", x, weight[:, :, i, j]).',
        "out[:, :, i : i + h * stride : stride, j : j + w * stride : stride] += that.",
        "Begin with x.new_zeros(...) so that dtype and device fit, and crop padding cells from all "
        "four sides at the end. Never leave torch on the way: .numpy() and .detach() cut the "
        "gradient.",
    ),
    reference="course_pkg.ops.conv_transpose:conv_transpose2d",
    cases=_cases,
    mistakes=(
        Mistake(
            "The values are right, but no gradient comes back: somewhere the tensor left torch's "
            "graph (.detach(), .numpy(), torch.tensor(...)).",
            _detached,
        ),
        Mistake(
            "This is what you get when later stamps overwrite earlier ones. Where they overlap "
            "they add: += rather than =.",
            _overwrites,
        ),
        Mistake(
            "The kernel is put down the wrong way round. The stamp is the kernel as it is.",
            _flips,
        ),
        Mistake(
            "The weight's first two axes are swapped. For a transposed convolution they are "
            "(c_in, c_out), the other way round than for a convolution.",
            _channels_swapped,
        ),
        Mistake(
            "The padding is not used: it crops that many cells from all four sides.",
            _no_padding,
        ),
        Mistake(
            "Rows and columns of the kernel are swapped: weight[..., i, j] belongs i cells down "
            "and j cells right.",
            _kernel_turned,
        ),
    ),
    outputs=("result", "gradient of x", "gradient of weight"),
    drive=_drive,
    needs="torch",
    imports=("numpy", "torch"),
    forbid=("convolution",),
)
