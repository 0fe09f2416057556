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
    grid: Float[Tensor, "n features rows columns"],
) -> Float[Tensor, "n cells features_and_2"]:
    """Line the cells of a grid up and tell each where it is.

    Args:
        grid: features, as an encoder gives them.

    Returns:
        Cells row by row, each with its x and its y after its features.

    Example:
        >>> placed_cells(torch.zeros(1, 1, 1, 2))
        tensor([[[ 0.0000, -0.5000,  0.0000],
                 [ 0.0000,  0.5000,  0.0000]]])
    """
    place = cell_coordinates(*grid.shape[2:]).to(grid)
    return torch.cat([grid, place.expand(len(grid), -1, -1, -1)], 1).flatten(2).mT
