"""Which output_padding brings a size back."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "output_padding_for"]


def output_padding_for(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    """The cells that the convolution's last step did not reach.

    Example:
        >>> output_padding_for(4, 3, 2, 1, 1)
        1
    """
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) % stride


def _never_any(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return 0


def _always_the_most(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return stride - 1


def _remainder_of_size(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return size % stride


def _wrong_direction(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return -output_padding_for(size, kernel_size, stride, padding, dilation) % stride


def _no_dilation(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_padding_for(size, kernel_size, stride, padding, 1)


def _no_padding(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_padding_for(size, kernel_size, stride, 0, dilation)


def _case(name: str, size: int, k: int, s: int, p: int, d: int = 1) -> Case:
    names = ("size", "kernel_size", "stride", "padding", "dilation")
    return Case(name, dict(zip(names, (size, k, s, p, d), strict=True)))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    # First a case on which all the mistakes below give different answers.
    yield _case("11 cells, a long stride: every argument counts", 11, 4, 8, 1, d=2)
    yield _case("4 cells, kernel 3, stride 2, padding 1", 4, 3, 2, 1)
    yield _case("5 cells: nothing is left over", 5, 3, 2, 1)
    yield _case("stride 3", 10, 3, 3, 0)
    yield _case("stride 4, padding 1", 10, 4, 4, 1)
    yield _case("dilation 2", 12, 4, 4, 0, d=2)
    for size, k, s, p, d in rng.integers(
        (12, 2, 2, 0, 1), (400, 6, 16, 2, 3), size=(4, 5)
    ).tolist():
        yield _case("any numbers", size, k, s, p, d=d)
    for size, k, s, p, d in rng.integers(
        (99, 2, 9, 0, 1), (9999, 9, 40, 2, 5), size=(2, 5)
    ).tolist():
        yield _case("a long line, a long stride", size, k, s, p, d=d)


EXERCISE = Exercise(
    id="conv_transpose.output_padding_for",
    title="The size that comes back",
    chapter=5,
    points=3,
    statement=(
        "A convolution shortened a line of size cells. The transposed convolution with the same "
        "kernel_size, stride, padding and dilation is to bring back exactly size cells. Return the "
        "output_padding it needs, an integer from 0 to stride - 1."
    ),
    starter=(
        "def output_padding_for(size, kernel_size, stride, padding, dilation):\n"
        "    raise NotImplementedError"
    ),
    hints=(
        "A convolution of stride 2 makes 2 values from 3 cells and also from 4 (kernel 3, padding "
        "1). From 2 values alone, which of the two would the transposed one give back?",
        "Do both steps on paper: the convolved size, then the transposed size of that. What is "
        "missing?",
        "The convolution's size formula divides by stride and drops a remainder. That remainder "
        "is the answer.",
    ),
    reference=output_padding_for,
    cases=_cases,
    mistakes=(
        Mistake(
            "0 is right only when the last window ends exactly at the edge. Here cells were left "
            "over.",
            _never_any,
        ),
        Mistake(
            "stride - 1 is only the most it can be. How many cells are really left over depends on "
            "the size.",
            _always_the_most,
        ),
        Mistake(
            "This is the remainder of size alone. The first window already uses up the kernel's "
            "reach; only what is behind it is walked in steps.",
            _remainder_of_size,
        ),
        Mistake(
            "This is how much longer the line would have to be for one more step. Asked is how "
            "much the last step left over.",
            _wrong_direction,
        ),
        Mistake(
            "The dilation is not used: with gaps the kernel reaches over "
            "dilation * (kernel_size - 1) + 1 cells.",
            _no_dilation,
        ),
        Mistake(
            "The padding is not used: the convolution walked over size + 2 * padding cells.",
            _no_padding,
        ),
    ),
)
