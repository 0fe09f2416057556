"""Running a recipe, from a lecture or from the shell, and writing down what came out."""

import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch

from course_pkg.engine import Timer, peak_memory_mb, pick_device, write_result
from course_pkg.recipes._core.catalog import find_recipe
from course_pkg.recipes._core.recipe import Device, Job, Recipe, Run

__all__ = ["PRESET_VARIABLE", "reproduce", "write_run"]

PRESET_VARIABLE = "COURSE_PRESET"


def reproduce(
    name: str,
    preset: str | None = None,
    *,
    seed: int = 0,
    device: Device = "auto",
    data: Path | str | None = None,
    checkpoints: Path | str | None = None,
    resume: bool = False,
    progress: bool = True,
) -> Run:
    """Train and measure what a recipe says, and return model, history and metrics.

    The same name, preset and seed give the same numbers on the same machine. No result file is
    written; see `write_run`.

    Args:
        name: of the recipe, see `recipe_names`.
        preset: "tiny", "small" or "full"; None takes the one that the environment variable
            COURSE_PRESET names, or tiny.
        seed: of everything random.
        device: "auto" (a GPU if there is one), "cpu" or "cuda".
        data: folder that holds the real data sets; None = the one that COURSE_DATA names.
        checkpoints: folder for checkpoints; None = keep none.
        resume: go on from the checkpoints that a killed run of the same recipe left there.
        progress: show progress bars.

    Returns:
        The run. Its model is in the CPU's memory, wherever it was trained, so that what a
        lecture does with it works on every machine; ``run.model.to(run.device)`` moves it back.

    Raises:
        ValueError: if the recipe, preset or device cannot be had.
        FileNotFoundError: if the data are missing; the message says where to get them.

    Example:
        >>> reproduce("fcn8s-scenes", preset="huge")
        Traceback (most recent call last):
        ValueError: fcn8s-scenes has no preset 'huge': choose tiny, small or full
    """
    recipe = find_recipe(name)
    preset = preset or os.environ.get(PRESET_VARIABLE) or "tiny"
    settings = _settings(recipe, preset)
    chosen = pick_device(device).type
    if preset in recipe.gpu_presets and chosen != "cuda":
        raise ValueError(
            f"preset {preset!r} of {name} is made for a GPU and none is used here: "
            f"choose {_listed([p for p in recipe.presets if p not in recipe.gpu_presets])}"
        )
    job = Job(
        preset=preset,
        seed=seed,
        device="cuda" if chosen == "cuda" else "cpu",
        data=data,
        checkpoints=None if checkpoints is None else Path(checkpoints),
        resume=resume,
        progress=progress,
    )
    if chosen == "cuda":
        torch.cuda.reset_peak_memory_stats()
    outcome = recipe.train(settings, job)
    with Timer() as timer:
        metrics = outcome.metrics
    # A lecture's pictures are in the CPU's memory; a network left on the GPU would refuse them.
    for stage in (outcome, *outcome.stages.values()):
        stage.model.cpu()
    parts = {part.name: getattr(outcome, part.name) for part in fields(outcome)}
    parts |= {"measure": lambda: metrics, "seconds": outcome.seconds + timer.seconds}
    return Run(
        **parts,
        recipe=recipe,
        preset=preset,
        seed=seed,
        device=chosen,
        peak_memory_mb=peak_memory_mb(chosen),
    )


def write_run(run: Run, folder: Path | str) -> list[Path]:
    """Write a run's numbers, and beside them its picture if it has one.

    Args:
        run: a finished one.
        folder: made if missing.

    Returns:
        The files' paths, the numbers first.
    """
    numbers = write_result(run.result(), folder)
    if run.draw is None:
        return [numbers]
    picture = numbers.with_suffix(".png")
    run.picture().save(picture, optimize=True)
    return [numbers, picture]


def _settings(recipe: Recipe, preset: str) -> Any:
    if preset not in recipe.presets:
        raise ValueError(
            f"{recipe.name} has no preset {preset!r}: choose {_listed(list(recipe.presets))}"
        )
    return recipe.presets[preset]


def _listed(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
