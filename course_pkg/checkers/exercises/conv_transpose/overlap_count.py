"""How many stamps cover each cell: where checkerboards come from."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake, call_each

__all__ = ["EXERCISE", "overlap_count"]


def overlap_count(input_size: int, kernel_size: int, stride: int) -> np.ndarray:
    """Count the stamps over every output cell.

    Example:
        >>> overlap_count(3, 3, 2)
        array([1, 1, 2, 1, 2, 1, 1])
    """
    count = np.zeros((input_size - 1) * stride + kernel_size, dtype=int)
    for i in range(input_size):
        count[i * stride : i * stride + kernel_size] += 1
    return count


def _covered_or_not(input_size: int, kernel_size: int, stride: int) -> np.ndarray:
    return np.minimum(overlap_count(input_size, kernel_size, stride), 1)


def _even_everywhere(input_size: int, kernel_size: int, stride: int) -> np.ndarray:
    count = overlap_count(input_size, kernel_size, stride)
    return np.full_like(count, -(-kernel_size // stride))


def _stride_one(input_size: int, kernel_size: int, stride: int) -> np.ndarray:
    return overlap_count(input_size, kernel_size, 1)


def _cropped(input_size: int, kernel_size: int, stride: int) -> np.ndarray:
    return overlap_count(input_size, kernel_size, stride)[: input_size * stride]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    settings = (
        ("kernel 3, stride 2: a checkerboard", 4, 3, 2),
        ("kernel 4, stride 2: even inside", 4, 4, 2),
        ("kernel 5, stride 2", 5, 5, 2),
        ("kernel 4, stride 3", 3, 4, 3),
        ("gaps: stride wider than the kernel", 3, 2, 4),
        ("a single stamp", 1, 3, 2),
    )
    for name, n, k, s in settings:
        yield Case(name, {"input_size": n, "kernel_size": k, "stride": s})
    n, k, s = rng.integers((3, 2, 2), (600, 40, 32)).tolist()
    yield Case("any numbers", {"input_size": n, "kernel_size": k, "stride": s})
    rows = rng.integers((2, 2, 2), (20, 12, 10), size=(3, 3))
    several = {"input_size": rows[:, 0], "kernel_size": rows[:, 1], "stride": rows[:, 2]}
    yield Case("several settings, one call each", several)


EXERCISE = Exercise(
    id="conv_transpose.overlap_count",
    title="Counting overlaps",
    chapter=5,
    points=2,
    statement=(
        "input_size stamps of kernel_size cells stand stride cells apart. For each of the "
        "(input_size - 1) * stride + kernel_size output cells, return how many stamps cover it, as "
        "integers."
    ),
    starter="def overlap_count(input_size, kernel_size, stride):\n    raise NotImplementedError",
    hints=(
        "Put down three stamps of 3 cells, two cells apart, and count by hand: 1 1 2 1 2 1 1.",
        "Counting is stamping with ones: an input of ones and a kernel of ones.",
        "Start from np.zeros(..., dtype=int) and add 1 under every stamp.",
    ),
    reference=overlap_count,
    cases=_cases,
    mistakes=(
        Mistake(
            "This says whether a cell is covered, not how often. Use += 1 rather than = 1.",
            _covered_or_not,
        ),
        Mistake(
            "This is the same number everywhere. Only where the stride divides the kernel is it "
            "even, and never at the ends.",
            _even_everywhere,
        ),
        Mistake(
            "This is what you get when the stride is ignored: stamp i begins at i * stride.",
            _stride_one,
        ),
        Mistake(
            "The result was cut to input_size * stride cells. The last stamp sticks out; count "
            "there too.",
            _cropped,
        ),
    ),
    drive=call_each,
)
