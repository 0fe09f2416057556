"""Questions about scenes, with the cells of the scenes and the cells that hold the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor
from torch.utils.data import Dataset

from course_pkg.data import SceneDataset, pad_sequences
from course_pkg.metrics import cell_coverage
from course_pkg.models import CELL_STRIDE

__all__ = ["AskedScenes", "QuestionData", "QuestionsOnCells", "asked_scenes"]

# Other seeds than those of the scenes that the encoder learned from.
_TRAIN_SEED, _VAL_SEED = 3, 4


@dataclass(frozen=True)
class AskedScenes:
    """Scenes, and all questions about them that have one clear answer.

    Attributes:
        images: as bytes.
        kinds: of every question, scene by scene: one of `QUESTION_KINDS`.
        picture: the scene of each question.
        tokens: the questions' words as numbers, 0 after the last.
        answers: indices into `ANSWERS`.
        coverage: share of every cell that the region of the answer covers; all zero where there
            is nothing to see.
    """

    images: UInt8[Tensor, "n 3 h w"]
    kinds: Sequence[str]
    picture: Int[Tensor, " q"]
    tokens: Int[Tensor, "q t"]
    answers: Int[Tensor, " q"]
    coverage: Float[Tensor, "q cells"]


@dataclass(frozen=True)
class QuestionData:
    """What a recipe trains and measures on.

    Attributes:
        train: scenes to learn from.
        val: others.
        grid: rows and columns of cells.
    """

    train: AskedScenes
    val: AskedScenes
    grid: tuple[int, int]


@dataclass(frozen=True)
class QuestionsOnCells(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """Questions beside the cells of their picture: an item is (cells, tokens, answer).

    Attributes:
        cells: of every picture, computed once.
        asked: the questions.
    """

    cells: Float[Tensor, "n cells c"]
    asked: AskedScenes

    def __len__(self) -> int:
        """How many questions there are."""
        return len(self.asked.answers)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        """The question at a place in the data set."""
        picture = int(self.asked.picture[index])
        return self.cells[picture], self.asked.tokens[index], self.asked.answers[index]


@cache
def asked_scenes(counts: tuple[int, int], size: int) -> QuestionData:
    """Paint scenes and ask about them, always the same ones.

    Args:
        counts: scenes to train and to measure on.
        size: side of a scene in pixels, a multiple of the encoder's stride.

    Raises:
        ValueError: if the cells do not divide the picture.
    """
    if size % CELL_STRIDE:
        raise ValueError(f"asked_scenes: size must be a multiple of {CELL_STRIDE}, got {size}")
    grid = (size // CELL_STRIDE, size // CELL_STRIDE)
    return QuestionData(
        _asked(counts[0], _TRAIN_SEED, size, grid), _asked(counts[1], _VAL_SEED, size, grid), grid
    )


def _asked(count: int, seed: int, size: int, grid: tuple[int, int]) -> AskedScenes:
    scenes = SceneDataset(count, size, seed, target="scene")
    images, questions, picture, coverage = [], [], [], []
    for i in range(count):
        scene = scenes.scene(i)
        images.append((scene.image * 255).round().byte())
        questions += [(q.kind, q.tokens, q.answer_index) for q in scene.questions]
        picture += [i] * len(scene.questions)
        coverage.append(cell_coverage(torch.stack([q.region for q in scene.questions]), grid))
    return AskedScenes(
        images=torch.stack(images),
        kinds=[kind for kind, _, _ in questions],
        picture=torch.tensor(picture),
        tokens=pad_sequences([tokens for _, tokens, _ in questions]),
        answers=torch.tensor([answer for _, _, answer in questions]),
        coverage=torch.cat(coverage),
    )
