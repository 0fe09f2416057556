"""Reading an image at places between its pixels, and the grids that say where.

`grid_sample` is the last step of a spatial transformer: differentiable in the image and in the
places, so that a network can learn where to look. The grids that feed it (`affine_grid`,
`projective_grid`, `tps_grid`) and the loops that spell it out have files of their own and can all
be imported from here.

Source: Jaderberg et al. 2015, Spatial Transformer Networks, section 3.3; Keys 1981, Cubic
Convolution Interpolation for Digital Image Processing (bicubic); lecture 15.
"""

from jaxtyping import Float
from torch import Tensor

from course_pkg.ops._sampling_modes import PADDING_MODES, bounded, finite, read_pixels, to_pixels
from course_pkg.ops.affine import affine_grid, identity_grid
from course_pkg.ops.projective import projective_from_points, projective_grid
from course_pkg.ops.sampling_loops import grid_sample_loops, sampling_gradients_loops
from course_pkg.ops.thin_plate import tps_control_points, tps_grid, tps_weights

__all__ = [
    "affine_grid",
    "grid_sample",
    "grid_sample_loops",
    "identity_grid",
    "projective_from_points",
    "projective_grid",
    "sampling_gradients_loops",
    "tps_control_points",
    "tps_grid",
    "tps_weights",
]

_CUBIC = -0.75  # slope of the cubic at distance 1; torch's choice. Keys proposed -0.5.


def grid_sample(
    input: Float[Tensor, "n c h w"],
    grid: Float[Tensor, "n ho wo 2"],
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool = False,
) -> Float[Tensor, "n c ho wo"]:
    """Read an image at the places that a grid names: one value for each of its points.

    Equals ``torch.nn.functional.grid_sample`` for images, values and gradients. Bilinear mixes the
    four nearest pixels by nearness, so each output moves smoothly with its place; nearest takes
    one of them and has no gradient in the place; bicubic mixes sixteen.

    Convention:
        ``grid[..., 0]`` is x (columns), ``grid[..., 1]`` is y (rows); -1 and 1 are the edges of the
        image. Edges are the outer edges of the border pixels (``align_corners=False``) or their
        centres (True).

    Args:
        input: images.
        grid: places to read, as `affine_grid` makes them.
        mode: "bilinear", "nearest" or "bicubic".
        padding_mode: what is read outside: "zeros", the nearest "border" pixel, or the image
            mirrored at its edge ("reflection").
        align_corners: as in `affine_grid`; use the same in both.

    Returns:
        Images of the grid's size.

    Raises:
        ValueError: if a mode is unknown, the image has no pixels, or batch sizes or dtypes differ.

    Source: Jaderberg et al. 2015, equations 3 to 5.

    Example:
        >>> image = torch.tensor([[[[0., 10., 20., 30.]]]])
        >>> places = torch.tensor([[[[-0.75, 0.], [0., 0.], [1., 0.]]]])
        >>> grid_sample(image, places)
        tensor([[[[ 0., 15., 15.]]]])
    """
    _check(input, grid, mode, padding_mode)
    h, w = input.shape[-2:]
    x = to_pixels(grid[..., 0], w, align_corners)
    y = to_pixels(grid[..., 1], h, align_corners)
    if mode == "bicubic":
        return _bicubic(input, x, y, padding_mode, align_corners)
    x = finite(bounded(x, w, padding_mode, align_corners))
    y = finite(bounded(y, h, padding_mode, align_corners))
    if mode == "nearest":
        # Tied to the places with slope zero, as in torch: to ask for that gradient is no error.
        return read_pixels(input, x.round(), y.round()) + 0 * (x + y)[:, None]
    left, top = x.detach().floor(), y.detach().floor()
    # Nearness to the left and upper neighbour; what is missing to 1 goes to the other one. The
    # derivative of these two lines is the paper's equation 7.
    to_right, to_bottom = (x - left)[:, None], (y - top)[:, None]
    upper = _mix(read_pixels(input, left, top), read_pixels(input, left + 1, top), to_right)
    lower = _mix(read_pixels(input, left, top + 1), read_pixels(input, left + 1, top + 1), to_right)
    return _mix(upper, lower, to_bottom)


def _mix(first: Tensor, second: Tensor, share: Tensor) -> Tensor:
    return first * (1 - share) + second * share


def _bicubic(input: Tensor, x: Tensor, y: Tensor, padding_mode: str, align_corners: bool) -> Tensor:
    """Sixteen neighbours; here padding concerns each neighbour, not the place itself."""
    h, w = input.shape[-2:]
    left, top = x.detach().floor(), y.detach().floor()
    weights_x, weights_y = _cubic_weights(x - left), _cubic_weights(y - top)
    columns = [bounded(left + i, w, padding_mode, align_corners) for i in (-1, 0, 1, 2)]
    rows = [bounded(top + i, h, padding_mode, align_corners) for i in (-1, 0, 1, 2)]
    output = input.new_zeros(())
    for row, weight_y in zip(rows, weights_y, strict=True):
        line = input.new_zeros(())
        for column, weight_x in zip(columns, weights_x, strict=True):
            line = line + weight_x[:, None] * read_pixels(input, finite(column), finite(row))
        output = output + weight_y[:, None] * line
    return output


def _cubic_weights(share: Tensor) -> list[Tensor]:
    """Weights of the neighbours at distances 1 + t, t, 1 - t and 2 - t."""
    return [_far(share + 1), _near(share), _near(1 - share), _far(2 - share)]


def _near(d: Tensor) -> Tensor:
    return ((_CUBIC + 2) * d - (_CUBIC + 3)) * d * d + 1


def _far(d: Tensor) -> Tensor:
    return _CUBIC * (((d - 5) * d + 8) * d - 4)


def _check(input: Tensor, grid: Tensor, mode: str, padding_mode: str) -> None:
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(f"grid_sample: mode must be bilinear, nearest or bicubic; got {mode!r}")
    if padding_mode not in PADDING_MODES:
        raise ValueError(
            f"grid_sample: padding_mode must be {', '.join(PADDING_MODES)}; got {padding_mode!r}"
        )
    if input.ndim != 4 or grid.ndim != 4 or grid.shape[-1] != 2:
        raise ValueError(
            "grid_sample: input must be (n, c, h, w) and grid (n, h, w, 2); got "
            f"{tuple(input.shape)} and {tuple(grid.shape)}"
        )
    if len(input) != len(grid):
        raise ValueError(
            f"grid_sample: {len(input)} images came with {len(grid)} grids; repeat or expand one "
            "of them"
        )
    if input.dtype != grid.dtype:
        raise ValueError(
            f"grid_sample: input is {input.dtype} but grid is {grid.dtype}; convert one of them"
        )
    if 0 in input.shape[1:]:
        raise ValueError(
            f"grid_sample: there is no pixel to read in an input of shape {tuple(input.shape)}"
        )
