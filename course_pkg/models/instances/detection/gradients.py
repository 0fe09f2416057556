"""What the released cascade does to the gradients that its later stages send back.

The paper passes all of them. The authors' code does not: what reaches one number of a move is cut
to +-1/512 (`clamp_gradient`); boxes and anchors that reach out of the image hear nothing, and
neither do masks that are no thing's (`gradient_where`), for a class loss would have a mask fit
whatever is there.

Source: the released code of Dai et al. 2016 (read): ``proposal_layer.py``, ``mask_layer.py``,
``stage_bridge_layer.py``, with ``use_clip`` and ``clip_base: 512`` in ``train.prototxt``.
Lecture 10.
"""

from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor

__all__ = ["clamp_gradient", "gradient_where", "inside_image"]


class _Clamp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, input: Tensor, limit: float) -> Tensor:
        ctx.limit = limit
        return input.view_as(input)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, None]:
        return grad_outputs[0].clamp(-ctx.limit, ctx.limit), None


def clamp_gradient(input: Float[Tensor, "*size"], limit: float) -> Float[Tensor, "*size"]:
    """Return the same numbers; on the way back every gradient is cut to +-limit.

    Args:
        input: any numbers.
        limit: the largest gradient that passes, above 0.

    Returns:
        The numbers.

    Raises:
        ValueError: if the limit is not above 0.

    Source: ``use_clip`` in the released ``proposal_layer.py`` of Dai et al. 2016.

    Example:
        >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
        >>> (clamp_gradient(x, 0.5) * torch.tensor([0.25, -9.0])).sum().backward()
        >>> x.grad
        tensor([ 0.2500, -0.5000])
    """
    if not limit > 0:
        raise ValueError(f"clamp_gradient: limit must be above 0, got {limit}")
    return _Clamp.apply(input, limit)


def gradient_where(
    input: Float[Tensor, "k ..."], heard: Bool[Tensor, " k"]
) -> Float[Tensor, "k ..."]:
    """Return the same numbers; only some rows hear what is said about them.

    Args:
        input: any numbers.
        heard: which rows.

    Returns:
        The numbers.

    Example:
        >>> x = torch.ones(2, 1, requires_grad=True)
        >>> gradient_where(x, torch.tensor([True, False])).sum().backward()
        >>> x.grad.flatten()
        tensor([1., 0.])
    """
    heard = heard.reshape(-1, *[1] * (input.ndim - 1))
    return torch.where(heard, input, input.detach())


def inside_image(boxes: Float[Tensor, "k 4"], size: tuple[int, int]) -> Bool[Tensor, " k"]:
    """Say which boxes lie wholly inside the image.

    Args:
        boxes: (x0, y0, x1, y1) in pixels.
        size: height and width of the image.

    Returns:
        One answer a box.

    Example:
        >>> inside_image(torch.tensor([[0.0, 0.0, 8.0, 9.0], [-1.0, 0.0, 3.0, 3.0]]), (9, 8))
        tensor([ True, False])
    """
    h, w = size
    end = boxes.new_tensor([w, h])
    return (boxes[:, :2] >= 0).all(dim=1) & (boxes[:, 2:] <= end).all(dim=1)
