"""The check that stays when the shape hook is off: broadcasting must not invent a result."""

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["check_shape"]


def check_shape(
    function: str,
    name: str,
    tensor: Tensor,
    must: str,
    shape: Sequence[int],
    *,
    exact: bool = False,
) -> None:
    """Refuse a tensor that is not of ``shape``, or (not exact) cannot be broadcast to it."""
    got, wanted = tuple(tensor.shape), tuple(shape)
    if exact:
        fits = got == wanted
    else:
        try:
            fits = torch.broadcast_shapes(got, wanted) == wanted
        except RuntimeError:
            fits = False
    if not fits:
        raise ValueError(f"{function}: {name} must be {must}, {wanted}; got {got}")
