"""The parts of a multi-task network cascade: warping boxes, a mask for each, classes for each.

Source: Dai et al. 2016, Instance-aware Semantic Segmentation via Multi-task Network Cascades,
sections 3.2 and 3.3, and the released ``train.prototxt`` (read). Lecture 10.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.instances.precision import at_least_single

__all__ = ["ClassStage", "MaskStage", "Stage", "warp_boxes"]


class Stage(NamedTuple):
    """What one pass through mask and class stage says about r boxes."""

    rois: Float[Tensor, "r 5"]  # image number, x0, y0, x1, y1 in pixels
    mask_logits: Float[Tensor, "r m m"]
    class_logits: Float[Tensor, "r k"]  # what the box holds; with the background, 0
    mask_class_logits: Float[Tensor, "r k"]  # what the mask holds: these score
    deltas: Float[Tensor, "r k 4"]  # how the box should move, for each class


def warp_boxes(
    features: Float[Tensor, "n c h w"], rois: Float[Tensor, "r 5"], output_size: int, stride: int
) -> Float[Tensor, "r c {output_size} {output_size}"]:
    """Warp boxes out of feature maps: `course_pkg.ops.roi_warp` by torch's fast `grid_sample`.

    All boxes of an image are read in one call, one below the other. Gradients reach the boxes.

    Args:
        features: maps of the batch.
        rois: image number and box in pixels; the boxes of an image must be neighbours, in order.
        output_size: bins a side.
        stride: pixels between cells.

    Returns:
        One small map a box.

    Source: Dai et al. 2016, end-to-end training (RoI warping).

    Example:
        >>> ramp = torch.arange(4.0).expand(1, 1, 4, 4)
        >>> warp_boxes(ramp, torch.tensor([[0.0, 0.0, 0.0, 16.0, 16.0]]), 2, stride=4)[0, 0, 0]
        tensor([0.5000, 2.5000])
    """
    dtype, features = features.dtype, at_least_single(features).to(rois.dtype)
    c, h, w = features.shape[1:]
    bins = torch.arange(output_size, dtype=rois.dtype, device=rois.device)
    steps = (bins + 0.5) / output_size
    x = rois[:, 1, None] + (rois[:, 3] - rois[:, 1])[:, None] * steps  # (r, bins), pixels
    y = rois[:, 2, None] + (rois[:, 4] - rois[:, 2])[:, None] * steps
    x, y = 2 * x / (stride * w) - 1, 2 * y / (stride * h) - 1  # -1 and 1 are the map's edges
    shape = (len(rois), output_size, output_size)
    grid = torch.stack((x[:, None].expand(shape), y[:, :, None].expand(shape)), dim=-1)
    crops = []
    for i, image in enumerate(features):
        mine = grid[rois[:, 0] == i]
        tall = F.grid_sample(image[None], mine.flatten(0, 1)[None], align_corners=False)[0]
        crops.append(tall.unflatten(1, (-1, output_size)).movedim(1, 0))
    empty = features.new_zeros(0, c, output_size, output_size)
    return (torch.cat(crops) if crops else empty).to(dtype)


class MaskStage(nn.Module):
    """From the pooled features of a box to a mask in the box, whatever the class may be.

    Glossary of shapes: r boxes, c channels, p x p pooled bins, m x m mask cells.

    Source: Dai et al. 2016, section 3.2.

    Args:
        in_features: c p p.
        hidden: width of the layer between.
        mask_size: m.
    """

    def __init__(self, in_features: int, hidden: int, mask_size: int) -> None:
        super().__init__()
        self.fc = nn.Linear(in_features, hidden)
        self.mask = nn.Linear(hidden, mask_size**2)
        self.mask_size = mask_size

    def forward(self, pooled: Float[Tensor, "r c p p"]) -> Float[Tensor, "r m m"]:
        """Return mask logits."""
        flat = self.mask(F.relu(self.fc(pooled.flatten(1))))
        return flat.unflatten(1, (self.mask_size, self.mask_size))


class ClassStage(nn.Module):
    """From the features of a box, whole and masked, to classes and a better box.

    Both are max-pooled by two before their layers, so that fc6 reads a quarter of what the mask
    stage does. Two classifiers read the joined features: one says what the box holds, the other
    what the predicted mask holds; it is trained to call a bad mask background, and it scores.

    Glossary of shapes: r boxes, c channels, p x p warped bins, k classes with the background.

    Source: Dai et al. 2016, section 3.3; pool and second classifier (``seg_cls_score``) as in the
        released ``train.prototxt``.

    Args:
        in_features: c (p/2) (p/2), rounded down.
        hidden: width of the two layers of each path.
        num_classes: k.
    """

    def __init__(self, in_features: int, hidden: int, num_classes: int) -> None:
        super().__init__()

        def path() -> nn.Sequential:
            first, second = nn.Linear(in_features, hidden), nn.Linear(hidden, hidden)
            return nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), first, nn.ReLU(), second, nn.ReLU())

        self.box_path, self.mask_path = path(), path()
        self.classes = nn.Linear(2 * hidden, num_classes)
        self.mask_classes = nn.Linear(2 * hidden, num_classes)
        self.deltas = nn.Linear(2 * hidden, 4 * num_classes)
        for layer, std in ((self.classes, 0.01), (self.mask_classes, 0.01), (self.deltas, 0.001)):
            nn.init.normal_(layer.weight, std=std)
            nn.init.zeros_(layer.bias)

    def forward(
        self, warped: Float[Tensor, "r c p p"], mask: Float[Tensor, "r m m"]
    ) -> tuple[Float[Tensor, "r k"], Float[Tensor, "r k"], Float[Tensor, "r k 4"]]:
        """Return class logits of box and of mask, and for each class how the box should move."""
        # Shrinking averages over the cells it leaves out; the mask keeps its share of each bin.
        small = F.interpolate(
            at_least_single(mask[:, None]),  # torch shrinks no halves so on a CPU
            warped.shape[-2:],
            mode="bilinear",
            antialias=True,
            align_corners=False,
        ).to(warped.dtype)
        both = torch.cat((self.box_path(warped), self.mask_path(warped * small)), dim=1)
        deltas = self.deltas(both).unflatten(1, (-1, 4))
        return self.classes(both), self.mask_classes(both), deltas
