"""The size that is left after a stack of convolutions."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "stack_size"]


def stack_size(
    size: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> int:
    """How many cells a side the last layer of a stack has.

    Example:
        >>> stack_size(32, np.array([3, 2]), np.array([1, 2]), np.array([1, 0]))
        16
    """
    for k, s, p in zip(kernel_sizes, strides, paddings, strict=True):
        size = (size + 2 * int(p) - int(k)) // int(s) + 1
    return size


def _padding_on_one_side(
    size: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> int:
    for k, s, p in zip(kernel_sizes, strides, paddings, strict=True):
        size = (size + int(p) - int(k)) // int(s) + 1
    return size


def _no_padding(
    size: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> int:
    return stack_size(size, kernel_sizes, strides, 0 * paddings)


def _without_the_first_window(
    size: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> int:
    for k, s, p in zip(kernel_sizes, strides, paddings, strict=True):
        size = (size + 2 * int(p) - int(k)) // int(s)
    return size


def _rounded_up(
    size: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> int:
    for k, s, p in zip(kernel_sizes, strides, paddings, strict=True):
        size = -(-(size + 2 * int(p) - int(k)) // int(s)) + 1
    return size


def _only_strides(
    size: int, kernel_sizes: np.ndarray, strides: np.ndarray, paddings: np.ndarray
) -> int:
    for s in strides:
        size = size // int(s)
    return size


def _case(name: str, size: int, *layers: tuple[int, int, int]) -> Case:
    columns = np.array(layers).T
    names = ("kernel_sizes", "strides", "paddings")
    return Case(name, {"size": size, **dict(zip(names, columns.copy(), strict=True))})


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("one padded 5 x 5 layer keeps the size", 10, (5, 1, 2))
    yield _case("three layers without padding", 20, (3, 1, 0), (5, 1, 0), (3, 1, 0))
    yield _case("a pool of an odd size loses the last row", 15, (3, 1, 1), (2, 2, 0))
    yield _case("a strided layer with padding", 16, (3, 2, 1), (3, 2, 1))
    yield _case("padding wider than the kernel", 5, (3, 1, 4), (2, 2, 0))
    layers = [(int(k), int(s), int(p)) for k, s, p in rng.integers((1, 1, 0), (6, 4, 3), (4, 3))]
    yield _case("a random stack", int(rng.integers(500, 900)), *layers)


EXERCISE = Exercise(
    id="receptive_field.stack_size",
    title="What is left of the picture",
    chapter=3,
    points=1,
    statement=(
        "A picture of size x size pixels goes through a stack of layers; layer i has a kernel of "
        "kernel_sizes[i], moves by strides[i], and its input is padded by paddings[i] zeros on "
        "every side. Windows that do not fit entirely are dropped. Return the number of cells a "
        "side after the last layer."
    ),
    starter=(
        "def stack_size(size, kernel_sizes, strides, paddings):\n    raise NotImplementedError"
    ),
    hints=(
        "One layer first. Where may the window begin? At 0, at stride, at 2 * stride, ...",
        "The last beginning is at most size + 2 * padding - kernel_size. Count the beginnings.",
        "size = (size + 2 * p - k) // s + 1, layer after layer.",
    ),
    reference=stack_size,
    cases=_cases,
    mistakes=(
        Mistake(
            "Padding is on both sides: the input grows by 2 * padding, not by padding.",
            _padding_on_one_side,
        ),
        Mistake("The paddings are not used.", _no_padding),
        Mistake(
            "The window at the very start counts too: there is one more place than steps.",
            _without_the_first_window,
        ),
        Mistake(
            "A window that sticks out of the picture was counted. Round down.",
            _rounded_up,
        ),
        Mistake(
            "Dividing by the strides alone forgets that a kernel without padding eats the border.",
            _only_strides,
        ),
    ),
)
