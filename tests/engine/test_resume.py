"""A run that is killed and resumed ends with the numbers of one that was not, bit for bit."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_training
import torch

from course_pkg.engine import latest_checkpoint

SCRIPT = Path(tiny_training.__file__)


def run_until_killed(folder, *options):
    """Train in a process of its own; it has to end by SIGKILL."""
    # Sums come out the same only when they are cut among the same number of threads.
    environment = {**os.environ, "OMP_NUM_THREADS": str(torch.get_num_threads())}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), *map(str, options)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def assert_equal_runs(one, other):
    (model, history), (other_model, other_history) = one, other
    assert history == other_history
    assert history.steps == tiny_training.STEPS
    assert history.stop_reason == "finished"
    weights, other_weights = model.state_dict(), other_model.state_dict()
    assert all(torch.equal(weights[name], other_weights[name]) for name in weights)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    return tiny_training.train(tmp_path_factory.mktemp("whole"))


def test_killed_at_random_steps_then_resumed(tmp_path, uninterrupted):
    # Two kills: one in the first epoch, one after the first resume, mid-epoch in the third.
    draw = random.Random(20)
    first = draw.randint(5, 7)
    run_until_killed(tmp_path, "--kill-at-loss", first)
    assert latest_checkpoint(tmp_path).name == f"step-{(first - 1) // 3 * 3:08d}"
    run_until_killed(tmp_path, "--kill-at-loss", draw.randint(5, 7))
    assert latest_checkpoint(tmp_path).name != f"step-{(first - 1) // 3 * 3:08d}"
    assert_equal_runs(tiny_training.train(tmp_path, resume=True), uninterrupted)


def test_killed_while_writing_a_checkpoint(tmp_path, uninterrupted):
    run_until_killed(tmp_path, "--kill-while-saving", 2)
    assert [path.name for path in tmp_path.glob("step-*")] == ["step-00000003"]
    assert list(tmp_path.glob(".writing-*"))  # the half-written one is there, under another name
    assert_equal_runs(tiny_training.train(tmp_path, resume=True), uninterrupted)
    assert not list(tmp_path.glob(".writing-*"))


def interrupted_at(call):
    """A loss function that is stopped by hand (Ctrl-C) in its n-th call."""
    calls = 0

    def loss_fn(model, batch):
        nonlocal calls
        calls += 1
        if calls == call:
            raise KeyboardInterrupt
        return tiny_training.cross_entropy(model, batch)

    return loss_fn


@pytest.mark.parametrize("call", [1, 4, 9])
def test_stopped_by_hand_then_resumed(tmp_path, uninterrupted, call):
    with pytest.raises(KeyboardInterrupt):
        tiny_training.train(tmp_path, loss_fn=interrupted_at(call))
    torch.rand(call)  # whatever else was drawn in between
    assert_equal_runs(tiny_training.train(tmp_path, resume=True), uninterrupted)


def test_loader_workers_change_nothing(tmp_path, uninterrupted):
    with pytest.raises(KeyboardInterrupt):
        tiny_training.train(tmp_path, loss_fn=interrupted_at(8), workers=1)
    assert latest_checkpoint(tmp_path).name == "step-00000006"  # mid-epoch: 4 batches are one
    assert_equal_runs(tiny_training.train(tmp_path, resume=True), uninterrupted)


def test_resuming_with_accumulation_mid_epoch(tmp_path):
    # 4 batches an epoch, 3 a step: steps of 3 and of 1. Call 23 is in step 11.
    whole = tiny_training.train(tmp_path / "whole", accumulate=3)
    with pytest.raises(KeyboardInterrupt):
        tiny_training.train(tmp_path / "parts", accumulate=3, loss_fn=interrupted_at(23))
    assert latest_checkpoint(tmp_path / "parts").name == "step-00000009"  # 4 epochs and a half
    assert_equal_runs(tiny_training.train(tmp_path / "parts", accumulate=3, resume=True), whole)


def test_resuming_a_finished_run_trains_nothing(tmp_path):
    model, history = tiny_training.train(tmp_path)
    again, same = tiny_training.train(tmp_path, resume=True, loss_fn=must_not_be_called)
    assert same == history
    assert torch.equal(again[0].weight, model[0].weight)


def must_not_be_called(model, batch):
    raise AssertionError("a finished run must not train")


def test_a_folder_in_use_is_refused(tmp_path):
    tiny_training.train(tmp_path, steps=3)
    with pytest.raises(ValueError, match="holds checkpoints of an earlier run: set resume=True"):
        tiny_training.train(tmp_path)
    with pytest.raises(ValueError, match="trained with seed = 5, now it is 6"):
        tiny_training.train(tmp_path, resume=True, seed=6)
    with pytest.raises(ValueError, match="batches per step = 1, now it is 2"):
        tiny_training.train(tmp_path, resume=True, accumulate=2)


def test_only_the_newest_checkpoints_stay(tmp_path):
    tiny_training.train(tmp_path, keep=2)
    assert sorted(path.name for path in tmp_path.glob("step-*")) == [
        "step-00000012",
        "step-00000014",
    ]
