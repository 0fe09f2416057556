"""Square windows as an attention transformer has them, drawn at random or turned into boxes.

A window is theta = (s, tx, ty): its side and its centre, where half a picture is 1 and the centre
of the picture 0. Source: Jaderberg et al. 2015, section 3.2 and appendix A.2; lecture 15.
"""

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["random_windows", "window_boxes"]


def random_windows(
    count: int,
    smallest: float = 0.25,
    largest: float = 0.5,
    generator: torch.Generator | None = None,
    device: torch.device | str = "cpu",
) -> Float[Tensor, "{count} 3"]:
    """Draw windows of any size between two bounds, anywhere inside the picture.

    Args:
        count: how many.
        smallest: side of the smallest; the picture's side is 1.
        largest: side of the largest.
        generator: draws, on that device; None = torch's global one.
        device: where the windows are to be.

    Returns:
        (s, tx, ty), one row a window.

    Raises:
        ValueError: if the bounds are not in order.

    Source: Jaderberg et al. 2015, appendix A.2 (the random crop; its sizes are ours).

    Example:
        >>> random_windows(2, 1.0, 1.0).abs()
        tensor([[1., 0., 0.],
                [1., 0., 0.]])
    """
    if not 0 < smallest <= largest <= 1:
        raise ValueError(
            "random_windows: scales must be 0 < smallest <= largest <= 1, got "
            f"{smallest} and {largest}"
        )
    draws = torch.rand(count, 3, generator=generator, device=device)
    scale = smallest + (largest - smallest) * draws[:, :1]
    return torch.cat([scale, (1 - scale) * (2 * draws[:, 1:] - 1)], dim=1)


def window_boxes(theta: Float[Tensor, "n 3"], side: int) -> Float[Tensor, "n 4"]:
    """Say in pixels what an attention window covers.

    Args:
        theta: (s, tx, ty) of each window.
        side: of the picture in pixels.

    Returns:
        (x0, y0, x1, y1) from the picture's upper left corner.

    Source: Jaderberg et al. 2015, appendix A.2 (the transformation read as a bounding box).

    Example:
        >>> window_boxes(torch.tensor([[0.5, 0.5, 0.0]]), side=8)
        tensor([[4., 2., 8., 6.]])
    """
    half, centre = theta[:, :1].abs() * side / 2, (theta[:, 1:] + 1) * side / 2
    return torch.cat([centre - half, centre + half], dim=1)
