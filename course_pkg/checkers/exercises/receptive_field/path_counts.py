"""Not all pixels of the field count the same."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "path_counts"]


def path_counts(kernel_sizes: np.ndarray, strides: np.ndarray) -> np.ndarray:
    """In how many ways every pixel of its field reaches a cell of the last layer.

    Example:
        >>> path_counts(np.array([3, 3]), np.array([1, 1]))
        array([1, 2, 3, 2, 1])
    """
    counts, step = np.array([1]), 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        # Every tap brings a copy of what its own cell sees, step pixels further.
        wider = np.zeros(len(counts) + (int(k) - 1) * step, dtype=int)
        for tap in range(int(k)):
            wider[tap * step : tap * step + len(counts)] += counts
        counts, step = wider, step * int(s)
    return counts


def _ones(kernel_sizes: np.ndarray, strides: np.ndarray) -> np.ndarray:
    return np.ones_like(path_counts(kernel_sizes, strides))


def _no_strides(kernel_sizes: np.ndarray, strides: np.ndarray) -> np.ndarray:
    return path_counts(kernel_sizes, 0 * strides + 1)


def _own_stride_too_early(kernel_sizes: np.ndarray, strides: np.ndarray) -> np.ndarray:
    # A first layer of one tap does nothing, but hands its stride on to the layer behind it.
    return path_counts(np.concatenate([[1], kernel_sizes]), np.concatenate([strides, [1]]))


def _triangle(kernel_sizes: np.ndarray, strides: np.ndarray) -> np.ndarray:
    n = len(path_counts(kernel_sizes, strides))
    return np.minimum(np.arange(n), np.arange(n)[::-1]) + 1


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, *layers: tuple[int, int]) -> Case:
        kernel_sizes, strides = np.array(layers).T.copy()
        return Case(name, {"kernel_sizes": kernel_sizes, "strides": strides})

    yield case("one 3 x 3 layer: one way each", (3, 1))
    yield case("three 3 x 3 layers", (3, 1), (3, 1), (3, 1))
    yield case("a pool between two layers", (3, 1), (2, 2), (3, 1))
    yield case("a 5, stride 3, and a 2: no overlap at first", (5, 3), (2, 1))
    drawn = rng.integers((2, 1), (6, 3), (5, 2))
    yield case("five random layers", *[(int(k), int(s)) for k, s in drawn])


EXERCISE = Exercise(
    id="receptive_field.path_counts",
    title="The middle counts more",
    chapter=3,
    points=5,
    statement=(
        "A pixel reaches a cell of the last layer along paths: in every layer it goes through one "
        "tap of the kernel. Take a stack with kernel kernel_sizes[i] and stride strides[i] along "
        "one axis. Return, for every pixel of a cell's field from left to right, in how many ways "
        "it gets there. Padding plays no part: the picture is wide enough."
    ),
    starter="def path_counts(kernel_sizes, strides):\n    raise NotImplementedError",
    hints=(
        "One layer of 3: 1 1 1. A second one looks at three such cells, each a pixel further: "
        "add 1 1 1 0 0, 0 1 1 1 0 and 0 0 1 1 1.",
        "After a stride, neighbouring cells lie further apart: shift copies by the step so far.",
        "wider[t * step : t * step + len(counts)] += counts for every tap t; then step *= stride.",
    ),
    reference=path_counts,
    cases=_cases,
    mistakes=(
        Mistake(
            "One way each holds for a single layer only. After two layers of 3 the middle pixel is "
            "seen by three cells, the outermost by one.",
            _ones,
        ),
        Mistake(
            "Behind a stride, neighbouring cells look several pixels apart: shift their copies by "
            "the step so far.",
            _no_strides,
        ),
        Mistake(
            "The strides came one layer too early: a layer's stride spreads the taps of the next "
            "one, not its own.",
            _own_stride_too_early,
        ),
        Mistake(
            "This is a triangle, right for two layers of equal kernels. Three already give 1 3 6 7 "
            "6 3 1: add the copies.",
            _triangle,
        ),
    ),
)
