"""The receptive field of a stack of layers."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "window"]


def window(kernel_sizes: np.ndarray, strides: np.ndarray, dilations: np.ndarray) -> np.ndarray:
    """Pixels that an output cell sees along an axis, and pixels between neighbouring cells.

    Example:
        >>> window(np.array([3, 2, 3]), np.array([1, 2, 1]), np.array([1, 1, 1]))
        array([8, 2])
    """
    size, step = 1, 1
    for k, s, d in zip(kernel_sizes, strides, dilations, strict=True):
        size += (
            (int(k) - 1) * int(d) * step
        )  # in pixels: cells of this layer's input are step apart
        step *= int(s)
    return np.array([size, step])


def _without_steps(
    kernel_sizes: np.ndarray, strides: np.ndarray, dilations: np.ndarray
) -> np.ndarray:
    size, _ = window(kernel_sizes, 0 * strides + 1, dilations)
    return np.array([size, int(np.prod(strides))])


def _own_stride_too_early(
    kernel_sizes: np.ndarray, strides: np.ndarray, dilations: np.ndarray
) -> np.ndarray:
    size, step = 1, 1
    for k, s, d in zip(kernel_sizes, strides, dilations, strict=True):
        step *= int(s)
        size += (int(k) - 1) * int(d) * step
    return np.array([size, step])


def _whole_kernels(
    kernel_sizes: np.ndarray, strides: np.ndarray, dilations: np.ndarray
) -> np.ndarray:
    size, step = 1, 1
    for k, s, d in zip(kernel_sizes, strides, dilations, strict=True):
        size += int(k) * int(d) * step
        step *= int(s)
    return np.array([size, step])


def _no_dilation(
    kernel_sizes: np.ndarray, strides: np.ndarray, dilations: np.ndarray
) -> np.ndarray:
    return window(kernel_sizes, strides, 0 * dilations + 1)


def _starts_at_zero(
    kernel_sizes: np.ndarray, strides: np.ndarray, dilations: np.ndarray
) -> np.ndarray:
    size, step = window(kernel_sizes, strides, dilations)
    return np.array([size - 1, step])


def _steps_add(kernel_sizes: np.ndarray, strides: np.ndarray, dilations: np.ndarray) -> np.ndarray:
    size, step = 1, 1
    for k, s, d in zip(kernel_sizes, strides, dilations, strict=True):
        size += (int(k) - 1) * int(d) * step
        step += int(s) - 1
    return np.array([size, step])


def _case(name: str, *layers: tuple[int, int, int]) -> Case:
    columns = np.array(layers).T
    names = ("kernel_sizes", "strides", "dilations")
    return Case(name, dict(zip(names, columns.copy(), strict=True)))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("three 3 x 3 layers", *[(3, 1, 1)] * 3)
    yield _case("a pool between 3 x 3 layers", (3, 1, 1), (2, 2, 1), (3, 1, 1))
    yield _case("dilations 1, 2, 4", (3, 1, 1), (3, 1, 2), (3, 1, 4))
    yield _case("two strided layers, then a pool", (5, 2, 1), (3, 2, 1), (2, 2, 1), (3, 1, 1))
    yield _case("one layer with stride 4", (7, 4, 1))
    drawn = rng.integers((1, 1, 1), (8, 4, 4), (7, 3))
    yield _case("seven random layers", *[(int(k), int(s), int(d)) for k, s, d in drawn])


EXERCISE = Exercise(
    id="receptive_field.window",
    title="What one cell sees",
    chapter=3,
    points=3,
    statement=(
        "Layer i of a stack has a kernel of kernel_sizes[i] whose taps are dilations[i] cells "
        "apart, and moves by strides[i]. Return two whole numbers: how many pixels of the picture, "
        "from the first to the last, one cell of the last layer sees along an axis, and how many "
        "pixels apart the views of two neighbouring cells begin."
    ),
    starter="def window(kernel_sizes, strides, dilations):\n    raise NotImplementedError",
    hints=(
        "Carry two numbers from layer to layer: what a cell sees, and how far apart cells look.",
        "A layer's taps are dilation cells apart, and those cells are step pixels apart.",
        "size += (k - 1) * d * step, and only then step *= s.",
    ),
    reference=window,
    cases=_cases,
    mistakes=(
        Mistake(
            "After a stride, neighbouring cells look several pixels apart: a kernel behind it "
            "reaches further. Multiply by the step so far.",
            _without_steps,
        ),
        Mistake(
            "A layer's own stride says how far apart its outputs look, not how wide its window is: "
            "use the step from before this layer.",
            _own_stride_too_early,
        ),
        Mistake(
            "The windows of two layers overlap in one cell: a kernel adds kernel_size - 1.",
            _whole_kernels,
        ),
        Mistake("The dilations are not used: they spread the taps.", _no_dilation),
        Mistake("One pixel is missing: with no layer at all a cell sees itself.", _starts_at_zero),
        Mistake("Strides multiply: two halvings leave a quarter, not a third.", _steps_add),
    ),
)
