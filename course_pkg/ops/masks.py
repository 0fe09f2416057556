"""Masks of instances: how much two share, and how to store one in a few numbers.

A mask is a boolean map of the image's size, True on the instance. Lectures 09, 10.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from course_pkg.ops._shapes import check_axes

__all__ = ["RLE", "mask_iou", "rle_decode", "rle_encode"]


class RLE(NamedTuple):
    """A mask as the lengths of its runs, as COCO stores it.

    Attributes:
        size: height and width of the mask.
        counts: lengths of runs of False, True, False, ..., down the columns, the left one first;
            the first is 0 where the mask starts with True.
    """

    size: tuple[int, int]
    counts: tuple[int, ...]


def mask_iou(
    masks1: Bool[Tensor, "k1 h w"], masks2: Bool[Tensor, "k2 h w"]
) -> Float[Tensor, "k1 k2"]:
    """Divide the pixels that two masks share by those that they cover together, for every pair.

    Two empty masks share nothing, so their IoU is 0.

    Args:
        masks1: one map an instance.
        masks2: the others, of the same size.

    Returns:
        From 0 (apart) to 1 (equal).

    Example:
        >>> one = torch.tensor([[[True, True, False]]])
        >>> mask_iou(one, torch.tensor([[[False, True, True]]]))
        tensor([[0.3333]])
    """
    check_axes("mask_iou", masks1=(masks1, "k1 h w"), masks2=(masks2, "k2 h w"))
    # Whole numbers up to 2**24 are exact in float32, and its product is the fast one.
    flat1, flat2 = masks1.flatten(1).float(), masks2.flatten(1).float()
    shared = flat1 @ flat2.T
    together = flat1.sum(1)[:, None] + flat2.sum(1) - shared
    return shared / together.clamp(min=1)


def rle_encode(mask: Bool[Tensor, "h w"]) -> RLE:
    """Write a mask as the lengths of its runs.

    Args:
        mask: one map.

    Returns:
        Its size and runs; `rle_decode` gives the mask back.

    Source: the COCO API's uncompressed format.

    Example:
        >>> rle_encode(torch.tensor([[True, False], [True, True]]))
        RLE(size=(2, 2), counts=(0, 2, 1, 1))
    """
    h, w = mask.shape
    down = mask.T.flatten().cpu()
    if not down.numel():
        return RLE((h, w), (0,))
    starts = (down[1:] != down[:-1]).nonzero().flatten() + 1
    ends = torch.cat((torch.zeros(1, dtype=torch.int64), starts, torch.tensor([len(down)])))
    counts = tuple(ends.diff().tolist())
    return RLE((h, w), (0, *counts) if down[0] else counts)


def rle_decode(rle: RLE | Mapping[str, Any]) -> Bool[Tensor, "h w"]:
    """Draw the mask that the runs describe.

    Args:
        rle: from `rle_encode`, or COCO's mapping with ``size`` and ``counts``; the counts are
            numbers, or the text that COCO's own tools make of them.

    Returns:
        The mask.

    Raises:
        ValueError: if a run is negative, the runs do not fill the mask, or the text is cut off.

    Source: the COCO API's formats.

    Example:
        >>> rle_decode(RLE((2, 2), (0, 2, 1, 1)))
        tensor([[ True, False],
                [ True,  True]])
    """
    (h, w), counts = (rle["size"], rle["counts"]) if isinstance(rle, Mapping) else rle
    if isinstance(counts, str | bytes):
        counts = _counts_of_text(counts.encode() if isinstance(counts, str) else counts)
    if any(count < 0 for count in counts) or sum(counts) != h * w:
        raise ValueError(
            f"rle_decode: the runs must be 0 or more and add up to {h} x {w} = {h * w} pixels, got "
            f"{sum(counts)}: check that size is (height, width)"
        )
    runs = torch.tensor(counts, dtype=torch.int64)
    values = torch.arange(len(runs)) % 2 == 1
    return values.repeat_interleave(runs).reshape(w, h).T.contiguous()


def _counts_of_text(text: bytes) -> list[int]:
    """COCO's text: six bits a letter, five of them a digit, the sixth says that more follow.

    From the fourth run on, what is written is the difference to the run two before.
    """
    counts: list[int] = []
    number, shift = 0, 0
    for letter in text:
        digit = letter - 48
        if not 0 <= digit < 64:
            raise ValueError(f"rle_decode: {chr(letter)!r} is no letter of compressed counts")
        number |= (digit & 31) << shift
        shift += 5
        if digit & 32:
            continue
        if digit & 16:  # the sign
            number -= 1 << shift
        counts.append(number + counts[-2] if len(counts) > 2 else number)
        number, shift = 0, 0
    if shift:
        raise ValueError("rle_decode: the compressed counts end in the middle of a number")
    return counts
