"""Scenes with their captions, painted once and kept in memory: what the captioners learn from."""

from dataclasses import dataclass
from functools import lru_cache, partial

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int, UInt8
from torch import Tensor
from torch.utils.data import Dataset

from course_pkg.data import CLASSES, COLOURS, SCENE_VOCABULARY, Scene, SceneDataset, pad_sequences
from course_pkg.metrics import cell_coverage
from course_pkg.models import CELL_STRIDE

__all__ = ["SCENE_SIDE", "TAGS", "CaptionData", "CaptionedScenes", "captioned_scenes"]

# What the encoder is taught about a cell: the classes in it, and the colours of its things.
TAGS = (*CLASSES, *COLOURS)
SCENE_SIDE = 96  # pixels
# Scenes for training and for measuring come from data sets of different seeds: none is shared.
_TRAIN_SEED, _VAL_SEED = 1, 2

Item = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class CaptionedScenes(Dataset[Item]):
    """Scenes with what is said about them; an item is (image in [0, 1], tokens).

    Attributes:
        images: as bytes.
        tokens: captions with start and end marks, padded.
        tags: share of every cell that shows each of `TAGS`.
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
    if size % CELL_STRIDE:
        raise ValueError(f"captioned_scenes: size must be a multiple of {CELL_STRIDE}, got {size}")
    paint = partial(_paint, size=size)
    grid = (size // CELL_STRIDE, size // CELL_STRIDE)
    return CaptionData(paint(counts[0], _TRAIN_SEED), paint(counts[1], _VAL_SEED), grid)


@lru_cache(maxsize=4)  # an encoder and a captioner look at the same ones
def _paint(count: int, seed: int, size: int) -> CaptionedScenes:
    scenes = SceneDataset(count, size, seed, target="scene")
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
