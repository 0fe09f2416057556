"""What a recipe is: a trained result that one line of a shell, or of a lecture, makes again.

A recipe names what is trained on what, and holds the numbers in which its presets differ and a
function that trains and measures. Nothing here knows any model: segmentation recipes share
`segmentation`, other families bring their own function.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from PIL import Image
from torch import nn

from course_pkg.engine import History, Result, TrainConfig

__all__ = ["Device", "Job", "Outcome", "Paper", "Recipe", "Run"]

SettingsT = TypeVar("SettingsT")
DataT = TypeVar("DataT", covariant=True)

Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True)
class Paper:
    """What a paper reports for the same thing, or for the nearest thing that it measured.

    Attributes:
        value: number by name, fractions as in our own metrics.
        tag: how sure it is: "V" read in the paper or its code, "R" in another's report of it,
            "C" computed, "M" from memory, unverified.
        source: where it stands, and how what was measured there differs from ours.
    """

    value: Mapping[str, float]
    tag: Literal["V", "R", "C", "M"]
    source: str


@dataclass(frozen=True)
class Job:
    """How a run was asked for.

    Attributes:
        preset: "tiny", "small" or "full".
        seed: of everything random.
        device: "cpu" or "cuda", or "auto" for a GPU if there is one.
        data: folder that holds the real data sets; None = the one that COURSE_DATA names.
        checkpoints: folder for the checkpoints of all recipes; None = keep none.
        resume: go on from the checkpoints that are there.
        progress: show progress bars.

    Raises:
        ValueError: if the seed is out of range.
    """

    preset: str = "tiny"
    seed: int = 0
    device: Device = "auto"
    data: Path | str | None = None
    checkpoints: Path | None = None
    resume: bool = False
    progress: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**32:  # here, before anything is read or painted
            raise ValueError(f"seed must be from 0 to 2**32 - 1, got {self.seed}")

    def train_config(self, recipe: str, **settings: Any) -> TrainConfig:
        """Settings of the training loop for one recipe, or for one that is a stage of another.

        Checkpoints that an earlier run left are deleted, unless this run goes on with them.
        """
        folder = None
        if self.checkpoints is not None:
            folder = self.checkpoints / f"{recipe}.{self.preset}.{self.device}.seed{self.seed}"
            if not self.resume:
                shutil.rmtree(folder, ignore_errors=True)
            folder.parent.mkdir(parents=True, exist_ok=True)
            # They are large, and any run makes them again: nothing for a repository.
            (folder.parent / ".gitignore").write_text("*\n")
        return TrainConfig(
            seed=self.seed,
            device=self.device,
            checkpoint_dir=folder,
            keep=1,
            resume=self.resume and folder is not None,
            progress=self.progress,
            **settings,
        )


@dataclass(frozen=True, kw_only=True)
class Outcome(Generic[DataT]):
    """What came out of training, ready to be used in a lecture.

    Attributes:
        model: trained, in evaluation mode; where it was trained, until `reproduce` has measured it.
        history: of its training, the last stage's if there were several.
        measure: computes `metrics`.
        predict: maps inputs (images in [0, 1], on any device) to answers (label maps).
        data: what it was trained and measured on, with ``train`` and ``val``.
        seconds: of training.
        draw: makes a picture of some answers, if there is one to make.
        stages: outcome by recipe name, for recipes that train one net after another; the last
            is this one. Empty where there is one stage only.
    """

    model: nn.Module
    history: History
    measure: Callable[[], Mapping[str, Any]]
    predict: Callable[[Any], Any]
    data: DataT
    seconds: float
    draw: Callable[[], Image.Image] | None = None
    stages: Mapping[str, "Outcome[DataT]"] = field(default_factory=dict)

    @cached_property
    def metrics(self) -> Mapping[str, Any]:
        """Numbers by name, computed at the first look.

        A list holds one number per class, None where a class is absent.
        """
        return self.measure()

    def picture(self) -> Image.Image:
        """Draw some answers beside the truth.

        Raises:
            ValueError: if this recipe has no picture.
        """
        if self.draw is None:
            raise ValueError("this recipe draws no picture: use its model and data")
        return self.draw()


@dataclass(frozen=True)
class Recipe(Generic[SettingsT, DataT]):
    """One trained result, typed from the settings of its presets to the data it learns from.

    Attributes:
        name: lower case with hyphens, what is trained and on what: ``fcn8s-camvid``.
        what: one sentence for the list.
        dataset: what it needs: "scenes" needs no files.
        split: the part of it that is measured.
        presets: settings by preset; what they are is between the recipe and its ``train``.
        train: maps (settings of the preset, job) to an outcome.
        paper: the paper's number, if it has one.
        gpu_presets: presets that make no sense without a GPU.
    """

    name: str
    what: str
    dataset: str
    presets: Mapping[str, SettingsT]
    train: Callable[[SettingsT, Job], Outcome[DataT]]
    split: str = "val"
    paper: Paper | None = None
    gpu_presets: tuple[str, ...] = ("full",)


@dataclass(frozen=True, kw_only=True)
class Run(Outcome[DataT]):
    """An outcome, and how it came about.

    Attributes:
        seconds: of training and evaluation.
        recipe: what was trained.
        preset: which of its presets.
        seed: of everything random.
        device: "cpu" or "cuda".
        peak_memory_mb: MiB.
    """

    recipe: Recipe[Any, DataT]
    preset: str
    seed: int
    device: str
    peak_memory_mb: float

    def result(self) -> Result:
        """Put the numbers into the form in which they are stored."""
        paper = self.recipe.paper
        return Result(
            recipe=self.recipe.name,
            dataset=self.recipe.dataset,
            split=self.recipe.split,
            preset=self.preset,
            device=self.device,
            metrics=dict(self.metrics),
            command=f"course reproduce {self.recipe.name} --preset {self.preset} "
            f"--device {self.device} --seed {self.seed}",
            seed=self.seed,
            seconds=round(self.seconds, 3),
            peak_memory_mb=round(self.peak_memory_mb, 1),
            paper=None
            if paper is None
            else {"value": dict(paper.value), "tag": paper.tag, "source": paper.source},
        )
