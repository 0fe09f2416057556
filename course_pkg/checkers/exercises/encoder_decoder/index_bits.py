"""What the saved indices of a network weigh."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "index_bits"]


def index_bits(maps: np.ndarray, kernel_size: int) -> int:
    """Add up the bits that say, for every pool window of every map, which cell won.

    Example:
        >>> index_bits(np.array([[64, 360, 480]]), 2)
        5529600
    """
    bits = int(np.ceil(np.log2(kernel_size**2)))  # enough to number the cells of a window
    channels, heights, widths = maps.T
    windows = channels * (heights // kernel_size) * (widths // kernel_size)
    return int(windows.sum() * bits)


def _a_bit_per_cell(maps: np.ndarray, kernel_size: int) -> int:
    channels, heights, widths = maps.T
    windows = channels * (heights // kernel_size) * (widths // kernel_size)
    return int(windows.sum() * kernel_size**2)


def _as_stored_by_torch(maps: np.ndarray, kernel_size: int) -> int:
    channels, heights, widths = maps.T
    return int((channels * (heights // kernel_size) * (widths // kernel_size)).sum() * 64)


def _per_cell_before_the_pool(maps: np.ndarray, kernel_size: int) -> int:
    return int(maps.prod(axis=1).sum() * np.ceil(np.log2(kernel_size**2)))


def _one_map_only(maps: np.ndarray, kernel_size: int) -> int:
    once = maps.copy()
    once[:, 0] = 1
    return index_bits(once, kernel_size)


def _counts_windows(maps: np.ndarray, kernel_size: int) -> int:
    channels, heights, widths = maps.T
    return int((channels * (heights // kernel_size) * (widths // kernel_size)).sum())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two pools", {"maps": np.array([[3, 8, 12], [5, 4, 6]]), "kernel_size": 2})
    vgg = np.array([[64, 224], [128, 112], [256, 56], [512, 28], [512, 14]])
    yield Case("VGG-16's five pools", {"maps": vgg[:, [0, 1, 1]], "kernel_size": 2})
    yield Case("odd sides", {"maps": np.array([[2, 7, 9]]), "kernel_size": 2})
    yield Case("windows of 3 x 3", {"maps": np.array([[2, 9, 12]]), "kernel_size": 3})
    yield Case("any maps", {"maps": rng.integers(4, 40, size=(3, 3)), "kernel_size": 2})


EXERCISE = Exercise(
    id="encoder_decoder.index_bits",
    title="What the memory weighs",
    chapter=7,
    points=2,
    statement=(
        "maps (p, 3) lists channels, height and width of the map before each of p max pools with "
        "kernel_size x kernel_size windows; incomplete windows at the border are dropped. Every "
        "channel keeps its own indices. With as few bits per window as can number its cells, how "
        "many bits do all indices need? Return an integer."
    ),
    starter="def index_bits(maps, kernel_size):\n    raise NotImplementedError",
    hints=(
        "Four cells can be numbered 00, 01, 10, 11: two bits. How many for nine cells?",
        "A map of 7 x 9 holds 3 * 4 windows of 2 x 2. A layer has that many per channel.",
        "np.ceil(np.log2(cells)) bits a window; cells is kernel_size squared.",
    ),
    reference=index_bits,
    cases=_cases,
    mistakes=(
        Mistake(
            "This spends one bit on every cell of a window. Only one cell wins, so it is enough to "
            "write down its number: log2 of the cells, rounded up.",
            _a_bit_per_cell,
        ),
        Mistake(
            "These are 64 bits a window, as torch stores its indices. The question is how few are "
            "enough.",
            _as_stored_by_torch,
        ),
        Mistake(
            "This counts the cells before the pool. One index belongs to a whole window.",
            _per_cell_before_the_pool,
        ),
        Mistake(
            "The channels were left out. Each channel has its own winners.",
            _one_map_only,
        ),
        Mistake(
            "This is the number of windows. Each of them needs more than one bit.",
            _counts_windows,
        ),
    ),
)
