"""What a network sees of a region: its box at a fixed size, with and without what surrounds it.

SDS gives one network the box and another the same box with everything outside the region painted
in the mean colour, so that it sees the region's shape. Lecture 09.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torchvision.ops import roi_align

from course_pkg.data import LITE
from course_pkg.models.backbones.pyramid_body import pyramid_body
from course_pkg.models.instances.precision import at_least_single
from course_pkg.models.instances.system import freeze_statistics

__all__ = ["CONTEXT", "CropPath", "box_crops", "expand_boxes", "region_crops"]

#: How far a crop reaches beyond its box on each side, as a share of the box: 16 of the crop's 227
#: pixels on each side are context, so the box itself fills 195.
CONTEXT = 16 / 195


def expand_boxes(boxes: Float[Tensor, "k 4"], share: float = CONTEXT) -> Float[Tensor, "k 4"]:
    """Let boxes grow on every side.

    Args:
        boxes: (x0, y0, x1, y1) in pixels.
        share: of the width (height) that is added at the left and at the right (above, below).

    Returns:
        The larger boxes; they may reach out of the image.

    Source: Girshick et al. 2014, R-CNN, appendix A (16 pixels of context at network size).

    Example:
        >>> expand_boxes(torch.tensor([[10.0, 10.0, 20.0, 30.0]]), share=0.1)
        tensor([[ 9.,  8., 21., 32.]])
    """
    grow = (boxes[:, 2:] - boxes[:, :2]) * share
    return boxes + torch.cat((-grow, grow), dim=1)


def box_crops(
    image: Float[Tensor, "3 h w"],
    boxes: Float[Tensor, "k 4"],
    size: int,
    mean: Sequence[float] = LITE.mean,
) -> Float[Tensor, "k 3 {size} {size}"]:
    """Cut boxes out of an image and bring each to the same size; outside is mean grey.

    Args:
        image: a picture in [0, 1].
        boxes: (x0, y0, x1, y1) in pixels.
        size: side of the crops in pixels; width and height are stretched separately.
        mean: the body's grey.

    Returns:
        One picture a box.

    Source: Girshick et al. 2014, R-CNN, appendix A (warp, with the mean around the image).

    Example:
        >>> crops = box_crops(torch.ones(3, 8, 8), torch.tensor([[2.0, 2.0, 6.0, 6.0]]), size=4)
        >>> crops.shape, crops.min().item()
        (torch.Size([1, 3, 4, 4]), 1.0)
    """
    grey = image.new_tensor(mean)[:, None, None]
    # Outside the image roi_align reads zero, which is mean grey once the mean is taken off.
    light = at_least_single((image - grey)[None])
    crops = roi_align(light, [boxes.to(light)], size, sampling_ratio=2, aligned=True)
    return crops.to(image.dtype) + grey


def region_crops(
    crops: Float[Tensor, "k 3 s s"],
    masks: Bool[Tensor, "k h w"],
    boxes: Float[Tensor, "k 4"],
    mean: Sequence[float] = LITE.mean,
) -> Float[Tensor, "k 3 s s"]:
    """Paint everything outside each region in mean grey, which the network reads as zero.

    Args:
        crops: from `box_crops`.
        masks: the regions, in the whole image.
        boxes: that were cut.
        mean: the body's grey.

    Returns:
        The crops with the regions alone.

    Source: Hariharan et al. 2014, section 3.2 (pathway B).

    Example:
        >>> mask = torch.zeros(1, 8, 8, dtype=torch.bool)
        >>> mask[:, :, :4] = True
        >>> box = torch.tensor([[0.0, 0.0, 8.0, 8.0]])
        >>> alone = region_crops(torch.ones(1, 3, 4, 4), mask, box)
        >>> (alone[0, 0, 0] == 1).tolist()
        [True, True, False, False]
    """
    boxes = at_least_single(boxes)
    number = torch.arange(len(boxes), dtype=boxes.dtype, device=boxes.device)
    rows = torch.cat((number[:, None], boxes), dim=1)
    inside = roi_align(
        masks[:, None].to(boxes), rows, crops.shape[-1], sampling_ratio=2, aligned=True
    )
    grey = crops.new_tensor(mean)[:, None, None]
    return torch.where(inside >= 0.5, crops, grey)


class CropPath(nn.Module):
    """One path: a crop through the pretrained body and two fully connected layers.

    The layers are called fc6 and fc7 after AlexNet's; they read the flattened map, so where in the
    crop something is stays known. Batch norms keep their statistics.

    Glossary of shapes: k crops of s x s pixels, s a multiple of 32; s/32 x s/32 cells of c
    channels; ``hidden`` features.

    Source: Hariharan et al. 2014, section 3.2; the body is Tan & Le 2019's instead of AlexNet.

    Args:
        body: the pretrained network, a `PyramidBody`.
        crop_size: s.
        hidden: width of fc6 and fc7 (the paper: 4096).

    Raises:
        ValueError: if the crop size is no multiple of 32, or the network is no body.
    """

    def __init__(self, body: nn.Module, crop_size: int = 64, hidden: int = 256) -> None:
        super().__init__()
        if crop_size % 32 or crop_size < 32:
            raise ValueError(f"crop_size must be a multiple of 32, got {crop_size}")
        self.body, self.mean = body, pyramid_body(body).mean
        self.channels = pyramid_body(body).channels
        self.hidden = hidden
        cells = (crop_size // 32) ** 2
        self.fc6 = nn.Linear(self.channels["stride32"] * cells, hidden)
        self.fc7 = nn.Linear(hidden, hidden)

    def train(self, mode: bool = True) -> "CropPath":
        """Switch to training or back; batch norms stay in evaluation mode."""
        super().train(mode)
        freeze_statistics(self)
        return self

    def forward(self, crops: Float[Tensor, "k 3 s s"]) -> Float[Tensor, "k {self.hidden}"]:
        """Return fc7, rectified, of crops in [0, 1]."""
        return self.top(self.body(crops).stride32)

    def top(self, cells: Float[Tensor, "k _ a a"]) -> Float[Tensor, "k {self.hidden}"]:
        """Return fc7 from the body's coarsest map, for those who want its finer maps as well."""
        return F.relu(self.fc7(F.relu(self.fc6(cells.flatten(1)))))
