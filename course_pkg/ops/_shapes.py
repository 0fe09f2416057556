"""The check that stays when the shape hook is off: broadcasting must not invent a result."""

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["check_axes", "check_shape", "may_look"]


def may_look(tensor: Tensor) -> bool:
    """Whether a check may read numbers: a GPU would have to stop for it, and a compiler cannot."""
    return tensor.device.type == "cpu" and not torch.compiler.is_compiling()


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


def check_axes(function: str, **tensors: tuple[Tensor, str]) -> None:
    """Refuse tensors whose axes do not agree: ``image=(image, "n c h w"), weight=(weight, "n")``.

    A name stands for one size in all of them, a number for itself, a first ``*name`` for any
    number of axes.
    """
    sizes: dict[str, int | tuple[int, ...]] = {}
    for name, (tensor, axes) in tensors.items():
        words, got = axes.split(), tuple(tensor.shape)
        shape: tuple[int | tuple[int, ...], ...] = got
        if words[0].startswith("*"):
            split = max(len(got) - len(words) + 1, 0)
            shape = (got[:split], *got[split:])
        wanted = [int(w) if w.isdigit() else sizes.setdefault(w, s) for w, s in zip(words, shape)]  # noqa: B905
        if len(shape) != len(words) or list(shape) != wanted:
            told = ", ".join(words).replace("*", "...")
            known = ", ".join(
                f"{w.lstrip('*')} = {x}"
                for w, x, s in zip(words, wanted, shape, strict=False)
                if x != s and not w.isdigit()
            )
            raise ValueError(
                f"{function}: {name} must be ({told}){' with ' * bool(known)}{known}, got {got}"
            )
