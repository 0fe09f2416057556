"""A small encoder that turns a scene into a grid of cells, and the task it is trained on first.

It stands where the captioning paper has VGG: trained before, for another task, and kept as it is
while the captioner learns. VGG named photographs; this one names what every cell holds.
"""

from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["CELL_STRIDE", "CellTagger", "cell_encoder"]

CELL_STRIDE = 12  # pixels between neighbouring cells


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
