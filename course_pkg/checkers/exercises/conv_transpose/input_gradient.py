"""The gradient of a convolution is a transposed convolution."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "input_gradient"]


def input_gradient(
    grad_output: np.ndarray, weight: np.ndarray, input_size: int, stride: int
) -> np.ndarray:
    """How much each input cell of a convolution moves the loss.

    Example:
        >>> input_gradient(np.array([1.0, 10.0]), np.array([1.0, 2.0, 3.0]), 6, 2)
        array([ 1.,  2., 13., 20., 30.,  0.])
    """
    grad = np.zeros(input_size)
    for i, g in enumerate(grad_output):  # output i was made from this window
        grad[i * stride : i * stride + len(weight)] += g * weight
    return grad


def _stops_at_the_last_window(
    grad_output: np.ndarray, weight: np.ndarray, input_size: int, stride: int
) -> np.ndarray:
    reached = (len(grad_output) - 1) * stride + len(weight)
    return input_gradient(grad_output, weight, input_size, stride)[:reached]


def _flips(grad_output: np.ndarray, weight: np.ndarray, input_size: int, stride: int) -> np.ndarray:
    return input_gradient(grad_output, weight[::-1].copy(), input_size, stride)


def _stride_one(
    grad_output: np.ndarray, weight: np.ndarray, input_size: int, stride: int
) -> np.ndarray:
    return input_gradient(grad_output, weight, input_size, 1)


def _last_window_wins(
    grad_output: np.ndarray, weight: np.ndarray, input_size: int, stride: int
) -> np.ndarray:
    grad = np.zeros(input_size)
    for i, g in enumerate(grad_output):
        grad[i * stride : i * stride + len(weight)] = g * weight
    return grad


def _ignores_what_comes_from_above(
    grad_output: np.ndarray, weight: np.ndarray, input_size: int, stride: int
) -> np.ndarray:
    return input_gradient(np.ones_like(grad_output), weight, input_size, stride)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    hand = {"grad_output": np.array([1.0, 10.0]), "weight": np.array([1.0, 2.0, 3.0])}
    yield Case("6 cells, stride 2: the last is never read", hand | {"input_size": 6, "stride": 2})
    for name, n, k, s in (
        ("stride 1", 7, 3, 1),
        ("stride 3, kernel 4", 13, 4, 3),
        ("stride wider than the kernel", 9, 2, 3),
        ("one window", 4, 3, 2),
    ):
        outputs = (n - k) // s + 1
        numbers = {"grad_output": rng.normal(size=outputs), "weight": rng.normal(size=k)}
        yield Case(name, numbers | {"input_size": n, "stride": s})


EXERCISE = Exercise(
    id="conv_transpose.input_gradient",
    title="Backwards through a convolution",
    chapter=5,
    points=5,
    statement=(
        "y is the convolution of x (input_size,) with weight (k,) at some stride, no padding. The "
        "loss sends back grad_output, its derivative with respect to every y. Return its "
        "derivative with respect to every x: input_size values."
    ),
    starter=(
        "def input_gradient(grad_output, weight, input_size, stride):\n"
        "    raise NotImplementedError"
    ),
    hints=(
        "Change x[2] a little, with kernel 1 2 3 and stride 2. Which outputs notice, and how much?",
        "Output i read x[i * stride : i * stride + k] with the kernel's weights. Its gradient goes "
        "back to the same cells with the same weights, and adds up.",
        "In matrices: y = X x, so the gradient is X^T grad_output. Cells that no window read stay "
        "zero.",
    ),
    reference=input_gradient,
    cases=_cases,
    mistakes=(
        Mistake(
            "The result ends with the last window. Cells that no window read have a gradient too: "
            "zero.",
            _stops_at_the_last_window,
        ),
        Mistake(
            "The kernel came back the wrong way round. The cell that was multiplied by the first "
            "weight gets the first weight back.",
            _flips,
        ),
        Mistake(
            "This is what you get when the stride is ignored: output i read from cell i * stride.",
            _stride_one,
        ),
        Mistake(
            "Where windows overlap, only the last one counts here. A cell that moved two outputs "
            "hears from both: +=.",
            _last_window_wins,
        ),
        Mistake(
            "This is the gradient of the plain sum of all outputs. Multiply by grad_output.",
            _ignores_what_comes_from_above,
        ),
    ),
)
