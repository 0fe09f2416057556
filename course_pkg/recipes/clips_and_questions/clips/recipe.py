"""Telling what passes in a clip: with a choice among the frames before every word, and without.

The frames are described by an encoder that learned from still pictures. Both networks get the same
descriptions and have the same number of weights; one may choose among the frames, the other is
given their mean, which is what the paper compares with as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course_pkg.data import SCENE_VOCABULARY
from course_pkg.engine import LossSum, isolated_rng
from course_pkg.models import VideoDescriber, VideoSize
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe
from course_pkg.recipes._core.training import Training, learn
from course_pkg.recipes.clips_and_questions.clips.data import ClipData, described_clips
from course_pkg.recipes.clips_and_questions.clips.scores import measure_clips, tell
from course_pkg.recipes.scene_cells.encoder import scene_encoder

__all__ = ["RECIPES", "VideoSettings"]


@dataclass(frozen=True)
class VideoSettings:
    """One preset of a video recipe.

    Attributes:
        counts: clips to train and to measure on.
        frames: of a clip.
        stills: scenes that the encoder learns from.
        tagging: how it learns.
        telling: how the rest learns.
        side: of a frame in pixels.
        size: of the network.
    """

    counts: tuple[int, int]
    frames: int
    stills: int
    tagging: Training
    telling: Training
    side: int = 96
    size: VideoSize = field(default_factory=VideoSize)


def _loss(model: nn.Module, batch: Sequence[Tensor]) -> LossSum:
    seen, tokens = batch
    target = tokens[:, 1:]
    logits = model(seen, tokens[:, :-1]).logits
    total = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=0, reduction="sum")
    return LossSum(total, (target != 0).sum().to(total.dtype))


def _train(averaged: bool, name: str, settings: VideoSettings, job: Job) -> Outcome[ClipData]:
    features = settings.size.features
    encoder = scene_encoder(settings.stills, settings.side, features, settings.tagging, job)
    data = described_clips(encoder, settings.counts, settings.frames, settings.side)
    with isolated_rng(job.seed):
        model = VideoDescriber(
            encoder, len(SCENE_VOCABULARY), settings.frames, settings.size, averaged
        )
    how = settings.telling
    dataset = TensorDataset(data.train.seen, data.train.tokens)
    loader = DataLoader(dataset, how.batch_size, shuffle=True, drop_last=True)
    history = learn(
        model,
        loader,
        _loss,
        rate=how.rate,
        steps=how.epochs * len(loader),
        warmup=50,
        weight_decay=1e-4,
        config=job.train_config(name, clip_norm=1.0),
    )
    return Outcome(
        model=model,
        history=history,
        measure=partial(measure_clips, model, data),
        predict=partial(tell, model),
        data=data,
        seconds=history.seconds,
    )


_TINY = VideoSettings(
    counts=(400, 100),
    frames=8,
    stills=600,
    tagging=Training(epochs=4, batch_size=16, rate=4e-3),
    telling=Training(epochs=28, batch_size=32, rate=5e-3),
)
_SMALL = replace(
    _TINY,
    counts=(3000, 500),
    frames=12,
    stills=4000,
    tagging=Training(epochs=6, batch_size=16, rate=4e-3),
    telling=Training(epochs=25, batch_size=64, rate=4e-3),
)
_FULL = replace(
    _SMALL,
    counts=(20_000, 2000),
    stills=40_000,
    size=VideoSize(features=256, frame=256, embed=64, hidden=256, attention=128),
)
_PRESETS = {"tiny": _TINY, "small": _SMALL, "full": _FULL}


def _recipe(name: str, what: str, averaged: bool) -> Recipe[VideoSettings, ClipData]:
    return Recipe(name, what, "clips", _PRESETS, partial(_train, averaged, name))


RECIPES = (
    _recipe("frames-clips", "Telling what passes, with a choice of frames for each word", False),
    _recipe("frames-averaged-clips", "The same network, given the mean of all frames", True),
)
