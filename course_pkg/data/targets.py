"""Targets of instance data, and how samples become a batch."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torchvision import tv_tensors

__all__ = [
    "InstanceTarget",
    "boxes_from_masks",
    "collate_instances",
    "collate_regions",
    "instance_target",
]


class InstanceTarget(TypedDict):
    """What torchvision's detection models want to know about an image.

    ``boxes`` are (x0, y0, x1, y1) in pixels, ``labels`` start at 1 (0 is the background),
    ``masks`` are one boolean map an instance.
    """

    boxes: tv_tensors.BoundingBoxes
    labels: Tensor
    masks: tv_tensors.Mask
    image_id: NotRequired[int]


def boxes_from_masks(masks: Bool[Tensor, "k h w"]) -> Float[Tensor, "k 4"]:
    """Find the smallest box around each mask.

    torchvision's ``masks_to_boxes`` names the last pixel's index as the far corner, which leaves
    out that pixel's own width; here a mask of one pixel has a box of area 1.

    Convention:
        (x0, y0, x1, y1) where pixel j covers [j, j + 1): x1 and y1 are one past the last pixel.

    Args:
        masks: one map an instance.

    Returns:
        One box a mask, in pixels; zeros for an empty mask.

    Example:
        >>> boxes_from_masks(torch.tensor([[[False, True, True], [False, True, False]]]))
        tensor([[1., 0., 3., 2.]])
    """
    k, h, w = masks.shape
    rows, columns = masks.any(2), masks.any(1)
    if not k:
        return torch.zeros(0, 4)
    x0, y0 = columns.int().argmax(1), rows.int().argmax(1)
    x1, y1 = w - columns.flip(1).int().argmax(1), h - rows.flip(1).int().argmax(1)
    boxes = torch.stack([x0, y0, x1, y1], 1).float()
    return boxes * rows.any(1, keepdim=True)


def instance_target(
    masks: Bool[Tensor, "k h w"], labels: Int[Tensor, " k"], image_id: int | None = None
) -> InstanceTarget:
    """Bundle masks and labels the way torchvision's detection models and transforms want them.

    Args:
        masks: one map an instance; empty ones are left out, with their labels.
        labels: class of each instance, 1 or more.
        image_id: number of the image, where one is wanted.

    Returns:
        ``boxes``, ``labels``, ``masks`` (and ``image_id``); boxes and masks are tv_tensors, so that
        a transform moves them together with the image.

    Raises:
        ValueError: if a label is below 1, which is where the background is.
    """
    if len(labels) and int(labels.min()) < 1:
        raise ValueError(
            "instance_target: labels must be 1 or more, for 0 is the background; "
            f"got {int(labels.min())}"
        )
    shown = masks.flatten(1).any(1)
    masks, labels = masks[shown], labels[shown]
    boxes = tv_tensors.BoundingBoxes(  # pyright: ignore[reportCallIssue]: it looks at Tensor's own
        boxes_from_masks(masks),
        format=tv_tensors.BoundingBoxFormat.XYXY,
        canvas_size=(masks.shape[1], masks.shape[2]),
    )
    target = InstanceTarget(boxes=boxes, labels=labels.long(), masks=tv_tensors.Mask(masks))
    if image_id is not None:
        target["image_id"] = image_id
    return target


def collate_instances(
    batch: Sequence[tuple[Tensor, InstanceTarget]],
) -> tuple[list[Tensor], list[InstanceTarget]]:
    """Make a batch of images and instance targets: two lists, for every image differs in size.

    Args:
        batch: (image, target) pairs.

    Returns:
        The images and the targets, as torchvision's detection models take them.

    Example:
        >>> from course_pkg.data import SceneDataset
        >>> images, targets = collate_instances([SceneDataset(2, 32, target="instance")[0]])
        >>> len(images), sorted(targets[0])
        (1, ['boxes', 'image_id', 'labels', 'masks'])
    """
    return [image for image, _ in batch], [target for _, target in batch]


def collate_regions(
    batch: Sequence[tuple[Tensor, dict[str, Tensor]]],
) -> tuple[Float[Tensor, "n c h w"], dict[str, Tensor]]:
    """Make a batch of captions or questions: short ones are filled up with 0 at the end.

    Args:
        batch: (image, target) pairs with images of one size; each target holds tensors that are
            equal in shape across the batch but for their first axis.

    Returns:
        The stacked images, and each entry of the targets stacked, padded with zeros.

    Raises:
        ValueError: if the batch is empty.

    Example:
        >>> from course_pkg.data import SceneDataset
        >>> scenes = SceneDataset(2, 32, target="caption")
        >>> images, target = collate_regions([scenes[0], scenes[1]])
        >>> target["tokens"].shape == target["regions"].shape[:2]
        True
    """
    if not batch:
        raise ValueError("collate_regions: expected at least one sample, got none")
    images = torch.stack([image.as_subclass(Tensor) for image, _ in batch])
    padded = {}
    for key in batch[0][1]:
        parts = [target[key].as_subclass(Tensor) for _, target in batch]
        if parts[0].ndim:
            padded[key] = torch.nn.utils.rnn.pad_sequence(parts, batch_first=True)
        else:
            padded[key] = torch.stack(parts)
    return images, padded
