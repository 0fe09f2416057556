"""Hypercolumns behind SDS: its detections, its scores, and masks drawn anew.

The paper's system 1. SDS finds and judges regions as it did; what its coarse mask of 10 x 10 cells
did is done by hypercolumns, in the boxes of the regions that survived.

Source: Hariharan et al. 2015, section 4 (system 1). Lecture 09.
"""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.data import InstanceTarget
from course_pkg.models.instances.hypercolumns.system import HypercolumnSystem
from course_pkg.models.instances.sds.network import SDS
from course_pkg.models.instances.system import InstancePrediction, instance_prediction

__all__ = ["HypercolumnRefinement"]


class HypercolumnRefinement(nn.Module):
    """SDS's detections with the masks of hypercolumns; an instance system.

    Source: Hariharan et al. 2015, section 4 (system 1).

    Args:
        sds: trained; it does not learn any more.
        hypercolumns: whose masks are taken; its own classifier and boxes are not asked.

    Raises:
        ValueError: if the two are made for different numbers of classes.
    """

    def __init__(self, sds: SDS, hypercolumns: HypercolumnSystem) -> None:
        super().__init__()
        if sds.num_classes != hypercolumns.num_classes:
            raise ValueError(
                "both systems must know the same classes, got "
                f"{sds.num_classes} and {hypercolumns.num_classes} with the background"
            )
        self.sds, self.hypercolumns = sds.requires_grad_(False), hypercolumns

    @property
    def body(self) -> nn.Module:
        """The pretrained body that learns: the hypercolumns'."""
        return self.hypercolumns.body

    def forward(
        self,
        images: Sequence[Float[Tensor, "3 _ _"]],
        targets: Sequence[InstanceTarget] | None = None,
    ) -> dict[str, Tensor] | list[InstancePrediction]:
        """Return the hypercolumns' losses if there are targets, else predictions."""
        if targets is not None:
            return self.hypercolumns(images, targets)
        return [self.predict(image.as_subclass(Tensor)) for image in images]

    def predict(self, image: Float[Tensor, "3 h w"]) -> InstancePrediction:
        """Return what is in one image.

        Args:
            image: a picture in [0, 1].

        Returns:
            SDS's labels and scores; boxes are those of its regions.
        """
        found = self.sds.detect(image)
        masks = self.hypercolumns.masks(image, found.boxes, found.labels)
        return instance_prediction(found.boxes, found.labels, found.scores, masks)
