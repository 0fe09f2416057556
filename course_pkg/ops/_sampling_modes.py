"""What happens to a coordinate before a pixel is read there: its unit, and what lies outside.

Shared by the modes of `grid_sample`. Coordinates come in as the grid has them, -1 to 1, and leave
as positions in pixels: 0 is the centre of the first pixel.
"""

import torch
from jaxtyping import Float, Integer
from torch import Tensor

__all__ = ["PADDING_MODES", "bounded", "finite", "read_pixels", "to_pixels"]

PADDING_MODES = ("zeros", "border", "reflection")
# Far outside every image, and still an int: what cannot be a position (nan, 1e30) is put there.
_NOWHERE = -100.0


def to_pixels(
    coordinate: Float[Tensor, "*shape"], size: int, align_corners: bool
) -> Float[Tensor, "*shape"]:
    """Turn -1 ... 1 into positions along an axis of ``size`` pixels."""
    if align_corners:
        return (coordinate + 1) / 2 * (size - 1)
    return ((coordinate + 1) * size - 1) / 2


def bounded(
    position: Float[Tensor, "*shape"], size: int, padding_mode: str, align_corners: bool
) -> Float[Tensor, "*shape"]:
    """Bring positions outside the image back in, as the padding mode says; zeros leaves them."""
    if padding_mode == "zeros":
        return position
    if padding_mode == "reflection":
        position = _reflected(position, size, align_corners)
    # At the border and beyond nothing changes when the position does: a constant, no gradient.
    position = torch.where(position > 0, position, 0.0)
    return torch.where(position < size - 1, position, float(size - 1))


def _reflected(position: Tensor, size: int, align_corners: bool) -> Tensor:
    """Fold positions back and forth between two mirrors.

    The mirrors stand at the centres of the border pixels, or at their outer edges half a pixel
    further out.
    """
    low = 0.0 if align_corners else -0.5
    span = float(size - 1 if align_corners else size)
    if span == 0:
        return torch.zeros_like(position)
    distance = position - low
    distance = torch.where(distance < 0, -distance, distance)
    rest = torch.fmod(distance, span)
    folds = (distance / span).detach().floor()
    return torch.where(folds % 2 == 0, rest, span - rest) + low


def read_pixels(
    input: Float[Tensor, "n c h w"], x: Float[Tensor, "n ho wo"], y: Float[Tensor, "n ho wo"]
) -> Float[Tensor, "n c ho wo"]:
    """Read one pixel for each whole position, and 0 for those outside the image."""
    n, c, h, w = input.shape
    inside = (x >= 0) & (x < w) & (y >= 0) & (y < h)
    flat = _whole(y, inside) * w + _whole(x, inside)
    picked = input.flatten(2).gather(2, flat.flatten(1)[:, None].expand(-1, c, -1))
    return picked.reshape(n, c, *x.shape[1:]) * inside[:, None].to(input.dtype)


def _whole(position: Tensor, inside: Tensor) -> Integer[Tensor, "*shape"]:
    return torch.where(inside, position, 0.0).long()


def finite(position: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Send what is no position at all (nan, infinity) far outside, where only padding is."""
    usable = position.isfinite() & (position.abs() < 2**31)
    return torch.where(usable, position, _NOWHERE)
