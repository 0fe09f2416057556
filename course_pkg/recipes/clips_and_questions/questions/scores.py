"""What a network answers, how often it is right, and whether it looked at the right cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.data import ANSWERS, QUESTION_KINDS, SCENE_VOCABULARY, pad_sequences
from course_pkg.engine import eval_mode
from course_pkg.metrics import PointingAccuracy
from course_pkg.models import SpatialMemoryNet, placed_cells
from course_pkg.recipes.clips_and_questions.questions.data import (
    QuestionData,
)
from course_pkg.recipes.scene_cells.encoder import cells_of

__all__ = ["Reply", "ask", "measure_answers"]

_AT_ONCE = 500  # questions


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


@torch.inference_mode()
def measure_answers(model: SpatialMemoryNet, data: QuestionData) -> Mapping[str, Any]:
    """Score the answers, all and kind by kind, and every look's pointing."""
    device = model.answer.weight.device
    pointing = [PointingAccuracy() for _ in range(model.hops)]
    right = []
    with eval_mode(model):
        cells = placed_cells(cells_of(model.encoder, data.val.images), model.waves)
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
