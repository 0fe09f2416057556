"""Laying small pictures onto larger ones at random places, whole pixels only."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["paste", "random_places", "scatter_pieces"]


def random_places(
    images: Float[Tensor, "n 1 h w"], free: int, generator: torch.Generator | None
) -> Int[Tensor, "n 2"]:
    """Draw (row, column) from 0 to free - 1, one pair an image, where the images are."""
    return torch.randint(free, (len(images), 2), generator=generator, device=images.device)


def paste(
    canvas: Float[Tensor, "n 1 side side"],
    bits: Float[Tensor, "n 1 b b"],
    places: Int[Tensor, "n 2"],
) -> None:
    """Lay one square bit onto each canvas, in place; the brighter of two pixels is seen."""
    rows, columns = _windows(places, bits.shape[-1])
    image = torch.arange(len(canvas), device=canvas.device)[:, None, None]
    there = canvas[image, 0, rows, columns]
    canvas[image, 0, rows, columns] = torch.maximum(there, bits[:, 0])


def scatter_pieces(
    canvas: Float[Tensor, "n 1 side side"],
    sources: Float[Tensor, "m 1 h h"],
    pieces: int,
    piece: int,
    generator: torch.Generator | None,
) -> None:
    """Cut pieces out of random sources and lay them anywhere onto each canvas, in place."""
    n, side = len(canvas), canvas.shape[-1]
    for _ in range(pieces if n else 0):
        other = torch.randint(len(sources), (n,), generator=generator, device=canvas.device)
        rows, columns = _windows(
            random_places(canvas, sources.shape[-1] - piece + 1, generator), piece
        )
        bits = sources[other[:, None, None], 0, rows, columns][:, None]
        paste(canvas, bits, random_places(canvas, side - piece + 1, generator))


def _windows(places: Int[Tensor, "n 2"], side: int) -> tuple[Tensor, Tensor]:
    """Row and column numbers of square windows, to index with."""
    steps = torch.arange(side, device=places.device)
    return places[:, 0, None, None] + steps[:, None], places[:, 1, None, None] + steps
