"""A training problem that fits in a second, with everything that draws random numbers in it.

Also a script: started in its own process, it trains as its command line says, so that tests can
kill it. Inputs are random, augmentation draws from torch's, NumPy's and Python's generators, and
the model has dropout: a resumed run that misplaces one draw ends elsewhere.
"""

import argparse
import os
import random
import signal
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from course_pkg.engine import LossSum, TrainConfig, evaluate, fit, poly_schedule
from course_pkg.engine.losses import pixel_cross_entropy
from course_pkg.metrics import ConfusionMatrix

STEPS = 14  # per epoch: 10 samples in batches of 3 are 4, so three and a half epochs


class Pixels(Dataset):
    """Small images whose label is the sign of their first channel, some pixels ignored."""

    def __init__(self, count=10, augment=True, dtype=torch.float32):
        generator = torch.Generator().manual_seed(1)
        self.images = torch.randn(count, 2, 6, 6, generator=generator, dtype=dtype)
        self.targets = (self.images[:, 0] > 0).long()
        # Different numbers of ignored pixels, so that means of means are not the mean.
        for i in range(count):
            self.targets[i, : i % 6] = 255
        self.augment = augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image, target = self.images[index], self.targets[index]
        if self.augment:
            if random.random() < 0.5:
                image, target = image.flip(2), target.flip(1)
            noise = torch.randn(image.shape, dtype=image.dtype)
            image = image + 0.1 * float(np.random.rand()) * noise  # noqa: NPY002
        return image, target


def make_model(seed=0, dropout=0.3, dtype=torch.float32):
    torch.manual_seed(seed)
    layers = (nn.Conv2d(2, 8, 3, padding=1), nn.ReLU(), nn.Dropout(dropout), nn.Conv2d(8, 2, 1))
    return nn.Sequential(*layers).to(dtype)


def cross_entropy(model, batch):
    images, target = batch
    return pixel_cross_entropy(model(images), target)


def killed_at(call):
    """A loss function that ends its process, with no chance to clean up, in its n-th call."""
    calls = 0

    def loss_fn(model, batch) -> LossSum:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return cross_entropy(model, batch)

    return loss_fn


def train(folder, *, resume=False, loss_fn=cross_entropy, steps=STEPS, workers=0, **settings):
    """Train and return (model, history); the same call gives the same numbers."""
    model = make_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    scoring = DataLoader(Pixels(augment=False), batch_size=4)
    loader = DataLoader(Pixels(), batch_size=3, shuffle=True, num_workers=workers)
    defaults = {
        "seed": 5,
        "device": "cpu",
        "accumulate": 1,
        "clip_norm": 1.0,
        "evaluate_every": 5,
        "checkpoint_dir": folder,
        "checkpoint_every": 3,
        "resume": resume,
        "monitor": "miou",
        "progress": False,
    }
    history = fit(
        model,
        loader,
        loss_fn=loss_fn,
        optimizer=optimizer,
        scheduler=poly_schedule(optimizer, steps, warmup=2),
        steps=steps,
        evaluate=lambda m: evaluate(m, scoring, ConfusionMatrix(2)),
        config=TrainConfig(**{**defaults, **settings}),
    )
    return model, history


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kill-at-loss", type=int)
    parser.add_argument("--kill-while-saving", type=int, help="number of the checkpoint")
    parser.add_argument("--workers", type=int, default=0)
    args = parser.parse_args()
    if args.kill_while_saving:
        die_inside_nth_save(args.kill_while_saving)
    loss_fn = killed_at(args.kill_at_loss) if args.kill_at_loss else cross_entropy
    train(args.folder, resume=True, loss_fn=loss_fn, workers=args.workers)


def die_inside_nth_save(number):
    """End the process when the n-th checkpoint has its weights and not yet its state."""
    from course_pkg.engine import checkpoint

    saves = 0
    real = checkpoint.torch.save

    def save(state, path):
        nonlocal saves
        saves += 1
        real(state, path)
        if saves == number:
            os.kill(os.getpid(), signal.SIGKILL)

    checkpoint.torch.save = save


if __name__ == "__main__":
    main()
