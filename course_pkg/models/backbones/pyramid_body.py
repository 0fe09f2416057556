"""What the instance systems ask of a body: four maps, how many channels each has, and its grey.

Any network that answers can stand under SDS, hypercolumns, the cascades and Mask R-CNN;
`EfficientNetLite0` does, and `ResNet18Pyramid` is an adapter for a network of torchvision's.
Lectures 09, 10.
"""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from course_pkg.models.backbones.efficientnet_lite0 import FeaturePyramid

__all__ = ["PyramidBody", "pyramid_body"]


@runtime_checkable
class PyramidBody(Protocol):
    """Images (n, 3, h, w) in [0, 1] to maps at strides 4, 8, 16, 32; it normalises by itself.

    Attributes:
        channels: of the maps, by their names in `FeaturePyramid`.
        mean: the colour that is zero once the body has normalised it.
    """

    channels: Mapping[str, int]
    mean: tuple[float, ...]

    def __call__(self, images: Tensor, /) -> FeaturePyramid:
        """Return the four maps."""
        ...


def pyramid_body(body: nn.Module) -> PyramidBody:
    """Check that a network can be a body.

    Args:
        body: the network.

    Returns:
        The same network.

    Raises:
        ValueError: if it does not say its ``channels`` and ``mean``, or names other maps.

    Example:
        >>> from course_pkg.models import EfficientNetLite0
        >>> dict(pyramid_body(EfficientNetLite0()).channels)
        {'stride4': 24, 'stride8': 40, 'stride16': 112, 'stride32': 320}
    """
    if not isinstance(body, PyramidBody):
        raise ValueError(
            "a body must say its channels and its mean colour (see PyramidBody), "
            f"{type(body).__name__} does not: write an adapter like ResNet18Pyramid"
        )
    if tuple(body.channels) != FeaturePyramid._fields:
        raise ValueError(
            f"a body's channels must be named {', '.join(FeaturePyramid._fields)}, "
            f"{type(body).__name__} has {', '.join(body.channels)}"
        )
    return body
