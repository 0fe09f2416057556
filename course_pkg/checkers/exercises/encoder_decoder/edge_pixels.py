"""The pixels on both sides of every border of a label map."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "edge_pixels"]


def edge_pixels(labels: np.ndarray) -> np.ndarray:
    """Mark pixels with a neighbour of another class above, below, left or right.

    Example:
        >>> edge_pixels(np.array([[0, 0, 1, 1]]))
        array([[False,  True,  True, False]])
    """
    edges = np.zeros(labels.shape, bool)
    down = labels[:-1] != labels[1:]
    right = labels[:, :-1] != labels[:, 1:]
    edges[:-1] |= down  # a difference marks both pixels that differ
    edges[1:] |= down
    edges[:, :-1] |= right
    edges[:, 1:] |= right
    return edges


def _one_side(labels: np.ndarray) -> np.ndarray:
    edges = np.zeros(labels.shape, bool)
    edges[:-1] |= labels[:-1] != labels[1:]
    edges[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    return edges


def _other_side(labels: np.ndarray) -> np.ndarray:
    edges = np.zeros(labels.shape, bool)
    edges[1:] |= labels[:-1] != labels[1:]
    edges[:, 1:] |= labels[:, :-1] != labels[:, 1:]
    return edges


def _around_the_corner(labels: np.ndarray) -> np.ndarray:
    return edge_pixels(np.pad(labels, 1, mode="wrap"))[1:-1, 1:-1]


def _frame_too(labels: np.ndarray) -> np.ndarray:
    return edge_pixels(np.pad(labels, 1, constant_values=-1))[1:-1, 1:-1]


def _eight_neighbours(labels: np.ndarray) -> np.ndarray:
    edges = edge_pixels(labels)
    falling = labels[:-1, :-1] != labels[1:, 1:]
    rising = labels[:-1, 1:] != labels[1:, :-1]
    edges[:-1, :-1] |= falling
    edges[1:, 1:] |= falling
    edges[:-1, 1:] |= rising
    edges[1:, :-1] |= rising
    return edges


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    square = np.zeros((5, 6), int)
    square[2:4, 2:5] = 1
    yield Case("a box on a ground", {"labels": square})
    yield Case("a row of three classes", {"labels": np.array([[4, 4, 4, 2, 2, 7]])})
    yield Case("one class everywhere", {"labels": np.full((3, 4), 5)})
    yield Case("a corner alone", {"labels": np.pad([[1]], ((0, 3), (0, 2)))})
    yield Case("any blobs", {"labels": rng.integers(0, 3, (3, 4)).repeat(3, 0).repeat(2, 1)})


EXERCISE = Exercise(
    id="encoder_decoder.edge_pixels",
    title="Which pixels lie on a border",
    chapter=7,
    points=2,
    statement=(
        "A pixel of labels (h, w) is an edge pixel when its neighbour above, below, left or right "
        "has another class; both sides of a border are edge pixels. What lies outside the image is "
        "no neighbour. Return an array of True and False, (h, w)."
    ),
    starter="def edge_pixels(labels):\n    raise NotImplementedError",
    hints=(
        "labels[:, :-1] != labels[:, 1:] compares every pixel with the one to its right.",
        "A difference marks two pixels: the left one, edges[:, :-1], and the right, edges[:, 1:].",
        "Do the same once more along the rows; |= adds marks to those that are there.",
    ),
    reference=edge_pixels,
    cases=_cases,
    mistakes=(
        Mistake(
            "Only the upper and left pixels of a border are marked. The ones across lie on the "
            "border too.",
            _one_side,
        ),
        Mistake(
            "Only the lower and right pixels of a border are marked. The ones across lie on the "
            "border too.",
            _other_side,
        ),
        Mistake(
            "The frame of the image is marked. Nobody knows which class lies beyond it.",
            _frame_too,
        ),
        Mistake(
            "Pixels that differ only across a corner are marked as well. Four neighbours count, "
            "the diagonal ones do not.",
            _eight_neighbours,
        ),
        Mistake(
            "The first row or column was compared with the last one (np.roll does that). They are "
            "no neighbours.",
            _around_the_corner,
        ),
    ),
)
