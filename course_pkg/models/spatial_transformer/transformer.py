"""A spatial transformer: a layer that looks at its input and decides where to read it.

A small localisation network turns the input into a few numbers theta; a grid generator turns theta
into places; a sampler reads the input there. Every step is differentiable, so the layer learns from
the loss of the network behind it alone: nobody tells it where the digit is.

Convention:
    theta maps the output to the input (target to source), in coordinates from -1 to 1 at the outer
    edges of the image (``align_corners=False`` in grid and sampler alike).

Source: Jaderberg, Simonyan, Zisserman and Kavukcuoglu 2015, Spatial Transformer Networks,
section 3; lecture 15.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.ops import projective_grid, tps_control_points, tps_grid

__all__ = [
    "THETA_SIZES",
    "ParallelTransformers",
    "SpatialTransformer",
    "TransformKind",
    "Transformed",
    "identity_theta",
    "theta_grid",
]

#: The families of grids that a transformer may choose from.
TransformKind = Literal["attention", "affine", "projective", "tps"]

#: How many numbers each kind needs: one scale and two shifts; a 2 x 3 matrix; a 3 x 3 matrix with 1
#: in the corner; places of 16 control points.
THETA_SIZES: dict[TransformKind, int] = {"attention": 3, "affine": 6, "projective": 8, "tps": 32}


@dataclass(frozen=True)
class Transformed:
    """What a spatial transformer did.

    Attributes:
        output: the input, read at the grid.
        grid: where each output pixel was read.
        theta: the numbers that say so, one row an image.
    """

    output: Float[Tensor, "n c ho wo"]
    grid: Float[Tensor, "n ho wo 2"]
    theta: Float[Tensor, "n p"]


def identity_theta(kind: TransformKind) -> Float[Tensor, " p"]:
    """Give the parameters with which a transformer changes nothing.

    Args:
        kind: of transformation.

    Returns:
        One row of theta.

    Raises:
        ValueError: if the kind is unknown.

    Source: Jaderberg et al. 2015, section 3.2.

    Example:
        >>> identity_theta("affine")
        tensor([1., 0., 0., 0., 1., 0.])
    """
    _check_kind(kind)
    if kind == "tps":
        return tps_control_points().float().flatten()
    values = {
        "attention": [1.0, 0, 0],
        "affine": [1.0, 0, 0, 0, 1, 0],
        "projective": [1.0, 0, 0, 0, 1, 0, 0, 0],
    }
    return torch.tensor(values[kind])


def theta_grid(
    kind: TransformKind, theta: Float[Tensor, "n p"], size: Sequence[int]
) -> Float[Tensor, "n h w 2"]:
    """Turn the numbers of a localisation network into places to read.

    Args:
        kind: of transformation: attention (s, tx, ty), affine (a 2 x 3 matrix row by row),
            projective (a 3 x 3 matrix without its last number, which is 1), tps ((x, y) of 16
            control points, row by row).
        theta: the numbers.
        size: (n, c, h, w) of the output.

    Returns:
        The grid.

    Raises:
        ValueError: if the kind is unknown or has another number of parameters.

    Source: Jaderberg et al. 2015, section 3.2, equations 1 and 2.

    Example:
        >>> theta_grid("attention", torch.tensor([[0.5, 0.25, 0.]]), (1, 1, 1, 2))[0, 0, :, 0]
        tensor([0.0000, 0.5000])
    """
    _check_kind(kind)
    if theta.shape[1] != THETA_SIZES[kind]:
        raise ValueError(
            f"theta_grid: {kind} takes {THETA_SIZES[kind]} numbers an image, got {theta.shape[1]}"
        )
    n = len(theta)
    if kind == "tps":
        return tps_grid(theta.reshape(n, 16, 2), size)
    if kind == "projective":
        corner = torch.ones_like(theta[:, :1])
        return projective_grid(torch.cat([theta, corner], dim=1).reshape(n, 3, 3), size)
    if kind == "attention":
        scale, tx, ty = theta.unbind(1)
        zero = torch.zeros_like(scale)
        theta = torch.stack([scale, zero, tx, zero, scale, ty], dim=1)
    return F.affine_grid(theta.reshape(n, 2, 3), list(size), align_corners=False)


class SpatialTransformer(nn.Module):
    """Localisation network, grid generator and sampler in one layer.

    The last layer, from features to theta, starts with zero weights and the identity as its bias:
    at the beginning the input passes through as it is, whatever it is.

    Glossary of shapes: n images of c channels and h x w pixels; f features; p numbers of theta;
    the output has ho x wo pixels.

    Args:
        localisation: maps images (n, c, h, w) to features (n, f).
        features: f.
        kind: of transformation.
        size: (ho, wo) of the output; None = that of the input.
        padding_mode: what is read outside the input, as `course_pkg.ops.grid_sample` has it.

    Raises:
        ValueError: if the kind is unknown.

    Source: Jaderberg et al. 2015, figure 2.

    Example:
        >>> layer = SpatialTransformer(nn.Flatten(), 16, "affine")
        >>> image = torch.rand(2, 1, 4, 4)
        >>> bool((layer(image) - image).abs().max() < 1e-6)
        True
    """

    def __init__(
        self,
        localisation: nn.Module,
        features: int,
        kind: TransformKind = "affine",
        size: tuple[int, int] | None = None,
        padding_mode: str = "zeros",
    ) -> None:
        super().__init__()
        rest = identity_theta(kind)
        self.kind: TransformKind = kind
        self.size = size
        self.padding_mode = padding_mode
        self.localisation = localisation
        self.to_theta = nn.Linear(features, len(rest))
        with torch.no_grad():
            self.to_theta.weight.zero_()
            self.to_theta.bias.copy_(rest)

    def transform(self, images: Float[Tensor, "n c h w"]) -> Transformed:
        """Transform images, and tell where they were read."""
        theta = self.to_theta(self.localisation(images))
        size = (*images.shape[:2], *(self.size or images.shape[2:]))
        grid = theta_grid(self.kind, theta, size)
        output = F.grid_sample(
            images, grid, mode="bilinear", padding_mode=self.padding_mode, align_corners=False
        )
        return Transformed(output, grid, theta)

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c ho wo"]:
        """Transform images."""
        return self.transform(images).output


class ParallelTransformers(nn.Module):
    """Several transformers on the same input, each free to look at something else.

    Their outputs are stacked as channels. This is what one digit's sum with another needs: one
    transformer has a single theta, and two digits in two places want two.

    Args:
        transformers: all with outputs of one size.

    Raises:
        ValueError: if there is none.

    Source: Jaderberg et al. 2015, section 3.4 and appendix A (MNIST addition).

    Example:
        >>> pair = ParallelTransformers([SpatialTransformer(nn.Flatten(), 16) for _ in range(2)])
        >>> pair(torch.rand(3, 1, 4, 4)).shape
        torch.Size([3, 2, 4, 4])
    """

    def __init__(self, transformers: Sequence[SpatialTransformer]) -> None:
        super().__init__()
        if not transformers:
            raise ValueError("ParallelTransformers: at least one transformer is needed, got none")
        self.transformers = nn.ModuleList(transformers)

    def transform(self, images: Float[Tensor, "n c h w"]) -> list[Transformed]:
        """Let every transformer work, and tell where each one read."""
        return [layer.transform(images) for layer in self._layers()]

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n kc ho wo"]:
        """Transform images k times; channels of the first transformer come first."""
        return torch.cat([done.output for done in self.transform(images)], dim=1)

    def _layers(self) -> list[SpatialTransformer]:
        return [layer for layer in self.transformers if isinstance(layer, SpatialTransformer)]


def _check_kind(kind: str) -> None:
    if kind not in THETA_SIZES:
        raise ValueError(f"kind must be one of {', '.join(THETA_SIZES)}; got {kind!r}")
