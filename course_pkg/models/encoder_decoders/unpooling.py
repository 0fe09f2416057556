"""A max pool that remembers, and two ways back: one that uses the memory and one that does not.

Source: Noh et al. 2015, section 3.2; Badrinarayanan et al. 2017, section 3. Lecture 07.
"""

from typing import NamedTuple

import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["Pooled", "pool_with_indices", "unpool_with_indices", "upsample_bilinear"]


class Pooled(NamedTuple):
    """What a max pool must remember so that its unpool can put every maximum back."""

    indices: Int[Tensor, "n c h w"]
    size: tuple[int, int]  # (h, w) of the map before the pool


def pool_with_indices(
    x: Float[Tensor, "n c h w"],
) -> tuple[Float[Tensor, "n c h//2 w//2"], Pooled]:
    """Keep the largest of every 2x2 cells, and remember which one it was.

    The last row or column of an odd map belongs to no window and is dropped; the size that is
    remembered brings it back, empty.

    Args:
        x: a map of at least 2 x 2 cells.

    Returns:
        The pooled map, and what the way back needs.

    Source: Badrinarayanan et al. 2017, section 3.

    Example:
        >>> pool_with_indices(torch.tensor([[[[1.0, 2.0, 9.0], [4.0, 3.0, 9.0]]]]))
        (tensor([[[[4.]]]]), Pooled(indices=tensor([[[[3]]]]), size=(2, 3)))
    """
    pooled, indices = F.max_pool2d(x, 2, return_indices=True)
    return pooled, Pooled(indices, (x.shape[-2], x.shape[-1]))


def unpool_with_indices(x: Float[Tensor, "n c h w"], pooled: Pooled) -> Float[Tensor, "n c _ _"]:
    """Put every value back where the paired pool had found its maximum, zeros elsewhere.

    Args:
        x: the pooled map, or what became of it.
        pooled: indices and size that the pool remembered.

    Returns:
        A map of the size from before the pool, odd sides included.

    Source: Badrinarayanan et al. 2017, section 3, figure 3.

    Example:
        >>> pool = Pooled(torch.tensor([[[[4]]]]), (2, 3))
        >>> unpool_with_indices(torch.tensor([[[[7.0]]]]), pool)
        tensor([[[[0., 0., 0.],
                  [0., 7., 0.]]]])
    """
    return F.max_unpool2d(x, pooled.indices, [2, 2], output_size=list(pooled.size))


def upsample_bilinear(x: Float[Tensor, "n c h w"], pooled: Pooled) -> Float[Tensor, "n c _ _"]:
    """Enlarge bilinearly to the size from before the pool, and forget where the maxima were.

    Args:
        x: the pooled map, or what became of it.
        pooled: of which only the size is used.

    Returns:
        A map of the size from before the pool.

    Source: Badrinarayanan et al. 2017, section 4.3, for the question; the twin is ours.

    Example:
        >>> pool = Pooled(torch.zeros(1, 1, 1, 2, dtype=torch.long), (1, 4))
        >>> upsample_bilinear(torch.tensor([[[[0.0, 4.0]]]]), pool)
        tensor([[[[0., 1., 3., 4.]]]])
    """
    return F.interpolate(x, pooled.size, mode="bilinear", align_corners=False)
