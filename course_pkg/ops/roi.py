"""Reading a box out of a feature map at a fixed size: rounded to cells, or where it is.

A box almost never ends where a feature cell ends. `roi_pool` rounds it to whole cells and takes
maxima; `roi_align` does not round and averages bilinear samples. What lies between them in the
field's history, RoI warping, is in `course_pkg.ops.roi_warping`. Pooling and averaging work on rows
and columns one after the other, so that each box needs two small loops or two small matrices.

Convention:
    Boxes are (x0, y0, x1, y1) in image pixels, pixel j covering [j, j + 1). ``spatial_scale`` is
    feature size / image size. Read as a feature map has it, cell j then covers [j, j + 1), its
    centre at j + 0.5.

Source: Girshick 2015, Fast R-CNN, section 2.1; He et al. 2017, Mask R-CNN, section 3.
Lectures 09, 10.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._shapes import check_axes

__all__ = [
    "BoxesOfBatch",
    "Size",
    "prepare_rois",
    "roi_align",
    "roi_pool",
    "round_away_from_zero",
    "split_rois",
]

Size = int | Sequence[int]
# One row (image, x0, y0, x1, y1) for each box, or one tensor of boxes for each image.
BoxesOfBatch = Float[Tensor, "r 5"] | Sequence[Float[Tensor, "_ 4"]]


def roi_pool(
    input: Float[Tensor, "n c h w"],
    boxes: BoxesOfBatch,
    output_size: Size,
    spatial_scale: float = 1.0,
) -> Float[Tensor, "r c oh ow"]:
    """Round a box to whole cells, cut it into bins, and keep the maximum of each bin.

    Equals ``torchvision.ops.roi_pool``. Rounding moves each side of the box by up to half a cell,
    and the bins, rounded outwards, overlap: a class is still found, an outline is blurred.

    Args:
        input: feature maps.
        boxes: (image, x0, y0, x1, y1) rows, or one tensor of boxes an image; in image pixels.
        output_size: bins a side, or (rows, columns) of bins.
        spatial_scale: feature size / image size, 1/16 at stride 16.

    Returns:
        One small map a box, 0 in bins that lie outside the feature map.

    Raises:
        ValueError: if a box belongs to no image, or the size or scale is not positive.

    Source: Girshick 2015, Fast R-CNN, section 2.1.

    Example:
        >>> ramp = torch.arange(16.0).reshape(1, 1, 4, 4)
        >>> roi_pool(ramp, [torch.tensor([[0.0, 0.0, 3.0, 3.0]])], output_size=2)[0, 0]
        tensor([[ 5.,  7.],
                [13., 15.]])
    """
    (oh, ow), image, corners = prepare_rois("roi_pool", input, boxes, output_size, spatial_scale)
    whole = round_away_from_zero(corners).tolist()
    crops = []
    for i, (x0, y0, x1, y1) in zip(image.tolist(), whole, strict=True):
        rows = _max_over_bins(input[i], int(y0), int(y1), oh, axis=1)
        crops.append(_max_over_bins(rows, int(x0), int(x1), ow, axis=2))
    return torch.stack(crops) if crops else input.new_zeros(0, input.shape[1], oh, ow)


def roi_align(
    input: Float[Tensor, "n c h w"],
    boxes: BoxesOfBatch,
    output_size: Size,
    spatial_scale: float = 1.0,
    sampling_ratio: int = -1,
    aligned: bool = False,
) -> Float[Tensor, "r c oh ow"]:
    """Cut a box into bins where it is, and average a few bilinear samples in each bin.

    Equals ``torchvision.ops.roi_align``, whose defaults it keeps; like it, it sends no gradient to
    the boxes. Samples up to one cell outside the map read its border, those further out read 0.

    Args:
        input: feature maps.
        boxes: (image, x0, y0, x1, y1) rows, or one tensor of boxes an image; in image pixels.
        output_size: bins a side, or (rows, columns) of bins.
        spatial_scale: feature size / image size.
        sampling_ratio: samples a side of each bin; 0 or less = as many as the bin has cells,
            rounded up (none in a box without area: it reads 0).
        aligned: True: the centre of cell j is at j + 0.5, as everywhere in this book. False: at j,
            half a cell too far right and down, and no box smaller than one cell; kept for models
            that were trained so.

    Returns:
        One small map a box.

    Raises:
        ValueError: if a box belongs to no image, or the size or scale is not positive.

    Source: He et al. 2017, Mask R-CNN, section 3; ``aligned`` is detectron2's correction.

    Example:
        >>> ramp = torch.arange(4.0).expand(1, 1, 4, 4)
        >>> roi_align(ramp, [torch.tensor([[0.5, 0.5, 2.5, 2.5]])], 2, aligned=True)[0, 0]
        tensor([[0.5000, 1.5000],
                [0.5000, 1.5000]])
    """
    (oh, ow), image, corners = prepare_rois("roi_align", input, boxes, output_size, spatial_scale)
    corners = corners.detach() - (0.5 if aligned else 0.0)
    size = corners[:, 2:] - corners[:, :2]
    corners = torch.cat((corners[:, :2], size if aligned else size.clamp(min=1)), dim=1)
    h, w = input.shape[2:]
    crops = []
    for i, (x, y, width, height) in zip(image.tolist(), corners, strict=True):
        rows = _averaging_weights(y, height, oh, h, sampling_ratio)
        columns = _averaging_weights(x, width, ow, w, sampling_ratio)
        crops.append(rows @ input[i] @ columns.T)
    return torch.stack(crops) if crops else input.new_zeros(0, input.shape[1], oh, ow)


def split_rois(
    boxes: BoxesOfBatch, images: int
) -> tuple[Float[Tensor, " r"], Float[Tensor, "r 4"]]:
    """Bring the two ways of writing the boxes of a batch into one.

    Args:
        boxes: (image, x0, y0, x1, y1) rows, or one tensor of boxes an image.
        images: how many there are.

    Returns:
        The image number of each box (as floats, for the gradient's sake) and its corners.

    Raises:
        ValueError: if a box belongs to an image that is not there.

    Example:
        >>> split_rois([torch.zeros(1, 4), torch.ones(1, 4)], images=2)[0]
        tensor([0., 1.])
    """
    if not isinstance(boxes, Tensor):
        if len(boxes) != images:
            raise ValueError(
                f"boxes must hold one tensor for each image, got {len(boxes)} for {images} images"
            )
        numbered = [torch.cat((b.new_full((len(b), 1), i), b), 1) for i, b in enumerate(boxes)]
        boxes = torch.cat(numbered) if numbered else torch.zeros(0, 5)
    image = boxes[:, 0].detach()
    if len(image) and not 0 <= int(image.min()) <= int(image.max()) < images:
        raise ValueError(
            f"the first column of boxes names an image, 0 to {images - 1}; got "
            f"{int(image.min())} to {int(image.max())}"
        )
    return image, boxes[:, 1:]


def round_away_from_zero(input: Float[Tensor, "*size"]) -> Float[Tensor, "*size"]:
    """Round as C does, where halves go away from zero; torch rounds them to even numbers.

    Args:
        input: any numbers.

    Returns:
        Whole numbers.

    Example:
        >>> round_away_from_zero(torch.tensor([0.5, -2.5, 1.4]))
        tensor([ 1., -3.,  1.])
    """
    return input.sign() * (input.abs() + 0.5).floor()


def prepare_rois(
    name: str, input: Tensor, boxes: BoxesOfBatch, output_size: Size, spatial_scale: float
) -> tuple[tuple[int, int], Tensor, Tensor]:
    """Check what every way of reading boxes is given.

    Args:
        name: of the way, for the message.
        input: feature maps.
        boxes: in image pixels.
        output_size: bins a side, or (rows, columns) of bins.
        spatial_scale: feature size / image size.

    Returns:
        Rows and columns of bins, image of each box, and corners in feature cells.

    Raises:
        ValueError: if a box belongs to no image, or the size or scale is not positive.

    Example:
        >>> prepare_rois("op", torch.zeros(1, 1, 4, 4), [torch.ones(1, 4)], 2, 0.5)
        ((2, 2), tensor([0]), tensor([[0.5000, 0.5000, 0.5000, 0.5000]]))
    """
    check_axes(name, input=(input, "n c h w"))
    both = (output_size,) * 2 if isinstance(output_size, int) else tuple(output_size)
    if len(both) != 2 or min(both) < 1:
        raise ValueError(f"{name}: output_size must be one or two ints above 0, got {output_size}")
    if not spatial_scale > 0:
        raise ValueError(f"{name}: spatial_scale must be above 0, got {spatial_scale}")
    image, corners = split_rois(boxes, len(input))
    return (both[0], both[1]), image.long(), corners * spatial_scale


def _max_over_bins(maps: Tensor, start: int, end: int, bins: int, axis: int) -> Tensor:
    size = max(end - start + 1, 1)  # both rounded ends belong to the box
    length = maps.shape[axis]
    parts = []
    for k in range(bins):
        first = start + math.floor(k * size / bins)
        stop = start + math.ceil((k + 1) * size / bins)
        first, stop = min(max(first, 0), length), min(max(stop, 0), length)
        part = maps.narrow(axis, first, max(stop - first, 0))
        outside = maps.new_zeros(1).expand_as(maps.select(axis, 0))
        parts.append(part.max(dim=axis).values if part.shape[axis] else outside)
    return torch.stack(parts, dim=axis)


def _averaging_weights(start: Tensor, size: Tensor, bins: int, length: int, ratio: int) -> Tensor:
    """Weights (bins, length) of the cells along one axis; cell centres at whole numbers here."""
    samples = ratio if ratio > 0 else math.ceil(float(size) / bins)
    if samples <= 0:  # a box without extent holds no sample
        return size.new_zeros(bins, length)
    steps = torch.arange(bins * samples, dtype=size.dtype, device=size.device) + 0.5
    place = start + steps * (size / (bins * samples))
    outside = (place < -1) | (place > length)
    cells = torch.arange(length, dtype=size.dtype, device=size.device)
    weights = (1 - (place.clamp(0, length - 1)[:, None] - cells).abs()).clamp(min=0)
    weights = weights.masked_fill(outside[:, None], 0)
    return weights.reshape(bins, samples, length).mean(dim=1)
