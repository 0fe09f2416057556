"""The networks of the paper's table: FCN and CNN, with a spatial transformer in front or without.

In this paper "FCN" means a fully connected network, not a fully convolutional one. All networks of
a table have about the same number of parameters, the transformer's included, so that a better row
is not a larger one.

Source: Jaderberg et al. 2015, Spatial Transformer Networks, section 4.1 and appendix A; lecture 15.
"""

from typing import Literal

from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.spatial_transformer.transformer import (
    ParallelTransformers,
    SpatialTransformer,
    Transformed,
    TransformKind,
)
from course_pkg.models.spatial_transformer.widths import (
    cnn_cells,
    cnn_parameters,
    fcn_parameters,
    widest,
)

__all__ = [
    "NetFamily",
    "SpatialTransformerNet",
    "digit_net",
    "localisation_cnn",
    "localisation_fcn",
    "spatial_transformer_net",
]

#: What stands behind a transformer: fully connected layers, or convolutions.
NetFamily = Literal["fcn", "cnn"]
_SMALLEST_FOR_CNN = 22  # 22 - 8 = 14, halved 7, which the 7 x 7 kernel turns into 1


def digit_net(
    family: NetFamily, side: int, channels: int = 1, classes: int = 10, budget: int = 400_000
) -> nn.Sequential:
    """Build a plain classifier of square pictures, as wide as a budget of parameters allows.

    Args:
        family: "fcn": two hidden layers of equal width; "cnn": 9 x 9 convolution, 2 x 2 max pool,
            7 x 7 convolution, 2 x 2 max pool (left out where one pixel is left), linear classifier.
        side: of a picture in pixels.
        channels: of a picture.
        classes: number of logits.
        budget: parameters at most.

    Returns:
        Maps pictures (n, channels, side, side) to logits (n, classes).

    Raises:
        ValueError: if the picture is too small for the convolutions, or the budget for any width.

    Source: Jaderberg et al. 2015, appendix A.

    Example:
        >>> sum(p.numel() for p in digit_net("fcn", 28).parameters())
        399615
    """
    if family not in ("fcn", "cnn"):
        raise ValueError(f"digit_net: family must be fcn or cnn, got {family!r}")
    if family == "cnn" and side < _SMALLEST_FOR_CNN:
        raise ValueError(
            f"digit_net: a 9 x 9 and a 7 x 7 convolution with a pool between need pictures of "
            f"{_SMALLEST_FOR_CNN} pixels, got {side}"
        )
    count = fcn_parameters if family == "fcn" else cnn_parameters
    width = widest(lambda w: count(w, side, channels, classes), budget)
    if family == "fcn":
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels * side**2, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, classes),
        )
    cells, last_pool = cnn_cells(side)
    return nn.Sequential(
        nn.Conv2d(channels, width, 9),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, 2 * width, 7),
        nn.ReLU(),
        nn.MaxPool2d(2) if last_pool else nn.Identity(),
        nn.Flatten(),
        nn.Linear(2 * width * cells**2, classes),
    )


def localisation_fcn(side: int, channels: int = 1, width: int = 32) -> nn.Sequential:
    """Build the localisation network of an ST-FCN: fully connected layers only.

    With the transformer's own last layer these are three. Their width is our choice.

    Args:
        side: of a picture in pixels.
        channels: of a picture.
        width: hidden units, and features that come out.

    Returns:
        Maps pictures to features (n, width).

    Source: Jaderberg et al. 2015, appendix A.

    Example:
        >>> localisation_fcn(28)(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 32])
    """
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(channels * side**2, width),
        nn.ReLU(),
        nn.Linear(width, width),
        nn.ReLU(),
    )


def localisation_cnn(side: int, channels: int = 1, width: int = 20) -> nn.Sequential:
    """Build the localisation network of an ST-CNN: it looks at the picture at half its size.

    Args:
        side: of a picture in pixels, at least 28.
        channels: of a picture.
        width: maps of both 5 x 5 convolutions, and features that come out.

    Returns:
        Maps pictures to features (n, width).

    Raises:
        ValueError: if the picture is too small.

    Source: Jaderberg et al. 2015, appendix A.

    Example:
        >>> localisation_cnn(28)(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 20])
    """
    left = (side // 2 - 4) // 2 - 4
    if left < 1:
        raise ValueError(
            f"localisation_cnn: half of {side} pixels is too little for two 5 x 5 convolutions "
            "with a pool between; pictures need 28"
        )
    return nn.Sequential(
        nn.AvgPool2d(2),
        nn.Conv2d(channels, width, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, width, 5),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(width * left**2, width),
        nn.ReLU(),
    )


class SpatialTransformerNet(nn.Module):
    """One or several transformers in front of a classifier.

    Args:
        transformers: what moves the picture.
        classifier: sees what they give, halved if asked for, all transformers as channels.
        halve: average 2 x 2 pixels between the two, as the paper does for RTS and TC: a picture
            that has been found and enlarged needs fewer pixels.

    Source: Jaderberg et al. 2015, section 4.1.
    """

    def __init__(
        self, transformers: ParallelTransformers, classifier: nn.Module, halve: bool = False
    ) -> None:
        super().__init__()
        self.transformers = transformers
        self.between = nn.AvgPool2d(2) if halve else nn.Identity()
        self.classifier = classifier

    def transform(self, images: Float[Tensor, "n c h w"]) -> list[Transformed]:
        """What each transformer does to the images."""
        return self.transformers.transform(images)

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n k"]:
        """Class scores."""
        return self.classifier(self.between(self.transformers(images)))


def spatial_transformer_net(
    family: NetFamily,
    kind: TransformKind,
    side: int,
    channels: int = 1,
    classes: int = 10,
    *,
    transformers: int = 1,
    halve: bool = False,
    budget: int = 400_000,
) -> SpatialTransformerNet:
    """Build an ST-FCN or an ST-CNN within the budget of its plain twin.

    Args:
        family: of the classifier, and of the localisation networks.
        kind: of transformation.
        side: of a picture in pixels.
        channels: of a picture.
        classes: number of logits.
        transformers: how many work in parallel, each with its own localisation network.
        halve: see `SpatialTransformerNet`.
        budget: parameters at most, localisation networks included.

    Returns:
        The network; at the start its transformers change nothing.

    Raises:
        ValueError: if the picture or the budget is too small.

    Source: Jaderberg et al. 2015, section 4.1 and appendix A.

    Example:
        >>> net = spatial_transformer_net("fcn", "affine", 28)
        >>> net(torch.rand(2, 1, 28, 28)).shape, sum(p.numel() for p in net.parameters())
        (torch.Size([2, 10]), 399421)
    """
    make, features = (localisation_fcn, 32) if family == "fcn" else (localisation_cnn, 20)
    layers = [
        SpatialTransformer(make(side, channels, features), features, kind)
        for _ in range(transformers)
    ]
    front = ParallelTransformers(layers)
    rest = budget - sum(p.numel() for p in front.parameters())
    seen = side // 2 if halve else side
    classifier = digit_net(family, seen, channels * transformers, classes, rest)
    return SpatialTransformerNet(front, classifier, halve)
