"""Mask R-CNN, today's reference: torchvision's own, on the body that our systems share.

Boxes first; then, beside each other and not one after the other, a class and a better box from one
crop, and one mask for *each* class from another; the class picks its mask. Crops are RoI-aligned,
and no gradient flows through box corners. The code is torchvision's; this file gives it a light
body, leaves images at their size, and makes its calls those of the other systems.

Source: He et al. 2017, Mask R-CNN. Lecture 10.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from jaxtyping import Float
from torch import Tensor, nn
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.ops import MultiScaleRoIAlign

from course_pkg.data import InstanceTarget
from course_pkg.models.instances.detection.rpn import RPNSize
from course_pkg.models.instances.system import InstancePrediction, LiteFeatures, instance_prediction

__all__ = ["MaskRCNNReference", "mask_rcnn"]

_HIDDEN = 256  # of the two layers that read a box; the mask path is as wide as the shared map
_ROIS = 64  # boxes of an image that the second stage's losses count, as in our cascades


class MaskRCNNReference(nn.Module):
    """torchvision's Mask R-CNN, called as `course_pkg.models.instances.system` says.

    Args:
        net: the network; its box and mask heads fit its backbone.
    """

    def __init__(self, net: MaskRCNN) -> None:
        super().__init__()
        self.net = net

    @property
    def body(self) -> nn.Module:
        """The pretrained part, which wants a smaller learning rate."""
        return self.net.backbone.get_submodule("body")

    def forward(
        self,
        images: Sequence[Float[Tensor, "3 _ _"]],
        targets: Sequence[InstanceTarget] | None = None,
    ) -> dict[str, Tensor] | list[InstancePrediction]:
        """Return losses by name if there are targets, else one prediction an image."""
        plain = [image.as_subclass(Tensor) for image in images]
        if targets is None:
            with _mode(self.net, training=False):
                return [_prediction(found) for found in self.net(plain)]
        truth = [
            {
                "boxes": target["boxes"].as_subclass(Tensor),
                "labels": target["labels"],
                "masks": target["masks"].as_subclass(Tensor).byte(),
            }
            for target in targets
        ]
        with _mode(self.net, training=True):
            return self.net(plain, truth)


def mask_rcnn(
    features: LiteFeatures, num_classes: int, rpn: RPNSize | None = None, most: int = 100
) -> MaskRCNNReference:
    """Build Mask R-CNN on a shared body, with light heads.

    Args:
        features: the shared map.
        num_classes: with the background, 0.
        rpn: anchors and numbers, read as our own proposal network reads them.
        most: instances of an image.

    Returns:
        The network; its heads are random.

    Source: He et al. 2017, section 3; widths are ours.

    Example:
        >>> from course_pkg.models import EfficientNetLite0
        >>> net = mask_rcnn(LiteFeatures(EfficientNetLite0(), 8), num_classes=3).eval()
        >>> sorted(net([torch.zeros(3, 40, 50)])[0])
        ['boxes', 'labels', 'masks', 'scores']
    """
    size = rpn or RPNSize()
    c = features.out_channels
    net = MaskRCNN(
        features,
        rpn_anchor_generator=AnchorGenerator((size.anchor_sizes,), (size.aspect_ratios,)),
        rpn_pre_nms_top_n_train=size.before_nms,
        rpn_pre_nms_top_n_test=size.before_nms,
        rpn_post_nms_top_n_train=size.after_nms,
        rpn_post_nms_top_n_test=size.after_nms,
        rpn_nms_thresh=size.nms_threshold,
        rpn_batch_size_per_image=size.sampled,
        box_roi_pool=MultiScaleRoIAlign(["0"], output_size=7, sampling_ratio=2),
        box_head=TwoMLPHead(c * 7**2, _HIDDEN),
        box_predictor=FastRCNNPredictor(_HIDDEN, num_classes),
        box_batch_size_per_image=_ROIS,
        box_positive_fraction=0.5,
        box_detections_per_img=most,
        mask_roi_pool=MultiScaleRoIAlign(["0"], output_size=14, sampling_ratio=2),
        mask_head=MaskRCNNHeads(c, (c,) * 4, dilation=1),
        mask_predictor=MaskRCNNPredictor(c, c, num_classes),
        image_mean=(0.0,) * 3,  # the body normalises by itself
        image_std=(1.0,) * 3,
        _skip_resize=True,
    )
    return MaskRCNNReference(net)


def _prediction(found: dict[str, Tensor]) -> InstancePrediction:
    masks = found["masks"][:, 0] > 0.5  # soft, and with an axis of one channel
    boxes, scores = found["boxes"], found["scores"]
    return instance_prediction(boxes, found["labels"], scores, masks, most=len(boxes))


@contextmanager
def _mode(net: MaskRCNN, training: bool) -> Iterator[None]:
    """Tell the parts that ask for their mode, and no layer, which of the two calls this is."""
    asking = [net, net.rpn, net.roi_heads, net.transform]
    before = [part.training for part in asking]
    try:
        for part in asking:
            part.training = training
        yield
    finally:
        for part, mode in zip(asking, before, strict=True):
            part.training = mode
