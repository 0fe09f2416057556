"""The size formula of the transposed convolution."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "output_size"]


def output_size(
    input_size: int,
    kernel_size: int,
    stride: int,
    padding: int,
    output_padding: int,
    dilation: int,
) -> int:
    """How long the result of a transposed convolution is.

    Example:
        >>> output_size(2, 3, 2, 1, 0, 1)
        3
    """
    reach = dilation * (kernel_size - 1) + 1  # cells from a stamp's first value to its last
    return (input_size - 1) * stride + reach - 2 * padding + output_padding


def _forward(n: int, k: int, stride: int, padding: int, output_padding: int, dilation: int) -> int:
    return (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1


def _one_step_too_many(
    n: int, k: int, stride: int, padding: int, output_padding: int, dilation: int
) -> int:
    return output_size(n, k, stride, padding, output_padding, dilation) + stride


def _padding_adds(
    n: int, k: int, stride: int, padding: int, output_padding: int, dilation: int
) -> int:
    return output_size(n, k, stride, -padding, output_padding, dilation)


def _padding_once(
    n: int, k: int, stride: int, padding: int, output_padding: int, dilation: int
) -> int:
    return output_size(n, k, stride, padding, output_padding, dilation) + padding


def _no_dilation(
    n: int, k: int, stride: int, padding: int, output_padding: int, dilation: int
) -> int:
    return output_size(n, k, stride, padding, output_padding, 1)


def _stretched_kernel(
    n: int, k: int, stride: int, padding: int, output_padding: int, dilation: int
) -> int:
    return output_size(n, k, stride, padding, output_padding, 1) + (dilation - 1) * k


def _no_output_padding(
    n: int, k: int, stride: int, padding: int, output_padding: int, dilation: int
) -> int:
    return output_size(n, k, stride, padding, 0, dilation)


def _case(name: str, n: int, k: int, s: int, p: int = 0, op: int = 0, d: int = 1) -> Case:
    names = ("input_size", "kernel_size", "stride", "padding", "output_padding", "dilation")
    return Case(name, dict(zip(names, (n, k, s, p, op, d), strict=True)))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("5 stamps of 3, stride 2", 5, 3, 2)
    yield _case("padding 1", 2, 3, 2, p=1)
    yield _case("padding 1, output_padding 1", 2, 3, 2, p=1, op=1)
    yield _case("dilation 2", 4, 3, 2, d=2)
    yield _case("kernel of 1, stride 3, dilation 2", 3, 1, 3, d=2)
    for n, k, s, p, d in rng.integers((2, 2, 1, 0, 1), (9999, 12, 9, 2, 4), size=(4, 5)).tolist():
        yield _case("any numbers", n, k, s, p=p, op=max(s, d) - 1, d=d)
    for n, k, s, p, d in rng.integers((10, 2, 2, 0, 1), (5000, 12, 16, 2, 7), size=(2, 5)).tolist():
        yield _case("a long line", n, k, s, p=p, op=max(s, d) - 1, d=d)


EXERCISE = Exercise(
    id="conv_transpose.output_size",
    title="How long will it be?",
    chapter=5,
    points=1,
    statement=(
        "Return the length of a 1-D transposed convolution's result, an integer. A dilation of d "
        "leaves d - 1 gaps between the kernel's values, padding crops that many cells from each "
        "end, output_padding gives that many back on the right."
    ),
    starter=(
        "def output_size(input_size, kernel_size, stride, padding, output_padding, dilation):\n"
        "    raise NotImplementedError"
    ),
    hints=(
        "Put down two stamps of 3 cells, two steps apart, on squared paper. How many cells in all?",
        "The first stamp begins at 0 and the last at (input_size - 1) * stride. Where does it end?",
        "With dilation d a stamp reaches over d * (kernel_size - 1) + 1 cells.",
    ),
    reference=output_size,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the length of the ordinary convolution. The transposed one goes the other "
            "way: solve that formula for the input size.",
            _forward,
        ),
        Mistake(
            "One step too many: n stamps are n - 1 steps apart from first to last.",
            _one_step_too_many,
        ),
        Mistake(
            "Here padding makes the result longer. In a transposed convolution it crops.",
            _padding_adds,
        ),
        Mistake("Padding was taken off once. It crops both ends.", _padding_once),
        Mistake(
            "The dilation is not used. Gaps between the kernel's values make every stamp longer.",
            _no_dilation,
        ),
        Mistake(
            "The stamp was taken to be dilation * kernel_size long. There is no gap after its last "
            "value: dilation * (kernel_size - 1) + 1.",
            _stretched_kernel,
        ),
        Mistake(
            "The output_padding is not used. It adds cells at the right end.",
            _no_output_padding,
        ),
    ),
)
