"""Where a training run stands: evaluating, stopping, saving and resuming it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from accelerate import Accelerator
from accelerate.utils import gather_object
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from course_pkg.engine.checkpoint import (
    latest_checkpoint,
    load_checkpoint,
    save_checkpoint,
    save_weights,
)
from course_pkg.engine.config import TrainConfig
from course_pkg.engine.evaluate import eval_mode
from course_pkg.engine.history import Evaluation, History
from course_pkg.engine.seeds import preserved_rng, rng_state, set_rng_state

__all__ = ["FitRun"]


class FitRun:
    """What stays the same during one call of `fit`, and the things done now and then."""

    def __init__(
        self,
        accelerator: Accelerator,
        model: nn.Module,
        optimizer: Optimizer,
        scheduler: LRScheduler | None,
        config: TrainConfig,
        per_epoch: int,
    ) -> None:
        self.accelerator, self.config, self.per_epoch = accelerator, config, per_epoch
        self.model, self.optimizer, self.scheduler = model, optimizer, scheduler
        self.folder = None if config.checkpoint_dir is None else Path(config.checkpoint_dir)
        # Steps are places in the data only as long as these stay the same.
        self.terms = {
            "seed": config.seed,
            "batches per step": config.accumulate,
            "steps per epoch": per_epoch,
            "processes": accelerator.num_processes,
            "precision": config.precision,
        }

    def is_due(self, every: int | None, step: int, total: int) -> bool:
        """Whether something is done after this step: every so often, and after the last one."""
        return step % (every or self.per_epoch) == 0 or step == total

    def record(
        self, history: History, evaluate: Callable[[nn.Module], Mapping[str, float]]
    ) -> None:
        """Evaluate, without a trace in the random numbers; keep the weights if they are best."""
        with eval_mode(self.model), preserved_rng():
            metrics = {name: float(value) for name, value in evaluate(self.model).items()}
        history.evaluations.append(Evaluation(history.steps, metrics))
        if self.config.monitor is None:
            return
        best = history.best(self.config.monitor, self.config.mode)
        if best is history.evaluations[-1] and self.folder and self.accelerator.is_main_process:
            self.folder.mkdir(parents=True, exist_ok=True)
            save_weights(self.model, self.folder / "best.safetensors")

    def reason_to_stop(self, history: History, total: int) -> str | None:
        """Say why the run is over, or None; judged from the history alone, so also on resume."""
        config = self.config
        if config.patience is not None and config.monitor is not None:
            best = history.best(config.monitor, config.mode)
            since = len(history.evaluations)
            if best is not None:
                since -= history.evaluations.index(best) + 1
            if since >= config.patience:
                return f"no better {config.monitor} in {since} evaluations"
        return "finished" if history.steps >= total else None

    def save(self, history: History) -> None:
        """Write a checkpoint, if the run has a folder; all processes have to call it."""
        if self.folder is None:
            return
        scaler = self.accelerator.scaler
        state = {
            "terms": self.terms,
            "optimizer": self.optimizer.state_dict(),
            "scheduler": self.scheduler.state_dict() if self.scheduler else None,
            "scaler": scaler.state_dict() if scaler else None,
            "rng": gather_object([rng_state()]),  # every process has its own
        }
        if self.accelerator.is_main_process:
            save_checkpoint(self.folder, self.model, state, history, self.config.keep)
        self.accelerator.wait_for_everyone()

    def resume_or_start(self) -> History:
        """Put everything back to the newest checkpoint, or start an empty history."""
        latest = None if self.folder is None else latest_checkpoint(self.folder)
        if latest is None:
            return History()
        if not self.config.resume:
            raise ValueError(
                f"{self.folder} holds checkpoints of an earlier run: set resume=True to go on "
                "with it, or choose another checkpoint_dir"
            )
        state, history = load_checkpoint(latest, self.model)
        for name, now in self.terms.items():
            if state["terms"][name] != now:
                raise ValueError(
                    f"cannot resume {latest} exactly: it was trained with {name} = "
                    f"{state['terms'][name]}, now it is {now}"
                )
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler:
            self.scheduler.load_state_dict(state["scheduler"])
        if self.accelerator.scaler:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        set_rng_state(state["rng"][self.accelerator.process_index])
        return history

    def summary(self, history: History) -> dict[str, str]:
        """What the progress bar shows beside the remaining time."""
        shown = {"loss": f"{history.loss[-1]:.4g}"}
        if history.evaluations:
            metrics = history.evaluations[-1].metrics
            name = self.config.monitor or next(iter(metrics), None)
            if name is not None:
                shown[name] = f"{metrics[name]:.4g}"
        return shown
