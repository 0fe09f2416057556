"""Batches of sentences that are about equally long, so that little of a batch is padding."""

from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import Sampler

__all__ = ["LengthBatches"]


class LengthBatches(Sampler[list[int]]):
    """Shuffle, cut into pools of several batches, sort each pool by length, cut it into batches.

    Sorting everything once would make the same batches in every epoch; sorting pools keeps the
    company of a sentence changing. The batches' order is shuffled again at the end, since a run
    that meets all short sentences first learns to stop early.

    Args:
        lengths: how long every sample is.
        batch_size: samples a batch; the last one may have fewer.
        pool: batches that are sorted together, the paper's 20 by default.
        generator: of the order; None = torch's own, which `fit` seeds by epoch.

    Raises:
        ValueError: if there is no sample, or a number is below 1.

    Source: Bahdanau et al. 2015, appendix B.2 (20 batches of 80, sorted).

    Example:
        >>> batches = LengthBatches([5, 1, 4, 2], batch_size=2, pool=2)
        >>> sorted(sorted(batch) for batch in batches)
        [[0, 2], [1, 3]]
    """

    def __init__(
        self,
        lengths: Sequence[int],
        batch_size: int,
        pool: int = 20,
        generator: torch.Generator | None = None,
    ) -> None:
        if not lengths or batch_size < 1 or pool < 1:
            raise ValueError(
                f"LengthBatches: expected at least one sample, batch_size >= 1 and pool >= 1, got "
                f"{len(lengths)} samples, batch_size {batch_size}, pool {pool}"
            )
        self.lengths = lengths
        self.batch_size = batch_size
        self.pool = pool
        self.generator = generator

    def __len__(self) -> int:
        """Batches per epoch."""
        return -(-len(self.lengths) // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        """Yield one epoch's batches of sample numbers."""
        order = torch.randperm(len(self.lengths), generator=self.generator).tolist()
        step = self.pool * self.batch_size
        batches = []
        for start in range(0, len(order), step):
            pool = sorted(order[start : start + step], key=lambda i: self.lengths[i])
            batches += [pool[i : i + self.batch_size] for i in range(0, len(pool), self.batch_size)]
        for i in torch.randperm(len(batches), generator=self.generator).tolist():
            yield batches[i]
