"""How much of the image a net sees when it is applied to its own answer."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "patch_size"]


def patch_size(layers: np.ndarray, passes: int) -> int:
    """Go backwards from one output cell: each layer needs (n - 1) * stride + kernel.

    Example:
        >>> patch_size(np.array([[8, 1], [2, 2], [8, 1], [1, 1]]), 2)
        67
    """
    size = 1
    for _ in range(passes):
        for kernel_size, stride in layers[::-1]:
            size = (size - 1) * stride + kernel_size
    return int(size)


def _times_passes(layers: np.ndarray, passes: int) -> int:
    return passes * patch_size(layers, 1)


def _overlapping_by_one(layers: np.ndarray, passes: int) -> int:
    return passes * (patch_size(layers, 1) - 1) + 1


def _one_pass(layers: np.ndarray, passes: int) -> int:
    return patch_size(layers, 1)


def _forwards(layers: np.ndarray, passes: int) -> int:
    return patch_size(layers[::-1], passes)


def _times_stride(layers: np.ndarray, passes: int) -> int:
    size = 1
    for _ in range(passes):
        for kernel_size, stride in layers[::-1]:
            size = size * stride + kernel_size - 1
    return int(size)


def _one_too_small(layers: np.ndarray, passes: int) -> int:
    return patch_size(layers, passes) - 1


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    rcnn3 = np.array([[8, 1], [3, 2], [8, 1], [1, 1]])
    yield Case("a net with one pool of 3, two passes", {"layers": rcnn3, "passes": 2})
    two_pools = np.array([[8, 1], [2, 2], [8, 1], [2, 2], [1, 1]])
    yield Case("rCNN2, two passes", {"layers": two_pools, "passes": 2})
    one_pool = np.array([[8, 1], [2, 2], [8, 1], [1, 1]])
    yield Case("rCNN3, three passes", {"layers": one_pool, "passes": 3})
    yield Case("rCNN3, one pass", {"layers": one_pool, "passes": 1})
    drawn = np.stack((rng.integers(1, 8, size=4), rng.integers(1, 4, size=4)), axis=1)
    yield Case("any layers", {"layers": drawn, "passes": 2})


EXERCISE = Exercise(
    id="refinement.patch_size",
    title="What three passes see",
    chapter=8,
    points=2,
    statement=(
        "layers (l, 2) lists kernel size and stride of a net's convolutions and pools, first layer "
        "first; none of them pads. The net is applied passes times, each time to the map that came "
        "before. How many pixels a side of the image does one cell of the last map see?"
    ),
    starter="def patch_size(layers, passes):\n    raise NotImplementedError",
    hints=(
        "Go backwards. To make 1 cell, a 2x2 pool needs 2. To make those 2, an 8x8 convolution "
        "with stride 1 needs 9.",
        "In general n cells need (n - 1) * stride + kernel_size.",
        "Run through layers[::-1], and do that as often as there are passes, without starting "
        "from 1 again.",
    ),
    reference=patch_size,
    cases=_cases,
    mistakes=(
        Mistake(
            "One pass was multiplied by their number. A cell of the second pass is made from "
            "*cells* of the first, and these stand several pixels apart: sizes compose.",
            _times_passes,
        ),
        Mistake(
            "This would be right for a net without strides. The second pass runs on a smaller map, "
            "where a step is worth several pixels.",
            _overlapping_by_one,
        ),
        Mistake(
            "This is one pass. The next one looks at its result.",
            _one_pass,
        ),
        Mistake(
            "This walk goes from the first layer to the last. Start at the last layer, where there "
            "is one cell.",
            _forwards,
        ),
        Mistake(
            "A pool of stride 2 makes 2 cells from 4, but 1 cell from 2: (n - 1) * stride + kernel "
            "size.",
            _times_stride,
        ),
        Mistake(
            "One pixel is missing. n cells in a row have n - 1 steps between them.",
            _one_too_small,
        ),
    ),
)
