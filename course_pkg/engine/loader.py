"""Batches whose order and augmentation depend on nothing but (seed, epoch, index).

Resuming in the middle of an epoch needs the order of the samples, and the random numbers of every
crop and flip, to be what they would have been. Saving generator states cannot give that: worker
processes draw ahead of the training loop, each from its own generator. Here every sample is
loaded under generators seeded by (seed, epoch, its index), so any batch of any epoch can be made
at once, by any worker of any process, and comes out the same.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset

from course_pkg.engine.seeds import isolated_rng, reseed_cpu

__all__ = ["ResumableLoader"]


class ResumableLoader:
    """A DataLoader that can start at any batch of any epoch, and share batches among processes.

    Dataset, sampler (or batch sampler), batch size, collate function and worker settings are the
    given loader's. With several processes each takes its share of every batch
    (``batch[rank::world]``): the batch size stays the one that was asked for, and no sample is
    seen twice to fill up the last batch.

    Args:
        loader: a DataLoader over a dataset with ``__len__`` and ``__getitem__``.
        seed: names the order and the augmentation.
        rank: number of this process.
        world: number of processes.

    Raises:
        ValueError: if the loader has no batches, streams an IterableDataset, or was made with
            ``batch_size=None``.

    Example:
        >>> from torch.utils.data import DataLoader
        >>> loader = ResumableLoader(DataLoader(range(6), batch_size=2, shuffle=True), seed=0)
        >>> whole = [batch.tolist() for batch in loader.epoch(3)]
        >>> tail = [batch.tolist() for batch in loader.epoch(3, start=2)]
        >>> len(whole), tail == whole[2:]
        (3, True)
    """

    def __init__(self, loader: DataLoader[Any], *, seed: int, rank: int = 0, world: int = 1):
        if isinstance(loader.dataset, IterableDataset) or loader.batch_sampler is None:
            raise ValueError(
                "exact resume needs a dataset with __getitem__ and a batch size, got an "
                "IterableDataset or batch_size=None: index the data, or collect it in a list"
            )
        if len(loader) == 0:
            raise ValueError(
                "the loader has no batches: the dataset is empty, or smaller than one batch "
                "with drop_last=True"
            )
        self.source = loader
        self.seed = seed
        self.rank = rank
        self.world = world
        # The plan is refilled for every epoch; the inner loader reads it when it is iterated.
        self._plan: list[tuple[int, int, list[int]]] = []
        workers = loader.num_workers
        self._loader = DataLoader(
            _SeededBatches(loader.dataset, loader.collate_fn, seed),
            sampler=self._plan,
            batch_size=None,  # the dataset below already gives whole batches
            collate_fn=_as_it_is,
            num_workers=workers,
            pin_memory=loader.pin_memory,
            timeout=loader.timeout,
            worker_init_fn=loader.worker_init_fn,
            prefetch_factor=loader.prefetch_factor if workers else None,
            persistent_workers=loader.persistent_workers,
            multiprocessing_context=loader.multiprocessing_context if workers else None,
        )

    def __len__(self) -> int:
        """Batches per epoch, the same on every process."""
        return len(self.source)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Any]:
        """Yield this process's share of the batches of one epoch, from batch ``start`` on.

        Args:
            epoch: number of the epoch, from 0.
            start: batches to leave out at the beginning; they are not loaded.

        Yields:
            Collated batches.

        Raises:
            ValueError: if a batch has fewer samples than there are processes.
        """
        # Everything that may draw is inside: samplers, the number that a DataLoader draws for its
        # workers, and the type checker, which looks at one random item of each list. A resumed
        # epoch does all of it a second time.
        with isolated_rng(self.seed, epoch):
            self._plan[:] = [
                (epoch, number, self._share(batch))
                for number, batch in enumerate(self._order())
                if number >= start
            ]
            batches = iter(self._loader)
        yield from batches

    def _order(self) -> list[list[int]]:
        """One epoch's batches of sample indices, over all processes."""
        for owner in (self.source, self.source.sampler, self.source.batch_sampler):
            generator = getattr(owner, "generator", None)
            if generator is not None:  # the caller's own, whose state knows no epoch
                generator.manual_seed(int(torch.randint(2**62, ())))
        batches = self.source.batch_sampler
        assert batches is not None  # refused in __init__
        return [list(batch) for batch in batches]

    def _share(self, batch: list[int]) -> list[int]:
        if len(batch) < self.world:
            raise ValueError(
                f"a batch of {len(batch)} cannot be shared by {self.world} processes: "
                "use a larger batch size, or drop_last=True if only the last batch is small"
            )
        return batch[self.rank :: self.world]


class _SeededBatches(Dataset[Any]):
    """Loads a whole batch, each sample under its own seed."""

    def __init__(self, dataset: Any, collate_fn: Any, seed: int) -> None:
        self.dataset = dataset
        self.collate_fn = collate_fn
        self.seed = seed

    def __getitem__(self, key: Any) -> Any:  # a checked list type would draw, see `epoch`
        epoch, number, indices = key
        samples = []
        with isolated_rng(self.seed, epoch, 1, number):
            for index in indices:
                reseed_cpu(self.seed, epoch, 0, int(index))
                samples.append(self.dataset[index])
            reseed_cpu(self.seed, epoch, 1, number)  # collating may draw too (mixup)
            return self.collate_fn(samples)


def _as_it_is(batch: Any) -> Any:
    return batch
