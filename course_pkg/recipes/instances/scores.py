"""Measuring an instance system: AP^r, time an image, and whether touching things come apart."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course_pkg.data import touching_pairs
from course_pkg.engine import eval_mode
from course_pkg.metrics import InstanceAP, match_detections
from course_pkg.ops import mask_iou
from course_pkg.recipes.instances.data import InstancePictures

__all__ = ["measure_instances", "separated_pairs"]


def measure_instances(
    system: nn.Module, pictures: InstancePictures, num_classes: int
) -> dict[str, Any]:
    """Let a system answer for each picture, one at a time, and score the answers.

    Args:
        system: called as `course_pkg.models.instances.system` says, on its parameters' device.
        pictures: whole images.
        num_classes: with the background.

    Returns:
        ``apr50``, ``apr70``, ``apr_vol``; ``apr_curve``, the nine AP^r that the volume is the mean
        of; ``seconds_per_image``, of one process, data not counted; and where instances of a class
        touch, ``touching_pairs`` and ``touching_separated``, the share of them that was separated.
    """
    device = next(system.parameters()).device
    # A CPU that others use as well makes a clock on the wall say anything.
    clock = time.perf_counter if device.type == "cuda" else time.process_time
    scores, seconds = InstanceAP(num_classes), 0.0
    pairs = apart = 0
    with eval_mode(system), torch.inference_mode():
        for i in range(len(pictures)):
            image, target = pictures[i]
            image = image.to(device)
            began = clock()
            (found,) = system([image])
            found = {name: value.cpu() for name, value in found.items()}  # waits for a GPU
            seconds += clock() - began
            scores.update([found], [target])
            together, separated = separated_pairs(found, target)
            pairs, apart = pairs + together, apart + separated
    measured: dict[str, Any] = dict(scores.compute())
    measured["apr_curve"] = [round(v, 6) for v in scores.curve().values()]
    measured["seconds_per_image"] = seconds / max(len(pictures), 1)
    if pairs:
        measured["touching_pairs"] = pairs
        measured["touching_separated"] = apart / pairs
    return measured


def separated_pairs(
    found: Mapping[str, Any], target: Mapping[str, Any], iou_threshold: float = 0.5
) -> tuple[int, int]:
    """Count the pairs of touching things of one class, and how many of them were told apart.

    A pair is told apart if each of the two is found by a prediction of its own. The connected
    components of a semantic map, even of a perfect one, take nearly every such pair for one thing;
    the exception is a thing that another one cuts in two, and touches with the small part only.

    Args:
        found: a prediction.
        target: of the same image.
        iou_threshold: a thing is found by a mask of its class with a larger IoU than this.

    Returns:
        Number of touching pairs, and of those told apart.
    """
    masks, labels = target["masks"].as_subclass(Tensor), target["labels"]
    pairs: Sequence[tuple[int, int]] = touching_pairs(masks, labels)
    if not pairs:
        return 0, 0
    ious = mask_iou(masks, found["masks"])
    ious = ious * (labels[:, None] == found["labels"])
    # Which things are found: masks of the truth take predictions as in AP^r, each one once.
    order = ious.amax(dim=1).argsort(descending=True) if ious.shape[1] else torch.arange(len(masks))
    is_found = torch.zeros(len(masks), dtype=torch.bool)
    is_found[order] = match_detections(ious[order], iou_threshold)
    return len(pairs), sum(bool(is_found[a] and is_found[b]) for a, b in pairs)
