"""What happened during a training run, in a form that can be stored, plotted and compared."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

__all__ = ["Evaluation", "History"]


@dataclass
class Evaluation:
    """The metrics after one evaluation.

    Attributes:
        step: optimizer steps done before it.
        metrics: what the ``evaluate`` function returned.
    """

    step: int
    metrics: dict[str, float]


@dataclass
class History:
    """Numbers of a run, in order; entry i of a list belongs to optimizer step i + 1.

    Attributes:
        loss: mean loss of each step, over all processes and accumulated batches.
        learning_rate: rate of the first parameter group during each step.
        grad_norm: norm of the whole gradient before clipping; not finite where half precision
            overflowed and the step was skipped.
        evaluations: metrics, each with its step.
        stop_reason: None while running, then "finished" or why it ended early.
        seconds: time spent, over all resumed parts. Not compared: two equal runs differ in it.

    Example:
        >>> history = History(loss=[2.0, 1.0], evaluations=[Evaluation(2, {"miou": 0.5})])
        >>> History.from_dict(history.to_dict()) == history
        True
        >>> history.metric("miou")
        ([2], [0.5])
    """

    loss: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    grad_norm: list[float] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    stop_reason: str | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def steps(self) -> int:
        """Optimizer steps done."""
        return len(self.loss)

    def metric(self, name: str) -> tuple[list[int], list[float]]:
        """Return the steps and values of one metric, to plot them.

        Raises:
            ValueError: if an evaluation did not measure it.
        """
        for evaluation in self.evaluations:
            if name not in evaluation.metrics:
                raise ValueError(
                    f"no metric {name!r} at step {evaluation.step}, there is: "
                    f"{', '.join(sorted(evaluation.metrics))}"
                )
        values = [evaluation.metrics[name] for evaluation in self.evaluations]
        return [evaluation.step for evaluation in self.evaluations], values

    def best(self, name: str, mode: Literal["max", "min"] = "max") -> Evaluation | None:
        """Return the first evaluation with the best value of a metric; NaN is never the best."""
        best: Evaluation | None = None
        for evaluation, value in zip(self.evaluations, self.metric(name)[1], strict=True):
            if math.isnan(value):
                continue
            sign = 1 if mode == "max" else -1
            if best is None or sign * value > sign * best.metrics[name]:
                best = evaluation
        return best

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and numbers for JSON; numbers that JSON lacks become None."""
        return _finite_or_none(asdict(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "History":
        """Rebuild a history; None becomes NaN again."""
        evaluations = [
            Evaluation(entry["step"], {k: _number(v) for k, v in entry["metrics"].items()})
            for entry in data["evaluations"]
        ]
        columns = {
            name: [_number(value) for value in data[name]]
            for name in ("loss", "learning_rate", "grad_norm")
        }
        return cls(
            **columns,
            evaluations=evaluations,
            stop_reason=data["stop_reason"],
            seconds=data["seconds"],
        )

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(self.to_dict(), allow_nan=False) + "\n")

    @classmethod
    def load(cls, path: Path) -> "History":
        """Read what `save` wrote."""
        return cls.from_dict(json.loads(path.read_text()))


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _finite_or_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite_or_none(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite_or_none(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
