"""Which of the detected regions are right: the rule behind AP^r."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "match_regions"]


def match_regions(ious: np.ndarray, threshold: float) -> np.ndarray:
    """Each detection, best score first, takes the best truth that is still free.

    Example:
        >>> match_regions(np.array([[0.9, 0.6], [0.8, 0.7], [0.8, 0.1]]), 0.5)
        array([ True,  True, False])
    """
    free = ious.copy()
    correct = np.zeros(len(ious), dtype=bool)
    for d in range(len(ious)):
        g = free[d].argmax()
        if free[d, g] > threshold:
            correct[d] = True
            free[:, g] = -1
    return correct


def _reuses(ious: np.ndarray, threshold: float) -> np.ndarray:
    return ious.max(axis=1) > threshold


def _first_choice_only(ious: np.ndarray, threshold: float) -> np.ndarray:
    taken, correct = set(), np.zeros(len(ious), dtype=bool)
    for d in range(len(ious)):
        g = ious[d].argmax()
        if ious[d, g] > threshold and g not in taken:
            correct[d] = True
            taken.add(g)
    return correct


def _at_least(ious: np.ndarray, threshold: float) -> np.ndarray:
    return match_regions(ious + 1e-9, threshold)


def _false_alarms_take_too(ious: np.ndarray, threshold: float) -> np.ndarray:
    free = ious.copy()
    correct = np.zeros(len(ious), dtype=bool)
    for d in range(len(ious)):
        g = free[d].argmax()
        correct[d] = free[d, g] > threshold
        free[:, g] = -1
    return correct


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "the second choice counts",
        {"ious": np.array([[0.9, 0.6], [0.8, 0.7], [0.8, 0.1]]), "threshold": 0.5},
    )
    yield Case("exactly the threshold", {"ious": np.array([[0.5], [0.75]]), "threshold": 0.5})
    yield Case("a false alarm first", {"ious": np.array([[0.3], [0.9]]), "threshold": 0.5})
    yield Case("found twice", {"ious": np.array([[0.9], [0.8]]), "threshold": 0.7})
    for d, g in ((6, 4), (12, 5)):
        yield Case(f"{d} detections", {"ious": rng.uniform(0, 1, (d, g)), "threshold": 0.5})


EXERCISE = Exercise(
    id="cascades.match_regions",
    title="Which detections are right?",
    chapter=10,
    points=2,
    statement=(
        "ious[d, g] is the IoU of detection d with true region g, of one class and one picture; "
        "detections come best score first. In this order each detection looks for the true region "
        "with the largest IoU among those **still free**. If that IoU is **larger than** the "
        "threshold, the detection is correct and takes the region; if not, it is a false alarm and "
        "takes nothing. Return True and False for every detection."
    ),
    starter="def match_regions(ious, threshold):\n    raise NotImplementedError",
    hints=(
        "Go through the detections with a loop; each one changes what is free for the next.",
        "Work on a copy of ious and write -1 into the column of a region that is taken.",
        "Larger than the threshold, not equal to it.",
    ),
    reference=match_regions,
    cases=_cases,
    mistakes=(
        Mistake(
            "A true region can be found once: the second detection of it is a false alarm.",
            _reuses,
        ),
        Mistake(
            "You look at the best region overall and give up if it is taken. Look for the best of "
            "those that are still free.",
            _first_choice_only,
        ),
        Mistake("An IoU equal to the threshold is not enough here.", _at_least),
        Mistake(
            "A false alarm takes nothing: the region stays free for those that come after it.",
            _false_alarms_take_too,
        ),
    ),
)
