"""How many patches a picture has."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "count"]


def count(height: int, width: int, patch_size: int, padding: int, step: int) -> int:
    """How many windows fit, and so how many times the network has to run.

    Example:
        >>> count(5, 7, 3, 0, 2)
        6
    """
    rows = (height + 2 * padding - patch_size) // step + 1
    columns = (width + 2 * padding - patch_size) // step + 1
    return rows * columns


def _no_padding(height: int, width: int, patch_size: int, padding: int, step: int) -> int:
    del padding
    return count(height, width, patch_size, 0, step)


def _padding_once(height: int, width: int, patch_size: int, padding: int, step: int) -> int:
    rows = (height + padding - patch_size) // step + 1
    return rows * ((width + padding - patch_size) // step + 1)


def _no_overlap(height: int, width: int, patch_size: int, padding: int, step: int) -> int:
    del step
    return count(height, width, patch_size, padding, patch_size)


def _one_short(height: int, width: int, patch_size: int, padding: int, step: int) -> int:
    rows = (height + 2 * padding - patch_size) // step
    return rows * ((width + 2 * padding - patch_size) // step)


def _step_squared_ignored(height: int, width: int, patch_size: int, padding: int, step: int) -> int:
    return count(height, width, patch_size, padding, 1) // step


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    names = ("height", "width", "patch_size", "padding", "step")
    yield Case("3 x 3 patches in 5 x 7", dict(zip(names, (5, 7, 3, 0, 1), strict=True)))
    yield Case("every second pixel", dict(zip(names, (9, 13, 3, 0, 2), strict=True)))
    yield Case("one for every pixel", dict(zip(names, (12, 16, 5, 2, 1), strict=True)))
    yield Case("the patch is the picture", dict(zip(names, (8, 8, 8, 0, 3), strict=True)))
    sizes = rng.integers((20, 20, 3, 0, 1), (90, 90, 12, 4, 6), size=(4, 5)).tolist()
    for numbers in sizes:
        yield Case("any numbers", dict(zip(names, numbers, strict=True)))


EXERCISE = Exercise(
    id="patches.count",
    title="How many patches?",
    chapter=2,
    points=1,
    statement=(
        "A picture of height x width pixels gets a border of padding pixels on each side. Patches "
        "of patch_size x patch_size are cut wherever one fits wholly, step pixels apart, starting "
        "in the top left corner. Return how many patches there are."
    ),
    starter=("def count(height, width, patch_size, padding, step):\n    raise NotImplementedError"),
    hints=(
        "Count along one side first, with a pencil: 7 pixels, a patch of 3. Where can it begin?",
        "The last patch begins at height + 2 * padding - patch_size. Steps until there, plus one.",
        "Whole steps only: divide with //. Then rows times columns.",
    ),
    reference=count,
    cases=_cases,
    mistakes=(
        Mistake(
            "The border is not counted: padding adds to the height and to the width.", _no_padding
        ),
        Mistake("Padding was added once. There is a border on both sides.", _padding_once),
        Mistake(
            "You placed the patches edge to edge. They overlap: the next one begins step pixels "
            "further.",
            _no_overlap,
        ),
        Mistake("One row and one column are missing: n steps lead past n + 1 places.", _one_short),
        Mistake(
            "The step counts along both axes: rows and columns get fewer, each by that factor.",
            _step_squared_ignored,
        ),
    ),
)
