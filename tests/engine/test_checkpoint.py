"""Weights and histories come back from files as they were."""

import json
import math

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from course_pkg.engine import (
    Evaluation,
    History,
    latest_checkpoint,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
)


class Tied(nn.Module):
    """Two names for one weight, which safetensors refuses unless told about it."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(3, 3, bias=False)
        self.head = nn.Linear(3, 3, bias=False)
        self.head.weight = self.embed.weight
        self.register_buffer("seen", torch.tensor(2))


def history(steps):
    return History(loss=[1.0 / 3] * steps, learning_rate=[0.1] * steps, grad_norm=[2.0] * steps)


def test_round_trip_with_tied_weights_and_buffers(tmp_path):
    torch.manual_seed(0)
    model, other = Tied(), Tied()
    model.seen += 5
    state = {"optimizer": {"momentum": torch.ones(2)}, "rng": [(1, [2, 3], None)]}
    path = save_checkpoint(tmp_path, model, state, history(3))
    assert path == latest_checkpoint(tmp_path) == tmp_path / "step-00000003"
    loaded, past = load_checkpoint(path, other)
    assert torch.equal(other.embed.weight, model.embed.weight)
    assert other.head.weight is other.embed.weight
    assert other.seen == 7
    assert torch.equal(loaded["optimizer"]["momentum"], torch.ones(2))
    assert loaded["rng"] == [(1, [2, 3], None)]
    assert past == history(3)
    assert "seen" in load_file(path / "model.safetensors")  # readable by any tool


def test_the_newest_counts_by_step_not_by_name_or_date(tmp_path):
    model = nn.Linear(1, 1)
    for steps in (12, 3, 100):
        save_checkpoint(tmp_path, model, {}, history(steps), keep=3)
    assert latest_checkpoint(tmp_path).name == "step-00000100"
    save_checkpoint(tmp_path, model, {}, history(101), keep=2)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["step-00000100", "step-00000101"]
    with pytest.raises(ValueError, match="keep must be at least 1"):
        save_checkpoint(tmp_path, model, {}, history(1), keep=0)


def test_half_written_checkpoints_are_not_seen(tmp_path):
    (tmp_path / ".writing-step-00000009").mkdir()
    assert latest_checkpoint(tmp_path) is None


def test_code_in_a_checkpoint_is_not_run(tmp_path):
    path = save_checkpoint(tmp_path, nn.Linear(1, 1), {"evil": print}, history(1))
    with pytest.raises(Exception, match="Weights only load failed"):
        load_checkpoint(path, nn.Linear(1, 1))


def test_wrong_weights_are_refused(tmp_path):
    save_weights(nn.Linear(2, 1), tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match="are not of this model"):
        load_weights(nn.Linear(3, 1), tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match="are not of this model"):
        load_weights(nn.Conv2d(2, 1, 1), tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match="no weights at"):
        load_weights(nn.Linear(2, 1), tmp_path / "other.safetensors")


def test_history_is_strict_json_and_keeps_every_bit(tmp_path):
    past = history(2)
    past.loss[0] = 0.1 + 0.2
    past.grad_norm[1] = math.inf
    past.evaluations = [Evaluation(1, {"miou": math.nan}), Evaluation(2, {"miou": 0.25})]
    past.stop_reason = "finished"
    past.save(tmp_path / "history.json")

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    json.loads((tmp_path / "history.json").read_text(), parse_constant=refuse)
    back = History.load(tmp_path / "history.json")
    assert back.loss == past.loss
    assert math.isnan(back.grad_norm[1])
    assert back.evaluations[1] == past.evaluations[1]
    assert math.isnan(back.evaluations[0].metrics["miou"])
    assert (back.steps, back.stop_reason) == (2, "finished")


def test_best_ignores_nan_and_takes_the_first():
    values = [math.nan, 0.2, 0.5, 0.5, 0.1]
    past = History(evaluations=[Evaluation(i, {"m": v}) for i, v in enumerate(values)])
    assert past.best("m").step == 2
    assert past.best("m", "min").step == 4
    assert History().best("m") is None
    with pytest.raises(ValueError, match="no metric 'x' at step 0, there is: m"):
        past.best("x")
