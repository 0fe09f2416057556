"""Scenes with their captions and with what every cell of them shows, painted once.

The encoder learns from the cells; captioners learn from the same scenes what to say.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int, UInt8
from torch import Tensor
from torch.utils.data import Dataset

from course_pkg.data import CLASSES, COLOURS, SCENE_VOCABULARY, Scene, SceneDataset, pad_sequences
from course_pkg.metrics import cell_coverage
from course_pkg.models import CELL_STRIDE

__all__ = ["CELL_TAGS", "SCENE_SIDE", "CaptionedScenes", "paint_scenes"]

# What the encoder is taught about a cell: the classes in it, and the colours of its things.
CELL_TAGS = (*CLASSES, *COLOURS)
SCENE_SIDE = 96  # pixels
# Scenes for training and for measuring come from data sets of different seeds: none is shared.
_SEEDS = {"train": 1, "val": 2}

Item = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class CaptionedScenes(Dataset[Item]):
    """Scenes with what is said about them; an item is (image in [0, 1], tokens).

    Attributes:
        images: as bytes.
        tokens: captions with start and end marks, padded.
        tags: share of every cell that shows each of `CELL_TAGS`.
        coverage: for each scene a row for every token after the start mark, the share of every
            cell that the word's region covers; all zero for words that mean no place.
    """

    images: UInt8[Tensor, "n 3 h w"]
    tokens: Int[Tensor, "n t"]
    tags: Float[Tensor, "n k rows columns"]
    coverage: list[Tensor]

    def __len__(self) -> int:
        """How many scenes there are."""
        return len(self.images)

    def __getitem__(self, index: int) -> Item:
        """An image and its caption."""
        return self.images[index].float() / 255, self.tokens[index]

    def sentences(self) -> list[str]:
        """The true captions as text."""
        return [" ".join(SCENE_VOCABULARY.decode(row)) for row in self.tokens]


@lru_cache(maxsize=4)  # an encoder and a captioner look at the same ones
def paint_scenes(
    count: int, split: Literal["train", "val"], size: int = SCENE_SIDE
) -> CaptionedScenes:
    """Paint scenes, always the same ones.

    Args:
        count: how many.
        split: scenes to learn from, or those to measure on.
        size: side in pixels, a multiple of the encoder's stride.

    Returns:
        The scenes.

    Raises:
        ValueError: if the cells do not divide the picture.
    """
    if size % CELL_STRIDE:
        raise ValueError(f"paint_scenes: size must be a multiple of {CELL_STRIDE}, got {size}")
    scenes = SceneDataset(count, size, _SEEDS[split], target="scene")
    grid = (size // CELL_STRIDE, size // CELL_STRIDE)
    images, tokens, tags, coverage = [], [], [], []
    for i in range(count):
        scene = scenes.scene(i)
        images.append((scene.image * 255).round().byte())
        tokens.append(scene.caption.tokens)
        tags.append(_tags(scene, grid))
        said = cell_coverage(scene.caption.regions, grid)
        coverage.append(torch.cat([said, torch.zeros_like(said[:1])]))  # the end mark
    return CaptionedScenes(torch.stack(images), pad_sequences(tokens), torch.stack(tags), coverage)


def _tags(scene: Scene, grid: tuple[int, int]) -> Tensor:
    classes = F.one_hot(scene.semantic, len(CLASSES)).movedim(-1, 0).bool()
    colours = torch.stack(
        [scene.masks[scene.colours == colour].any(0) for colour in range(len(COLOURS))]
    )
    return cell_coverage(torch.cat([classes, colours]), grid).unflatten(-1, grid)
