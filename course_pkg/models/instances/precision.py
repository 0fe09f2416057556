"""Places and scores are counted in single precision at least, whatever the network computes in.

bfloat16 has eight bits for a number: beyond pixel 256 a box can only stand at every second pixel,
and scores that differ round to the same one. On a CPU torchvision's NMS and
RoIAlign know no halves.
"""

import torch
from torch import Tensor

__all__ = ["at_least_single"]


def at_least_single(x: Tensor) -> Tensor:
    """Return halves as floats, and floats and doubles as they are.

    Args:
        x: of any shape.

    Returns:
        The same numbers.

    Example:
        >>> [at_least_single(torch.zeros(1, dtype=t)).dtype for t in (torch.half, torch.double)]
        [torch.float32, torch.float64]
    """
    return x.to(torch.promote_types(x.dtype, torch.float32))
