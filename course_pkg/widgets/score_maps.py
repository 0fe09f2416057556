"""Small score maps and what becomes of them: the skip explorer's arithmetic, without torch."""

import base64
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

__all__ = ["bilinear_matrix", "decode_map", "encode_map", "near_borders", "shrink_scores"]

_STEPS = 32767  # a score becomes a whole number of two bytes


def bilinear_matrix(cells: int, stride: int, pixels: int) -> Float[np.ndarray, "pixels cells"]:
    """Bilinear enlargement along an axis as a matrix, cut off after ``pixels``.

    Args:
        cells: length before.
        stride: factor of enlargement.
        pixels: length after.

    Returns:
        One row for each pixel; its weights add up to 1.

    Example:
        >>> bilinear_matrix(2, stride=2, pixels=4)
        array([[1.  , 0.  ],
               [0.75, 0.25],
               [0.25, 0.75],
               [0.  , 1.  ]])
    """
    place = np.clip((np.arange(pixels) + 0.5) / stride - 0.5, 0, cells - 1)
    return np.maximum(1 - np.abs(place[:, None] - np.arange(cells)), 0)


def shrink_scores(
    scores: Float[np.ndarray, "k h w"], stride: int
) -> Float[np.ndarray, "k cells_h cells_w"]:
    """Find the small map whose bilinear enlargement these scores are.

    FCN's last step is bilinear, so that nothing is lost: the small map has all there is to know.

    Args:
        scores: of every class and pixel.
        stride: factor of the enlargement.

    Returns:
        The map before it.

    Raises:
        ValueError: if no map of that stride has these scores.

    Example:
        >>> small = np.array([[[1.0, 5.0]]])
        >>> large = bilinear_matrix(1, 2, 2) @ small @ bilinear_matrix(2, 2, 4).T
        >>> shrink_scores(large, stride=2).round(6)
        array([[[1., 5.]]])
    """
    scores = np.asarray(scores, float)
    rows, columns = (bilinear_matrix(-(-n // stride), stride, n) for n in scores.shape[1:])
    small = np.linalg.pinv(rows) @ scores @ np.linalg.pinv(columns).T
    error = np.abs(rows @ small @ columns.T - scores).max()
    if error > 1e-3 * max(np.abs(scores).max(), 1e-12):
        raise ValueError(
            f"these scores are not a bilinear enlargement by {stride}: they differ from the "
            f"nearest one by {error:.2g}; give the stride of the finest map that was scored"
        )
    return small


def encode_map(scores: Float[np.ndarray, "k h w"]) -> dict[str, Any]:
    """Pack a score map for a page: two bytes a score.

    Args:
        scores: of every class and cell.

    Returns:
        Shape, scale and base64 text; the same scores always give the same.

    Example:
        >>> encode_map(np.array([[[0.5, -1.0]]]))
        {'shape': [1, 1, 2], 'scale': 3.051850947599719e-05, 'values': '/z8BgA=='}
    """
    scale = float(np.abs(scores).max()) / _STEPS or 1.0
    # Down, not to the nearest: ties of halves would differ between machines.
    whole = np.floor(scores / scale).clip(-_STEPS, _STEPS).astype("<i2")
    text = base64.b64encode(whole.tobytes()).decode()
    return {"shape": list(scores.shape), "scale": scale, "values": text}


def decode_map(packed: dict[str, Any]) -> Float[np.ndarray, "k h w"]:
    """Unpack what `encode_map` packed, as the page does.

    Args:
        packed: shape, scale and text.

    Returns:
        The scores, to 1/32767 of the largest.

    Example:
        >>> decode_map(encode_map(np.array([[[0.5, -1.0]]]))).round(4)
        array([[[ 0.5, -1. ]]])
    """
    whole = np.frombuffer(base64.b64decode(packed["values"]), "<i2")
    return whole.reshape(packed["shape"]) * packed["scale"]


def near_borders(labels: Int[np.ndarray, "h w"], distance: int) -> Bool[np.ndarray, "h w"]:
    """Find the pixels near a border between two labels.

    Args:
        labels: a label map.
        distance: how many pixels away, diagonals included, another label may be.

    Returns:
        Where it is.

    Example:
        >>> near_borders(np.array([[0, 0, 0, 1, 1]]), distance=1)
        array([[False, False,  True,  True, False]])
    """
    padded = np.pad(labels, distance, mode="edge")
    side = 2 * distance + 1
    around = np.lib.stride_tricks.sliding_window_view(padded, (side, side))
    return (around != labels[:, :, None, None]).any((2, 3))
