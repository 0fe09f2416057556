"""F1 of two outlines that need not lie on each other exactly."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "border_f1"]


def border_f1(pred: np.ndarray, true: np.ndarray, theta: float) -> float:
    """Balance two shares: predicted edge near the true one, true edge near the predicted one.

    Example:
        >>> line = np.eye(4, dtype=bool)
        >>> border_f1(line, line, 1.5)
        1.0
    """
    a, b = np.argwhere(pred), np.argwhere(true)
    if len(a) == 0 or len(b) == 0:
        return 0.0
    distance = np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))  # every pair of edge pixels
    precision = (distance.min(axis=1) < theta).mean()
    recall = (distance.min(axis=0) < theta).mean()
    if precision + recall == 0:
        return 0.0
    return float(2 * precision * recall / (precision + recall))


def _shares(pred: np.ndarray, true: np.ndarray, theta: float) -> tuple[float, float]:
    a, b = np.argwhere(pred), np.argwhere(true)
    if len(a) == 0 or len(b) == 0:
        return 0.0, 0.0
    distance = np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))
    return (distance.min(axis=1) < theta).mean(), (distance.min(axis=0) < theta).mean()


def _precision_only(pred: np.ndarray, true: np.ndarray, theta: float) -> float:
    return float(_shares(pred, true, theta)[0])


def _recall_only(pred: np.ndarray, true: np.ndarray, theta: float) -> float:
    return float(_shares(pred, true, theta)[1])


def _plain_mean(pred: np.ndarray, true: np.ndarray, theta: float) -> float:
    return float(sum(_shares(pred, true, theta)) / 2)


def _exact_hits(pred: np.ndarray, true: np.ndarray, theta: float) -> float:
    return border_f1(pred, true, 0.5)


def _theta_included(pred: np.ndarray, true: np.ndarray, theta: float) -> float:
    return border_f1(pred, true, theta + 1e-9)


def _counts_steps(pred: np.ndarray, true: np.ndarray, theta: float) -> float:
    a, b = np.argwhere(pred), np.argwhere(true)
    if len(a) == 0 or len(b) == 0:
        return 0.0
    distance = np.abs(a[:, None] - b[None]).sum(axis=2)
    precision, recall = (distance.min(axis=i) < theta for i in (1, 0))
    both = precision.mean() + recall.mean()
    return float(2 * precision.mean() * recall.mean() / both) if both else 0.0


def _edges(*cells: tuple[int, int]) -> np.ndarray:
    picture = np.zeros((5, 6), bool)
    picture[tuple(np.array(cells).T)] = True
    return picture


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    pred = _edges((0, 0), (1, 1), (2, 2), (3, 2), (0, 5))
    true = _edges((0, 1), (1, 2), (2, 2), (2, 5))
    yield Case("two ragged lines, theta 1.2", {"pred": pred, "true": true, "theta": 1.2})
    corner, far = _edges((1, 1), (4, 1), (0, 5)), _edges((2, 2), (4, 3), (0, 4))
    yield Case("one step down and right", {"pred": corner, "true": far, "theta": 1.5})
    yield Case("exactly theta away", {"pred": corner, "true": far, "theta": 2.0})
    empty = np.zeros((5, 6), bool)
    yield Case("nothing predicted", {"pred": empty, "true": true, "theta": 2.0})
    yield Case("nothing met", {"pred": _edges((0, 0)), "true": _edges((4, 5)), "theta": 2.0})
    two = rng.random((2, 5, 6)) < 0.3
    two[:, 0, 0] = True
    yield Case("any outlines", {"pred": two[0], "true": two[1], "theta": 1.2})


EXERCISE = Exercise(
    id="encoder_decoder.border_f1",
    title="Boundary F1",
    chapter=7,
    points=4,
    statement=(
        "pred and true (h, w) mark the edge pixels of a class. Precision is the share of predicted "
        "edge pixels closer than theta (strictly, straight-line distance in pixels) to some true "
        "one; recall is the share of true ones closer than theta to some predicted one. Return "
        "2 P R / (P + R), and 0.0 where a map has no edge pixel or none is near another."
    ),
    starter="def border_f1(pred, true, theta):\n    raise NotImplementedError",
    hints=(
        "np.argwhere(pred) lists rows and columns of the marked pixels, one pair a line.",
        "a[:, None] - b[None] holds the differences of all pairs: square, add, root.",
        "The smallest distance along one axis answers for precision, along the other for recall.",
        "Take care of empty maps before, and of P + R = 0 after.",
    ),
    reference=border_f1,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is the precision alone. A single lucky pixel would score 1: recall has to be in "
            "it too.",
            _precision_only,
        ),
        Mistake(
            "This is the recall alone. Marking every pixel would score 1: precision has to be in "
            "it too.",
            _recall_only,
        ),
        Mistake(
            "This is the plain mean of precision and recall. F1 is the harmonic one, which stays "
            "near the smaller of the two.",
            _plain_mean,
        ),
        Mistake(
            "Only pixels that lie exactly on each other were counted. Closer than theta is enough.",
            _exact_hits,
        ),
        Mistake(
            "Pixels exactly theta away were counted. The distance has to be strictly smaller.",
            _theta_included,
        ),
        Mistake(
            "These distances are steps along rows and columns. Straight lines were asked for: a "
            "diagonal neighbour is 1.41 away, not 2.",
            _counts_steps,
        ),
    ),
)
