"""Crops of a box in numpy, for the figure of lecture 10; `course_pkg.ops` has them for networks."""

import math

import numpy as np
from jaxtyping import Float

__all__ = ["cells_read", "crop_of_box", "released_places", "roi_problem", "sample_places"]


def roi_problem(left: int, top: int, right: int, bottom: int) -> str | None:
    """Say what is wrong with a box, in the sentence that the figure shows.

    Args:
        left: x0 in pixels.
        top: y0.
        right: x1.
        bottom: y1.

    Returns:
        The sentence, or None.

    Example:
        >>> roi_problem(5, 0, 5, 9)
        'The box is empty: its right edge (5) must lie right of its left edge (5).'
    """
    if right <= left:
        return (
            f"The box is empty: its right edge ({right}) must lie right of its left edge ({left})."
        )
    if bottom <= top:
        return f"The box is empty: its bottom edge ({bottom}) must lie below its top edge ({top})."
    return None


def cells_read(start: float, end: float, bins: int, cells: int) -> list[tuple[int, int]]:
    """The cells that each bin of RoI pooling takes the maximum of, along an axis.

    Args:
        start: of the box, in cells.
        end: of the box.
        bins: how many.
        cells: of the map.

    Returns:
        First cell, and one after the last, of each bin; empty outside the map.

    Example:
        >>> cells_read(0.4, 2.6, bins=2, cells=8)
        [(0, 2), (2, 4)]
    """
    first, last = math.floor(start + 0.5), math.floor(end + 0.5)
    size = max(last - first + 1, 1)
    read = []
    for k in range(bins):
        begin = first + k * size // bins
        stop = first + -(-(k + 1) * size // bins)
        read.append((min(max(begin, 0), cells), min(max(stop, 0), cells)))
    return read


def sample_places(start: float, end: float, samples: int) -> Float[np.ndarray, " samples"]:
    """Places of samples at even distances inside a box, along an axis.

    Args:
        start: of the box.
        end: of the box.
        samples: how many, over all bins.

    Returns:
        Places in the unit of the box.

    Example:
        >>> sample_places(2.0, 4.0, 2)
        array([2.5, 3.5])
    """
    return start + (np.arange(samples) + 0.5) * (end - start) / samples


def released_places(start: float, end: float, bins: int) -> Float[np.ndarray, "bins samples"]:
    """Places of the samples of RoI warping as it was released: in a box of whole cells.

    Args:
        start: of the box, in cells.
        end: of the box.
        bins: how many.

    Returns:
        Places in each bin, both its ends among them; cell j has its centre at j.

    Example:
        >>> released_places(1.3, 3.6, bins=2)
        array([[1. , 1.75, 2.5 ],
               [2.5 , 3.25, 4.  ]])
    """
    first, last = math.floor(start + 0.5), math.floor(end + 0.5)
    size = max(last - first, 0)
    steps = -(-size // bins)
    share = np.arange(steps + 1) / max(steps, 1)
    return first + (np.arange(bins)[:, None] + share) * size / bins


def crop_of_box(
    method: str,
    features: Float[np.ndarray, "h w"],
    box: tuple[float, float, float, float],
    bins: int,
    samples: int = 2,
) -> Float[np.ndarray, "bins bins"]:
    """Read a box out of a map at a fixed size.

    Args:
        method: "pool", "align", "warp" or "released", the warp of the authors' layer.
        features: the map.
        box: (x0, y0, x1, y1) in cells of the map.
        bins: along each axis.
        samples: along each axis of each bin, for "align".

    Returns:
        The crop.

    Source: the papers of `course_pkg.ops.roi`, aligned.

    Example:
        >>> ramp = np.arange(4.0) * np.ones((4, 1))
        >>> crop_of_box("warp", ramp, (0.5, 0.5, 2.5, 2.5), 2)
        array([[0.5, 1.5],
               [0.5, 1.5]])
    """
    h, w = features.shape
    x0, y0, x1, y1 = box
    if method == "pool":
        rows, columns = cells_read(y0, y1, bins, h), cells_read(x0, x1, bins, w)
        parts = [[features[a:b, c:d] for c, d in columns] for a, b in rows]
        return np.array([[p.max() if p.size else 0.0 for p in line] for line in parts])
    if method == "released":
        return _released(features, released_places(y0, y1, bins), released_places(x0, x1, bins))
    each = samples if method == "align" else 1
    rows = _weights(method, sample_places(y0, y1, bins * each), h)
    columns = _weights(method, sample_places(x0, x1, bins * each), w)
    rows = rows.reshape(bins, each, h).mean(1)
    columns = columns.reshape(bins, each, w).mean(1)
    return rows @ features @ columns.T


def _released(features: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The largest sample of each bin; 0 where none is on the map."""
    (h, w), bins = features.shape, len(y)
    rows = _weights("warp", np.clip(y, 0, h - 1).ravel() + 0.5, h)
    columns = _weights("warp", np.clip(x, 0, w - 1).ravel() + 0.5, w)
    read = (rows @ features @ columns.T).reshape(bins, y.shape[1], bins, x.shape[1])
    inside_y, inside_x = (y >= -0.5) & (y <= h - 0.5), (x >= -0.5) & (x <= w - 0.5)
    inside = inside_y[:, :, None, None] & inside_x
    best = np.where(inside, read, -np.inf).max((1, 3))
    return np.where(np.isfinite(best), best, 0.0)


def _weights(method: str, places: np.ndarray, cells: int) -> np.ndarray:
    places = places - 0.5  # centres of cells at whole numbers
    kept = np.ones_like(places)
    if method == "align":  # up to a cell outside the border is read, further out nothing
        kept = ((places >= -1) & (places <= cells)) * 1.0
        places = np.clip(places, 0, cells - 1)
    return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(cells))) * kept[:, None]
