"""The spatial memory network on questions about scenes: two looks, one look, and the mean.

All three answer from the same cells, those of an encoder that was trained before. The twin without
attention has every weight that the network with two looks has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data import ANSWERS, QUESTION_KINDS, SCENE_VOCABULARY, pad_sequences
from course_pkg.engine import eval_mode, isolated_rng
from course_pkg.metrics import PointingAccuracy
from course_pkg.models import SpatialMemoryNet, placed_cells
from course_pkg.recipes._core.optimisation import learn
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe
from course_pkg.recipes.clips_and_questions.questions.data import (
    QuestionData,
    QuestionsOnCells,
    asked_scenes,
)
from course_pkg.recipes.scene_cells.encoder import cells_of, scene_encoder
from course_pkg.recipes.segmentation.settings import Training

__all__ = ["RECIPES", "Reply", "VQASettings", "ask"]

_AT_ONCE = 500  # questions


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
    """

    counts: tuple[int, int]
    tagging: Training
    answering: Training
    size: int = 96
    features: int = 96
    width: int = 128
    dropout: float = 0.1


@dataclass(frozen=True)
class Reply:
    """What the network answers, and where it looked.

    Attributes:
        answer: one of `ANSWERS`.
        probability: of that answer, from 0 to 1.
        weights: share of every cell at every look, row by row.
    """

    answer: str
    probability: float
    weights: Float[Tensor, "hops cells"]


@torch.inference_mode()
def ask(
    model: SpatialMemoryNet, image: Float[Tensor, "3 h w"], questions: Sequence[str]
) -> list[Reply]:
    """Ask a trained network about one picture.

    Args:
        model: in evaluation mode.
        image: in [0, 1].
        questions: such as "what colour is the ball", words separated by spaces.

    Returns:
        A reply each.

    Raises:
        ValueError: if a question holds a word that no question has, for the network would answer
            all the same.
    """
    for word in " ".join(questions).split():
        if word not in SCENE_VOCABULARY:
            raise ValueError(
                f"ask: nobody asked with the word {word!r} in training; see SCENE_VOCABULARY.words"
            )
    device = model.answer.weight.device
    tokens = pad_sequences([SCENE_VOCABULARY.encode(q.split(), ends=False) for q in questions])
    cells = model.look_at(image[None].to(device)).expand(len(questions), -1, -1)
    said = model(cells, tokens.to(device))
    best = said.logits.softmax(-1).max(-1)
    return [
        Reply(ANSWERS[int(index)], float(probability), weights)
        for probability, index, weights in zip(*best, said.weights.cpu(), strict=True)
    ]


def _loss(model: nn.Module, batch: Sequence[Tensor]) -> Tensor:
    cells, questions, answers = batch
    return F.cross_entropy(model(cells, questions).logits, answers)


def _train(name: str, hops: int, averaged: bool, settings: VQASettings, job: Job) -> Outcome:
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
        )
    cells = placed_cells(cells_of(encoder, data.train.images))
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
        measure=partial(_measure, model, data),
        predict=lambda asked: ask(model, *asked),  # a picture and questions about it
        data=data,
        seconds=history.seconds,
    )


@torch.inference_mode()
def _measure(model: SpatialMemoryNet, data: QuestionData) -> Mapping[str, Any]:
    """Score the answers, all and kind by kind, and every look's pointing."""
    device = model.answer.weight.device
    pointing = [PointingAccuracy() for _ in range(model.hops)]
    right = []
    with eval_mode(model):
        cells = placed_cells(cells_of(model.encoder, data.val.images))
        for rows in torch.arange(len(data.val.answers)).split(_AT_ONCE):
            picture, tokens = data.val.picture[rows], data.val.tokens[rows]
            said = model(cells[picture].to(device), tokens.to(device))
            right.append(said.logits.argmax(-1).cpu() == data.val.answers[rows])
            if not model.averaged:
                for hop, score in enumerate(pointing):
                    score.update(said.weights[:, hop].cpu(), data.val.coverage[rows])
    hits = torch.cat(right).double()
    metrics: dict[str, Any] = {"accuracy": float(hits.mean())}
    for kind in QUESTION_KINDS:
        of_kind = torch.tensor([other == kind for other in data.val.kinds])
        metrics[f"accuracy_{kind}"] = float(hits[of_kind].mean()) if of_kind.any() else None
    if not model.averaged:
        for hop, score in enumerate(pointing, start=1):
            metrics |= {f"{key}_hop{hop}": value for key, value in score.compute().items()}
    metrics["questions"] = len(hits)
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    return metrics


_TINY = VQASettings(
    counts=(600, 80),
    # As in the tiny preset about clips: a process that runs both trains one encoder.
    tagging=Training(epochs=4, batch_size=16, rate=4e-3),
    answering=Training(epochs=6, batch_size=64, rate=4e-3),
)
_SMALL = replace(
    _TINY,
    counts=(4000, 500),
    tagging=Training(epochs=6, batch_size=16, rate=4e-3),
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


def _recipe(name: str, what: str, hops: int, averaged: bool = False) -> Recipe:
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
