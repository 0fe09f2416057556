"""Scenes with their captions, painted once and kept in memory: what the captioners learn from."""

from dataclasses import dataclass

from course_pkg.models import CELL_STRIDE
from course_pkg.recipes.scene_cells.data import SCENE_SIDE, CaptionedScenes, paint_scenes

__all__ = ["CaptionData", "captioned_scenes"]


@dataclass(frozen=True)
class CaptionData:
    """What a captioning recipe trains and measures on.

    Attributes:
        train: scenes to learn from.
        val: others.
        grid: rows and columns of cells.
    """

    train: CaptionedScenes
    val: CaptionedScenes
    grid: tuple[int, int]


def captioned_scenes(counts: tuple[int, int], size: int = SCENE_SIDE) -> CaptionData:
    """Paint scenes, always the same ones.

    Args:
        counts: how many to train and to measure on.
        size: side in pixels, a multiple of the encoder's stride.

    Returns:
        The data.

    Raises:
        ValueError: if the cells do not divide the picture.
    """
    grid = (size // CELL_STRIDE, size // CELL_STRIDE)
    return CaptionData(
        paint_scenes(counts[0], "train", size), paint_scenes(counts[1], "val", size), grid
    )
