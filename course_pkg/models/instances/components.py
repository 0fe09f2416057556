"""Instances from a semantic map: every connected region of a class is called one thing.

The cheapest instance system there is, and the measure of the others: where two things of a class
touch they are one region, however good the map. Lecture 09.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_pkg._extras import need
from course_pkg.data import InstanceTarget, boxes_from_masks
from course_pkg.models.backbones.efficientnet_lite0 import efficientnet_lite0_pretrained
from course_pkg.models.fcn.lite import fcn8s_lite
from course_pkg.models.instances.system import InstancePrediction, instance_prediction, pad_to_batch

__all__ = ["SemanticComponents", "components_lite", "instances_from_semantic"]

_IGNORE = 255


def instances_from_semantic(
    probs: Float[Tensor, "c h w"], min_area: int = 10, most: int = 300
) -> InstancePrediction:
    """Take every connected region of a class for one thing.

    Args:
        probs: class probabilities of every pixel, the background first.
        min_area: smaller regions are left out, in pixels.
        most: how many things to keep.

    Returns:
        The things; the score is the mean probability of the class over the region.

    Example:
        >>> cars = torch.tensor([[[0.9, 0.9, 0.1, 0.8]]])
        >>> instances_from_semantic(torch.cat((1 - cars, cars)), min_area=1)["masks"].int()
        tensor([[[1, 1, 0, 0]],
                [[0, 0, 0, 1]]], dtype=torch.int32)
    """
    labels = probs.argmax(dim=0)
    masks, kinds, scores = [], [], []
    connected = need("train", "skimage.measure").label
    for kind in range(1, len(probs)):
        # Neighbours share a side; corners do not connect.
        regions = torch.from_numpy(connected((labels == kind).cpu().numpy(), connectivity=1))
        for number in range(1, int(regions.max()) + 1):
            mask = (regions == number).to(probs.device)
            if int(mask.sum()) >= min_area:
                masks.append(mask)
                kinds.append(kind)
                scores.append(float(probs[kind][mask].mean()))
    size = labels.shape
    drawn = torch.stack(masks) if masks else torch.zeros(0, *size, dtype=torch.bool)
    return instance_prediction(
        boxes_from_masks(drawn).to(probs),
        torch.tensor(kinds, dtype=torch.int64, device=probs.device),
        torch.tensor(scores, device=probs.device),
        drawn.to(probs.device),
        most,
    )


class SemanticComponents(nn.Module):
    """A semantic network whose connected regions are taken for things; an instance system.

    Args:
        network: images (n, 3, h, w) to logits (n, c, h, w).
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    @property
    def body(self) -> nn.Module:
        """The pretrained part, which learns at a rate of its own."""
        body = getattr(self.network, "body", self.network)
        assert isinstance(body, nn.Module)
        return body

    def forward(
        self,
        images: Sequence[Float[Tensor, "3 _ _"]],
        targets: Sequence[InstanceTarget] | None = None,
    ) -> dict[str, Tensor] | list[InstancePrediction]:
        """Return the mean cross-entropy of pixels if there are targets, else predictions."""
        if targets is None:
            return [self._predict(image.as_subclass(Tensor)) for image in images]
        logits = self.network(pad_to_batch(images))
        wanted = [self._semantic(target, logits.shape[-2:]) for target in targets]
        loss = F.cross_entropy(logits, torch.stack(wanted).to(logits.device), ignore_index=_IGNORE)
        return {"pixels": loss}

    def _predict(self, image: Tensor) -> InstancePrediction:
        logits = self.network(pad_to_batch([image]))[0, :, : image.shape[1], : image.shape[2]]
        return instances_from_semantic(logits.softmax(dim=0))

    def _semantic(self, target: InstanceTarget, size: Sequence[int]) -> Int[Tensor, "h w"]:
        masks = target["masks"].as_subclass(Tensor).bool()
        h, w = masks.shape[1:]
        painted = torch.zeros(h, w, dtype=torch.int64, device=masks.device)
        for mask, label in zip(masks, target["labels"].tolist(), strict=True):
            painted[mask] = label
        return F.pad(painted, (0, size[1] - w, 0, size[0] - h), value=_IGNORE)


def components_lite(num_classes: int) -> SemanticComponents:
    """Build the system around the light FCN-8s.

    Args:
        num_classes: with the background.

    Returns:
        The system; all but the body is random.

    Example:
        >>> components_lite(2)([torch.zeros(3, 32, 40)])[0]["masks"].shape[1:]
        torch.Size([32, 40])
    """
    return SemanticComponents(fcn8s_lite(num_classes, efficientnet_lite0_pretrained().backbone))
