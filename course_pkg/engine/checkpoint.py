"""Checkpoints that are either whole or absent, and bring a run back exactly.

A checkpoint is a folder ``step-00000120`` with ``model.safetensors`` (weights alone, readable by
any tool), ``state.pt`` (optimizer, schedule, random generators of every process) and
``history.json``. It is written under another name and renamed when complete: a run killed while
writing leaves the one before untouched.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_model, save_model
from torch import nn

from course_pkg.engine.history import History

__all__ = [
    "latest_checkpoint",
    "load_checkpoint",
    "load_weights",
    "save_checkpoint",
    "save_weights",
]


def save_weights(model: nn.Module, path: Path | str) -> None:
    """Write a model's weights as safetensors, whole or not at all.

    Args:
        model: on any device.
        path: of the file; its folder has to exist.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_weights(torch.nn.Linear(2, 1), Path(folder) / "weights.safetensors")
        ...     load_weights(torch.nn.Linear(2, 1), Path(folder) / "weights.safetensors")
    """
    path = Path(path)
    partial = path.with_name(f".writing-{path.name}")
    save_model(model, str(partial))
    _to_disk(partial)
    partial.replace(path)


def load_weights(model: nn.Module, path: Path | str) -> None:
    """Read weights that `save_weights` wrote into a model, in place.

    Args:
        model: of the same architecture; it keeps its device.
        path: of the file.

    Raises:
        ValueError: if the file is missing, or its tensors are not the model's.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"no weights at {path}: check the path, or train first")
    try:
        load_model(model, str(path))
    except RuntimeError as error:
        raise ValueError(f"the weights in {path} are not of this model: {error}") from error


def save_checkpoint(
    folder: Path | str,
    model: nn.Module,
    state: dict[str, Any],
    history: History,
    keep: int = 2,
) -> Path:
    """Write a checkpoint after ``history.steps`` steps and delete all but the newest ``keep``.

    Args:
        folder: holds the run's checkpoints; made if missing.
        model: its weights go to ``model.safetensors``.
        state: tensors, numbers, strings, and lists, tuples and dicts of them.
        history: of the run so far.
        keep: checkpoints that stay, this one included.

    Returns:
        The checkpoint's folder.

    Raises:
        ValueError: if ``keep`` is below 1.
    """
    if keep < 1:
        raise ValueError(f"keep must be at least 1, got {keep}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"step-{history.steps:08d}"
    partial = folder / f".writing-{target.name}"
    shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed while writing
    partial.mkdir()
    save_weights(model, partial / "model.safetensors")
    torch.save(state, partial / "state.pt")
    history.save(partial / "history.json")
    for file in partial.iterdir():
        _to_disk(file)
    if target.exists():  # written again after a resume with nothing left to do
        shutil.rmtree(target)
    partial.replace(target)
    _to_disk(folder)
    for old in _checkpoints(folder)[:-keep]:
        shutil.rmtree(old)
    return target


def latest_checkpoint(folder: Path | str) -> Path | None:
    """Find the newest complete checkpoint of a run.

    Args:
        folder: holds the run's checkpoints; may be missing.

    Returns:
        The checkpoint's folder, or None if there is none.

    Example:
        >>> latest_checkpoint("no/such/folder") is None
        True
    """
    found = _checkpoints(Path(folder))
    return found[-1] if found else None


def load_checkpoint(path: Path | str, model: nn.Module) -> tuple[dict[str, Any], History]:
    """Read a checkpoint: the weights into the model, the rest returned.

    Args:
        path: folder of one checkpoint, see `latest_checkpoint`.
        model: of the same architecture; it keeps its device.

    Returns:
        The state and history that `save_checkpoint` was given.

    Raises:
        ValueError: if there is no checkpoint, or it is not of this model.
    """
    path = Path(path)
    load_weights(model, path / "model.safetensors")
    # weights_only: a checkpoint is data, and must not be able to run code.
    state = torch.load(path / "state.pt", map_location="cpu", weights_only=True)
    return state, History.load(path / "history.json")


def _checkpoints(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-????????*"))


def _to_disk(path: Path) -> None:
    """Wait until a file's (or, on POSIX, a folder's) content is on the disk, not in a cache."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
