"""Distorted digits: rotated, shifted, seen from the side, bent, and hidden in clutter.

The paper trains its spatial transformers on MNIST digits spoiled in known ways, so that one can
ask whether the network undoes what was done. All functions distort a whole batch at once.
`DISTORTIONS` says which recipes are known from memory only.

Source: Jaderberg et al. 2015, Spatial Transformer Networks, section 4.1 and appendix A; Mnih et
al. 2014, Recurrent Models of Visual Attention, section 4.1 (clutter). Lecture 15.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from course_pkg.data._pasting import paste, random_places, scatter_pieces
from course_pkg.ops import (
    affine_grid,
    projective_from_points,
    projective_grid,
    tps_control_points,
    tps_grid,
)

__all__ = ["DISTORTIONS", "Distortion", "cluttered", "digit_sums", "distorted"]

_SIDE = 28  # of an MNIST digit, in pixels


@dataclass(frozen=True)
class Distortion:
    """One way to spoil a digit.

    Attributes:
        side: of the spoiled picture in pixels.
        what: in words.
        certain: whether the numbers stand in the paper's text as others report it; False = from
            memory.
    """

    side: int
    what: str
    certain: bool = True


#: The ways to spoil a digit, by the letters of the table in Jaderberg et al. 2015.
DISTORTIONS: Mapping[str, Distortion] = {
    "none": Distortion(28, "as it is"),
    "R": Distortion(28, "turned by up to 90 degrees either way"),
    "RTS": Distortion(42, "turned by up to 45 degrees, 0.7 to 1.2 times as large, anywhere"),
    "P": Distortion(28, "0.75 to 1 times as large, every corner moved by 5 pixels or so", False),
    "E": Distortion(28, "0.75 to 1 times as large, bent at 16 points by 1.5 pixels or so", False),
    "T": Distortion(60, "anywhere"),
    "TC": Distortion(60, "anywhere, among six 6 x 6 pieces of other digits"),
}


def distorted(
    images: Float[Tensor, "n 1 28 28"], kind: str, generator: torch.Generator | None = None
) -> Float[Tensor, "n 1 side side"]:
    """Spoil every digit of a batch, each in its own way.

    Args:
        images: white on black, 0 to 1; see `digit_tensors`. Clutter is cut from these same images.
        kind: a key of `DISTORTIONS`.
        generator: draws, on the images' device; None = torch's global one.

    Returns:
        Pictures of `DISTORTIONS[kind].side`.

    Raises:
        ValueError: if the kind is unknown.

    Source: Jaderberg et al. 2015, section 4.1 and appendix A.

    Example:
        >>> digits = torch.rand(5, 1, 28, 28)
        >>> distorted(digits, "RTS").shape
        torch.Size([5, 1, 42, 42])
    """
    if kind not in DISTORTIONS:
        raise ValueError(f"distorted: kind must be one of {', '.join(DISTORTIONS)}; got {kind!r}")
    n, side = len(images), DISTORTIONS[kind].side
    if n == 0:
        return images.new_zeros(0, 1, side, side)
    if kind == "none":
        return images.clone()
    if kind in ("T", "TC"):
        return cluttered(images, side, pieces=6 if kind == "TC" else 0, generator=generator)
    draw = _Draw(n, generator, images.device)
    size = (n, 1, side, side)
    if kind in ("R", "RTS"):
        grid = affine_grid(_turned_and_placed(draw, kind), size)
    elif kind == "P":
        grid = projective_grid(_corners_moved(draw), size)
    else:
        points = tps_control_points().float().to(images.device)
        moved = draw.normal(16, 2) * (1.5 / (_SIDE / 2))
        grid = tps_grid(points / draw.uniform(0.75, 1.0)[:, None, None] + moved, size)
    return F.grid_sample(images, grid.to(images.dtype), align_corners=False)


def cluttered(
    images: Float[Tensor, "n 1 28 28"],
    side: int = 60,
    pieces: int = 6,
    piece: int = 6,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "n 1 {side} {side}"]:
    """Put each digit somewhere on a large black canvas, among pieces of other digits.

    The paper's classification uses 60 x 60 pixels and 6 pieces; its co-localisation 84 x 84 and 16.

    Args:
        images: white on black, 0 to 1; pieces are cut from this same batch.
        side: of the canvas in pixels, at least 28.
        pieces: how many bits of other digits lie around.
        piece: side of each in pixels, 1 to 28.
        generator: draws, on the images' device; None = torch's global one.

    Returns:
        The canvases; where things overlap, the brighter one is seen.

    Raises:
        ValueError: if the canvas is smaller than a digit, or pieces do not fit into one.

    Source: Mnih et al. 2014, section 4.1; Jaderberg et al. 2015, appendix A.

    Example:
        >>> canvas = cluttered(torch.ones(2, 1, 28, 28), side=40, pieces=0)
        >>> canvas.sum((1, 2, 3)).tolist()
        [784.0, 784.0]
    """
    if side < _SIDE:
        raise ValueError(f"cluttered: a digit is 28 pixels wide; side={side} is too small for it")
    if pieces < 0 or not 1 <= piece <= _SIDE:
        raise ValueError(
            f"cluttered: pieces must be at least 0 and 1 to 28 pixels wide, got {pieces} of {piece}"
        )
    canvas = images.new_zeros(len(images), 1, side, side)
    paste(canvas, images, random_places(images, side - _SIDE + 1, generator))
    scatter_pieces(canvas, images, pieces, piece, generator)
    return canvas


def digit_sums(
    images: Float[Tensor, "n 1 28 28"],
    labels: Int[Tensor, " n"],
    generator: torch.Generator | None = None,
) -> tuple[Float[Tensor, "n 2 42 42"], Int[Tensor, " n"]]:
    """Pair digits up for an addition: two channels, each with its own RTS; the answer is the sum.

    Args:
        images: white on black, 0 to 1.
        labels: their numbers.
        generator: draws, on the images' device; None = torch's global one.

    Returns:
        Pictures of two channels, and sums from 0 to 18. Each digit is the first of one pair and
        the second of another.

    Source: Jaderberg et al. 2015, appendix A (MNIST addition).

    Example:
        >>> pictures, sums = digit_sums(torch.rand(3, 1, 28, 28), torch.tensor([1, 1, 1]))
        >>> pictures.shape, sums
        (torch.Size([3, 2, 42, 42]), tensor([2, 2, 2]))
    """
    partner = torch.randperm(len(images), generator=generator, device=images.device)
    first = distorted(images, "RTS", generator)
    second = distorted(images[partner], "RTS", generator)
    return torch.cat([first, second], dim=1), labels + labels[partner]


class _Draw:
    """Random numbers for n digits, always from the same generator, where the digits are."""

    def __init__(self, n: int, generator: torch.Generator | None, device: torch.device) -> None:
        self.n, self.generator, self.device = n, generator, device

    def uniform(self, low: float, high: float) -> Tensor:
        draws = torch.rand(self.n, generator=self.generator, device=self.device)
        return low + (high - low) * draws

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(self.n, *shape, generator=self.generator, device=self.device)


def _turned_and_placed(draw: _Draw, kind: str) -> Float[Tensor, "n 2 3"]:
    """Matrices from canvas to digit: undo the place, then the turn, then the size."""
    most = math.pi / 2 if kind == "R" else math.pi / 4
    angle = draw.uniform(-most, most)
    scale, free = torch.ones_like(angle), torch.zeros_like(angle)
    if kind == "RTS":
        scale = draw.uniform(0.7, 1.2)
        free = (DISTORTIONS["RTS"].side - _SIDE * scale) / 2  # pixels it can move either way
    place = torch.stack([draw.uniform(-1, 1) * free, draw.uniform(-1, 1) * free], dim=-1)
    cos, sin = angle.cos(), angle.sin()
    turn = torch.stack([cos, sin, -sin, cos], dim=-1).reshape(-1, 2, 2)
    # In pixels: digit = turn @ (canvas - place) / scale. Half a canvas is 1 on its side, half a
    # digit is 1 on the other.
    matrix = turn / scale[:, None, None]
    shift = -(matrix @ place[..., None])
    half_canvas = DISTORTIONS[kind].side / 2
    return torch.cat([matrix * half_canvas, shift], dim=-1) / (_SIDE / 2)


def _corners_moved(draw: _Draw) -> Float[Tensor, "n 3 3"]:
    """Homographies from canvas to digit; corners are drawn again until they are convex."""
    walk = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]
    square = torch.tensor(walk, device=draw.device)
    scaled = square * draw.uniform(0.75, 1.0)[:, None, None]
    corners = scaled + draw.normal(4, 2) * (5 / (_SIDE / 2))
    while bool((twisted := ~_convex(corners)).any()):
        again = _Draw(int(twisted.sum()), draw.generator, draw.device)
        corners[twisted] = scaled[twisted] + again.normal(4, 2) * (5 / (_SIDE / 2))
    return projective_from_points(corners, square.expand_as(corners))


def _convex(corners: Float[Tensor, "n 4 2"]) -> Tensor:
    """Whether one turns the same way at each corner, and nowhere by next to nothing."""
    along = corners.roll(-1, dims=1) - corners
    ahead = along.roll(-1, dims=1)
    turns = along[..., 0] * ahead[..., 1] - along[..., 1] * ahead[..., 0]
    return (turns > 0.3).all(dim=1)  # an upright square's turns are 2 to 4
