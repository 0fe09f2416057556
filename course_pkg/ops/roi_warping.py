"""RoI warping, the crop of the cascades: as the paper's equations have it, and as its code does.

The two differ. The equations take one bilinear sample a bin and never round. The layer that the
authors released rounds all four edges to whole cells, as pooling does, and keeps the maximum of
several samples a bin. Move an edge by a pixel and the first glides, the second jumps.

Convention:
    As in `course_pkg.ops.roi`.

Source: Dai et al. 2016, Multi-task Network Cascades, end-to-end training; ``roi_warping_layer.cu``
of the authors' caffe-mnc (read). Lecture 10.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import one_hot

from course_pkg.ops.roi import BoxesOfBatch, Size, prepare_rois, round_away_from_zero

__all__ = ["roi_warp", "roi_warp_released"]


def roi_warp(
    input: Float[Tensor, "n c h w"],
    boxes: BoxesOfBatch,
    output_size: Size,
    spatial_scale: float = 1.0,
) -> Float[Tensor, "r c oh ow"]:
    """Take one bilinear sample at the centre of each bin; differentiable in the box as well.

    The weight of cell u for a sample at place p is ``max(0, 1 - |p - (u + 0.5)|)``, and p is a
    linear function of the box. So the loss of whatever reads the crop also says where the box
    should have been. Where all samples lie between the outermost cell centres, this is `roi_align`
    with one aligned sample a bin; outside the map there is nothing, and the crop fades to 0.

    Args:
        input: feature maps.
        boxes: (image, x0, y0, x1, y1) rows, or one tensor of boxes an image; in image pixels.
        output_size: bins a side, or (rows, columns) of bins.
        spatial_scale: feature size / image size.

    Returns:
        One small map a box.

    Raises:
        ValueError: if a box belongs to no image, or the size or scale is not positive.

    Source: Dai et al. 2016, the equations of RoI warping (end-to-end training), (x, y) there being
        a box's corner; cell centres are half a cell further here, like everywhere in this book.
        The authors' layer does something else: `roi_warp_released`.

    Example:
        >>> ramp = torch.arange(4.0).expand(1, 1, 4, 4)
        >>> box = torch.tensor([[0.5, 0.5, 2.5, 2.5]], requires_grad=True)
        >>> crop = roi_warp(ramp, [box], output_size=2)
        >>> crop[0, 0, 0]
        tensor([0.5000, 1.5000], grad_fn=<SelectBackward0>)
        >>> crop.sum().backward()
        >>> box.grad
        tensor([[2., 0., 2., 0.]])
    """
    (oh, ow), image, corners = prepare_rois("roi_warp", input, boxes, output_size, spatial_scale)
    rows = _tent_weights(corners[:, 1], corners[:, 3], oh, input.shape[2])
    columns = _tent_weights(corners[:, 0], corners[:, 2], ow, input.shape[3])
    return torch.einsum("rih,rchw,rjw->rcij", rows, input[image], columns)


def roi_warp_released(
    input: Float[Tensor, "n c h w"],
    boxes: BoxesOfBatch,
    output_size: Size,
    spatial_scale: float = 1.0,
) -> Float[Tensor, "r c oh ow"]:
    """Round a box to whole cells, and keep the maximum of a few bilinear samples in each bin.

    The samples stand on both ends of a bin and at even distances between them, as many steps as a
    bin has cells, rounded up. The gradient with respect to the box is that of the samples, as if
    nothing had been rounded: it points somewhere although the crop does not move.

    Convention:
        Other than elsewhere here, cell j has its centre at j, and not at j + 0.5; samples up to
        half a cell outside the outermost centres read these, those further out are left out.

    Args:
        input: feature maps.
        boxes: (image, x0, y0, x1, y1) rows, or one tensor of boxes an image; in image pixels.
        output_size: bins a side, or (rows, columns) of bins.
        spatial_scale: feature size / image size.

    Returns:
        One small map a box, 0 in bins none of whose samples is on the map.

    Raises:
        ValueError: if a box belongs to no image, or the size or scale is not positive.

    Source: ``ROIWarpingForward`` of the authors' caffe-mnc. Their backward pass also takes a box
        for one cell larger than the forward pass does, and gives nothing at the last row and
        column; here it is the forward pass's own.

    Example:
        >>> ramp = torch.arange(4.0).expand(1, 1, 4, 4)
        >>> for x0 in (0.4, 0.5):
        ...     box = torch.tensor([[x0, 0.0, 3.0, 3.0]])
        ...     print(roi_warp_released(ramp, [box], output_size=2)[0, 0, 0])
        tensor([1.5000, 3.0000])
        tensor([2., 3.])
    """
    (oh, ow), image, corners = prepare_rois(
        "roi_warp_released", input, boxes, output_size, spatial_scale
    )
    corners = corners + (round_away_from_zero(corners) - corners).detach()
    h, w = input.shape[2:]
    crops = []
    for i, (x0, y0, x1, y1) in zip(image.tolist(), corners, strict=True):
        rows, inside_rows = _sample_weights(y0, y1, oh, h)
        columns, inside_columns = _sample_weights(x0, x1, ow, w)
        values = rows.flatten(0, 1) @ input[i] @ columns.flatten(0, 1).T
        values = values.unflatten(2, columns.shape[:2]).unflatten(1, rows.shape[:2])
        inside = inside_rows[:, :, None, None] & inside_columns
        best = values.masked_fill(~inside, -math.inf).amax(dim=(2, 4))
        crops.append(best.masked_fill(~inside.any(dim=3).any(dim=1), 0.0))
    return torch.stack(crops) if crops else input.new_zeros(0, input.shape[1], oh, ow)


def _sample_weights(start: Tensor, end: Tensor, bins: int, length: int) -> tuple[Tensor, Tensor]:
    """Weights (bins, samples, length) of the cells, and which samples (bins, samples) count."""
    size = (end - start).clamp(min=0)
    steps = math.ceil(float(size.detach()) / bins)
    share = torch.arange(steps + 1, dtype=start.dtype, device=start.device) / max(steps, 1)
    place = torch.arange(bins, dtype=start.dtype, device=start.device)[:, None] + share
    place = start + place * (size / bins)
    inside = (place >= -0.5) & (place <= length - 0.5)
    # From the cell below to the next: at a cell's centre, too, there is a slope, to the right.
    place = place.clamp(0, length - 1)
    low = place.detach().floor().long()
    share = (place - low)[..., None]
    next_one = one_hot((low + 1).clamp(max=length - 1), length)
    weights = one_hot(low, length) * (1 - share) + next_one * share
    return weights, inside


def _tent_weights(start: Tensor, end: Tensor, bins: int, length: int) -> Tensor:
    """Weights (r, bins, length), differentiable in both ends."""
    steps = (torch.arange(bins, dtype=start.dtype, device=start.device) + 0.5) / bins
    place = start[:, None] + (end - start)[:, None] * steps
    centres = torch.arange(length, dtype=start.dtype, device=start.device) + 0.5
    return (1 - (place[..., None] - centres).abs()).clamp(min=0)
