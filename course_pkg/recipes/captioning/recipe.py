"""Show, Attend and Tell on scenes, soft and hard: the same encoder, the same words, other looks.

First an encoder learns to name what every cell holds, and is then kept as it is, as the paper
keeps VGG. Its cells are computed once; both captioners learn from the same ones where to look and
what to say. No region of any word is ever shown to them: the pointing accuracy measures what they
found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course_pkg.data import SCENE_VOCABULARY
from course_pkg.engine import isolated_rng
from course_pkg.models import CELL_STRIDE, Captioner, CaptionerSize, CaptionLoss, caption_loss
from course_pkg.models.captioning.captioner import Reading
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe
from course_pkg.recipes._core.training import Training, learn
from course_pkg.recipes.captioning.data import CaptionData, captioned_scenes
from course_pkg.recipes.captioning.picture import picture_of_looks
from course_pkg.recipes.captioning.scores import captioner_cells, measure_captioner
from course_pkg.recipes.scene_cells.data import SCENE_SIDE
from course_pkg.recipes.scene_cells.encoder import scene_encoder

__all__ = ["RECIPES", "CaptionSettings"]


@dataclass(frozen=True)
class CaptionSettings:
    """One preset of a captioning recipe.

    Attributes:
        counts: scenes to train and to measure on.
        tagging: how the encoder learns to name cells.
        writing: how the captioner learns.
        size: of the captioner.
        loss: weights of its parts.
        mean_probability: hard only: how often a whole batch reads the mean.
        beam: beginnings kept by the beam search that is reported beside the greedy one.
    """

    counts: tuple[int, int]
    tagging: Training
    writing: Training
    size: CaptionerSize = field(default_factory=CaptionerSize)
    loss: CaptionLoss = field(default_factory=CaptionLoss)
    mean_probability: float = 0.5
    beam: int = 3


def _train(
    name: str, reading: Reading, settings: CaptionSettings, job: Job
) -> Outcome[CaptionData]:
    data = captioned_scenes(settings.counts)
    encoder = scene_encoder(
        settings.counts[0], SCENE_SIDE, settings.size.features, settings.tagging, job
    )
    with isolated_rng(job.seed):
        model = Captioner(
            encoder, len(SCENE_VOCABULARY), settings.size, reading, settings.mean_probability
        )
    model.to(next(encoder.parameters()).device)  # the encoder has been trained, perhaps on a GPU

    def loss_fn(model: nn.Module, batch: Any) -> Tensor:
        cells, tokens = batch
        longest = int(tokens.ne(SCENE_VOCABULARY.pad).sum(1).max())
        said, target = tokens[:, : longest - 1], tokens[:, 1:longest]
        return caption_loss(captioner, model(cells, said), target, settings.loss)

    captioner = model  # the loop may wrap the model; the loss needs its baseline
    training = TensorDataset(captioner_cells(model, data.train), data.train.tokens)
    how = settings.writing
    loader = DataLoader(training, how.batch_size, shuffle=True, drop_last=True)
    history = learn(
        model,
        loader,
        loss_fn,
        rate=how.rate,
        steps=how.epochs * len(loader),
        warmup=50,
        weight_decay=1e-4,
        config=job.train_config(name, clip_norm=5.0, precision=how.precision),
    )

    @torch.inference_mode()
    def predict(images: Tensor) -> Any:
        return model.write(model.look_at(images.to(model.baseline.device)))

    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_captioner, model, data, settings.beam),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=partial(picture_of_looks, model, data),
    )


# Soft: the penalty wants every cell to get one look in all; with twenty words for 64 cells, its
# least value alone would be half of the loss at the published weight. Hard: about a third of what
# the published weights come to at these batches; beside it stands a recipe with those.
_LOSS = CaptionLoss(spread=0.01, reward=1.0, bonus=0.01)
_TINY = CaptionSettings(
    counts=(700, 50),
    tagging=Training(epochs=6, batch_size=16, rate=4e-3),
    writing=Training(epochs=14, batch_size=20, rate=5e-3),
    size=CaptionerSize(features=64, embed=32, hidden=96, attention=32, places=True),
    loss=_LOSS,
    beam=2,
)
_SMALL = CaptionSettings(
    counts=(12_000, 400),
    tagging=Training(epochs=6, batch_size=16, rate=4e-3),
    writing=Training(epochs=25, batch_size=32, rate=4e-3),
    size=CaptionerSize(features=96, embed=64, hidden=192, attention=64, dropout=0.2, places=True),
    loss=_LOSS,
)
_FULL = replace(
    _SMALL,
    counts=(40_000, 2000),
    tagging=Training(epochs=10, batch_size=64, rate=4e-3),
    writing=Training(epochs=40, batch_size=64, rate=2e-3),
    size=CaptionerSize(
        features=256, embed=128, hidden=512, attention=128, dropout=0.3, places=True
    ),
    loss=_LOSS,
)
_PRESETS: Mapping[str, CaptionSettings] = {"tiny": _TINY, "small": _SMALL, "full": _FULL}
_WHAT: Mapping[Reading, str] = {
    "soft": "Show, Attend and Tell on scenes: every word reads the mean of the cells",
    "hard": "Show, Attend and Tell on scenes: every word reads one drawn cell (REINFORCE)",
    "once": "The baseline of both: the mean cell is seen before the first word, and never again",
}


def _published(settings: CaptionSettings) -> CaptionSettings:
    cells = (SCENE_SIDE // CELL_STRIDE) ** 2
    loss = CaptionLoss.as_published(settings.writing.batch_size, cells)
    return replace(settings, loss=loss)


RECIPES = (
    *(
        Recipe(name, what, "scenes", _PRESETS, partial(_train, name, reading))
        for reading, what in _WHAT.items()
        for name in (f"captioning-{reading}-scenes",)
    ),
    Recipe(
        "captioning-hard-published-scenes",
        f"{_WHAT['hard']}, weighed as the authors' gradients come to",
        "scenes",
        {name: _published(settings) for name, settings in _PRESETS.items()},
        partial(_train, "captioning-hard-published-scenes", "hard"),
    ),
)
