"""Mask R-CNN, today's reference: torchvision's own, on the body that our systems share.

Boxes first; then, beside each other and not one after the other, a class and a better box from one
crop, and one mask for *each* class from another; the class picks its mask. Crops are RoI-aligned,
and no gradient flows through box corners. The code is torchvision's; this file gives it the body,
leaves images at their size, and makes its calls those of the other systems.

What is not the method's idea is made equal to our cascades: the anchors, which boxes are learnt
from, grey around a small image, how the answers are thinned out, and the vote on their masks.

Source: He et al. 2017, Mask R-CNN. Lecture 10.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn
from torchvision.models.detection import (
    MaskRCNN,
    MaskRCNN_ResNet50_FPN_Weights,
    maskrcnn_resnet50_fpn,
)
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.roi_heads import RoIHeads
from torchvision.ops import MultiScaleRoIAlign

from course_pkg.data import InstanceTarget
from course_pkg.models.instances.detection.rpn import RPNSize
from course_pkg.models.instances.mask_voting import vote_instances
from course_pkg.models.instances.pyramid_features import PyramidFeatures
from course_pkg.models.instances.system import InstancePrediction, LiteFeatures, instance_prediction
from course_pkg.ops import paste_masks

__all__ = ["MaskRCNNReference", "mask_rcnn", "mask_rcnn_coco"]

_HIDDEN = 1024  # of the two layers that read a box, as in the paper's head on a pyramid
_ROIS, _FOREGROUND = 64, 0.3  # boxes of an image that the losses count, as in our cascades
_NMS, _LEAST = 0.3, 0.05  # as `vote_instances` has them


class MaskRCNNReference(nn.Module):
    """torchvision's Mask R-CNN, called as `course_pkg.models.instances.system` says.

    Args:
        net: the network.
        most: instances of an image.
        voting: let all boxes around a thing vote on its mask, as our cascades do; False: thin out
            first, and cut the mask of each box that is left, as the paper does.
    """

    def __init__(self, net: MaskRCNN, most: int = 100, voting: bool = True) -> None:
        super().__init__()
        self.net, self.most, self.voting = net, most, voting

    @property
    def body(self) -> nn.Module:
        """The pretrained part, which wants a smaller learning rate."""
        backbone = self.net.backbone
        inner = backbone.features if isinstance(backbone, _Grey) else backbone
        return inner.get_submodule("body")

    def forward(
        self,
        images: Sequence[Float[Tensor, "3 _ _"]],
        targets: Sequence[InstanceTarget] | None = None,
    ) -> dict[str, Tensor] | list[InstancePrediction]:
        """Return losses by name if there are targets, else one prediction an image."""
        plain = [image.as_subclass(Tensor) for image in images]
        if not plain:
            return []
        if targets is None:
            with _mode(self.net, training=False):
                return self._predict(plain)
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

    def _predict(self, images: list[Tensor]) -> list[InstancePrediction]:
        heads = self.net.roi_heads
        assert isinstance(heads, RoIHeads)
        # To vote, all boxes are needed, thinned out by nobody yet.
        heads.nms_thresh = 1.0 if self.voting else _NMS
        heads.detections_per_img = 4 * self.most if self.voting else self.most
        batch, _ = self.net.transform(images)
        maps = self.net.backbone(batch.tensors)
        maps = {"0": maps} if isinstance(maps, Tensor) else maps
        proposals, _ = self.net.rpn(batch, maps)
        answers, _ = heads(maps, proposals, batch.image_sizes)
        found = []
        for image, answer, (seen_h, seen_w) in zip(images, answers, batch.image_sizes, strict=True):
            h, w = image.shape[1:]
            scale = image.new_tensor([w / seen_w, h / seen_h]).repeat(2)
            found.append(self._bundle(answer | {"boxes": answer["boxes"] * scale}, (h, w)))
        return found

    def _bundle(self, found: dict[str, Tensor], size: tuple[int, int]) -> InstancePrediction:
        boxes, labels, scores = found["boxes"], found["labels"], found["scores"]
        masks = found["masks"][:, 0]  # soft, and with an axis of one channel
        if not self.voting:
            drawn = paste_masks(masks, boxes, size) > 0.5
            return instance_prediction(boxes, labels, scores, drawn, self.most)
        classes = int(labels.max()) + 1 if len(labels) else 2
        probs = F.one_hot(labels, classes) * scores[:, None]
        return vote_instances(boxes, probs, masks, size, _NMS, least=_LEAST, most=self.most)


class _Grey(nn.Module):
    """Let torchvision, which fills up with zeros, fill up with the body's grey.

    It is told to take the mean off; what it fills up is zero then, and here the mean comes back.
    """

    def __init__(self, features: LiteFeatures | PyramidFeatures) -> None:
        super().__init__()
        self.features, self.out_channels = features, features.out_channels
        self.mean: Tensor
        self.register_buffer("mean", torch.tensor(features.mean)[:, None, None], persistent=False)

    def forward(self, centred: Tensor) -> Tensor | dict[str, Tensor]:
        return self.features(centred + self.mean)


def mask_rcnn(
    features: LiteFeatures | PyramidFeatures,
    num_classes: int,
    rpn: RPNSize | None = None,
    most: int = 100,
    voting: bool = True,
) -> MaskRCNNReference:
    """Build Mask R-CNN on a shared body.

    Args:
        features: the shared map, or four: then each has the anchors of one size, the finest the
            smallest, as many sizes as maps.
        num_classes: with the background, 0.
        rpn: anchors and numbers, read as our own proposal network reads them.
        most: instances of an image.
        voting: see `MaskRCNNReference`.

    Returns:
        The network; its heads are random.

    Raises:
        ValueError: if there are several maps, and not as many anchor sizes.

    Source: He et al. 2017, section 3; on a pyramid Lin et al. 2017, section 4. The mask head is as
        narrow as the maps; the paper's has 256 channels.

    Example:
        >>> from course_pkg.models import EfficientNetLite0
        >>> net = mask_rcnn(LiteFeatures(EfficientNetLite0(), 8), num_classes=3).eval()
        >>> sorted(net([torch.zeros(3, 40, 50)])[0])
        ['boxes', 'labels', 'masks', 'scores']
    """
    size = rpn or RPNSize()
    anchors, maps = (size.anchor_sizes,), ["0"]
    if isinstance(features, PyramidFeatures):
        anchors, maps = tuple((s,) for s in sorted(size.anchor_sizes)), ["0", "1", "2", "3"]
        if len(anchors) != len(maps):
            raise ValueError(
                f"mask_rcnn: {len(maps)} maps take one anchor size each, got {size.anchor_sizes}"
            )
    c = features.out_channels
    net = MaskRCNN(
        _Grey(features),
        rpn_anchor_generator=AnchorGenerator(anchors, (size.aspect_ratios,) * len(anchors)),
        rpn_pre_nms_top_n_train=size.before_nms,
        rpn_pre_nms_top_n_test=size.before_nms,
        rpn_post_nms_top_n_train=size.after_nms,
        rpn_post_nms_top_n_test=size.after_nms,
        rpn_nms_thresh=size.nms_threshold,
        rpn_batch_size_per_image=size.sampled,
        box_roi_pool=MultiScaleRoIAlign(maps, output_size=7, sampling_ratio=2),
        box_head=TwoMLPHead(c * 7**2, _HIDDEN),
        box_predictor=FastRCNNPredictor(_HIDDEN, num_classes),
        box_score_thresh=_LEAST,
        box_nms_thresh=_NMS,
        box_batch_size_per_image=_ROIS,
        box_positive_fraction=_FOREGROUND,
        box_detections_per_img=most,
        mask_roi_pool=MultiScaleRoIAlign(maps, output_size=14, sampling_ratio=2),
        mask_head=MaskRCNNHeads(c, (c,) * 4, dilation=1),
        mask_predictor=MaskRCNNPredictor(c, c, num_classes),
        image_mean=features.mean,  # see _Grey
        image_std=(1.0,) * 3,
        _skip_resize=True,
    )
    return MaskRCNNReference(net, most, voting)


def mask_rcnn_coco(
    num_classes: int,
    weights: MaskRCNN_ResNet50_FPN_Weights | None = MaskRCNN_ResNet50_FPN_Weights.DEFAULT,
    most: int = 100,
    voting: bool = False,
    min_size: int = 800,
) -> MaskRCNNReference:
    """Take torchvision's Mask R-CNN as trained on COCO, with fresh heads for other classes.

    This is how it is used in earnest: 44 million parameters that have seen 118,000 photographs, and
    a short training on what one has. The weights, 170 MB, are downloaded at the first use.

    Args:
        num_classes: with the background, 0.
        weights: torchvision's; None = random, without a download.
        most: instances of an image.
        voting: see `MaskRCNNReference`.
        min_size: pixels of the shorter side that pictures are brought to, as in its training.

    Returns:
        The network; the last layers of both heads are random.

    Source: torchvision's ``maskrcnn_resnet50_fpn``, and its tutorial on fine-tuning detectors.

    Example:
        >>> net = mask_rcnn_coco(num_classes=2, weights=None)  # doctest: +SKIP
    """
    net = maskrcnn_resnet50_fpn(
        weights=weights, weights_backbone=None, min_size=min_size, box_nms_thresh=_NMS
    )
    heads = net.roi_heads
    boxes, masks = heads.get_submodule("box_predictor"), heads.get_submodule("mask_predictor")
    assert isinstance(boxes, FastRCNNPredictor)
    heads.box_predictor = FastRCNNPredictor(boxes.cls_score.in_features, num_classes)
    deconvolution = masks.get_submodule("conv5_mask")
    assert isinstance(deconvolution, nn.ConvTranspose2d)
    channels = deconvolution.in_channels
    heads.mask_predictor = MaskRCNNPredictor(channels, deconvolution.out_channels, num_classes)
    return MaskRCNNReference(net, most, voting)


@contextmanager
def _mode(net: MaskRCNN, training: bool) -> Iterator[None]:
    """Tell the parts that ask for their mode, and no layer, which of the two calls this is.

    The transform is always told that it trains: torchvision's ``_skip_resize`` is asked there only,
    and in use a picture would be enlarged to 800 pixels, far from all that was trained on.
    """
    asking = [net, net.rpn, net.roi_heads, net.transform]
    before = [part.training for part in asking]
    try:
        for part in asking:
            part.training = training
        net.transform.training = True
        yield
    finally:
        for part, mode in zip(asking, before, strict=True):
            part.training = mode
