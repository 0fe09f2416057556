"""The settings of a training run, apart from what is trained and on what."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["TrainConfig"]


@dataclass(frozen=True)
class TrainConfig:
    """How `fit` trains. The defaults train plainly, silently keep nothing, and stop at the end.

    Attributes:
        seed: names the order of the data, its augmentation, and dropout.
        device: "auto" (a GPU if there is one), "cpu" or "cuda".
        precision: "no" (float32), "bf16" or "fp16" (GPU only).
        accumulate: batches per optimizer step; the gradient is that of one large batch.
        clip_norm: longest gradient allowed, as a norm; None = any.
        evaluate_every: optimizer steps between evaluations; None = once an epoch.
        checkpoint_dir: where checkpoints go; None = nowhere.
        checkpoint_every: optimizer steps between checkpoints; None = once an epoch. There is
            always one at the end.
        keep: how many of the newest checkpoints stay.
        resume: go on from the newest checkpoint in ``checkpoint_dir``, or start if there is none.
        monitor: name of the metric whose best weights are kept as ``best.safetensors`` and
            that early stopping watches.
        mode: whether the monitored metric is best at its "max" or "min".
        patience: stop after this many evaluations in a row without a new best; None = never.
        progress: show a progress bar with the remaining time.

    Raises:
        ValueError: if a number is below its least value, or a setting lacks the one it needs.

    Example:
        >>> TrainConfig(clip_norm=1.0).accumulate
        1
    """

    seed: int = 0
    device: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Literal["no", "bf16", "fp16"] = "no"
    accumulate: int = 1
    clip_norm: float | None = None
    evaluate_every: int | None = None
    checkpoint_dir: Path | str | None = None
    checkpoint_every: int | None = None
    keep: int = 2
    resume: bool = False
    monitor: str | None = None
    mode: Literal["max", "min"] = "max"
    patience: int | None = None
    progress: bool = True

    def __post_init__(self) -> None:
        for name in ("accumulate", "evaluate_every", "checkpoint_every", "keep", "patience"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
        if self.clip_norm is not None and not self.clip_norm > 0:
            raise ValueError(f"clip_norm must be positive or None, got {self.clip_norm}")
        if self.patience is not None and self.monitor is None:
            raise ValueError("patience needs a metric to watch: set monitor, e.g. 'miou'")
        if self.resume and self.checkpoint_dir is None:
            raise ValueError("resume needs checkpoint_dir: the folder of the run to go on with")
