"""Two real processes on one machine's CPU train to what one process trains to."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader
from two_processes import train

from course_pkg.engine import ResumableLoader

SCRIPT = Path(__file__).with_name("two_processes.py")


@pytest.fixture(scope="module")
def by_two(tmp_path_factory):
    out = tmp_path_factory.mktemp("two")
    environment = {**os.environ, "ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"}
    launcher = ["torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [sys.executable, "-m", *launcher, str(SCRIPT), str(out)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [torch.load(out / f"rank{rank}.pt") for rank in (0, 1)]


def test_there_were_two(by_two):
    assert [result["world"] for result in by_two] == [2, 2]


@pytest.mark.parametrize("accumulate", [1, 2])
def test_two_processes_equal_one(by_two, accumulate, tmp_path):
    one = train(tmp_path, accumulate)  # its 8 steps without a stop
    for result in by_two:
        two = result[accumulate]
        for name, weight in one["weights"].items():
            torch.testing.assert_close(two["weights"][name], weight, rtol=1e-10, atol=1e-12)
        for name in ("loss", "learning_rate", "grad_norm"):
            assert two["history"][name] == pytest.approx(one["history"][name], rel=1e-10)
        # The two stopped at step 5 in between, and evaluated there as at any end.
        scores = {e["step"]: e["metrics"] for e in two["history"]["evaluations"]}
        assert sorted(scores) == [3, 5, 6, 8]
        for evaluation in one["history"]["evaluations"]:
            assert scores[evaluation["step"]] == pytest.approx(evaluation["metrics"], rel=1e-12)
    assert torch.equal(
        by_two[0][accumulate]["weights"]["0.weight"], by_two[1][accumulate]["weights"]["0.weight"]
    )


def test_counts_are_added_over_processes(by_two):
    # Rank 0 saw one pixel of class 0 labelled 0; rank 1 two of class 0 labelled 1.
    for result in by_two:
        assert result["table"].tolist() == [[1, 2], [0, 0]]


def test_shares_of_a_batch_are_the_batch():
    whole = DataLoader(range(11), batch_size=4, shuffle=True)
    shares = [
        [batch.tolist() for batch in ResumableLoader(whole, seed=1, rank=rank, world=3).epoch(2)]
        for rank in range(3)
    ]
    alone = [batch.tolist() for batch in ResumableLoader(whole, seed=1).epoch(2)]
    for number, batch in enumerate(alone):
        assert sorted(batch) == sorted(itertools.chain(*(share[number] for share in shares)))
    assert sorted(itertools.chain(*alone)) == list(range(11))


def test_a_batch_too_small_to_share_is_refused():
    loader = ResumableLoader(DataLoader(range(5), batch_size=4), seed=0, rank=1, world=2)
    with pytest.raises(ValueError, match="a batch of 1 cannot be shared by 2 processes"):
        list(loader.epoch(0))
