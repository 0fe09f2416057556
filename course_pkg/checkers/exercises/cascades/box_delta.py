"""What a proposal network says about an anchor: a shift in its sizes, and two logarithms."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "box_delta"]


def box_delta(box: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    """Say where a box is as seen from an anchor.

    Example:
        >>> box_delta(np.array([1.0, 0.0, 11.0, 20.0]), np.array([0.0, 0.0, 10.0, 10.0])).round(3)
        array([0.1  , 0.5  , 0.   , 0.693])
    """
    shift = (box[:2] + box[2:] - anchor[:2] - anchor[2:]) / 2
    size, unit = box[2:] - box[:2], anchor[2:] - anchor[:2]
    return np.concatenate([shift / unit, np.log(size / unit)])


def _in_pixels(box: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    unit = anchor[2:] - anchor[:2]
    return box_delta(box, anchor) * np.concatenate([unit, np.ones(2)])


def _no_logarithm(box: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    delta = box_delta(box, anchor)
    return np.concatenate([delta[:2], np.exp(delta[2:])])


def _corners(box: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    unit = anchor[2:] - anchor[:2]
    return np.concatenate([(box[:2] - anchor[:2]) / unit, box_delta(box, anchor)[2:]])


def _other_way(box: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    return box_delta(anchor, box)


def _in_box_sizes(box: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    delta = box_delta(box, anchor)
    return np.concatenate([delta[:2] / np.exp(delta[2:]), delta[2:]])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    anchor = np.array([16.0, 16.0, 48.0, 48.0])
    yield Case("by hand", {"box": np.array([21.0, 20.0, 58.0, 52.0]), "anchor": anchor})
    yield Case("the anchor itself", {"box": anchor.copy(), "anchor": anchor})
    for name, wide, high in (("a wide anchor", 40, 10), ("a high anchor", 8, 24)):
        corner, middle = rng.uniform(0, 20, 2), rng.uniform(0, 20, 2)
        size = rng.uniform(5, 30, 2)
        box = np.concatenate([middle, middle + size])
        seen_from = np.concatenate([corner, corner + np.array([wide, high])])
        yield Case(name, {"box": box, "anchor": seen_from})


EXERCISE = Exercise(
    id="cascades.box_delta",
    title="Four numbers for a box",
    chapter=10,
    points=2,
    statement=(
        "box and anchor are (x0, y0, x1, y1) in pixels. Return the box's delta as seen from the "
        "anchor, an array of four numbers: how far the box's **middle** lies to the right and "
        "below the anchor's, in widths and heights of the **anchor**; and the natural logarithms "
        "of how many times as wide and as high it is."
    ),
    starter="def box_delta(box, anchor):\n    raise NotImplementedError",
    hints=(
        "The middle of a box is (x0 + x1) / 2, (y0 + y1) / 2; its size is x1 - x0, y1 - y0.",
        "Divide the shift by the anchor's width and height, then take np.log of the two ratios.",
        "np.concatenate joins the two pairs.",
    ),
    reference=box_delta,
    cases=_cases,
    mistakes=(
        Mistake("The shift is in pixels; divide it by the anchor's width and height.", _in_pixels),
        Mistake(
            "The last two are ratios. Take their natural logarithm: then no change is 0, and twice "
            "as wide is as far from it as half as wide.",
            _no_logarithm,
        ),
        Mistake("The shift is that of the upper left corners; take the middles.", _corners),
        Mistake("box and anchor are swapped: this is the anchor as seen from the box.", _other_way),
        Mistake(
            "The shift is counted in sizes of the box. It is the anchor that is known beforehand; "
            "count in its sizes.",
            _in_box_sizes,
        ),
    ),
)
