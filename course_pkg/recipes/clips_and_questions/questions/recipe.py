"""The spatial memory network on questions about scenes: two looks, one look, and the mean.

All three answer from the same cells, those of an encoder that was trained before. The twin without
attention has every weight that the network with two looks has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data import ANSWERS, SCENE_VOCABULARY
from course_pkg.engine import isolated_rng
from course_pkg.models import SpatialMemoryNet, placed_cells
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe
from course_pkg.recipes._core.training import Training, learn
from course_pkg.recipes.clips_and_questions.questions.data import (
    QuestionData,
    QuestionsOnCells,
    asked_scenes,
)
from course_pkg.recipes.clips_and_questions.questions.scores import ask, measure_answers
from course_pkg.recipes.scene_cells.encoder import cells_of, scene_encoder

__all__ = ["RECIPES", "VQASettings"]


@dataclass(frozen=True)
class VQASettings:
    """One preset of a question recipe.

    Attributes:
        counts: scenes to train and to measure on; each is asked about a dozen questions.
        size: side of a scene in pixels.
        features: of a cell.
        tagging: how the encoder learns, on as many scenes again.
        answering: how the rest learns.
        width: of the space in which words and cells meet.
        dropout: before the answer.
        waves: that tell a cell's place besides x and y.
    """

    counts: tuple[int, int]
    tagging: Training
    answering: Training
    size: int = 96
    features: int = 96
    width: int = 128
    dropout: float = 0.1
    waves: int = 0


def _loss(model: nn.Module, batch: Sequence[Tensor]) -> Tensor:
    cells, questions, answers = batch
    return F.cross_entropy(model(cells, questions).logits, answers)


def _train(
    name: str, hops: int, averaged: bool, settings: VQASettings, job: Job
) -> Outcome[QuestionData]:
    data = asked_scenes(settings.counts, settings.size)
    encoder = scene_encoder(
        settings.counts[0], settings.size, settings.features, settings.tagging, job
    )
    with isolated_rng(job.seed):
        model = SpatialMemoryNet(
            encoder,
            settings.features,
            len(SCENE_VOCABULARY),
            len(ANSWERS),
            settings.width,
            hops,
            averaged,
            settings.dropout,
            waves=settings.waves,
        )
    cells = placed_cells(cells_of(encoder, data.train.images), model.waves)
    how = settings.answering
    loader = DataLoader(
        QuestionsOnCells(cells, data.train), how.batch_size, shuffle=True, drop_last=True
    )
    history = learn(
        model,
        loader,
        _loss,
        rate=how.rate,
        steps=how.epochs * len(loader),
        warmup=50,
        weight_decay=1e-4,
        config=job.train_config(name, clip_norm=5.0),
    )
    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_answers, model, data),
        predict=lambda asked: ask(model, *asked),  # a picture and questions about it
        data=data,
        seconds=history.seconds,
    )


_TINY = VQASettings(
    counts=(600, 80),
    # As in the tiny preset about clips: a process that runs both trains one encoder.
    tagging=Training(epochs=4, batch_size=16, rate=4e-3),
    answering=Training(epochs=6, batch_size=64, rate=4e-3),
)
_SMALL = replace(
    _TINY,
    counts=(4000, 500),
    # Twice as long as for captions: with the true tags as cells nine of ten colours come out right,
    # so it is the cells that limit the answers.
    tagging=Training(epochs=12, batch_size=16, rate=4e-3),
    waves=6,
    answering=Training(epochs=12, batch_size=64, rate=2e-3),
)
_FULL = replace(
    _SMALL,
    counts=(40_000, 2000),
    features=256,
    width=512,
    answering=Training(epochs=30, batch_size=256, rate=1e-3),
)
_PRESETS = {"tiny": _TINY, "small": _SMALL, "full": _FULL}


def _recipe(
    name: str, what: str, hops: int, averaged: bool = False
) -> Recipe[VQASettings, QuestionData]:
    train = partial(_train, name, hops, averaged)
    return Recipe(name, what, "questions", _PRESETS, train)


RECIPES = (
    _recipe("smem2-questions", "The spatial memory network with two looks at scenes", hops=2),
    _recipe("smem1-questions", "The spatial memory network with one look", hops=1),
    _recipe(
        "smem-averaged-questions",
        "The network with two looks, given the mean of all cells",
        hops=2,
        averaged=True,
    ),
)
