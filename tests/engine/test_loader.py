"""The data's order and augmentation depend on seed, epoch and index, and on nothing else."""

import random

import numpy as np
import pytest
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    WeightedRandomSampler,
)

from course_pkg.engine import ResumableLoader, isolated_rng, preserved_rng, seed_everything


class Noisy(Dataset):
    """Returns its index and one draw from each generator."""

    def __len__(self):
        return 7

    def __getitem__(self, index):
        draws = [random.random(), np.random.rand(), torch.rand(()).item()]  # noqa: NPY002
        return torch.tensor([index, *draws], dtype=torch.float64)


def draw_and_stack(samples):
    """A collate function that draws too, as mixup does."""
    return torch.stack(samples) + torch.rand(())


def epochs(loader, count=2, start=0):
    return [torch.cat(list(loader.epoch(e, start))).tolist() for e in range(count)]


def test_same_seed_same_batches_whatever_was_drawn_before():
    def make():
        loader = DataLoader(Noisy(), batch_size=3, shuffle=True, collate_fn=draw_and_stack)
        return ResumableLoader(loader, seed=4)

    first = epochs(make())
    torch.rand(3)
    random.random()
    assert epochs(make()) == first
    assert first[0] != first[1]  # another epoch: another order and other draws
    loader = DataLoader(Noisy(), batch_size=3, shuffle=True)
    assert epochs(ResumableLoader(loader, seed=5)) != epochs(ResumableLoader(loader, seed=4))


def test_any_tail_of_any_epoch():
    loader = ResumableLoader(DataLoader(Noisy(), batch_size=2, shuffle=True), seed=0)
    whole = [batch.tolist() for batch in loader.epoch(3)]
    assert len(whole) == len(loader) == 4
    for start in range(5):
        assert [batch.tolist() for batch in loader.epoch(3, start)] == whole[start:]


def test_workers_and_processes_do_not_change_a_sample():
    plain = DataLoader(Noisy(), batch_size=4, shuffle=True)
    worker = DataLoader(Noisy(), batch_size=4, shuffle=True, num_workers=1, persistent_workers=True)
    expected = epochs(ResumableLoader(plain, seed=2))
    assert len({draw for epoch in expected for _, *draws in epoch for draw in draws}) == 42
    assert epochs(ResumableLoader(worker, seed=2)) == expected
    shares = [epochs(ResumableLoader(plain, seed=2, rank=rank, world=2)) for rank in (0, 1)]
    for epoch in range(2):
        assert sorted(shares[0][epoch] + shares[1][epoch]) == sorted(expected[epoch])


def test_collating_draws_by_the_batch_whoever_loaded_its_samples():
    def only_the_draw(samples):
        return torch.rand(len(samples))[:1]

    loader = DataLoader(Noisy(), batch_size=4, shuffle=True, collate_fn=only_the_draw)
    shares = [epochs(ResumableLoader(loader, seed=2, rank=rank, world=2)) for rank in (0, 1)]
    assert shares[0] == shares[1]
    assert len({draw for epoch in shares[0] for draw in epoch}) == 4  # two batches, two epochs


def test_global_generators_are_left_alone():
    loader = ResumableLoader(DataLoader(Noisy(), batch_size=3, shuffle=True), seed=4)
    drawn = []
    for use in (False, True):
        seed_everything(1)
        if use:
            epochs(loader)
        drawn.append((random.random(), np.random.rand(), torch.rand(()).item()))  # noqa: NPY002
    assert drawn[0] == drawn[1]


def samplers():
    """Every way to say the order that torch has."""
    data, generator = Noisy(), torch.Generator().manual_seed(9)
    weights = WeightedRandomSampler([1.0] * 7, num_samples=7)
    batches = BatchSampler(RandomSampler(data), batch_size=3, drop_last=True)
    return {
        "sequential": DataLoader(data, batch_size=3),
        "drop_last": DataLoader(data, batch_size=3, shuffle=True, drop_last=True),
        "generator": DataLoader(data, batch_size=3, shuffle=True, generator=generator),
        "sampler": DataLoader(data, batch_size=3, sampler=weights),
        "batch_sampler": DataLoader(data, batch_sampler=batches),
    }


@pytest.mark.parametrize("kind", samplers())
def test_samplers_are_kept_and_repeatable(kind):
    first, second = epochs(ResumableLoader(samplers()[kind], seed=6), count=3), None
    loader = ResumableLoader(samplers()[kind], seed=6)
    loader.epoch(0)
    second = [torch.cat(list(loader.epoch(e))).tolist() for e in (2, 0, 1)]
    assert second == [first[2], first[0], first[1]]  # epochs in any order
    orders = [[int(sample[0]) for sample in epoch] for epoch in first]
    length = 6 if kind in ("drop_last", "batch_sampler") else 7
    assert [len(order) for order in orders] == [length] * 3
    assert (orders[0] == list(range(7))) == (kind == "sequential")
    assert (orders[0] != orders[1]) == (kind != "sequential")
    if kind != "sampler":  # weighted draws repeat samples
        assert len(set(orders[0])) == length


def test_loaders_that_cannot_be_resumed_are_refused():
    class Stream(IterableDataset):
        def __iter__(self):
            return iter(range(3))

    for loader in (DataLoader(Stream(), batch_size=2), DataLoader(Noisy(), batch_size=None)):
        with pytest.raises(ValueError, match="exact resume needs a dataset with __getitem__"):
            ResumableLoader(loader, seed=0)
    with pytest.raises(ValueError, match="the loader has no batches"):
        ResumableLoader(DataLoader(Noisy(), batch_size=9, drop_last=True), seed=0)
    empty = DataLoader([], sampler=SequentialSampler([]), batch_size=2)
    with pytest.raises(ValueError, match="the loader has no batches"):
        ResumableLoader(empty, seed=0)


def test_isolated_and_preserved_generators():
    def draw():
        return random.random(), np.random.rand(), torch.rand(()).item()  # noqa: NPY002

    seed_everything(0)
    expected = draw()
    seed_everything(0)
    with isolated_rng(1, 2):
        inside = draw()
    with isolated_rng(1, 3):
        assert draw() != inside
    with isolated_rng(1, 2):
        assert draw() == inside
    with preserved_rng():
        assert draw() == expected  # goes on from outside
    with pytest.raises(KeyError), isolated_rng(1):
        raise KeyError
    assert draw() == expected
    with pytest.raises(ValueError, match="needs a key"), isolated_rng():
        pass
    with pytest.raises(ValueError, match="seed must be from 0"):
        seed_everything(-1)
