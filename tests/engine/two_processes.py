"""Run by each of two processes (see test_processes.py): trains, evaluates, writes what it got."""

import sys
from pathlib import Path

import torch
import torch.distributed as dist
from tiny_training import Pixels, cross_entropy, make_model
from torch.utils.data import DataLoader

from course_pkg.engine import TrainConfig, evaluate, fit
from course_pkg.metrics import BoundaryF1, ConfusionMatrix


def train(folder, accumulate, steps=8):
    """One run without BatchNorm and dropout, in float64 so that only true differences show."""
    model = make_model(dropout=0.0, dtype=torch.float64)
    # 10 samples in batches of 4: the last batch has 2, one for each process.
    loader = DataLoader(Pixels(dtype=torch.float64), batch_size=4, shuffle=True)
    scoring = DataLoader(Pixels(augment=False, dtype=torch.float64), batch_size=3)

    def scores(model):
        return evaluate(model, scoring, [ConfusionMatrix(2), BoundaryF1(2)])

    config = TrainConfig(
        seed=3,
        accumulate=accumulate,
        clip_norm=0.5,
        evaluate_every=3,
        checkpoint_dir=folder,
        checkpoint_every=2,
        progress=False,
        resume=True,
        device="cpu",
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    options = {"loss_fn": cross_entropy, "optimizer": optimizer, "evaluate": scores}
    history = fit(model, loader, config=config, steps=steps, **options)
    return {"history": history.to_dict(), "weights": model.state_dict()}


def main():
    out = Path(sys.argv[1])
    results = {}
    for accumulate in (1, 2):
        folder = out / f"run{accumulate}"
        train(folder, accumulate, steps=5)
        results[accumulate] = train(folder, accumulate)  # resumed mid-epoch, to 8
    rank, world = dist.get_rank(), dist.get_world_size()
    assert world == 2, world
    table = ConfusionMatrix(2)
    table.update(torch.full((rank + 1,), rank), torch.zeros(rank + 1, dtype=torch.int64))
    table.reduce_from_all_processes()
    results["table"] = table.matrix
    results["world"] = world
    torch.save(results, out / f"rank{rank}.pt")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
