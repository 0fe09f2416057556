"""Hypercolumns: describe a pixel by everything that lies above it, in all layers at once.

fc7 knows what the thing is and has forgotten where its edge runs; an early layer knows edges and
has no idea of things. Stretch all maps to the size of the mask and stack them: the column above a
pixel is its hypercolumn, and a classifier reads it. The same hypercolumn means something else at
the top of a box than at its foot, so there is a grid of classifiers, mixed by distance.

Source: Hariharan, Arbelaez, Girshick & Malik 2015, Hypercolumns for object segmentation and
fine-grained localization. Lecture 09.
"""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_pkg.models.backbones.efficientnet_lite0 import LITE0_CHANNELS
from course_pkg.ops import paste_masks

__all__ = ["ALL_LAYERS", "HypercolumnHead", "location_weights", "paste_probabilities"]

#: The maps that a hypercolumn is made of, by their strides.
ALL_LAYERS = ("stride4", "stride8", "stride16")


def location_weights(grid: int, size: int) -> Float[Tensor, "{grid}*{grid} {size} {size}"]:
    """Say how much each classifier of a grid has to say at each pixel of a mask.

    Classifiers sit in the middles of the grid's cells; between them their answers are mixed
    bilinearly, outside the outermost ones the nearest speaks alone.

    Args:
        grid: classifiers a side, K.
        size: pixels a side.

    Returns:
        Weights that add up to 1 at every pixel, classifiers row by row.

    Raises:
        ValueError: if one of the two is below 1.

    Source: Hariharan et al. 2015, section 3 (interpolated grid of classifiers).

    Example:
        >>> location_weights(grid=2, size=4)[:, 0]
        tensor([[1.0000, 0.7500, 0.2500, 0.0000],
                [0.0000, 0.2500, 0.7500, 1.0000],
                [0.0000, 0.0000, 0.0000, 0.0000],
                [0.0000, 0.0000, 0.0000, 0.0000]])
    """
    if min(grid, size) < 1:
        raise ValueError(f"grid and size must be 1 or more, got {grid} and {size}")
    place = ((torch.arange(size) + 0.5) / size * grid - 0.5).clamp(0, grid - 1)
    line = (1 - (place - torch.arange(grid)[:, None]).abs()).clamp(min=0)
    return (line[:, None, :, None] * line[None, :, None, :]).flatten(0, 1)


class HypercolumnHead(nn.Module):
    """Mask logits for a class from several layers of a crop, K x K classifiers interpolated.

    Classifying is linear and so is enlarging, so they change places: each layer is classified at
    its own small size by a 1x1 convolution, and K^2 score maps are enlarged instead of hundreds of
    feature maps. `upsample_then_classify` does it the long way; a test holds the two equal.

    Glossary of shapes: k crops; a map of c channels and any size for each of ``layers``; d features
    fc7; K x K classifiers; masks of s x s pixels.

    Source: Hariharan et al. 2015, section 3; ``kernels`` as in the released
        ``hypercolumn_train.prototxt``.

    Args:
        num_features: d.
        num_classes: with the background, which has no mask.
        layers: of the pretrained body, besides fc7; none for the paper's "only fc7".
        grid: K.
        size: s.
        channels: of the body's layers.
        kernels: side of a layer's classifier where it is not 1: it then reads the neighbours of a
            cell as well, and so does the hypercolumn.

    Raises:
        ValueError: if the body has no such layer, or a kernel has no middle.
    """

    def __init__(
        self,
        num_features: int,
        num_classes: int,
        layers: Sequence[str] = ALL_LAYERS,
        grid: int = 5,
        size: int = 50,
        channels: Mapping[str, int] = LITE0_CHANNELS,
        kernels: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__()
        unknown = set(layers) - set(channels)
        if unknown:
            raise ValueError(
                f"unknown layers {sorted(unknown)}: the body has {', '.join(channels)}"
            )
        sides = {name: (kernels or {}).get(name, 1) for name in layers}
        if any(side % 2 == 0 for side in sides.values()):
            raise ValueError(f"kernels must have odd sides, got {sides}")
        self.grid, self.size = grid, size
        self.outputs = (num_classes - 1) * grid * grid
        self.layers = nn.ModuleDict(
            {
                name: nn.Conv2d(channels[name], self.outputs, side, padding=side // 2)
                for name, side in sides.items()
            }
        )
        self.fc7 = nn.Linear(num_features, self.outputs)
        self.location: Tensor
        self.register_buffer("location", location_weights(grid, size), persistent=False)

    def forward(
        self,
        maps: Mapping[str, Float[Tensor, "k _ _ _"]],
        fc7: Float[Tensor, "k d"],
        labels: Int[Tensor, " k"],
    ) -> Float[Tensor, "k {self.size} {self.size}"]:
        """Return mask logits of each crop for its own class, labels counting from 1."""
        scores = self._of_class(self.fc7(fc7)[:, :, None, None], labels)
        for name, layer in self.layers.items():
            small = self._of_class(layer(maps[name]), labels)
            scores = scores + self._enlarge(small)
        return (scores * self.location).sum(dim=1)

    def upsample_then_classify(
        self,
        maps: Mapping[str, Float[Tensor, "k _ _ _"]],
        fc7: Float[Tensor, "k d"],
        labels: Int[Tensor, " k"],
    ) -> Float[Tensor, "k {self.size} {self.size}"]:
        """Do the same by building every hypercolumn first; slow, and here to be compared."""
        wide = [F.interpolate(fc7[:, :, None, None], self.size)]
        weights, bias = [self.fc7.weight], self.fc7.bias
        for name, layer in self.layers.items():
            assert isinstance(layer, nn.Conv2d)
            assert layer.bias is not None
            side = layer.kernel_size[0]
            around = F.unfold(maps[name], side, padding=side // 2)  # every cell with its neighbours
            wide.append(self._enlarge(around.unflatten(2, maps[name].shape[2:])))
            weights.append(layer.weight.flatten(1))
            bias = bias + layer.bias
        columns, weight = torch.cat(wide, dim=1), torch.cat(weights, dim=1)
        scores = F.conv2d(columns, weight[:, :, None, None], bias)
        return (self._of_class(scores, labels) * self.location).sum(dim=1)

    def _enlarge(self, maps: Tensor) -> Tensor:
        return F.interpolate(maps, (self.size, self.size), mode="bilinear", align_corners=False)

    def _of_class(self, scores: Tensor, labels: Tensor) -> Tensor:
        """The K^2 score maps of each crop's own class."""
        each = scores.unflatten(1, (-1, self.grid * self.grid))
        return each[torch.arange(len(each), device=each.device), labels - 1]


def paste_probabilities(
    logits: Float[Tensor, "k s s"], boxes: Float[Tensor, "k 4"], size: tuple[int, int]
) -> Float[Tensor, "k {size[0]} {size[1]}"]:
    """Stretch mask logits over their boxes, as probabilities in the whole image.

    Args:
        logits: of each box.
        boxes: (x0, y0, x1, y1) in pixels.
        size: height and width of the image.

    Returns:
        One map a box, 0 outside of it.

    Example:
        >>> box = torch.tensor([[0.0, 0.0, 2.0, 2.0]])
        >>> paste_probabilities(torch.zeros(1, 2, 2), box, size=(2, 3))[0, 0]
        tensor([0.5000, 0.5000, 0.0000])
    """
    return paste_masks(logits.sigmoid(), boxes, size)
