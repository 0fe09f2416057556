"""How often the patch loop reads each pixel."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "times_read"]


def times_read(height: int, width: int, patch_size: int, step: int) -> np.ndarray:
    """Count for each pixel the patches that contain it.

    Example:
        >>> times_read(3, 4, 3, 1)
        array([[1, 2, 2, 1],
               [1, 2, 2, 1],
               [1, 2, 2, 1]])
    """
    counts = np.zeros((height, width), dtype=int)
    for top in range(0, height - patch_size + 1, step):
        for left in range(0, width - patch_size + 1, step):
            counts[top : top + patch_size, left : left + patch_size] += 1
    return counts


def _once(height: int, width: int, patch_size: int, step: int) -> np.ndarray:
    return (times_read(height, width, patch_size, step) > 0).astype(int)


def _cut_off_patches_too(height: int, width: int, patch_size: int, step: int) -> np.ndarray:
    counts = np.zeros((height, width), dtype=int)
    for top in range(0, height, step):
        for left in range(0, width, step):
            counts[top : top + patch_size, left : left + patch_size] += 1
    return counts


def _last_place_missing(height: int, width: int, patch_size: int, step: int) -> np.ndarray:
    counts = np.zeros((height, width), dtype=int)
    for top in range(0, height - patch_size, step):
        for left in range(0, width - patch_size, step):
            counts[top : top + patch_size, left : left + patch_size] += 1
    return counts


def _everywhere_the_same(height: int, width: int, patch_size: int, step: int) -> np.ndarray:
    return np.full((height, width), (patch_size // step) ** 2)


def _corners_only(height: int, width: int, patch_size: int, step: int) -> np.ndarray:
    counts = np.zeros((height, width), dtype=int)
    counts[0 : height - patch_size + 1 : step, 0 : width - patch_size + 1 : step] = 1
    return counts


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    names = ("height", "width", "patch_size", "step")
    yield Case("3 x 3 patches in 5 x 6", dict(zip(names, (5, 6, 3, 1), strict=True)))
    yield Case("edge to edge", dict(zip(names, (6, 9, 3, 3), strict=True)))
    yield Case("every second pixel", dict(zip(names, (10, 13, 5, 2), strict=True)))
    yield Case("gaps between the patches", dict(zip(names, (11, 12, 2, 4), strict=True)))
    for numbers in rng.integers((8, 8, 2, 1), (40, 40, 9, 6), size=(3, 4)).tolist():
        yield Case("any numbers", dict(zip(names, numbers, strict=True)))
    large = rng.integers((20, 20, 2, 1), (60, 60, 12, 9)).tolist()
    yield Case("a large picture", dict(zip(names, large, strict=True)))


EXERCISE = Exercise(
    id="patches.times_read",
    title="The same pixel, again and again",
    chapter=2,
    points=2,
    statement=(
        "Patches of patch_size x patch_size pixels are cut from a picture of height x width "
        "wherever one fits wholly, step pixels apart, starting in the top left corner. Return an "
        "array (height, width) of whole numbers: in how many patches each pixel is."
    ),
    starter="def times_read(height, width, patch_size, step):\n    raise NotImplementedError",
    hints=(
        "Start from zeros of dtype int. Two loops over the places where a patch can begin.",
        "For each patch add 1 to the whole square that it covers.",
        "range(0, height - patch_size + 1, step): the + 1 lets the last patch touch the border.",
    ),
    reference=times_read,
    cases=_cases,
    mistakes=(
        Mistake("Every pixel counts once here. Add 1 for each patch that reads it.", _once),
        Mistake(
            "Patches that stick out of the picture are counted too. Only whole ones.",
            _cut_off_patches_too,
        ),
        Mistake(
            "The last patch of each row and column is missing: range() stops before its end.",
            _last_place_missing,
        ),
        Mistake(
            "The pixels near the border are in fewer patches than those inside.",
            _everywhere_the_same,
        ),
        Mistake(
            "You marked where patches begin. Add 1 to all the pixels that each one covers.",
            _corners_only,
        ),
    ),
)
