"""Co-localisation of digits: where is the thing that all of these pictures have in common?

For each class of digits one localisation network is trained from nothing, on 100 pictures of that
class and on nothing else; what it finds is measured on the same pictures, as the paper does. The
encoder that says which windows look alike is a digit classifier, trained on other digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course_pkg.data import DigitSource
from course_pkg.engine import History, isolated_rng
from course_pkg.models import (
    ActivationEncoder,
    Colocaliser,
    colocalisation_loss,
    digit_net,
    random_windows,
)
from course_pkg.recipes._core.recipe import Job, Outcome, Paper, Recipe
from course_pkg.recipes._core.training import learn
from course_pkg.recipes.colocalisation.data import (
    PIECES,
    SIDE,
    ColocalisationData,
    colocalisation_data,
    encoder_views,
)
from course_pkg.recipes.colocalisation.picture import picture_of_boxes
from course_pkg.recipes.colocalisation.scores import found_boxes, measure_colocalisation
from course_pkg.recipes.spatial_transformers.data import CHUNK, RandomDraws

__all__ = ["RECIPES", "ColocalisationTraining"]

_NARROWING = 0.6  # share of the steps in which the largest window shrinks
_ROWS, _COLUMNS = 2, 8  # of the picture


@dataclass(frozen=True)
class ColocalisationTraining:
    """One preset.

    Attributes:
        steps: optimizer steps of a search.
        starts: searches for every class of digits, each from other weights; that with the lowest
            loss at its end is kept.
        classes: which digits are searched for, each by a network of its own.
        images: pictures of a class.
        batch_size: pictures a step; each meets each of the others in the loss.
        rate: Adam's, at its highest.
        encoder_steps: optimizer steps of the encoder's classifier.
        encoder_budget: parameters of the encoder at most.
        encoder_batch: digits a step, a multiple of 32.
    """

    steps: int
    starts: int = 1
    classes: tuple[int, ...] = tuple(range(10))
    images: int = 100
    batch_size: int = 32
    rate: float = 5e-3
    encoder_steps: int = 700
    encoder_budget: int = 20_000
    encoder_batch: int = 64


def _train(
    name: str, source: DigitSource, pieces: int, settings: ColocalisationTraining, job: Job
) -> Outcome[ColocalisationData]:
    data = colocalisation_data(source, pieces, settings.classes, settings.images, job.data)
    encoder, history = _trained_encoder(name, data, settings, job)
    seconds, finders = history.seconds, nn.ModuleDict()
    for digit, pictures in data.val.items():
        searches = [
            _search(f"{name}.digit{digit}.start{start}", start, encoder, pictures, settings, job)
            for start in range(settings.starts)
        ]
        seconds += sum(past.seconds for _, past in searches)
        # Judged by its own loss, which knows no box: some starts never find the digit.
        finders[str(digit)], history = min(searches, key=lambda search: _settled(search[1]))

    @torch.inference_mode()
    def predict(asked: tuple[int, Tensor]) -> Tensor:
        digit, pictures = asked
        return found_boxes(finders[str(digit)], pictures)

    return Outcome(
        model=finders.eval(),
        history=history,
        measure=partial(measure_colocalisation, finders, encoder, data),
        predict=predict,
        data=data,
        seconds=seconds,
        draw=partial(_picture, finders, data),
    )


def _trained_encoder(
    name: str, data: ColocalisationData, settings: ColocalisationTraining, job: Job
) -> tuple[ActivationEncoder, History]:
    with isolated_rng(job.seed):
        classifier = digit_net("cnn", 28, budget=settings.encoder_budget)
    images, labels = (part.to(job.device) for part in data.train.tensors)

    def loss_fn(model: nn.Module, batch: Any) -> Tensor:
        chosen = batch.flatten()
        return F.cross_entropy(model(encoder_views(images[chosen], images)), labels[chosen])

    history = learn(
        classifier,
        DataLoader(RandomDraws(len(images)), settings.encoder_batch // CHUNK),
        loss_fn,
        rate=4e-3,
        steps=settings.encoder_steps,
        config=job.train_config(f"{name}.encoder"),
    )
    return ActivationEncoder(classifier), history


def _search(
    name: str,
    start: int,
    encoder: ActivationEncoder,
    pictures: TensorDataset,
    settings: ColocalisationTraining,
    job: Job,
) -> tuple[Colocaliser, History]:
    with isolated_rng(job.seed + start):
        finder = Colocaliser(SIDE)
    narrowing = max(1.0, _NARROWING * settings.steps)

    def loss_fn(model: nn.Module, batch: Any) -> Tensor:
        [images] = batch
        windows = random_windows(len(images), device=images.device)
        found = model(images)
        finder.advance(1 / narrowing)
        both = encoder(torch.cat([found, finder.read(images, windows)]))
        return colocalisation_loss(*both.chunk(2))

    history = learn(
        finder,
        DataLoader(
            TensorDataset(pictures.tensors[0]), settings.batch_size, shuffle=True, drop_last=True
        ),
        loss_fn,
        rate=settings.rate,
        steps=settings.steps,
        config=job.train_config(name),
    )
    return finder, history


def _settled(history: History) -> float:
    """The mean loss of the last tenth of a search."""
    last = history.loss[-max(1, len(history.loss) // 10) :]
    return sum(last) / len(last)


@torch.inference_mode()
def _picture(finders: nn.ModuleDict, data: ColocalisationData) -> Any:
    with isolated_rng(0):
        start = Colocaliser(SIDE)  # any: before training all look at the middle
    rows = []
    for digit, pictures in data.val.items():
        images, boxes = (part[:_COLUMNS] for part in pictures.tensors)
        before = found_boxes(start, images)
        rows.append((images, boxes, before, found_boxes(finders[str(digit)], images)))
    return picture_of_boxes(rows[:_ROWS])


# The lowest and the highest of ten classes are all that the text says of table 5 with clutter.
_PAPER: Mapping[int, Mapping[str, float]] = {
    0: {"corloc": 1.0},
    PIECES: {"corloc_lowest_class": 0.75, "corloc_highest_class": 0.93},
}
_SOURCE = (
    "Jaderberg et al. 2015, appendix A.2 and table 5: 100 pictures a class; its encoder is a net "
    "of table 1, ours knows digits in clutter; its optimiser and random windows are not told"
)


def _recipe(pieces: int, source: DigitSource) -> Recipe[ColocalisationTraining, ColocalisationData]:
    task, clutter = ("tc", "among pieces of others") if pieces else ("t", "on empty paper")
    name = f"colocalisation-{task}-{source}"
    tiny = ColocalisationTraining(steps=300, classes=(3,), encoder_steps=500)
    presets = {"tiny": tiny}
    paper = None
    if source == "mnist":
        small = ColocalisationTraining(steps=600, starts=3, encoder_steps=2000)
        full = ColocalisationTraining(
            steps=2000, starts=5, encoder_steps=20_000, encoder_budget=400_000, encoder_batch=256
        )
        presets |= {"small": small, "full": full}
        paper = Paper(_PAPER[pieces], "R", _SOURCE)
    return Recipe(
        name,
        f"Boxes for the digit that 100 pictures of 84 x 84 have in common, {clutter}, unlabelled",
        source,
        presets,
        partial(_train, name, source, pieces),
        split="test",
        paper=paper,
    )


RECIPES = tuple(_recipe(pieces, source) for source in ("mnist", "digits") for pieces in (0, PIECES))
