"""A trained cascade as a proposer: its masks, class-blind, for systems that judge regions.

Regions cut out by colour cap whatever judges them: `course_pkg.metrics.ProposalRecall` says by how
much. SDS and hypercolumns take any proposer; with this one they judge what a network drew, and what
is compared is how they judge. Lectures 09, 10.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from course_pkg.models.instances.cascade.network import MultitaskCascade
from course_pkg.models.instances.proposals.region_proposals import Proposer
from course_pkg.models.instances.system import pad_to_batch
from course_pkg.ops import paste_masks

__all__ = ["cascade_proposals"]


def cascade_proposals(cascade: MultitaskCascade, most: int = 300) -> Proposer:
    """Let stages 1 and 2 of a cascade propose regions: boxes, and a mask in each.

    Args:
        cascade: trained; it is asked without gradients.
        most: regions of an image at most, the best boxes first.

    Returns:
        A proposer for `SDS` or `HypercolumnSystem`; masks are cut at 0.4, empty ones left out.

    Example:
        >>> from course_pkg.models import EfficientNetLite0, LiteFeatures
        >>> cascade = MultitaskCascade(LiteFeatures(EfficientNetLite0(), 8), num_classes=2).eval()
        >>> cascade_proposals(cascade, most=5)(torch.zeros(3, 40, 50)).shape[1:]
        torch.Size([40, 50])
    """

    @torch.no_grad()
    def propose(image: Float[Tensor, "3 h w"]) -> Bool[Tensor, "k h w"]:
        device = next(cascade.parameters()).device
        plain = image.detach().as_subclass(Tensor)
        size = (plain.shape[1], plain.shape[2])
        maps = cascade.features(pad_to_batch([plain.to(device)], value=cascade.features.mean))
        boxes = cascade.rpn(maps, [size]).boxes[0][:most]
        rois = torch.cat((boxes.new_zeros(len(boxes), 1), boxes), dim=1)
        logits = cascade.run_stages(maps, rois, [size])[0].mask_logits
        drawn = (paste_masks(logits.sigmoid(), boxes, size) >= 0.4).cpu()
        return drawn[drawn.flatten(1).any(dim=1)]

    return propose
