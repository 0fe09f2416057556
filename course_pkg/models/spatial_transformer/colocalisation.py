"""Co-localisation: find what many pictures have in common, with no label and no box.

Given pictures that all hold an object of one unknown class, a spatial transformer cuts a window out
of each. Two windows that both hold the object look alike to an encoder, and a window cut at random
does not: a hinge loss on these distances is the only teacher.

The loss, its margin, the encoder's three layers and the localisation network are the paper's; what
keeps a search from sliding off the canvas is ours (`departures`).

Source: Jaderberg et al. 2015, Spatial Transformer Networks, appendix A.2; lecture 15.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.spatial_transformer.transformer import theta_grid

__all__ = ["ActivationEncoder", "Colocaliser", "colocalisation_loss"]

_CONV, _STRIDE, _FILTERS, _HIDDEN = 9, 4, 8, 8


class ActivationEncoder(nn.Module):
    """e(I): what the layers of a trained classifier make of a picture, as one vector of length 1.

    It holds what enters each weight layer but the first, and the class scores: of `digit_net` both
    hidden layers and the logits. The classifier is frozen in place.

    Args:
        classifier: a chain of layers.

    Raises:
        ValueError: if no layer has weights.

    Source: Jaderberg et al. 2015, appendix A.2.

    Example:
        >>> from course_pkg.models import digit_net
        >>> encoder = ActivationEncoder(digit_net("fcn", 28, budget=8_000))  # 9 units, 9, 10
        >>> encoder(torch.rand(2, 1, 28, 28)).shape
        torch.Size([2, 28])
    """

    def __init__(self, classifier: nn.Sequential) -> None:
        super().__init__()
        weighted = [isinstance(layer, nn.Conv2d | nn.Linear) for layer in classifier]
        if not any(weighted):
            raise ValueError(
                "ActivationEncoder: the classifier has no layer with weights; pass a trained net"
            )
        self.taps = tuple(i for i, is_one in enumerate(weighted) if is_one)[1:]
        self.classifier = classifier.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "ActivationEncoder":
        """Stay as it is: a frozen classifier has no training mode."""
        return super().train(False)

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d"]:
        """Describe pictures; gradients pass through to them."""
        x, seen = images, []
        for i, layer in enumerate(self.classifier):
            if i in self.taps:
                seen.append(x.flatten(1))
            x = layer(x)
        return F.normalize(torch.cat([*seen, x.flatten(1)], dim=1), dim=1)


class Colocaliser(nn.Module):
    """T_theta(I) with theta = f_loc(I): an attention window (s, tx, ty) for each picture.

    f_loc is a 9 x 9 convolution of 8 maps and stride 4, a 2 x 2 max pool, two layers of 8 units
    and one of 3. Its three numbers are squeezed so that the window lies inside the picture and its
    scale between ``smallest`` and ``largest``; at first both are widened until the largest is the
    whole picture, and `advance` narrows them along a cosine.

    Args:
        side: of a picture in pixels.
        smallest: side of the smallest window at the end; a picture's side is 1.
        largest: side of the largest one at the end.
        size: side of what is cut out, in pixels.
        blur: side of the square, in pixels and odd, that is averaged before reading; 1 = none.

    Raises:
        ValueError: if the picture is too small or a setting out of range.

    Source: Jaderberg et al. 2015, appendix A.2.

    Example:
        >>> finder = Colocaliser(84)
        >>> finder(torch.zeros(2, 1, 84, 84)).shape, sum(p.numel() for p in finder.parameters())
        (torch.Size([2, 1, 28, 28]), 5947)
    """

    progress: Tensor

    def __init__(
        self,
        side: int,
        smallest: float = 0.25,
        largest: float = 0.45,
        size: int = 28,
        blur: int = 3,
    ) -> None:
        super().__init__()
        cells = ((side - _CONV) // _STRIDE + 1) // 2
        if cells < 1:
            raise ValueError(f"Colocaliser: pictures need at least 13 pixels a side, got {side}")
        if not 0 < smallest <= largest <= 1:
            raise ValueError(
                "Colocaliser: scales must be 0 < smallest <= largest <= 1, got "
                f"{smallest} and {largest}"
            )
        if blur < 1 or blur % 2 == 0:
            raise ValueError(f"Colocaliser: blur must be odd and at least 1, got {blur}")
        self.smallest, self.largest, self.size, self.blur = smallest, largest, size, blur
        self.localisation = nn.Sequential(
            nn.Conv2d(1, _FILTERS, _CONV, _STRIDE),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(_FILTERS * cells**2, _HIDDEN),
            nn.ReLU(),
            nn.Linear(_HIDDEN, _HIDDEN),
            nn.ReLU(),
        )
        self.to_theta = nn.Linear(_HIDDEN, 3)
        nn.init.zeros_(self.to_theta.weight)  # the same window everywhere, in the middle
        nn.init.zeros_(self.to_theta.bias)
        self.register_buffer("progress", torch.zeros(()))  # saved, so that a resumed run goes on

    def advance(self, share: float) -> None:
        """Narrow the windows by one step: ``share`` of the way from the widest to the final."""
        self.progress.add_(share).clamp_(max=1)

    def theta(self, images: Float[Tensor, "n 1 h w"]) -> Float[Tensor, "n 3"]:
        """Scale and shift of each picture's window."""
        raw = self.to_theta(self.localisation(images))
        wide = (1 + torch.cos(math.pi * self.progress)) / 2
        reach = self.largest + (1 - self.largest) * wide
        ratio = self.smallest / self.largest
        scale = reach * (ratio + (1 - ratio) * raw[:, :1].sigmoid())
        return torch.cat([scale, (1 - scale) * raw[:, 1:].tanh()], dim=1)

    def read(
        self, images: Float[Tensor, "n 1 h w"], theta: Float[Tensor, "n 3"]
    ) -> Float[Tensor, "n 1 {self.size} {self.size}"]:
        """Cut windows out of pictures, the network's own or random ones."""
        smooth = F.avg_pool2d(images, self.blur, stride=1, padding=self.blur // 2)
        grid = theta_grid("attention", theta, (len(images), 1, self.size, self.size))
        return F.grid_sample(smooth, grid, align_corners=False)

    def forward(self, images: Float[Tensor, "n 1 h w"]) -> Float[Tensor, "n 1 s s"]:
        """Cut out what may be the common object."""
        return self.read(images, self.theta(images))


def colocalisation_loss(
    found: Float[Tensor, "n d"], random: Float[Tensor, "n d"], margin: float = 1.0
) -> Float[Tensor, ""]:
    """Ask that two found windows be more alike than a found one and a random one, by a margin.

    The hinge is taken for every ordered pair n, m of different pictures: the squared distance of
    found n and found m, less that of found n and random n, plus the margin, if that is above 0.

    Args:
        found: descriptors of the windows that were found, one a picture.
        random: descriptors of windows cut at random from the same pictures, in the same order.
        margin: alpha; 1 in the paper.

    Returns:
        The mean over all pairs: the paper's sum, whatever the batch.

    Raises:
        ValueError: if there is no pair.

    Source: Jaderberg et al. 2015, appendix A.2.

    Example:
        >>> found = torch.tensor([[0., 0.], [1., 0.]])
        >>> colocalisation_loss(found, torch.tensor([[0., 1.], [1., 2.]]))  # 1 - 1 + 1, 1 - 4 + 1
        tensor(0.5000)
    """
    if len(found) < 2 or found.shape != random.shape:
        raise ValueError(
            "colocalisation_loss: two pictures or more and one random window for each are needed, "
            f"got descriptors of shape {tuple(found.shape)} and {tuple(random.shape)}"
        )
    alike = (found[:, None] - found[None]).square().sum(dim=-1)
    apart = (found - random).square().sum(dim=-1)
    hinge = F.relu(alike - apart[:, None] + margin)
    n = len(found)
    return (hinge.sum() - hinge.diagonal().sum()) / (n * (n - 1))
