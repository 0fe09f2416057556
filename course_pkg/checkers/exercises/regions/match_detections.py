"""Which detections are correct, when every true thing can be found once."""

from collections.abc import Callable, Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "match_detections"]


def match_detections(ious: np.ndarray, threshold: float) -> np.ndarray:
    """Let each detection, best first, take the free true thing that it overlaps most.

    Example:
        >>> match_detections(np.array([[0.9, 0.6], [0.8, 0.7]]), 0.5)
        array([ True,  True])
    """
    free = ious.astype(float).copy()
    correct = np.zeros(len(ious), dtype=bool)
    for d in range(len(ious)):
        g = int(np.argmax(free[d]))
        if free[d, g] > threshold:
            correct[d] = True
            free[:, g] = -1  # taken
    return correct


def _match(
    ious: np.ndarray, threshold: float, enough: Callable[[float], bool], once: bool = True
) -> np.ndarray:
    free = ious.astype(float).copy()
    correct = np.zeros(len(ious), dtype=bool)
    for d in range(len(ious)):
        g = int(np.argmax(free[d]))
        if enough(free[d, g]):
            correct[d] = True
            if once:
                free[:, g] = -1
    return correct


def _found_twice(ious: np.ndarray, threshold: float) -> np.ndarray:
    return _match(ious, threshold, lambda iou: iou > threshold, once=False)


def _equal_is_enough(ious: np.ndarray, threshold: float) -> np.ndarray:
    return _match(ious, threshold, lambda iou: iou >= threshold)


def _best_of_all(ious: np.ndarray, threshold: float) -> np.ndarray:
    taken: set[int] = set()
    correct = []
    for row in ious:
        g = int(np.argmax(row))
        correct.append(bool(row[g] > threshold and g not in taken))
        taken |= {g} if correct[-1] else set()
    return np.array(correct)


def _first_fit(ious: np.ndarray, threshold: float) -> np.ndarray:
    taken: set[int] = set()
    correct = []
    for row in ious:
        fits = [g for g in range(len(row)) if row[g] > threshold and g not in taken]
        correct.append(bool(fits))
        taken |= set(fits[:1])
    return np.array(correct)


def _last_first(ious: np.ndarray, threshold: float) -> np.ndarray:
    return match_detections(ious[::-1], threshold)[::-1]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    tables = {
        "two on one thing": [[0.8, 0.0], [0.9, 0.1], [0.0, 0.7]],
        "the second choice is still free": [[0.9, 0.6], [0.8, 0.7], [0.1, 0.2]],
        "exactly the threshold": [[0.5, 0.0], [0.6, 0.3]],
        "do not take what another needs": [[0.6, 0.9], [0.7, 0.0]],
    }
    for name, rows in tables.items():
        yield Case(name, {"ious": np.array(rows), "threshold": 0.5})
    yield Case("seven detections", {"ious": rng.uniform(0, 1, size=(7, 4)), "threshold": 0.4})


EXERCISE = Exercise(
    id="regions.match_detections",
    title="Right or wrong?",
    chapter=9,
    points=2,
    statement=(
        "ious (d, g) holds the mask IoU of d detections of one class and image, best score first, "
        "with g >= 1 true things. Go through the detections in order. Each looks for the true "
        "thing with the largest IoU among those not taken yet; if that IoU is larger than "
        "threshold the detection is correct and the thing is taken. Return d times True or False."
    ),
    starter="def match_detections(ious, threshold):\n    raise NotImplementedError",
    hints=(
        "Work on a copy, and write -1 into a column once its thing is taken.",
        "np.argmax of a row finds the best thing that is still free.",
        "Larger than the threshold: equal is not enough.",
    ),
    reference=match_detections,
    cases=_cases,
    mistakes=(
        Mistake(
            "A thing was found twice. The second detection of the same thing is a false alarm.",
            _found_twice,
        ),
        Mistake(
            "An IoU equal to the threshold was let through. SDS's rule is strict: larger.",
            _equal_is_enough,
        ),
        Mistake(
            "A detection whose best thing is taken was called wrong at once. That is the rule for "
            "boxes in Pascal VOC; here it may still take the best of the free ones.",
            _best_of_all,
        ),
        Mistake(
            "The first thing that fits was taken. Take the one with the largest IoU, or it will "
            "be missing for a later detection.",
            _first_fit,
        ),
        Mistake("The worst detection chose first. Rows are sorted: begin with row 0.", _last_first),
    ),
)
