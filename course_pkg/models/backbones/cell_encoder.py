"""A small encoder that turns a scene into a grid of cells, and the task it is trained on first.

It stands where the captioning paper has VGG: trained before, for another task, and kept as it is
while the captioner learns. VGG named photographs; this one names what every cell holds.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["CELL_STRIDE", "CellTagger", "cell_coordinates", "cell_encoder", "placed_cells"]

#: Pixels between neighbouring cells.
CELL_STRIDE = 12


def _block(inputs: int, outputs: int, kernel_size: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size, stride, kernel_size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def cell_encoder(features: int = 128) -> nn.Sequential:
    """Build six convolutions that leave one cell for every 12 x 12 pixels.

    Args:
        features: numbers that describe a cell.

    Returns:
        A network from images (n, 3, h, w) to (n, features, h / 12, w / 12), rounded up.

    Example:
        >>> cell_encoder(16)(torch.zeros(2, 3, 96, 96)).shape
        torch.Size([2, 16, 8, 8])
    """
    return nn.Sequential(
        _block(3, 32, kernel_size=5, stride=3),
        _block(32, 64),
        _block(64, 96, stride=2),
        _block(96, 96),
        _block(96, features, stride=2),
        _block(features, features),
    )


class CellTagger(nn.Module):
    """The encoder with one linear layer on every cell: how much of it is sky, car, red, ...?

    Args:
        encoder: images to a grid of features.
        features: of each cell.
        tags: how many things are asked of every cell.

    Example:
        >>> CellTagger(cell_encoder(16), 16, 20)(torch.zeros(1, 3, 48, 48)).shape
        torch.Size([1, 20, 4, 4])
    """

    def __init__(self, encoder: nn.Module, features: int, tags: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.tags = nn.Conv2d(features, tags, 1)

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n k rows columns"]:
        """Give a logit for every tag of every cell."""
        return self.tags(self.encoder(images))


def cell_coordinates(rows: int, columns: int) -> Float[Tensor, "2 {rows} {columns}"]:
    """Say where every cell's centre is: across and down, from -1 to 1 between the edges.

    A convolution answers alike at all places; who is asked what is left of the car, or names
    things from left to right, needs to know the place.

    Args:
        rows: of the grid.
        columns: of the grid.

    Returns:
        The x of every cell, and its y.

    Example:
        >>> cell_coordinates(1, 4)[0]
        tensor([[-0.7500, -0.2500,  0.2500,  0.7500]])
    """
    x = (torch.arange(columns) + 0.5) * 2 / columns - 1
    y = (torch.arange(rows) + 0.5) * 2 / rows - 1
    return torch.stack([x.expand(rows, columns), y[:, None].expand(rows, columns)])


def placed_cells(
    grid: Float[Tensor, "n features rows columns"], waves: int = 0
) -> Float[Tensor, "n cells features_and_places"]:
    """Line the cells of a grid up and tell each where it is.

    Whoever compares two places by a dot product needs more than x and y: those can ask for "as far
    to the right as possible", but not for "a little to the left of there". Sine and cosine of the
    same place at several wavelengths can, since a step to the left turns all of them by fixed
    angles.

    Args:
        grid: features, as an encoder gives them.
        waves: wavelengths along each axis: 4, 2, 4/3, ... times half the picture.

    Returns:
        Cells row by row; after its features each has its x and its y, and for each wave the cosine
        and the sine of its place, along x and along y.

    Raises:
        ValueError: if ``waves`` is negative.

    Example:
        >>> placed_cells(torch.zeros(1, 1, 1, 2))
        tensor([[[ 0.0000, -0.5000,  0.0000],
                 [ 0.0000,  0.5000,  0.0000]]])
        >>> placed_cells(torch.zeros(1, 96, 8, 8), waves=6).shape
        torch.Size([1, 64, 122])
    """
    if waves < 0:
        raise ValueError(f"placed_cells: waves must be at least 0, got {waves}")
    place = cell_coordinates(*grid.shape[2:]).to(grid)
    angles = [place * (torch.pi / 2 * wave) for wave in range(1, waves + 1)]
    place = torch.cat([place, *(turned for a in angles for turned in (a.cos(), a.sin()))])
    return torch.cat([grid, place.expand(len(grid), -1, -1, -1)], 1).flatten(2).mT
