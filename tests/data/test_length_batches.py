"""Batches of like lengths: every sample once, little padding, another order every epoch."""

import pytest
import torch

from course_pkg.data.length_batches import LengthBatches

LENGTHS = torch.randint(1, 40, (500,), generator=torch.Generator().manual_seed(0)).tolist()


def padding(batches):
    return sum(
        max(LENGTHS[i] for i in batch) * len(batch) - sum(LENGTHS[i] for i in batch)
        for batch in batches
    )


def test_every_sample_once():
    batches = LengthBatches(LENGTHS, 16, pool=5)
    epoch = list(batches)
    assert sorted(i for batch in epoch for i in batch) == list(range(500))
    assert len(epoch) == len(batches) == 32
    assert sorted(map(len, epoch)) == [4] + [16] * 31


def test_little_padding_but_no_order_of_lengths():
    torch.manual_seed(0)
    pooled, alone = list(LengthBatches(LENGTHS, 16, pool=20)), list(LengthBatches(LENGTHS, 16, 1))
    assert padding(pooled) < padding(alone) / 5
    longest = [max(LENGTHS[i] for i in batch) for batch in pooled]
    assert longest != sorted(longest)
    everything = list(LengthBatches(LENGTHS, 16, pool=100))
    lengths = [[LENGTHS[i] for i in batch] for batch in everything]
    for batch in lengths:
        assert batch == sorted(batch)


def test_order_belongs_to_the_generator():
    def epochs(seed):
        generator = torch.Generator().manual_seed(seed)
        batches = LengthBatches(LENGTHS, 16, generator=generator)
        return list(batches), list(batches)

    first, second = epochs(1)
    assert (first, second) == epochs(1)
    assert first != second
    assert {frozenset(b) for b in first} != {frozenset(b) for b in second}


@pytest.mark.parametrize(("lengths", "size", "pool"), [([], 1, 1), ([1], 0, 1), ([1], 1, 0)])
def test_errors(lengths, size, pool):
    with pytest.raises(ValueError, match=f"got {len(lengths)} samples, batch_size {size}"):
        LengthBatches(lengths, size, pool)
