"""How well digits are found: boxes against the true ones, and against chance.

Source: Jaderberg et al. 2015, appendix A.2; "CorLoc", the share of pictures whose box overlaps the
true one by more than one half, is what the literature of co-localisation calls this measure.
"""

from collections.abc import Mapping
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models import ActivationEncoder, Colocaliser, random_windows, window_boxes
from course_pkg.ops import box_iou
from course_pkg.recipes.colocalisation.data import SIDE, ColocalisationData

__all__ = ["found_boxes", "measure_colocalisation"]

_MET = 0.5
_DIGIT = 28
_CHANCES = 10_000  # random boxes for every picture


@torch.inference_mode()
def found_boxes(
    finder: nn.Module, pictures: Float[Tensor, "n 1 side side"]
) -> Float[Tensor, "n 4"]:
    """Let a network say where the common object is.

    Args:
        finder: a `Colocaliser`.
        pictures: to search.

    Returns:
        (x0, y0, x1, y1) in pixels, on the CPU.

    Raises:
        TypeError: if the network is another one.

    Example:
        >>> found_boxes(Colocaliser(84, 0.5, 0.5), torch.zeros(1, 1, 84, 84)).shape
        torch.Size([1, 4])
    """
    if not isinstance(finder, Colocaliser):
        raise TypeError(f"found_boxes: finder must be a Colocaliser, got {type(finder).__name__}")
    theta = finder.theta(pictures.to(finder.progress.device))
    return window_boxes(theta, pictures.shape[-1]).cpu()


@torch.inference_mode()
def measure_colocalisation(
    finders: nn.ModuleDict, encoder: ActivationEncoder, data: ColocalisationData
) -> Mapping[str, Any]:
    """Compare what was found with the true boxes, class by class.

    A digit's true box is its whole picture of 28 x 28 pixels, as the paper's 100 per cent imply: no
    square window overlaps the narrow ink of a 1 by one half.

    Args:
        finders: a `Colocaliser` by class.
        encoder: that they were trained with.
        data: pictures and boxes by class.

    Returns:
        ``corloc`` and ``mean_iou`` over the classes, ``class_corloc`` of each, the lowest and the
        highest; ``random_box_corloc``, of boxes of the true size anywhere; ``encoder_accuracy``,
        how often the encoder's classifier names the digit when it is shown its true place; and the
        ``parameters`` of one network.
    """
    draw = torch.Generator().manual_seed(0)
    found, overlap, by_chance, named = [], [], [], []
    for digit, pairs in data.val.items():
        pictures, boxes = pairs.tensors
        iou = box_iou(found_boxes(finders[str(digit)], pictures), boxes).diagonal()
        overlap.append(float(iou.double().mean()))
        found.append(float((iou > _MET).double().mean()))
        windows = random_windows(_CHANCES, _DIGIT / SIDE, _DIGIT / SIDE, generator=draw)
        anywhere = box_iou(window_boxes(windows, SIDE), boxes)
        by_chance.append(float((anywhere > _MET).double().mean()))
        named.append(_share_named(encoder, digit, pictures, boxes))
    classes = len(found)
    return {
        "corloc": sum(found) / classes,
        "corloc_lowest_class": min(found),
        "corloc_highest_class": max(found),
        "random_box_corloc": sum(by_chance) / classes,
        "mean_iou": sum(overlap) / classes,
        "class_corloc": found,
        "encoder_accuracy": sum(named) / classes,
        "parameters": sum(p.numel() for p in next(iter(finders.values())).parameters()),
    }


def _share_named(
    encoder: ActivationEncoder,
    digit: int,
    pictures: Float[Tensor, "n 1 side side"],
    boxes: Float[Tensor, "n 4"],
) -> float:
    crops = [
        picture[:, int(y) : int(y) + _DIGIT, int(x) : int(x) + _DIGIT]
        for picture, (x, y, _, _) in zip(pictures, boxes.tolist(), strict=True)
    ]
    device = next(encoder.parameters()).device
    logits = encoder.classifier(torch.stack(crops).to(device))
    return float((logits.argmax(dim=1) == digit).double().mean())
