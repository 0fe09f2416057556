"""The area under the envelope of precision over recall."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "average_precision"]


def average_precision(correct: np.ndarray, num_targets: int) -> float:
    """Add the best precision at this recall or beyond, for each thing found.

    Example:
        >>> average_precision(np.array([True, False, True]), 2)
        0.8333333333333333
    """
    precision = np.cumsum(correct) / np.arange(1, len(correct) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(envelope[correct].sum() / num_targets)


def _no_envelope(correct: np.ndarray, num_targets: int) -> float:
    precision = np.cumsum(correct) / np.arange(1, len(correct) + 1)
    return float(precision[correct].sum() / num_targets)


def _of_those_found(correct: np.ndarray, num_targets: int) -> float:
    return average_precision(correct, max(int(correct.sum()), 1))


def _last_precision(correct: np.ndarray, num_targets: int) -> float:
    return float(correct.mean())


def _recall(correct: np.ndarray, num_targets: int) -> float:
    return float(correct.sum() / num_targets)


def _eleven_points(correct: np.ndarray, num_targets: int) -> float:
    hits = np.cumsum(correct)
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / num_targets
    points = [precision[recall >= k / 10].max(initial=0.0) for k in range(11)]
    return float(np.mean(points))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("right, wrong, right", {"correct": np.array([1, 0, 1, 0], bool), "num_targets": 3})
    late = np.array([0, 1, 1, 1, 0], dtype=bool)
    yield Case("wrong at first", {"correct": late, "num_targets": 4})
    yield Case("nothing right", {"correct": np.zeros(3, dtype=bool), "num_targets": 2})
    drawn = rng.random(20) < 0.4
    drawn[:3] = [True, False, True]
    yield Case("twenty detections", {"correct": drawn, "num_targets": int(drawn.sum()) + 3})


EXERCISE = Exercise(
    id="regions.average_precision",
    title="Average precision",
    chapter=9,
    points=3,
    statement=(
        "correct (d) says of the detections of a whole data set, best score first, which are "
        "right; num_targets is how many things there were to find. Precision after n detections "
        "is the share of the first n that is right. Raise each precision to the largest one at "
        "its place or later. Return the sum of these over the correct detections, divided by "
        "num_targets."
    ),
    starter="def average_precision(correct, num_targets):\n    raise NotImplementedError",
    hints=(
        "np.cumsum(correct) counts the right ones so far; divide by 1, 2, 3, ...",
        "The largest value from here on: np.maximum.accumulate from the back.",
        "Recall goes up by 1 / num_targets at each correct detection, and nowhere else.",
    ),
    reference=average_precision,
    cases=_cases,
    mistakes=(
        Mistake(
            "Precision was not raised to the best one that comes later: the envelope is missing.",
            _no_envelope,
        ),
        Mistake(
            "You divided by the number of things found. Those that were missed count as well.",
            _of_those_found,
        ),
        Mistake(
            "This is the precision of all detections together; their order plays no part in it.",
            _last_precision,
        ),
        Mistake("This is the recall: false alarms cost nothing in it.", _recall),
        Mistake(
            "This is the average over eleven recalls, VOC's rule until 2009. Here every step of "
            "recall counts.",
            _eleven_points,
        ),
    ),
)
