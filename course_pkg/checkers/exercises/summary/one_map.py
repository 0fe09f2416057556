"""Things and stuff in one map: the two halves of the first ten chapters put together."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "one_map"]


def one_map(
    semantic: np.ndarray, masks: np.ndarray, labels: np.ndarray, scores: np.ndarray
) -> np.ndarray:
    """Lay instance masks over a label map: class of every pixel, and number of its object.

    Example:
        >>> semantic, masks = np.zeros((1, 3), int), np.array([[[False, True, True]]])
        >>> one_map(semantic, masks, np.array([7]), np.array([0.9]))
        array([[[0, 7, 7]],
        <BLANKLINE>
               [[0, 1, 1]]])
    """
    out = np.stack([semantic, np.zeros_like(semantic)])
    for i in scores.argsort():  # the surest last, so that it lies on top
        out[:, masks[i]] = [[labels[i]], [i + 1]]
    return out


def _least_sure_on_top(
    semantic: np.ndarray, masks: np.ndarray, labels: np.ndarray, scores: np.ndarray
) -> np.ndarray:
    return one_map(semantic, masks, labels, -scores)


def _as_they_come(
    semantic: np.ndarray, masks: np.ndarray, labels: np.ndarray, scores: np.ndarray
) -> np.ndarray:
    return one_map(semantic, masks, labels, np.arange(len(scores)))


def _from_zero(
    semantic: np.ndarray, masks: np.ndarray, labels: np.ndarray, scores: np.ndarray
) -> np.ndarray:
    out = one_map(semantic, masks, labels, scores)
    out[1] = np.maximum(out[1] - 1, 0)
    return out


def _class_stays(
    semantic: np.ndarray, masks: np.ndarray, labels: np.ndarray, scores: np.ndarray
) -> np.ndarray:
    return np.stack([semantic, one_map(semantic, masks, labels, scores)[1]])


def _numbered_by_score(
    semantic: np.ndarray, masks: np.ndarray, labels: np.ndarray, scores: np.ndarray
) -> np.ndarray:
    order = (-scores).argsort()
    return one_map(semantic, masks[order], labels[order], scores[order])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    masks = np.zeros((2, 3, 4), dtype=bool)
    masks[0, :2, :2], masks[1, 1:, 1:3] = True, True
    yield Case(
        "two things that overlap, the second is surer",
        {
            "semantic": np.ones((3, 4), dtype=int),
            "masks": masks,
            "labels": np.array([5, 6]),
            "scores": np.array([0.4, 0.9]),
        },
    )
    yield Case(
        "three things, the second is the surest",
        {
            "semantic": np.zeros((5, 6), dtype=int),
            "masks": rng.random(size=(3, 5, 6)) < 0.6,
            "labels": np.array([7, 8, 7]),
            "scores": np.array([0.5, 0.9, 0.2]),
        },
    )
    yield Case(
        "nothing but stuff",
        {
            "semantic": rng.integers(0, 4, size=(2, 3)),
            "masks": np.zeros((0, 2, 3), dtype=bool),
            "labels": np.zeros(0, dtype=int),
            "scores": np.zeros(0),
        },
    )
    yield Case(
        "five things anywhere",
        {
            "semantic": rng.integers(0, 4, size=(6, 7)),
            "masks": rng.random(size=(5, 6, 7)) < 0.4,
            "labels": rng.integers(4, 9, size=5),
            "scores": rng.permutation(5) / 5 + 0.1,
        },
    )


EXERCISE = Exercise(
    id="summary.one_map",
    title="Things and stuff in one map",
    chapter=16,
    points=3,
    statement=(
        "Merge a semantic map and instance masks. semantic (h, w) holds a class for every "
        "pixel; masks (k, h, w) are true on each of k things, with labels (k,) and scores (k,), "
        "all scores different. Return integers (2, h, w): first the class of every pixel, the "
        "thing's label where a mask lies; then the number of its thing, i + 1 for mask i and 0 "
        "for stuff. Where masks overlap, the one with the highest score lies on top."
    ),
    starter="def one_map(semantic, masks, labels, scores):\n    raise NotImplementedError",
    hints=(
        "Think of paper cut-outs: what is laid down last covers the rest. Which mask comes last?",
        "scores.argsort() lists the masks from the least sure to the surest.",
        "For each mask in that order write its label into the class map and i + 1 into the other.",
    ),
    reference=one_map,
    cases=_cases,
    mistakes=(
        Mistake("Where masks overlap, the least sure one is on top.", _least_sure_on_top),
        Mistake("The masks are laid down as they come. Order them by score.", _as_they_come),
        Mistake(
            "The first thing has number 0, and so has the stuff: nobody can tell them apart.",
            _from_zero,
        ),
        Mistake("The class map is still the semantic one, also where a thing lies.", _class_stays),
        Mistake(
            "The things are numbered by their scores. Mask i keeps its number i + 1.",
            _numbered_by_score,
        ),
    ),
)
