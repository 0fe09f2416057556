"""What a network without attention gets to see: the mean of all cells, or nothing.

To learn what attention is worth, one wants a twin that differs in nothing else: no part left out,
not one weight fewer. So the twins of lecture 13 run the very same code on a memory of two cells.
One is the mean of all that was there, the other is empty. The twin may still choose how much it
wants to see, but not where to look.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from course_pkg.ops.attention import soft_attend

__all__ = ["averaged_cells"]


def averaged_cells(
    cells: Float[Tensor, "n cells c"], mask: Bool[Tensor, "n cells"] | None = None
) -> Float[Tensor, "n 2 c"]:
    """Replace a memory by two cells: the mean of all, and an empty one.

    Args:
        cells: what there is.
        mask: True = a cell, False = padding; None = all are cells.

    Returns:
        The mean over the cells of each row (zero where there is none), and zeros.

    Raises:
        ValueError: if the mask has another shape than the cells.

    Example:
        >>> cells, mask = torch.tensor([[[1.0], [3.0], [9.0]]]), torch.tensor([[True, True, False]])
        >>> averaged_cells(cells, mask)
        tensor([[[2.],
                 [0.]]])
    """
    if mask is None:
        mask = torch.ones(cells.shape[:2], dtype=torch.bool, device=cells.device)
    if mask.shape != cells.shape[:2]:
        raise ValueError(
            f"averaged_cells: the mask {tuple(mask.shape)} must have one value for each of the "
            f"cells {tuple(cells.shape[:2])}"
        )
    share = mask / mask.sum(1, keepdim=True).clamp_min(1)
    mean = soft_attend(share.to(cells.dtype), cells)
    return torch.stack([mean, torch.zeros_like(mean)], 1)
